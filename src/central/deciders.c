/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/deciders.h"

#include <string.h>

#include "base/clock.h"

/* A look through the records of a company; texts of the present one live in mem. */
struct search {
    struct database *db;
    const char *company, *team, *worker, *who;
    int64_t day;
    bool found;
    int rc;
    struct arena mem;
    struct err *err;
};

static bool supervises(const struct record *person, const char *team)
{
    return record_number(person, PERSON_role) == ROLE_supervisor && *team &&
           strcmp(record_text(person, PERSON_team), team) == 0;
}

static bool read_record(struct search *s, const char *body, struct record *r)
{
    arena_clear(&s->mem);
    if (s->rc == 0 && record_from_json(body, strlen(body), &s->mem, r, s->err) != 0)
        s->rc = err_set(s->err, ERR_CORRUPT, "a record of the company cannot be read back");
    return s->rc == 0;
}

static void see_person(void *context, const char *company, const char *body)
{
    struct search *s = context;
    struct record r;
    (void)company;
    if (!s->found && read_record(s, body, &r))
        s->found = supervises(&r, s->team) && strcmp(r.id, s->worker) != 0;
}

static int search_done(struct search *s, int rc)
{
    arena_release(&s->mem);
    return rc < 0 || s->rc < 0 ? -1 : s->found;
}

static int has_supervisor(struct search *s)
{
    return search_done(s, database_each(s->db, TYPE_PERSON, s->company, see_person, s, s->err));
}

static void see_delegation(void *context, const char *company, const char *body)
{
    struct search *s = context;
    struct record r, supervisor;
    (void)company;
    if (s->found || !read_record(s, body, &r) ||
        strcmp(record_text(&r, DELEGATION_deputy), s->who) != 0 ||
        strcmp(record_text(&r, DELEGATION_person), s->worker) == 0 ||
        s->day < record_number(&r, DELEGATION_start) || s->day > record_number(&r, DELEGATION_end))
        return;
    int rc = database_get(s->db, s->company, TYPE_PERSON, record_text(&r, DELEGATION_person),
        &s->mem, &supervisor, s->err);
    s->rc = rc < 0 ? -1 : 0;
    s->found = rc > 0 && supervises(&supervisor, s->team);
}

static int is_deputy(struct search *s)
{
    return search_done(
        s, database_each(s->db, TYPE_DELEGATION, s->company, see_delegation, s, s->err));
}

static int relation_to_team(
    struct search *s, const struct record *who, enum relation *out, struct err *err)
{
    *out = RELATION_decider;
    if (supervises(who, s->team))
        return 0;
    int rc = is_deputy(s);
    if (rc != 0)
        return rc < 0 ? -1 : 0;
    *out = RELATION_none;
    if (record_number(who, PERSON_role) != ROLE_contact)
        return 0;
    struct search other = {
        .db = s->db, .company = s->company, .team = s->team, .worker = s->worker, .err = err};
    rc = has_supervisor(&other);
    *out = rc == 0 ? RELATION_decider : RELATION_contact;
    return rc < 0 ? -1 : 0;
}

int decider_relation(struct database *db, const char *company, const struct record *who,
    const char *worker, int64_t at, enum relation *out, struct err *err)
{
    struct arena mem = {0};
    struct record r;
    struct search s = {.db = db,
        .company = company,
        .worker = worker,
        .who = who->id,
        .day = date_from_instant(at),
        .err = err};
    *out = RELATION_worker;
    if (strcmp(who->id, worker) == 0)
        return 0;
    *out = RELATION_none;
    int rc = database_get(db, company, TYPE_PERSON, worker, &mem, &r, err);
    if (rc > 0) {
        s.team = record_text(&r, PERSON_team);
        rc = relation_to_team(&s, who, out, err);
    }
    arena_release(&mem);
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
