/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/admit.h"

#include <string.h>

#include "central/api.h"
#include "central/audit.h"

#define ALARM_EVERY (60 * 60 * INT64_C(1000))

/* ---- limits ---- */

static void limited(struct central *c, enum limit limit, int seconds, struct http_response *rs)
{
    response_error(rs, 429, "too_often", "this was asked too often; Retry-After says when to come");
    rs->retry_after = seconds;
    c->counts.limited[limit]++;
}

static bool within_limits(struct central *c, const struct http_request *rq,
    const struct kiosk *kiosk, struct http_response *rs)
{
    enum limit limit = LIMIT_KIOSK;
    if (rq->admitted)
        return true;
    int wait = throttle_take(c->throttle, limit, kiosk->id, rq->now);
    if (wait == 0) {
        limit = LIMIT_COMPANY;
        wait = throttle_take(c->throttle, limit, kiosk->company, rq->now);
    }
    if (wait > 0)
        limited(c, limit, wait, rs);
    return wait == 0;
}

static int take_of_address(struct central *c, const struct http_request *rq, enum limit limit)
{
    if (!rq->address || !*rq->address || rq->admitted)
        return 0;
    return throttle_take(c->throttle, limit, rq->address, rq->now);
}

void admit_in_vain(struct central *c, const struct http_request *rq, struct http_response *rs)
{
    int wait = take_of_address(c, rq, LIMIT_ADDRESS);
    if (wait > 0)
        limited(c, LIMIT_ADDRESS, wait, rs);
}

bool admit_code(struct central *c, const struct http_request *rq, struct http_response *rs)
{
    int wait = 0;
    if (rq->address && *rq->address)
        wait = throttle_look(c->throttle, LIMIT_CODE, rq->address, rq->now);
    if (wait > 0)
        limited(c, LIMIT_CODE, wait, rs);
    return wait == 0;
}

void admit_wrong_code(struct central *c, const struct http_request *rq)
{
    (void)take_of_address(c, rq, LIMIT_CODE);
}

/* ---- tokens ---- */

/* What the request has in the form of a token, or NULL. */
static const char *token_of(const struct http_request *rq)
{
    static const char scheme[] = "Bearer ";
    const size_t skip = sizeof(scheme) - 1;
    bool is_token = strncmp(rq->authorization, scheme, skip) == 0 &&
                    hex_valid(rq->authorization + skip, KEY_BYTES);
    return is_token ? rq->authorization + skip : NULL;
}

static int find_kiosk(
    struct central *c, const struct http_request *rq, struct kiosk *kiosk, struct err *err)
{
    const char *token = token_of(rq);
    if (!token)
        return 0;
    char hash[DIGEST_HEX];
    sha256_hex(token, strlen(token), hash);
    return database_kiosk_by_token(c->db, hash, kiosk, err);
}

static int note_event(struct central *c, const struct http_request *rq, const struct kiosk *kiosk,
    enum audit_event event, int change(struct database *, const char *, int64_t, struct err *),
    struct err *err)
{
    struct audit_line line = {event, rq->now, "", "", "", kiosk->id};
    if (database_begin(c->db, err) < 0)
        return -1;
    if (change(c->db, kiosk->id, rq->now, err) == 0 &&
        audit_add(c->db, kiosk->company, &line, err) == 0 && database_commit(c->db, err) == 0)
        return 0;
    database_rollback(c->db);
    return -1;
}

void admit_copied(
    struct central *c, const struct http_request *rq, const struct kiosk *kiosk, const char *why)
{
    struct err err = {0};
    c->counts.copies++;
    api_log(c, "alarm: kiosk %s of company %s: %s", kiosk->id, kiosk->company, why);
    if (kiosk->alarmed_at != NO_NUMBER && rq->now - kiosk->alarmed_at < ALARM_EVERY &&
        rq->now >= kiosk->alarmed_at)
        return;
    if (note_event(c, rq, kiosk, AUDIT_kiosk_copied, database_kiosk_alarmed, &err) < 0)
        api_log(c, "warning: that a kiosk was copied was not written down: %s", err.msg);
}

/* A token that nobody knows may be one that a kiosk is about to announce: it must hear that,
 * however many come from its address. Nor can one be found by trying. */
static void stranger(struct central *c, const struct http_request *rq, struct http_response *rs)
{
    response_error(rs, 401, "unauthorized", "this kiosk is not enrolled");
    if (!token_of(rq))
        admit_in_vain(c, rq, rs);
}

/* The kiosk itself uses the new token once the server has taken it: whoever has the old one copied
 * it. He is not told so, and cannot use up what the kiosk may ask. */
static void used_old_token(struct central *c, const struct http_request *rq,
    const struct kiosk *kiosk, struct http_response *rs)
{
    stranger(c, rq, rs);
    if (rs->status == 401)
        admit_copied(c, rq, kiosk, "a token was used that it has replaced");
}

/* The announced token was used, so the kiosk has it for good: the one before ends. */
static bool begin_token(
    struct central *c, const struct http_request *rq, struct kiosk *kiosk, struct http_response *rs)
{
    struct err err = {0};
    if (note_event(c, rq, kiosk, AUDIT_token_renewed, database_token_begin, &err) < 0) {
        api_failed(c, &err, rs);
        return false;
    }
    kiosk->token_at = rq->now;
    return true;
}

bool admit(
    struct central *c, const struct http_request *rq, struct kiosk *kiosk, struct http_response *rs)
{
    struct err err = {0};
    int known = find_kiosk(c, rq, kiosk, &err);
    if (known < 0)
        api_failed(c, &err, rs);
    else if (known == 0)
        stranger(c, rq, rs);
    if (known <= 0)
        return false;
    bool unmarked = !rq->mark || !*rq->mark;
    bool writes = kiosk->token != TOKEN_IN_USE || (*kiosk->mark && unmarked);
    if (writes && c->clerk && !kiosk->revoked) {
        rs->later = true;
        return false;
    }
    if (kiosk->token == TOKEN_OLD && !kiosk->revoked) {
        used_old_token(c, rq, kiosk, rs);
        return false;
    }
    if (!within_limits(c, rq, kiosk, rs))
        return false;
    if (kiosk->revoked)
        response_error(rs, 401, ERROR_REVOKED, "this kiosk was revoked: it forgets everybody");
    return !kiosk->revoked && (kiosk->token == TOKEN_IN_USE || begin_token(c, rq, kiosk, rs));
}
