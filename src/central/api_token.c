/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "central/api.h"

/* 1: announced; 0: somebody has this token, or had it. Within a transaction. */
static int announce(struct central *c, const struct kiosk *kiosk, const char *hash, struct err *err)
{
    struct kiosk other;
    int rc = database_kiosk_by_token(c->db, hash, &other, err);
    if (rc < 0)
        return -1;
    if (rc > 0) /* the same again is as good as the first time */
        return strcmp(other.id, kiosk->id) == 0 && other.token != TOKEN_OLD;
    return database_token_announce(c->db, kiosk->id, hash, err) < 0 ? -1 : 1;
}

static int announce_within_transaction(
    struct central *c, const struct kiosk *kiosk, const char *hash, struct err *err)
{
    if (database_begin(c->db, err) < 0)
        return -1;
    int rc = announce(c, kiosk, hash, err);
    if (rc >= 0 && database_commit(c->db, err) < 0)
        rc = -1;
    if (rc < 0)
        database_rollback(c->db);
    return rc;
}

/* The old token stays good until the new one is used, whatever gets lost. */
void api_token(struct central *c, const struct http_request *rq, const struct kiosk *kiosk,
    struct http_response *rs)
{
    char hash[DIGEST_HEX];
    struct err err = {0};
    if (token_from_json(rq->body, rq->len, hash, &err) < 0) {
        response_error(rs, 400, "malformed", err.msg);
        return;
    }
    int rc = announce_within_transaction(c, kiosk, hash, &err);
    if (rc < 0) {
        api_failed(c, &err, rs);
    } else if (rc == 0) {
        response_error(rs, 409, "token_known", "this token was in use already: make another one");
    } else {
        rs->status = 200;
        rs->type = JSON;
        rs->renew = false; /* this is what it asks for */
        buf_puts(&rs->body, "{\"status\":\"ok\"}\n");
    }
}
