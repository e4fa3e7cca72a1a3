/* SPDX-License-Identifier: EUPL-1.2 */
/* The house of central_house.h with a team in it, and what its people do about requests. Whether a
 * PIN was right is the test's to say: what is proven here is what follows from it. */
#ifndef ACHT_TESTS_COURT_HOUSE_H
#define ACHT_TESTS_COURT_HOUSE_H

#include "central/court.h"
#include "central/jobs.h"
#include "central/requests.h"
#include "central_house.h"

#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* Team "las": workers wim and wil, supervisors ans and bas. Team "spuit": worker eva, supervisor
 * dirk. Team "solo": worker sam, without a supervisor. cor is the company's contact. */
static inline void court_fill(struct house *h)
{
    static const char *const people[][3] = {{"wim", "las", "worker"}, {"wil", "las", "worker"},
        {"ans", "las", "supervisor"}, {"bas", "las", "supervisor"}, {"eva", "spuit", "worker"},
        {"dirk", "spuit", "supervisor"}, {"sam", "solo", "worker"}, {"cor", "kantoor", "contact"}};
    house_fill(h);
    for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++) {
        char line[300];
        snprintf(line, sizeof(line),
            "{'type':'person','id':'%s','name':'%s','team':'%s','role':'%s'," BADGE "}",
            people[i][0], people[i][0], people[i][1], people[i][2]);
        house_put(h, "amber", "roster", line);
    }
    house_put(h, "", "s",
        "{'type':'run','id':'one','course':'mig','start':'2026-12-21','end':'2026-12-22',"
        "'seats_left':1}");
}

/* What somebody does. request and id: the last digits of an entry's id. */
struct act {
    enum type_id type;
    int id;
    const char *person;
    int request;
    const char *course, *run, *worker, *deputy; /* NULL: mig, none, none, none */
    enum answer answer;
    enum because because;
    bool agrees, unproven, own, sealed, no_other_day;
    int64_t at; /* NO_NUMBER or 0: now */
    int64_t start, end;
};

static inline const char *court_id(int number, char id[UUID_TEXT])
{
    snprintf(id, UUID_TEXT, "01936c5e-0000-7000-8000-%012d", number);
    return id;
}

static inline void court_set(struct record *r, const char *field, const char *text)
{
    int f = type_field(r->type, field);
    if (f >= 0 && text)
        record_set_text(r, f, text);
}

static inline void court_number(struct record *r, const char *field, int64_t number)
{
    int f = type_field(r->type, field);
    if (f >= 0)
        record_set_number(r, f, number);
}

static inline void court_fields(const struct act *a, struct record *r, char request[UUID_TEXT])
{
    court_set(r, "person", a->person);
    court_set(r, "worker", a->worker);
    court_set(r, "deputy", a->deputy);
    court_set(r, "course", a->course ? a->course : "mig");
    court_set(r, "run", a->run);
    court_set(r, "title", "A title");
    court_set(r, "request", court_id(a->request, request));
    court_number(r, "agrees", a->agrees);
    court_number(r, "start", a->start);
    court_number(r, "end", a->end);
    if (a->own)
        court_number(r, "route", ROUTE_own);
    if (r->type != type_get(TYPE_DECIDE))
        return;
    record_set_number(r, DECIDE_answer, (int64_t)a->answer);
    record_set_number(r, DECIDE_because, (int64_t)a->because);
    if (a->answer == ANSWER_no)
        record_set_alternative(r, a->no_other_day ? NO_OTHER_DAY : 21000);
}

static inline int court_judge(struct court *c, struct plea *p, struct err *err)
{
    struct standing then;
    int rc = database_standing(c->db, c->kiosk->company, p->person, p->at, &c->mem, &then, err);
    if (rc < 0 || !then.there)
        return rc < 0 ? -1 : court_refuse(p, REASON_unknown_person);
    record_init(&p->who, TYPE_PERSON);
    p->who.id = p->person;
    record_set_text(&p->who, PERSON_team, then.team);
    record_set_number(&p->who, PERSON_role, (int64_t)then.role);
    return p->e->fields.type == type_get(TYPE_DELEGATE) ? judge_delegate(c, p, err)
                                                        : judge_request(c, p, err);
}

/* Judges what somebody does at a kiosk, as it comes in now. */
static inline struct verdict court_act(
    struct house *h, const struct kiosk *kiosk, int64_t now, const struct act *a)
{
    char id[UUID_TEXT], request[UUID_TEXT];
    struct buf line = BUF_INIT(LIM_LINE);
    struct entry e = {.id = court_id(a->id, id), .kiosk = kiosk->id, .epoch = "e", .seq = 1};
    struct kept_entry kept = {.company = kiosk->company, .kiosk = kiosk->id, .received_at = now};
    struct court c = {.db = h->central.db, .kiosk = kiosk, .now = now};
    e.made_at = a->at && a->at != NO_NUMBER ? a->at : now;
    record_init(&e.fields, a->type);
    e.fields.id = id;
    court_fields(a, &e.fields, request);
    struct plea p = {.e = &e,
        .kept = &kept,
        .at = e.made_at < now ? e.made_at : now,
        .person = a->person,
        .private = a->sealed,
        .proven = !a->unproven};
    OK(database_begin(h->central.db, &err));
    OK(court_judge(&c, &p, &err));
    OK(entry_to_json(&e, &line));
    kept.body = line.p;
    kept.made_at = e.made_at;
    str_copy(kept.verdict.id, sizeof(kept.verdict.id), id);
    sha256_hex(line.p, line.len, kept.verdict.hash);
    OK(database_entry_keep(h->central.db, &kept, &err));
    OK(database_commit(h->central.db, &err));
    buf_release(&line);
    arena_release(&c.mem);
    return kept.verdict;
}
#define ACT(h, ...) court_act(h, &(h)->a, NOW, &(const struct act){__VA_ARGS__})
#define ACT_AT(h, now, ...) court_act(h, &(h)->a, now, &(const struct act){__VA_ARGS__})

static inline void court_tick(struct house *h, int64_t now)
{
    OK(requests_tick(h->central.db, now, NULL, &err));
}

/* A request's record in the feed of amber; false when there is none. */
static inline bool court_record(struct house *h, int id, struct arena *mem, struct record *out)
{
    char text[UUID_TEXT];
    int rc = 0;
    OK(rc = database_get(h->central.db, "amber", TYPE_REQUEST, court_id(id, text), mem, out, &err));
    return rc > 0;
}

/* Its state, or -1. */
static inline int court_state(struct house *h, int id)
{
    struct arena mem = {0};
    struct record r;
    int state = court_record(h, id, &mem, &r) ? (int)record_number(&r, REQUEST_state) : -1;
    arena_release(&mem);
    return state;
}

static inline int64_t court_number_of(struct house *h, int id, int field)
{
    struct arena mem = {0};
    struct record r;
    int64_t n = court_record(h, id, &mem, &r) ? record_number(&r, field) : NO_NUMBER;
    arena_release(&mem);
    return n;
}

/* What the server keeps of it. */
static inline struct docket_row court_row(struct house *h, int id)
{
    char text[UUID_TEXT];
    struct docket_row row = {0};
    OK(docket_find(h->central.db, "amber", court_id(id, text), &row, &err));
    return row;
}

#define EXPECT(acting, wanted_kind, wanted_reason)                                                 \
    do {                                                                                           \
        struct verdict got_ = (acting);                                                            \
        if (got_.kind != VERDICT_##wanted_kind || got_.reason != REASON_##wanted_reason)           \
            fail_msg("%s:%d: verdict %d reason %d", __FILE__, __LINE__, (int)got_.kind,            \
                (int)got_.reason);                                                                 \
    } while (0)

#endif
