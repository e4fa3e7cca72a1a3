/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/enrol.h"

#include <string.h>

#include "proto/wire.h"
#include "sync/schedule.h"

static int judge_answer(const struct response *r, struct enrolment *e, struct err *err)
{
    if (r->status == 429 || r->status > 500)
        return err_set(err, ERR_BUSY, "the server is busy (%d); try again later", r->status);
    if (!r->server_id[0])
        return err_set(err, ERR_NET, "no acht server answers at this address (%d)", r->status);
    if (r->status == 404)
        return err_set(err, ERR_CONFIG, "there is no acht server at this address (404)");
    if (r->status >= 400 && r->status < 500)
        return err_set(err, ERR_AUTH, "the server does not accept this code (%d)", r->status);
    if (r->status != 200 || strcmp(r->type, WIRE_JSON) != 0)
        return err_set(err, ERR_DATA, "the server's answer is no enrolment (%d)", r->status);
    if (enrolment_from_json(r->body.p, r->body.len, e, err) < 0)
        return -1;
    if (strcmp(e->server_id, r->server_id) != 0)
        return err_set(
            err, ERR_DATA, "the enrolment names another server than the one that answers");
    return 0;
}

static int hand_in(
    struct transport *transport, const struct buf *body, struct enrolment *e, struct err *err)
{
    struct response r = {.retry_after = NO_RETRY_AFTER};
    struct request q = {.path = WIRE_ENROL, .type = WIRE_JSON, .body = body->p, .len = body->len};
    enum cause cause;
    buf_init(&r.body, LIM_LINE);
    int rc = transport->exchange(transport, &q, &r, &cause, err);
    if (rc == 0)
        rc = judge_answer(&r, e, err);
    memory_wipe(r.body.p, r.body.len);
    buf_release(&r.body);
    return rc;
}

/* The kiosk that the oldest waiting entry was made on, in mem; "" when nothing waits. */
static int waiting_kiosk(
    struct store *store, struct arena *mem, const char **kiosk, struct err *err)
{
    struct pending *p, stuck;
    struct entry entry;
    struct err ignored = {0};
    int count, damaged;
    *kiosk = "";
    if (journal_pending(store, 0, 1, LIM_BODY, mem, &p, &count, &damaged, err) < 0)
        return -1;
    if (count == 0) {
        p = &stuck;
        if (journal_stuck(store, NO_NUMBER, mem, p, &count, err) < 0)
            return -1;
    }
    if (count > 0 && entry_from_json(p->bytes, p->len, mem, &entry, &ignored) >= 0)
        *kiosk = entry.kiosk;
    return 0;
}

int sync_enrol_keeps(struct store *store, const struct enrolment *e, struct err *err)
{
    struct arena mem = {0};
    const char *kiosk;
    int rc = waiting_kiosk(store, &mem, &kiosk, err);
    long long n = journal_waiting(store);
    if (rc == 0 && *kiosk && strcmp(kiosk, e->kiosk) != 0)
        rc = err_set(err, ERR_CONFIG,
            "%lld %s to be sent by kiosk %s, and would be refused from %s: enrol under its old "
            "name",
            n, n == 1 ? "request waits" : "requests wait", kiosk, e->name);
    arena_release(&mem);
    return rc;
}

int sync_enrol(struct transport *transport, const char *code, struct enrolment *e, struct err *err)
{
    struct buf body = BUF_INIT(LIM_LINE);
    int rc = code_to_json(code, &body) < 0 ? err_set(err, ERR_USAGE, "the code is too long")
                                           : hand_in(transport, &body, e, err);
    buf_release(&body);
    return rc;
}
