/* SPDX-License-Identifier: EUPL-1.2 */
/* What kiosks send, written down instead of sent: so that a bench can send it with a client that
 * costs next to nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "fleet/sim_inner.h"
#include "proto/wire.h"
#include "sync/report.h"

struct recorder {
    struct transport transport; /* first */
    struct machine *machine;
    sim_see *see;
    void *context;
};

/* ---- requests as bytes ---- */

static void write_head(const struct machine *k, const struct request *q, struct buf *out)
{
    char authorization[BEARER_TEXT];
    line_bearer(k, q, authorization);
    buf_printf(out,
        "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: acht-sync/" ACHT_VERSION "\r\n",
        q->type ? "POST" : "GET", q->path);
    buf_puts(out, "Accept: */*\r\nAccept-Encoding: gzip\r\n");
    buf_puts(out, WIRE_PROTOCOL_HEADER ": " WIRE_PROTOCOL "\r\n");
    buf_printf(out, "Authorization: %s\r\n", authorization);
    if (q->type)
        buf_printf(out, "Content-Type: %s\r\nContent-Length: %zu\r\n", q->type, q->len);
    if (q->known && *q->known)
        buf_printf(out, "If-None-Match: \"%s\"\r\n", q->known);
    if (q->mark)
        buf_printf(out, WIRE_MARK_HEADER ": %s\r\n", q->mark);
    if (q->clock > 0)
        buf_printf(out, WIRE_CLOCK_HEADER ": %lld\r\n", (long long)q->clock);
    buf_puts(out, "\r\n");
}

static void record(const struct recorder *rec, const struct request *q)
{
    struct buf bytes = BUF_INIT(LIM_BODY + LIM_HEADERS);
    write_head(rec->machine, q, &bytes);
    buf_add(&bytes, q->body ? q->body : "", q->len);
    rec->see(rec->context, machine_index(rec->machine), bytes.p, bytes.len);
    buf_release(&bytes);
}

/* ---- answers that are made up: taken, and nothing new ---- */

static void take(const char *line, size_t len, struct buf *body)
{
    struct entry e;
    struct err err = {0};
    struct arena mem = {0};
    struct verdict v = {.kind = VERDICT_accepted};
    if (entry_from_json(line, len, &mem, &e, &err) < 0)
        BUG("%s", err.msg);
    str_copy(v.id, sizeof(v.id), e.id);
    sha256_hex(line, len, v.hash);
    (void)verdict_to_json(&v, body);
    (void)buf_putc(body, '\n');
    arena_release(&mem);
}

static void take_all(const struct request *q, struct response *r)
{
    struct trailer t = {0};
    for (size_t at = 0; at < q->len; t.count++) {
        size_t n = strcspn(q->body + at, "\n");
        take(q->body + at, n, &r->body);
        at += n + 1;
    }
    sha256_hex(r->body.p, r->body.len, t.digest);
    (void)trailer_to_json(&t, &r->body);
    (void)buf_putc(&r->body, '\n');
    r->status = 200;
    str_copy(r->type, sizeof(r->type), WIRE_NDJSON);
}

static int exchange(struct transport *t, const struct request *q, struct response *r,
    enum cause *cause, struct err *err)
{
    struct recorder *rec = (struct recorder *)(void *)t;
    (void)err;
    *cause = CAUSE_ok;
    str_copy(r->server_id, sizeof(r->server_id), database_server_id(rec->machine->sim->central.db));
    record(rec, q);
    if (strcmp(q->path, WIRE_STATUS) == 0)
        r->status = 204;
    else if (q->type)
        take_all(q, r);
    else
        r->status = 304;
    return 0;
}

/* ---- the kiosks ---- */

/* For the first time, so it has something to say. */
static int record_report(
    struct recorder *rec, struct store *s, const struct enrolment *e, struct err *err)
{
    const struct report_job job = {s, e, &rec->transport, 0, false, true};
    int said = sync_report(&job, err);
    return said > 0 ? 0 : said < 0 ? -1 : err_set(err, ERR_DATA, "a kiosk has nothing to say");
}

static int record_kiosk(struct recorder *rec, int entries, struct err *err)
{
    struct sync_result result;
    struct machine *k = rec->machine;
    struct store *s = light_store(&k->light);
    struct enrolment *e = mem_alloc(sizeof(*e));
    machine_enrolment(k, e);
    sim_use(k->sim, machine_index(k), entries);
    int rc = sync_run(s, e, &rec->transport, false, &result, err);
    k->waiting = k->light.count;
    if (rc == 0)
        rc = record_report(rec, s, e, err);
    mem_free(e);
    return rc;
}

int sim_record(struct sim *f, int entries, sim_see *see, void *context, struct err *err)
{
    char cursor[LIM_CURSOR] = "";
    f->start = clock_now() - f->now; /* it is sent soon */
    for (int i = 0; i < f->options.kiosks; i++) {
        struct machine *k = &f->machines[i];
        struct recorder rec = {{.exchange = exchange}, k, see, context};
        if (i % f->options.per_company == 0 && machine_cursor(k, cursor, err) < 0)
            return -1;
        str_copy(k->light.cursor, sizeof(k->light.cursor), cursor);
        if (record_kiosk(&rec, entries, err) < 0)
            return -1;
    }
    return 0;
}
