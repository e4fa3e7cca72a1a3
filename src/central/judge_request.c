/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/clock.h"
#include "central/court.h"

#define SOURCE_OF_REQUESTS "judge"

/* What is known about an ask when it is judged. */
struct facts {
    bool person_known; /* in this company */
    bool course_known;
    bool run_wanted, run_known; /* known: of this course */
    int64_t run_start;          /* a date, or NO_NUMBER */
    int64_t seats_left;         /* or NO_NUMBER */
    int64_t asked_on;           /* the date of the ask: made_at, but not after it was received */
    bool asked_before;          /* an open ask for the same person, course and run */
    bool older;                 /* ... and this one was made before that */
};

enum effect { EFFECT_NONE, EFFECT_ADD, EFFECT_REPLACE };

struct judgement {
    enum verdict_kind kind;
    enum reason reason;
    enum effect effect;
};

static struct judgement refuse(enum reason reason)
{
    return (struct judgement){VERDICT_refused, reason, EFFECT_ADD};
}

static struct judgement judge_decide(const struct facts *f)
{
    if (!f->person_known)
        return (struct judgement){VERDICT_refused, REASON_unknown_person, EFFECT_NONE};
    if (!f->course_known)
        return refuse(REASON_course_gone);
    if (f->run_wanted && !f->run_known)
        return refuse(REASON_run_gone);
    if (f->run_wanted && f->run_start != NO_NUMBER && f->run_start < f->asked_on)
        return refuse(REASON_run_started);
    if (f->asked_before && !f->older)
        return (struct judgement){VERDICT_merged, REASON_none, EFFECT_NONE};
    enum effect effect = f->asked_before ? EFFECT_REPLACE : EFFECT_ADD;
    if (f->run_wanted && f->seats_left == 0)
        return (struct judgement){VERDICT_accepted, REASON_none, effect};
    return (struct judgement){VERDICT_accepted, REASON_none, effect};
}

static const char *ask_text(const struct entry *e, int field)
{
    return record_text(&e->fields, field);
}

static int64_t asked_at(const struct court *c, const struct entry *e)
{
    return e->made_at < c->now ? e->made_at : c->now;
}

static int look_up_run(struct court *c, const struct entry *e, struct facts *f, struct err *err)
{
    struct record run;
    f->run_wanted = *ask_text(e, ASK_run);
    if (!f->run_wanted)
        return 0;
    int rc = database_get(c->db, "", TYPE_RUN, ask_text(e, ASK_run), &c->mem, &run, err);
    if (rc <= 0)
        return rc;
    f->run_known = strcmp(record_text(&run, RUN_course), ask_text(e, ASK_course)) == 0;
    f->run_start = record_number(&run, RUN_start);
    f->seats_left = record_number(&run, RUN_seats_left);
    return 0;
}

static int look_up_before(struct court *c, const struct entry *e, struct facts *f,
    struct open_ask *before, struct err *err)
{
    int rc = database_open_ask(c->db, c->kiosk->company, ask_text(e, ASK_person),
        ask_text(e, ASK_course), ask_text(e, ASK_run), before, err);
    f->asked_before = rc > 0;
    if (rc > 0)
        f->older = e->made_at < before->made_at ||
                   (e->made_at == before->made_at && strcmp(e->id, before->id) < 0);
    return rc < 0 ? -1 : 0;
}

static int look_up(struct court *c, const struct entry *e, struct facts *f, struct open_ask *before,
    struct err *err)
{
    struct record found;
    *f = (struct facts){.run_start = NO_NUMBER, .seats_left = NO_NUMBER};
    f->asked_on = date_from_instant(asked_at(c, e));
    int person = database_get(
        c->db, c->kiosk->company, TYPE_PERSON, ask_text(e, ASK_person), &c->mem, &found, err);
    int course =
        database_get(c->db, "", TYPE_COURSE, ask_text(e, ASK_course), &c->mem, &found, err);
    f->person_known = person > 0;
    f->course_known = course > 0;
    if (person < 0 || course < 0 || look_up_run(c, e, f, err) < 0)
        return -1;
    return look_up_before(c, e, f, before, err);
}

/* ---- what a judgement does ---- */

static enum request_state state_of(enum verdict_kind kind)
{
    return kind == VERDICT_refused ? REQUEST_refused : REQUEST_asked;
}

static int put_request(
    struct court *c, const struct entry *e, const struct judgement *j, struct err *err)
{
    struct record r;
    enum put_result ignored;
    record_init(&r, TYPE_REQUEST);
    r.id = e->id;
    record_set_text(&r, REQUEST_person, ask_text(e, ASK_person));
    record_set_text(&r, REQUEST_course, ask_text(e, ASK_course));
    record_set_text(&r, REQUEST_run, ask_text(e, ASK_run));
    record_set_text(&r, REQUEST_title, ask_text(e, ASK_title));
    record_set_number(&r, REQUEST_state, state_of(j->kind));
    record_set_number(&r, REQUEST_reason, j->reason);
    record_set_number(&r, REQUEST_asked_at, asked_at(c, e));
    record_set_number(&r, REQUEST_holder, HOLDER_supervisor);
    record_set_number(&r, REQUEST_since, c->now);
    record_set_number(&r, REQUEST_judged_at, c->now);
    if (record_check(&r, err) < 0)
        return -1;
    return database_put(c->db, c->kiosk->company, SOURCE_OF_REQUESTS, &r, false, &ignored, err);
}

static int drop_request(struct court *c, const char *id, struct err *err)
{
    struct record r;
    enum put_result ignored;
    record_init(&r, TYPE_REQUEST);
    r.id = id;
    r.gone = true;
    if (database_ask_close(c->db, c->kiosk->company, id, err) < 0)
        return -1;
    return database_put(c->db, c->kiosk->company, SOURCE_OF_REQUESTS, &r, false, &ignored, err);
}

static int take_effect(struct court *c, const struct entry *e, const struct judgement *j,
    const struct open_ask *before, struct err *err)
{
    if (j->effect == EFFECT_NONE)
        return 0;
    if (j->effect == EFFECT_REPLACE && drop_request(c, before->id, err) < 0)
        return -1;
    return put_request(c, e, j, err);
}

int judge_request(struct court *c, struct plea *p, struct err *err)
{
    const struct entry *e = p->e;
    struct kept_entry *kept = p->kept;
    if (e->fields.type != type_get(TYPE_ASK))
        return court_refuse(p, REASON_unknown_kind);
    struct facts facts;
    struct open_ask before;
    if (look_up(c, e, &facts, &before, err) < 0)
        return -1;
    struct judgement j = judge_decide(&facts);
    kept->verdict.kind = j.kind;
    kept->verdict.reason = j.reason;
    kept->open = j.effect != EFFECT_NONE && j.kind != VERDICT_refused;
    kept->person = ask_text(e, ASK_person);
    kept->course = ask_text(e, ASK_course);
    kept->run = ask_text(e, ASK_run);
    return take_effect(c, e, &j, &before, err);
}

int judge_delegate(struct court *c, struct plea *p, struct err *err)
{
    (void)c, (void)err;
    return court_refuse(p, REASON_unknown_kind);
}
