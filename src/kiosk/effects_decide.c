/* SPDX-License-Identifier: EUPL-1.2 */
/* What a supervisor, a deputy or a contact does. */
#include <string.h>

#include "base/clock.h"
#include "kiosk/effects.h"
#include "model/request.h"

static bool decides(const struct kiosk *k)
{
    const struct session *s = &k->state.session;
    return k->enrolled && (s->role != ROLE_worker || s->deputy) && visit_pinned(k);
}

/* Whether the request is this person's to decide. */
static bool may_decide(struct kiosk *k, const char *request)
{
    struct viewer v = kiosk_viewer(k);
    struct rowset rs = {0};
    struct err ignored = {0};
    bool found =
        decides(k) && store_matter(k->store, &v, request, &rs, &ignored) == 0 && rs.count == 1;
    arena_wipe(&rs.mem);
    return found;
}

/* Whether somebody is of those he decides for. */
static bool is_member(struct kiosk *k, const char *person)
{
    struct viewer v = kiosk_viewer(k);
    struct rowset rs = {0};
    struct err ignored = {0};
    bool found =
        decides(k) && store_member(k->store, &v, person, &rs, &ignored) == 0 && rs.count == 1;
    arena_wipe(&rs.mem);
    return found;
}

static const char *write_step(struct kiosk *k, struct record *fields, const struct effect *e)
{
    if (k->rehearsal)
        return "saved";
    if (!may_decide(k, e->param[PARAM_request]))
        return "store_failed";
    record_set_text(fields, type_field(fields->type, "person"), k->state.session.person);
    record_set_text(fields, type_field(fields->type, "request"), e->param[PARAM_request]);
    return effect_write_one(k, fields, false);
}

const char *effect_look(struct kiosk *k, const struct effect *e)
{
    struct record fields;
    record_init(&fields, TYPE_SEE);
    const char *outcome = write_step(k, &fields, e);
    return strcmp(outcome, "saved") == 0 ? "looked" : outcome;
}

const char *effect_absent(struct kiosk *k, const struct effect *e)
{
    struct record fields;
    record_init(&fields, TYPE_ABSENT);
    return write_step(k, &fields, e);
}

/* ---- answers ---- */

static void set_answer(struct record *fields, const struct kiosk *k, enum answer answer)
{
    record_init(fields, TYPE_DECIDE);
    record_set_text(fields, DECIDE_person, k->state.session.person);
    record_set_number(fields, DECIDE_answer, answer);
}

/* The day that a no names, NO_OTHER_DAY, or NO_NUMBER where it is neither. */
static int64_t day_instead(const char *param)
{
    struct err ignored = {0};
    int64_t day = NO_NUMBER;
    if (strcmp(param, NO_OTHER_DAY_ID) == 0)
        return NO_OTHER_DAY;
    return date_parse(param, &day, &ignored) == 0 ? day : NO_NUMBER;
}

const char *effect_decide(struct kiosk *k, const struct effect *e, enum answer answer)
{
    struct record fields;
    const char *because = e->param[PARAM_because];
    set_answer(&fields, k, answer);
    int number = choice_index(BECAUSES, because, strlen(because));
    if (answer != ANSWER_yes && number > 0)
        record_set_number(&fields, DECIDE_because, number);
    if (answer == ANSWER_no)
        record_set_alternative(&fields, day_instead(e->param[PARAM_day]));
    return write_step(k, &fields, e);
}

static bool waits_for_yes(const struct kiosk *k, const struct record *ticket, bool marked)
{
    int64_t stands = record_number(ticket, TICKET_state);
    return (stands == REQUEST_asked || stands == REQUEST_seen) &&
           (!marked || is_marked(&k->state, ticket->id));
}

static const char *yes_to(struct kiosk *k, const struct rowset *inbox, bool marked)
{
    struct draft *drafts = mem_array(LIM_BATCH, sizeof(*drafts));
    struct record *fields = mem_array(LIM_BATCH, sizeof(*fields));
    int count = 0;
    for (int i = 0; i < inbox->count && count < LIM_BATCH; i++) {
        if (!waits_for_yes(k, &inbox->rows[i], marked))
            continue;
        set_answer(&fields[count], k, ANSWER_yes);
        record_set_text(&fields[count], DECIDE_request, inbox->rows[i].id);
        drafts[count] = (struct draft){.fields = &fields[count]};
        count++;
    }
    const char *outcome = marked && count == 0 ? "none_marked" : effect_write(k, drafts, count);
    if (strcmp(outcome, "saved") == 0)
        forget_marks(&k->state);
    mem_free(fields);
    mem_free(drafts);
    return outcome;
}

const char *effect_yes_several(struct kiosk *k, bool marked)
{
    struct viewer v = kiosk_viewer(k);
    struct rowset inbox = {0};
    struct err err = {0};
    if (k->rehearsal)
        return "saved";
    if (!decides(k) || store_inbox(k->store, &v, 0, LIM_BATCH, &inbox, &err) < 0)
        return effect_failed(&err);
    const char *outcome = yes_to(k, &inbox, marked);
    arena_wipe(&inbox.mem);
    return outcome;
}

/* ---- proposals, deputies, codes ---- */

static const char *write_proposal(struct kiosk *k, const struct effect *e)
{
    struct record fields;
    struct rowset rs = {0};
    const struct record *course = effect_course(k, e->param[PARAM_course], &rs);
    const char *outcome = "store_failed";
    if (course) {
        record_init(&fields, TYPE_PROPOSE);
        record_set_text(&fields, PROPOSE_person, k->state.session.person);
        record_set_text(&fields, PROPOSE_worker, e->param[PARAM_person]);
        record_set_text(&fields, PROPOSE_course, e->param[PARAM_course]);
        record_set_text(&fields, PROPOSE_run, e->param[PARAM_run]);
        record_set_text(&fields, PROPOSE_title, record_text(course, COURSE_title));
        record_set_number(&fields, PROPOSE_price, record_number(course, COURSE_price));
        outcome = effect_write_one(k, &fields, false);
    }
    rowset_release(&rs);
    return outcome;
}

const char *effect_propose(struct kiosk *k, const struct effect *e)
{
    if (k->rehearsal)
        return "saved";
    return is_member(k, e->param[PARAM_person]) ? write_proposal(k, e) : "store_failed";
}

const char *effect_delegate(struct kiosk *k, const struct effect *e)
{
    struct record fields;
    struct err err = {0};
    int64_t day;
    if (k->rehearsal)
        return "saved";
    if (!is_member(k, e->param[PARAM_person]) || date_parse(e->param[PARAM_day], &day, &err) < 0)
        return "store_failed";
    record_init(&fields, TYPE_DELEGATE);
    record_set_text(&fields, DELEGATE_person, k->state.session.person);
    record_set_text(&fields, DELEGATE_deputy, e->param[PARAM_person]);
    record_set_number(&fields, DELEGATE_start, date_from_instant(k->now));
    record_set_number(&fields, DELEGATE_end, day);
    return effect_write_one(k, &fields, false);
}

/* Every code is as likely as every other. */
static void make_code(char code[LIM_CODE + 1])
{
    for (int i = 0; i < LIM_CODE;) {
        unsigned char byte;
        random_bytes(&byte, sizeof(byte));
        if (byte < 250)
            code[i++] = (char)('0' + byte % 10);
    }
    code[LIM_CODE] = '\0';
}

static const char *write_code(struct kiosk *k, const struct effect *e)
{
    struct visit *v = k->visit;
    struct record fields;
    record_init(&fields, TYPE_GIVE_CODE);
    record_set_text(&fields, GIVE_CODE_person, k->state.session.person);
    record_set_text(&fields, GIVE_CODE_worker, e->param[PARAM_person]);
    make_code(v->proof.secret);
    const char *outcome = effect_write_one(k, &fields, false);
    if (strcmp(outcome, "saved") == 0)
        str_copy(k->state.code, sizeof(k->state.code), v->proof.secret);
    memory_wipe(v->proof.secret, sizeof(v->proof.secret));
    return outcome;
}

const char *effect_give_code(struct kiosk *k, const struct effect *e)
{
    if (!k->rehearsal && !is_member(k, e->param[PARAM_person]))
        return "store_failed";
    const char *outcome = write_code(k, e);
    return strcmp(outcome, "saved") == 0 ? "code_made" : outcome;
}
