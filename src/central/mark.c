/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/mark.h"

#include <stdio.h>
#include <string.h>

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

/* The database's word for the mark of a kiosk. */
static void name_of(const struct kiosk *kiosk, char out[2 * LIM_ID])
{
    snprintf(out, (size_t)2 * LIM_ID, "mark %s", kiosk->id);
}

static int keep(struct central *c, const struct kiosk *kiosk, const char *mark, struct err *err)
{
    char name[2 * LIM_ID];
    name_of(kiosk, name);
    if (database_begin(c->db, err) < 0)
        return -1;
    if (database_meta_set(c->db, name, mark, err) == 0 && database_commit(c->db, err) == 0)
        return 0;
    database_rollback(c->db);
    return -1;
}

static int get(struct central *c, const struct kiosk *kiosk, char out[UUID_TEXT], struct err *err)
{
    char name[2 * LIM_ID];
    name_of(kiosk, name);
    out[0] = '\0';
    return database_meta_get(c->db, name, out, UUID_TEXT, err);
}

/* What follows the mark that is kept is right, and what is kept already was sent again. A kiosk
 * that knows of none begins anew: it was told to, or its disk is another. */
static const char *judge(struct central *c, const struct kiosk *kiosk, const char *kept,
    const struct sent_mark *m, struct err *err)
{
    bool anew = strcmp(m->before, NONE) == 0;
    if (strcmp(kept, m->next) == 0)
        return m->next;
    if (kept[0] && !anew && strcmp(kept, m->before) != 0) {
        api_log(c, "alarm: kiosk %s of company %s is a copy, or this database is: all comes again",
            kiosk->id, kiosk->company);
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
    char kept[UUID_TEXT];
    if (!rq->mark || !read_mark(rq->mark, &m))
        return;
    if (get(c, kiosk, kept, &err) >= 0)
        str_copy(rs->mark, sizeof(rs->mark), judge(c, kiosk, kept, &m, &err));
    if (err.code != ERR_NONE)
        api_log(c, "warning: the mark of a kiosk was not kept: %s", err.msg);
}
