/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "central/api.h"

/* Whether this token is or was somebody else's, or was this kiosk's: 1, 0 or -1. This alone looks
 * at the kiosks of other companies. */
static int is_taken(struct central *c, const struct kiosk *kiosk, const char *hash, struct err *err)
{
    struct kiosk other;
    const char *only = database_only(c->db, NULL);
    int rc = database_kiosk_by_token(c->db, hash, &other, err);
    database_only(c->db, only);
    return rc <= 0 ? rc : strcmp(other.id, kiosk->id) != 0 || other.token == TOKEN_OLD;
}

static int announce(struct central *c, const struct kiosk *kiosk, const char *hash, struct err *err)
{
    if (database_begin(c->db, err) < 0)
        return -1;
    if (database_token_announce(c->db, kiosk->id, hash, err) == 0 &&
        database_commit(c->db, err) == 0)
        return 0;
    database_rollback(c->db);
    return -1;
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
    int taken = is_taken(c, kiosk, hash, &err);
    if (taken < 0 || (taken == 0 && announce(c, kiosk, hash, &err) < 0)) {
        api_failed(c, &err, rs);
    } else if (taken) {
        response_error(rs, 409, "token_known", "this token was in use already: make another one");
    } else {
        rs->status = 200;
        rs->type = JSON;
        rs->renew = false; /* this is what it asks for */
        buf_puts(&rs->body, "{\"status\":\"ok\"}\n");
    }
}
