/* SPDX-License-Identifier: EUPL-1.2 */
/* Requests as this kiosk knows them: what the feed says, and what was done here since. */
#include "store/inner.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "model/request.h"
#include "proto/codec.h"

/* ---- reading ---- */

#define WANTED "WHERE (?1 IS NULL OR person = ?1) AND (?2 IS NULL OR id = ?2) AND (?3 >> state) & 1"

static void bind_wanted(struct stmt *q, const struct wanted *w)
{
    stmt_text(q, 1, w->person);
    stmt_text(q, 2, w->id);
    stmt_number(q, 3, w->states);
}

static int read_feed(
    struct store *s, const struct wanted *w, int more, struct matters *m, struct err *err)
{
    struct stmt *q = db_stmt(s->cache, "SELECT count(*) FROM request " WANTED);
    bind_wanted(q, w);
    int64_t n = stmt_step(q, err) > 0 ? stmt_get_number(q, 0) : -1;
    stmt_reset(q);
    if (n < 0 || meta_get(s->cache, META_FINISHED, &m->finished, NULL, 0, err) < 0)
        return -1;
    rowset_start(&m->feed, (int)n + more + 1);
    q = record_select(s->cache, TYPE_REQUEST, "wanted", WANTED " LIMIT ?4");
    bind_wanted(q, w);
    stmt_number(q, 4, n);
    return record_fetch_all(q, TYPE_REQUEST, &m->feed, err);
}

static void add_letter(const struct viewer *v, struct matters *m)
{
    for (int i = 0; v->letter && i < v->letter->count; i++) {
        const struct record *r = &v->letter->rows[i];
        if (r->type == type_get(TYPE_REQUEST) &&
            strcmp(record_text(r, REQUEST_person), v->person) == 0) {
            *rowset_add(&m->feed, TYPE_REQUEST) = *r;
            m->letters++;
        }
    }
}

static int read_locals(struct store *s, const struct viewer *v, struct matters *m, struct err *err)
{
    struct local *journal;
    if (journal_locals(s, m->finished, v->began, &s->scratch, &journal, &m->journals, err) < 0)
        return -1;
    m->locals = m->journals + v->owns;
    m->local = arena_alloc(&s->scratch, sizeof(*m->local) * ((size_t)m->locals + 1));
    memcpy(m->local, journal, sizeof(*journal) * (size_t)m->journals);
    if (v->owns > 0)
        memcpy(m->local + m->journals, v->own, sizeof(*v->own) * (size_t)v->owns);
    return 0;
}

int matters_read(struct store *s, const struct viewer *v, const struct wanted *w, struct matters *m,
    struct err *err)
{
    struct company company = {.answer_days = 0};
    int letters = v->letter ? v->letter->count : 0;
    *m = (struct matters){.finished = NO_NUMBER};
    rowset_start(&m->feed, letters + 1);
    if (s->cache &&
        (read_feed(s, w, letters, m, err) < 0 || store_company_row(s, &company, err) < 0))
        return -1;
    m->answer_days = company.answer_days;
    add_letter(v, m);
    return read_locals(s, v, m, err);
}

void matters_release(struct matters *m)
{
    rowset_release(&m->feed);
}

/* ---- which are shown ---- */

static bool is_ask(const struct local *l)
{
    return l->fields.type == type_get(TYPE_ASK) || l->fields.type == type_get(TYPE_PROPOSE);
}

static bool refused(const struct local *l)
{
    return choice_index(VERDICTS, l->kind, strlen(l->kind)) == (int)VERDICT_refused;
}

/* Whether the feed had no time yet to show what it did. */
static bool is_fresh(const struct matters *m, const struct local *l)
{
    return l->settled_at == NO_NUMBER || m->finished == NO_NUMBER || l->settled_at > m->finished;
}

static const struct record *find_record(const struct matters *m, const char *id)
{
    for (int i = 0; i < m->feed.count; i++)
        if (strcmp(m->feed.rows[i].id, id) == 0)
            return &m->feed.rows[i];
    return NULL;
}

static const struct local *find_ask(const struct matters *m, const char *id)
{
    for (int i = 0; i < m->locals; i++)
        if (is_ask(&m->local[i]) && strcmp(m->local[i].id, id) == 0)
            return &m->local[i];
    return NULL;
}

/* Field numbers of what an ask and a proposal share. */
struct ask_fields {
    int person, course, run, title, price, words;
};

static struct ask_fields fields_of(const struct local *l)
{
    if (l->fields.type == type_get(TYPE_PROPOSE))
        return (struct ask_fields){
            PROPOSE_worker, PROPOSE_course, PROPOSE_run, PROPOSE_title, PROPOSE_price, -1};
    return (struct ask_fields){ASK_person, ASK_course, ASK_run, ASK_title, ASK_price, ASK_words};
}

/* Whether a request of the feed is for the same person, course and date. */
static bool is_merged(const struct matters *m, const struct local *l)
{
    struct ask_fields f = fields_of(l);
    for (int i = 0; i < m->feed.count; i++) {
        const struct record *r = &m->feed.rows[i];
        if (request_open((enum request_state)record_number(r, REQUEST_state)) &&
            strcmp(record_text(r, REQUEST_person), record_text(&l->fields, f.person)) == 0 &&
            strcmp(record_text(r, REQUEST_course), record_text(&l->fields, f.course)) == 0 &&
            strcmp(record_text(r, REQUEST_run), record_text(&l->fields, f.run)) == 0)
            return true;
    }
    return false;
}

/* Whether the journal must speak for this ask: until the feed has had the time to, and for good
 * when it was refused without a record. */
static bool speaks(const struct matters *m, const struct local *l)
{
    if (!is_ask(l) || find_record(m, l->id))
        return false;
    if (choice_index(VERDICTS, l->kind, strlen(l->kind)) == (int)VERDICT_merged && is_merged(m, l))
        return false;
    return refused(l) || is_fresh(m, l);
}

int matters_each(const struct matters *m, matter_visit *visit, void *context, struct err *err)
{
    int rc = 0;
    for (int i = 0; i < m->feed.count && rc == 0; i++) {
        const struct record *r = &m->feed.rows[i];
        struct matter which = {r, find_ask(m, r->id), i >= m->feed.count - m->letters};
        rc = visit(context, &which, err);
    }
    for (int i = 0; i < m->locals && rc == 0; i++) {
        struct matter which = {NULL, &m->local[i], i >= m->journals};
        if (speaks(m, &m->local[i]))
            rc = visit(context, &which, err);
    }
    return rc;
}

const char *matter_id(const struct matter *which)
{
    return which->record ? which->record->id : which->ask->id;
}

const char *matter_person(const struct matter *which)
{
    if (which->record)
        return record_text(which->record, REQUEST_person);
    return record_text(&which->ask->fields, fields_of(which->ask).person);
}

const char *matter_proposer(const struct matter *which)
{
    if (which->record)
        return record_text(which->record, REQUEST_proposer);
    bool proposal = which->ask->fields.type == type_get(TYPE_PROPOSE);
    return proposal ? record_text(&which->ask->fields, PROPOSE_person) : "";
}

/* ---- the fold ---- */

static int64_t number_or(const struct record *r, int field, int64_t otherwise)
{
    int64_t n = record_number(r, field);
    return n == NO_NUMBER ? otherwise : n;
}

/* Where the feed says it stands, as the fold that led there. */
static struct request_fold fold_of_record(const struct record *r, bool own)
{
    enum request_state state = (enum request_state)number_or(r, REQUEST_state, REQUEST_asked);
    bool asked = state == REQUEST_asked || state == REQUEST_seen || state == REQUEST_info;
    return (struct request_fold){.exists = true,
        .state = state,
        .route = own ? ROUTE_own : ROUTE_employer,
        .worker = record_text(r, REQUEST_person),
        .words = record_text(r, REQUEST_words),
        .reply = record_text(r, REQUEST_reply),
        .badge_only = number_or(r, REQUEST_badge_only, 0),
        .worker_yes = state != REQUEST_proposed && state != REQUEST_yes_if,
        .decider_yes = !asked && state != REQUEST_no,
        .proposer = record_text(r, REQUEST_proposer),
        .decider = record_text(r, REQUEST_decider),
        .asked_at = number_or(r, REQUEST_asked_at, 0),
        .since = number_or(r, REQUEST_since, 0),
        .decided_at = record_number(r, REQUEST_decided_at),
        .agreed_at = NO_NUMBER,
        .because = (enum because)number_or(r, REQUEST_because, BECAUSE_none),
        .alternative = record_alternative(r),
        .objector = record_text(r, REQUEST_objector),
        .objection = (enum answer)number_or(r, REQUEST_objection, 0)};
}

static const char *text_of(const struct record *fields, const char *name)
{
    int field = type_field(fields->type, name);
    return field >= 0 ? record_text(fields, field) : "";
}

static struct step step_of_local(const struct local *l, const char *worker)
{
    const struct record *f = &l->fields;
    bool decides = f->type == type_get(TYPE_DECIDE);
    bool ask = f->type == type_get(TYPE_ASK);
    const char *person = text_of(f, "person");
    return (struct step){.kind = (enum step_kind)step_of_entry(f),
        .at = l->made_at,
        .id = l->id,
        .person = person,
        .maker = strcmp(person, worker) == 0 ? MAKER_WORKER : MAKER_DECIDER,
        .proven = *text_of(f, "pin") || l->proven,
        .worker = worker,
        .route = ask && number_or(f, ASK_route, 0) == ROUTE_own ? ROUTE_own : ROUTE_employer,
        .because = decides ? (enum because)number_or(f, DECIDE_because, 0) : BECAUSE_none,
        .alternative = decides ? record_alternative(f) : NO_NUMBER,
        .words = text_of(f, "words")};
}

/* What became of a request here. */
struct outlook {
    struct request_fold fold;
    bool changed;    /* a step of this kiosk counts */
    bool unsent;     /* ... and waits to be sent */
    enum reason why; /* the last step that was refused */
};

static bool is_step_of(const struct local *l, const char *id)
{
    return step_of_entry(&l->fields) >= 0 &&
           (is_ask(l) ? strcmp(l->id, id) == 0 : strcmp(text_of(&l->fields, "request"), id) == 0);
}

static const struct local *local_of(const struct matters *m, const char *id)
{
    for (int i = 0; i < m->locals; i++)
        if (m->local[i].id == id)
            return &m->local[i];
    BUG("no entry %s", id);
}

static void apply_step(const struct matters *m, struct outlook *o, const struct step *step)
{
    enum step_result result = request_apply(&o->fold, step);
    if (result != STEP_TAKEN && result != STEP_OBJECTED)
        return;
    o->changed = true;
    o->unsent |= step->kind != STEP_SEE && local_of(m, step->id)->settled_at == NO_NUMBER;
}

static void note_refusal(const struct matters *m, const char *id, struct outlook *o)
{
    for (int i = 0; i < m->locals; i++) {
        const struct local *l = &m->local[i];
        int reason = choice_index(REASONS, l->reason, strlen(l->reason));
        if (is_step_of(l, id) && refused(l) && l->made_at >= o->fold.since && reason > 0)
            o->why = (enum reason)reason;
    }
}

static void look(
    struct store *s, const struct matters *m, const struct matter *which, struct outlook *o)
{
    const char *id = matter_id(which);
    struct step *steps = arena_alloc(&s->scratch, sizeof(*steps) * ((size_t)m->locals + 1));
    int count = 0;
    *o = (struct outlook){.why = REASON_none};
    if (which->record)
        o->fold = fold_of_record(which->record, which->own);
    for (int i = 0; i < m->locals; i++) {
        const struct local *l = &m->local[i];
        bool counts = l == which->ask ? !which->record : is_fresh(m, l) && !refused(l);
        if (counts && is_step_of(l, id))
            steps[count++] = step_of_local(l, matter_person(which));
    }
    if (count > 0)
        qsort(steps, (size_t)count, sizeof(*steps), step_compare);
    for (int i = 0; i < count; i++)
        apply_step(m, o, &steps[i]);
    note_refusal(m, id, o);
}

/* ---- the ticket ---- */

static int set_name(struct store *s, struct record *t, int field, const char *person,
    struct arena *mem, struct err *err)
{
    const char *name;
    if (person_name(s, person, mem, &name, err) < 0)
        return -1;
    record_set_text(t, field, name);
    return 0;
}

static int set_run(
    struct store *s, struct record *t, const char *run, struct arena *mem, struct err *err)
{
    record_set_text(t, TICKET_run, arena_strdup(mem, run));
    if (!s->cache || !*run)
        return 0;
    struct stmt *q = db_stmt(s->cache,
        "SELECT run.\"start\", run.place, run.seats_left, source.checked FROM run "
        "LEFT JOIN course ON course.id = run.course LEFT JOIN source ON source.id = course.source "
        "WHERE run.id = ?");
    stmt_text(q, 1, run);
    int rc = stmt_step(q, err);
    if (rc > 0) {
        record_set_number(t, TICKET_start, stmt_get_number(q, 0));
        record_set_text(t, TICKET_town, arena_strdup(mem, stmt_get_text(q, 1)));
        record_set_number(t, TICKET_seats_left, stmt_get_number(q, 2));
        record_set_number(t, TICKET_checked, stmt_get_number(q, 3));
    }
    stmt_reset(q);
    return rc < 0 ? -1 : 0;
}

static void set_from_ask(struct record *t, const struct local *l, struct arena *mem)
{
    struct ask_fields f = fields_of(l);
    record_set_text(t, TICKET_course, arena_strdup(mem, record_text(&l->fields, f.course)));
    record_set_text(t, TICKET_title, arena_strdup(mem, record_text(&l->fields, f.title)));
    record_set_number(t, TICKET_price, record_number(&l->fields, f.price));
    record_set_number(t, TICKET_reason, REASON_none);
}

static void set_from_record(struct record *t, const struct record *r, struct arena *mem)
{
    record_set_text(t, TICKET_course, arena_strdup(mem, record_text(r, REQUEST_course)));
    record_set_text(t, TICKET_title, arena_strdup(mem, record_text(r, REQUEST_title)));
    record_set_number(t, TICKET_price, record_number(r, REQUEST_price));
    record_set_number(t, TICKET_reason, number_or(r, REQUEST_reason, REASON_none));
    record_set_number(t, TICKET_holder, number_or(r, REQUEST_holder, HOLDER_nobody));
    record_set_number(t, TICKET_due, record_number(r, REQUEST_due));
    record_set_number(t, TICKET_place, record_number(r, REQUEST_place));
    record_set_number(t, TICKET_until, record_number(r, REQUEST_until));
}

static void set_from_fold(struct record *t, const struct request_fold *f, struct arena *mem)
{
    record_set_number(t, TICKET_state, f->state);
    record_set_text(t, TICKET_words, arena_strdup(mem, f->words));
    record_set_text(t, TICKET_reply, arena_strdup(mem, f->reply));
    record_set_number(t, TICKET_badge_only, f->badge_only);
    record_set_number(t, TICKET_proposed, *f->proposer != '\0');
    record_set_number(t, TICKET_decided_at, f->decided_at);
    if (f->because != BECAUSE_none)
        record_set_number(t, TICKET_because, f->because);
    record_set_alternative(t, f->alternative);
    if (*f->objector)
        record_set_number(t, TICKET_objection, f->objection);
    record_set_number(t, TICKET_asked_at, f->asked_at);
    record_set_number(t, TICKET_since, f->since);
}

/* After a step of this kiosk, who must act is known from the state alone. */
static void set_holder(struct record *t, const struct matters *m, const struct request_fold *f)
{
    enum holder holder = request_holder(f->state, false);
    record_set_number(t, TICKET_holder, holder);
    record_set_number(t, TICKET_due, NO_NUMBER);
    if (holder == HOLDER_supervisor && m->answer_days > 0)
        record_set_number(
            t, TICKET_due, working_days_after(date_from_instant(f->since), (int)m->answer_days));
}

static int set_names(struct store *s, struct record *t, const struct request_fold *f,
    struct arena *mem, struct err *err)
{
    if (set_name(s, t, TICKET_who, record_text(t, TICKET_person), mem, err) < 0 ||
        set_name(s, t, TICKET_proposer, f->proposer, mem, err) < 0 ||
        set_name(s, t, TICKET_decider, f->decider, mem, err) < 0)
        return -1;
    return set_name(s, t, TICKET_objector, f->objector, mem, err);
}

static const char *run_of(const struct matter *which)
{
    if (which->record)
        return record_text(which->record, REQUEST_run);
    return record_text(&which->ask->fields, fields_of(which->ask).run);
}

/* An ask that the server refused without a record of it. */
static void set_refusal(struct record *t, const struct matter *which, const struct outlook *o)
{
    if (!which->record && refused(which->ask)) {
        record_set_number(t, TICKET_state, REQUEST_refused);
        record_set_number(t, TICKET_holder, HOLDER_nobody);
    }
    if (o->why != REASON_none)
        record_set_number(t, TICKET_reason, o->why);
}

int matter_ticket(struct store *s, const struct matters *m, const struct matter *which,
    struct rowset *rs, struct err *err)
{
    struct outlook o;
    struct record *t = rowset_add(rs, TYPE_TICKET);
    look(s, m, which, &o);
    t->id = arena_strdup(&rs->mem, matter_id(which));
    record_set_text(t, TICKET_person, arena_strdup(&rs->mem, matter_person(which)));
    record_set_number(t, TICKET_own, which->own);
    if (which->record)
        set_from_record(t, which->record, &rs->mem);
    else
        set_from_ask(t, which->ask, &rs->mem);
    if (!o.fold.exists) /* a damaged or foreign journal: shown as it was asked */
        o.fold = (struct request_fold){.words = "",
            .reply = "",
            .proposer = "",
            .decider = "",
            .objector = "",
            .asked_at = which->ask->made_at,
            .since = which->ask->made_at,
            .decided_at = NO_NUMBER,
            .alternative = NO_NUMBER};
    set_from_fold(t, &o.fold, &rs->mem);
    if (o.changed)
        set_holder(t, m, &o.fold);
    record_set_number(t, TICKET_unsent, o.unsent);
    set_refusal(t, which, &o);
    if (set_names(s, t, &o.fold, &rs->mem, err) < 0)
        return -1;
    return set_run(s, t, run_of(which), &rs->mem, err);
}
