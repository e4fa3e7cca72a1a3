/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/mark.h"

#include <string.h>

#include "central/admit.h"
#include "central/api.h"
#include "proto/wire.h"

#define NONE "-"

/* As the kiosk sends it. */
struct sent_mark {
    char epoch[UUID_TEXT], before[UUID_TEXT], next[UUID_TEXT];
};

static bool read_word(const char **at, char end, char out[UUID_TEXT])
{
    size_t n = strcspn(*at, " ");
    if (n == 0 || n >= UUID_TEXT || (*at)[n] != end)
        return false;
    memcpy(out, *at, n);
    out[n] = '\0';
    *at += n + (end != '\0');
    return id_valid(out);
}

static bool read_mark(const char *text, struct sent_mark *m)
{
    return read_word(&text, ' ', m->epoch) && read_word(&text, ' ', m->before) &&
           read_word(&text, '\0', m->next);
}

static int keep(struct central *c, const struct kiosk *kiosk, const char *mark, struct err *err)
{
    if (database_begin(c->db, err) < 0)
        return -1;
    if (database_kiosk_mark(c->db, kiosk->id, mark, err) == 0 && database_commit(c->db, err) == 0)
        return 0;
    database_rollback(c->db);
    return -1;
}

/* What follows the mark that is kept is right, and what is kept already was sent again. A kiosk
 * that knows of none begins anew: it was told to, or its disk is another. */
static const char *judge(struct central *c, const struct http_request *rq,
    const struct kiosk *kiosk, const struct sent_mark *m, struct err *err)
{
    const char *kept = kiosk->mark;
    bool anew = strcmp(m->before, NONE) == 0;
    if (strcmp(kept, m->next) == 0)
        return m->next;
    if (kept[0] && !anew && strcmp(kept, m->before) != 0) {
        admit_copied(c, rq, kiosk, "it is a copy, or this database is: all comes again");
        return WIRE_MARK_AGAIN;
    }
    if (kept[0] && anew)
        api_log(c, "kiosk %s of company %s begins anew, with journal %s", kiosk->id, kiosk->company,
            m->epoch);
    return keep(c, kiosk, m->next, err) == 0 ? m->next : "";
}

void mark_check(struct central *c, const struct http_request *rq, const struct kiosk *kiosk,
    struct http_response *rs)
{
    struct sent_mark m;
    struct err err = {0};
    const char *sent = rq->mark ? rq->mark : "";
    bool marked = read_mark(sent, &m);
    if (*kiosk->mark && !marked)
        admit_copied(c, rq, kiosk, "its token was used without a mark, which it never does");
    if (marked)
        str_copy(rs->mark, sizeof(rs->mark), judge(c, rq, kiosk, &m, &err));
    if (err.code != ERR_NONE)
        api_log(c, "warning: the mark of a kiosk was not kept: %s", err.msg);
}
