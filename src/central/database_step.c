/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "central/database_inner.h"
#include "central/docket.h"

#define STEP_COLUMNS                                                                               \
    "company, id, request, kiosk, kind, at, received_at, person, worker, route, relation, proven," \
    " sealed, because, alternative, words, place"
#define PLACES "in|held|given_up"

static const char *get_text(struct sql_stmt *s, int column, struct arena *mem)
{
    return arena_strdup(mem, sql_get_text(s, column));
}

static void read_step(struct sql_stmt *s, struct arena *mem, struct docket_step *d)
{
    *d = (struct docket_step){.company = get_text(s, 0, mem),
        .request = get_text(s, 2, mem),
        .kiosk = get_text(s, 3, mem),
        .received_at = sql_get_number(s, 6),
        .relation = (enum relation)get_choice(s, 10, RELATIONS),
        .sealed = sql_get_number(s, 12) != 0,
        .where = (enum docket_place)get_choice(s, 16, PLACES)};
    d->step = (struct step){.kind = (enum step_kind)get_choice(s, 4, STEP_KINDS),
        .at = sql_get_number(s, 5),
        .id = get_text(s, 1, mem),
        .person = get_text(s, 7, mem),
        .proven = sql_get_number(s, 11) != 0,
        .worker = get_text(s, 8, mem),
        .route = (enum route_kind)get_choice(s, 9, ROUTES),
        .because = (enum because)get_choice(s, 13, BECAUSES),
        .alternative = sql_get_number(s, 14),
        .words = get_text(s, 15, mem)};
}

static int read_steps(
    struct sql_stmt *s, struct arena *mem, struct docket_steps *out, struct err *err)
{
    int rc, room = 0;
    *out = (struct docket_steps){0};
    while ((rc = sql_step(s, err)) > 0) {
        if (out->count == room) {
            room = room ? 2 * room : 8;
            struct docket_step *more = arena_alloc(mem, (size_t)room * sizeof(*more));
            if (out->count)
                memcpy(more, out->step, (size_t)out->count * sizeof(*more));
            out->step = more;
        }
        read_step(s, mem, &out->step[out->count++]);
    }
    sql_reset(s);
    return rc;
}

int docket_add_step(struct database *db, const struct docket_step *d, struct err *err)
{
    char kind[LIM_ID], route[LIM_ID], relation[LIM_ID], because[LIM_ID], place[LIM_ID];
    const struct step *step = &d->step;
    struct sql_stmt *s = sql_stmt(db->sql,
        "INSERT INTO step (" STEP_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
        " ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)");
    sql_text(s, 1, d->company);
    sql_text(s, 2, step->id);
    sql_text(s, 3, d->request);
    sql_text(s, 4, d->kiosk);
    bind_choice(s, 5, STEP_KINDS, (int)step->kind, kind);
    sql_number(s, 6, step->at);
    sql_number(s, 7, d->received_at);
    sql_text(s, 8, step->person);
    sql_text(s, 9, step->worker);
    bind_choice(s, 10, ROUTES, (int)step->route, route);
    bind_choice(s, 11, RELATIONS, (int)d->relation, relation);
    sql_number(s, 12, step->proven);
    sql_number(s, 13, d->sealed);
    bind_choice(s, 14, BECAUSES, (int)step->because, because);
    sql_number(s, 15, step->alternative);
    sql_text(s, 16, step->words);
    bind_choice(s, 17, PLACES, (int)d->where, place);
    return sql_run(s, err);
}

int docket_steps(struct database *db, const char *company, const char *request, struct arena *mem,
    struct docket_steps *out, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql,
        "SELECT " STEP_COLUMNS " FROM step WHERE company = ?1 AND request = ?2 AND place = 'in'"
        " UNION ALL SELECT " STEP_COLUMNS " FROM step WHERE company = ?1 AND request IN"
        " (SELECT id FROM request WHERE company = ?1 AND merged = ?2) AND place = 'in'"
        " AND kind NOT IN ('ask', 'propose')");
    sql_text(s, 1, company);
    sql_text(s, 2, request);
    return read_steps(s, mem, out, err);
}

int docket_held(struct database *db, const char *company, const char *request, struct arena *mem,
    struct docket_steps *out, struct err *err)
{
    struct sql_stmt *s =
        request ? sql_stmt(db->sql, "SELECT " STEP_COLUMNS " FROM step WHERE company = ?1"
                                    " AND request = ?2 AND place = 'held'")
                : sql_stmt(db->sql, "SELECT " STEP_COLUMNS " FROM step WHERE place <> 'in'"
                                    " AND (?1 IS NULL OR company = ?1) ORDER BY received_at,"
                                    " id");
    sql_text(s, 1, company);
    if (request)
        sql_text(s, 2, request);
    return read_steps(s, mem, out, err);
}

int docket_take_in(struct database *db, const struct docket_step *d, struct err *err)
{
    char relation[LIM_ID];
    struct sql_stmt *s = sql_stmt(db->sql, "UPDATE step SET place = 'in', relation = ?3"
                                           " WHERE company = ?1 AND id = ?2");
    sql_text(s, 1, d->company);
    sql_text(s, 2, d->step.id);
    bind_choice(s, 3, RELATIONS, (int)d->relation, relation);
    return sql_run(s, err);
}

int docket_give_up(struct database *db, int64_t before, struct err *err)
{
    struct sql_stmt *s = sql_stmt(
        db->sql, "UPDATE step SET place = 'given_up' WHERE place = 'held' AND received_at < ?1");
    sql_number(s, 1, before);
    return sql_run(s, err);
}
