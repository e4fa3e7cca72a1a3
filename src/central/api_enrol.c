/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/admit.h"
#include "central/api.h"
#include "central/audit.h"
#include "central/code.h"

/* The tries that count are in the trail, not what somebody goes on trying with a dead code. */
static int refuse(struct central *c, const struct kiosk *kiosk, const struct enrol_code *kept,
    int64_t now, struct err *err)
{
    struct audit_line line = {AUDIT_code_refused, now, "", "", "", kiosk->id};
    if (kept->tries >= CODE_TRIES)
        return 0;
    if (audit_add(c->db, kiosk->company, &line, err) < 0)
        return -1;
    return database_code_tried(c->db, kept->handle, err);
}

/* 1: enrolled, and e is filled; 0: the code opens nothing. Within a transaction. */
static int enrol(struct central *c, const struct enrol_code *typed, int64_t now,
    struct enrolment *e, struct err *err)
{
    struct kiosk kiosk;
    struct enrol_code kept;
    char token_hash[DIGEST_HEX];
    int rc = database_kiosk_by_code(c->db, typed->handle, &kiosk, &kept, err);
    if (rc <= 0)
        return rc;
    if (!code_opens(&kept, typed, now))
        return refuse(c, &kiosk, &kept, now, err);
    random_key_hex(e->token);
    sha256_hex(e->token, LIM_TOKEN, token_hash);
    str_copy(e->server_id, sizeof(e->server_id), database_server_id(c->db));
    str_copy(e->kiosk, sizeof(e->kiosk), kiosk.id);
    str_copy(e->name, sizeof(e->name), kiosk.name);
    str_copy(e->company, sizeof(e->company), kiosk.company);
    if (database_company(c->db, kiosk.company, e->badge_key, err) < 0 ||
        database_kiosk_enrol(c->db, kiosk.id, token_hash, err) < 0)
        return -1;
    struct audit_line line = {AUDIT_kiosk_enrolled, now, "", "", "", kiosk.id};
    return audit_add(c->db, kiosk.company, &line, err) < 0 ? -1 : 1;
}

static int enrol_within_transaction(struct central *c, const struct enrol_code *typed, int64_t now,
    struct enrolment *e, struct err *err)
{
    if (database_begin(c->db, err) < 0)
        return -1;
    int rc = enrol(c, typed, now, e, err);
    if (rc >= 0 && database_commit(c->db, err) < 0)
        rc = -1;
    if (rc < 0)
        database_rollback(c->db);
    return rc;
}

static void answer(struct central *c, const struct enrolment *e, struct http_response *rs)
{
    rs->status = 200;
    rs->type = JSON;
    if (enrolment_to_json(e, &rs->body) < 0 || buf_putc(&rs->body, '\n') < 0)
        BUG("no room for an enrolment");
    c->counts.enrolled++;
    api_log(c, "enrolled kiosk %s of company %s", e->kiosk, e->company);
}

void api_enrol(struct central *c, const struct http_request *rq, const struct kiosk *kiosk,
    struct http_response *rs)
{
    (void)kiosk;
    char text[LIM_ID];
    struct err err = {0};
    struct enrol_code typed;
    struct enrolment e = {0};
    if (code_from_json(rq->body, rq->len, text, &err) < 0) {
        response_error(rs, 400, "malformed", err.msg);
        return;
    }
    if (!admit_code(c, rq, rs))
        return;
    int rc =
        code_read(text, &typed) < 0 ? 0 : enrol_within_transaction(c, &typed, rq->now, &e, &err);
    if (rc < 0) {
        api_failed(c, &err, rs);
    } else if (rc == 0) {
        c->counts.enrol_refused++;
        admit_wrong_code(c, rq);
        api_log(c, "refused an enrolment code");
        response_error(rs, 403, "code_refused", "this code is wrong, used, or too old");
    } else {
        answer(c, &e, rs);
    }
    memory_wipe(&e, sizeof(e));
}
