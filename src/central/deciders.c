/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/deciders.h"

#include <string.h>

#include "base/clock.h"
#include "central/people.h"

/* A look through the delegations of a company, as of `at`. */
struct search {
    struct database *db;
    const char *company, *worker, *who;
    const char *team; /* of the worker */
    int64_t at;
    bool found;
    int rc;
    struct arena mem, record; /* of the search; of the present record */
    struct err *err;
};

static bool supervises(const struct standing *s, const char *team)
{
    return s->there && s->role == ROLE_supervisor && *team && strcmp(s->team, team) == 0;
}

static bool covers(const struct search *s, const struct record *r)
{
    int64_t day = date_from_instant(s->at);
    return strcmp(record_text(r, DELEGATION_deputy), s->who) == 0 &&
           strcmp(record_text(r, DELEGATION_person), s->worker) != 0 &&
           record_number(r, DELEGATION_start) <= day && day <= record_number(r, DELEGATION_end);
}

static void see_delegation(void *context, const char *company, const char *body)
{
    struct search *s = context;
    struct record r;
    struct standing supervisor;
    (void)company;
    if (s->found || s->rc < 0)
        return;
    arena_clear(&s->record);
    if (record_from_json(body, strlen(body), &s->record, &r, s->err) != 0) {
        s->rc = err_set(s->err, ERR_CORRUPT, "a delegation cannot be read back");
    } else if (covers(s, &r)) {
        s->rc = database_standing(s->db, s->company, record_text(&r, DELEGATION_person), s->at,
            &s->record, &supervisor, s->err);
        s->found = s->rc > 0 && supervises(&supervisor, s->team);
    }
}

static int is_deputy(struct search *s)
{
    int rc = database_each(s->db, TYPE_DELEGATION, s->company, see_delegation, s, s->err);
    return rc < 0 || s->rc < 0 ? -1 : s->found;
}

static int relation_to_team(struct search *s, const struct standing *who, enum relation *out)
{
    *out = RELATION_decider;
    if (supervises(who, s->team))
        return 0;
    int rc = is_deputy(s);
    if (rc != 0)
        return rc < 0 ? -1 : 0;
    *out = RELATION_none;
    if (who->role != ROLE_contact)
        return 0;
    rc = database_team_led(s->db, s->company, s->team, s->worker, s->at, s->err);
    *out = rc == 0 ? RELATION_decider : RELATION_contact;
    return rc < 0 ? -1 : 0;
}

static int relate(struct search *s, enum relation *out)
{
    struct standing who, worker;
    int rc = database_standing(s->db, s->company, s->who, s->at, &s->mem, &who, s->err);
    if (rc < 0 || !who.there)
        return rc < 0 ? -1 : 0;
    rc = database_standing(s->db, s->company, s->worker, s->at, &s->mem, &worker, s->err);
    if (rc < 0 || !worker.there)
        return rc < 0 ? -1 : 0;
    s->team = worker.team;
    return relation_to_team(s, &who, out);
}

int decider_relation(struct database *db, const char *company, const char *who, const char *worker,
    int64_t at, enum relation *out, struct err *err)
{
    struct search s = {
        .db = db, .company = company, .worker = worker, .who = who, .at = at, .err = err};
    *out = strcmp(who, worker) == 0 ? RELATION_worker : RELATION_none;
    int rc = *out == RELATION_worker ? 0 : relate(&s, out);
    arena_release(&s.mem);
    arena_release(&s.record);
    return rc;
}

/* ---- how long an answer may take ---- */

int decider_answer_days(struct database *db, const char *company, int *days, struct err *err)
{
    struct arena mem = {0};
    struct record r;
    int rc = database_get(db, company, TYPE_COMPANY, company, &mem, &r, err);
    *days = rc > 0 ? (int)record_number(&r, COMPANY_answer_days) : ANSWER_DAYS;
    arena_release(&mem);
    return rc < 0 ? -1 : 0;
}
