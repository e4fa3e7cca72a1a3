/* SPDX-License-Identifier: EUPL-1.2 */
/* A kiosk where every personal value is a word that stands nowhere else, and somebody before it. */
#ifndef ACHT_TESTS_ALLOWED_WORLD_H
#define ACHT_TESTS_ALLOWED_WORLD_H

#include "kiosk_house.h"

#define CANARY_ROOM 72
#define CANARIES_MAX 200
#define CODE "6406917352"

/* Kinds of values; allowed.txt has them by the names below. */
enum what {
    NAME,
    TEAM,
    PERSON_ID,
    BADGE,
    BADGE_HASH,
    PIN_TYPED,
    CODE_MADE,
    COURSE_BEFORE,
    WORDS_BEFORE,
    ANSWER_BEFORE,
    DAY_BEFORE,
    NUMBER_BEFORE,
    COURSE_NOW,
    WORDS_NOW,
    NUMBER_NOW,
    PRIVATE_COURSE,
    PRIVATE_WORDS,
    PRIVATE_NUMBER,
    PRIVATE_NOW_COURSE,
    PRIVATE_NOW_WORDS,
    PRIVATE_NOW_NUMBER,
    TERMINAL,
    SEARCHED,
    NARROWED,
    TYPED,
    WHATS
};

static const char *const what_names[WHATS] = {"name", "team", "person's id", "badge number",
    "badge hash", "PIN", "code that was made", "course asked before", "words asked before",
    "answer to a question", "day named in a no", "number asked before", "course asked now",
    "words asked now", "number asked now", "private course", "private words", "private number",
    "private course now", "private words now", "private number now", "terminal of a message",
    "words searched", "choice of the list", "words typed"};

enum who_is { ANNA_IS, BART_IS, CEES_IS, DIRK_IS, SOFIE_IS, TOM_IS, RITA_IS, STRANGER_IS, PEOPLE };
#define NO_ONE PEOPLE

static const struct person {
    const char *id, *name, *team, *badge;
    enum role role;
} people[PEOPLE + 1] = {
    {"pxannq", "Nxannq", "Gxweldq", "0004718231", ROLE_worker},
    {"pxbarq", "Nxbarq", "Gxweldq", "0004718242", ROLE_worker},
    {"pxceeq", "Nxceeq", "Gxmillq", "0004718253", ROLE_worker},
    {"pxdirq", "Nxdirq", "Gxmillq", "0004718264", ROLE_worker},
    {"pxsofq", "Nxsofq", "Gxweldq", "0004718275", ROLE_supervisor},
    {"pxtomq", "Nxtomq", "Gxmillq", "0004718286", ROLE_supervisor},
    {"pxritq", "Nxritq", "Gxdeskq", "0004718297", ROLE_contact},
    {"pxstrq", "", "", "0004718308", ROLE_worker}, /* of another company: not in this cache */
    {"", "", "", "", ROLE_worker},                 /* the guest */
};

/* How whoever looks stands to the one whose value it is. */
enum tie { OWN, CHARGE, DECIDER, OTHERS, STRANGERS, BEFORE, TIES };
static const char *const tie_names[TIES] = {
    "own", "charge", "decider", "others", "strangers", "last visitor"};

enum part {
    GUEST,
    BADGE_ONLY,
    NO_PIN,
    CHECKING,
    UNPROVEN,
    PROVEN,
    BOSS_BADGE,
    BOSS_UNPROVEN,
    BOSS,
    DEPUTY_BADGE,
    DEPUTY,
    CONTACT_BADGE,
    CONTACT,
    PARTS
};
static const struct {
    const char *name;
    enum who_is is;
    enum proof_of_visit proof;
} parts[PARTS] = {
    {"guest", NO_ONE, VISIT_CLAIMED},
    {"badge", ANNA_IS, VISIT_CLAIMED},
    {"no-pin", ANNA_IS, VISIT_NO_PIN},
    {"checking", ANNA_IS, VISIT_CHECKING},
    {"unproven", ANNA_IS, VISIT_UNPROVEN},
    {"proven", ANNA_IS, VISIT_PROVEN},
    {"supervisor-badge", SOFIE_IS, VISIT_CLAIMED},
    {"supervisor-unproven", SOFIE_IS, VISIT_UNPROVEN},
    {"supervisor", SOFIE_IS, VISIT_PROVEN},
    {"deputy-badge", DIRK_IS, VISIT_CLAIMED},
    {"deputy", DIRK_IS, VISIT_UNPROVEN},
    {"contact-badge", RITA_IS, VISIT_CLAIMED},
    {"contact", RITA_IS, VISIT_PROVEN},
};

/* Dirk decides in Sofie's place; Rita, for everybody; Sofie and Rita answered requests of others.
 */
static const char ties[PEOPLE + 1][PEOPLE + 1] = {
    [ANNA_IS] = "=ooodods",
    [BART_IS] = "o=oodods",
    [CEES_IS] = "oo=odods",
    [DIRK_IS] = "cco=dods",
    [SOFIE_IS] = "ccoo=ods",
    [TOM_IS] = "ooccd=ds",
    [RITA_IS] = "cccccc=s",
    [NO_ONE] = "ooooooos",
};

struct canary {
    enum what what;
    enum who_is whose; /* NO_ONE: the guest's own */
    bool last;         /* only of a visit that is over */
    char text[CANARY_ROOM];
};

struct world {
    struct house h;
    struct canary canary[CANARIES_MAX];
    int canaries;
    char request[CANARIES_MAX][CANARY_ROOM]; /* ids of requests that anybody may try to open */
    int requests;
};

static inline enum tie tie_of(enum who_is who, const struct canary *v)
{
    if (v->last)
        return BEFORE;
    if (who == v->whose || (v->what == TEAM && strcmp(people[who].team, v->text) == 0))
        return OWN;
    if (v->whose == NO_ONE)
        return BEFORE; /* the guest has gone, or has shown a badge of somebody */
    switch (ties[who][v->whose]) {
    case 'c':
        return CHARGE;
    case 'd':
        return DECIDER;
    case 's':
        return STRANGERS;
    default:
        return OTHERS;
    }
}

static inline const char *plant(
    struct world *w, enum what what, enum who_is whose, const char *text)
{
    assert_true(w->canaries < CANARIES_MAX);
    struct canary *v = &w->canary[w->canaries++];
    *v = (struct canary){.what = what, .whose = whose};
    assert_int_equal(str_copy(v->text, CANARY_ROOM, text), 0);
    return v->text;
}

/* A word of five letters that stands nowhere else. */
static inline const char *new_word(struct world *w, enum what what, enum who_is whose)
{
    char word[8];
    int n = w->canaries;
    (void)snprintf(word, sizeof(word), "%cx%c%cq", 'A' + what, 'a' + n / 26, 'a' + n % 26);
    return plant(w, what, whose, word);
}

static inline void add_id(struct world *w, const char *id)
{
    assert_true(w->requests < CANARIES_MAX);
    (void)str_copy(w->request[w->requests++], CANARY_ROOM, id);
}

/* ---- what the kiosk was sent ---- */

static inline void send_people(struct world *w)
{
    struct fixture *f = w->h.f;
    for (int i = 0; i < PEOPLE; i++) {
        const struct person *p = &people[i];
        char hash[DIGEST_HEX], typed[8];
        assert_int_equal(badge_hash(KEY, p->badge, hash), 0);
        (void)snprintf(typed, sizeof(typed), "%.5s", p->badge + 4);
        plant(w, PERSON_ID, (enum who_is)i, p->id);
        plant(w, BADGE, (enum who_is)i, typed);
        hash[16] = '\0';
        plant(w, BADGE_HASH, (enum who_is)i, hash);
        if (i == STRANGER_IS)
            continue;
        plant(w, NAME, (enum who_is)i, p->name);
        add_person(f, p->id, p->name, p->role, p->badge);
        record_set_text(&f->record[f->count - 1], PERSON_team, p->team);
    }
    plant(w, TEAM, ANNA_IS, people[ANNA_IS].team);
    plant(w, TEAM, CEES_IS, people[CEES_IS].team);
    plant(w, TEAM, RITA_IS, people[RITA_IS].team);
    struct record *r = add_record(f, TYPE_DELEGATION, "delegation");
    record_set_text(r, DELEGATION_person, people[SOFIE_IS].id);
    record_set_text(r, DELEGATION_deputy, people[DIRK_IS].id);
    record_set_number(r, DELEGATION_start, f->today - 1);
    record_set_number(r, DELEGATION_end, f->today + 1);
}

/* Its course is in no catalogue: where the word stands, somebody's request is told. */
static inline struct record *send_request(
    struct world *w, enum who_is whose, enum request_state at, bool answered)
{
    struct fixture *f = w->h.f;
    const char *id = new_word(w, NUMBER_BEFORE, whose);
    char day[16];
    int64_t days;
    add_id(w, id);
    add_request(f, id, people[whose].id, at);
    struct record *r = &f->record[f->count - 1];
    record_set_text(r, REQUEST_title, new_word(w, COURSE_BEFORE, whose));
    record_set_text(r, REQUEST_words, new_word(w, WORDS_BEFORE, whose));
    if (!answered)
        return r;
    record_set_text(r, REQUEST_reply, new_word(w, ANSWER_BEFORE, whose));
    record_set_text(r, REQUEST_decider, people[SOFIE_IS].id);
    record_set_number(r, REQUEST_decided_at, 2000);
    record_set_number(r, REQUEST_because, BECAUSE_busy);
    (void)snprintf(day, sizeof(day), "%d-03-14", 2051 + w->requests); /* the year tells whose */
    MUST(date_parse(day, &days, err));
    record_set_number(r, REQUEST_alternative, days);
    day[4] = '\0';
    plant(w, DAY_BEFORE, whose, day);
    return r;
}

static inline void send_requests(struct world *w)
{
    for (int i = 0; i < PEOPLE; i++) {
        enum who_is whose = (enum who_is)i;
        struct record *r = send_request(w, whose, REQUEST_asked, false);
        if (whose == BART_IS || whose == STRANGER_IS)
            record_set_number(r, REQUEST_holder, HOLDER_contact); /* nobody answered in time */
        send_request(w, whose, REQUEST_no, true);
        send_request(w, whose, REQUEST_placed, true);
    }
    struct record *r = send_request(w, ANNA_IS, REQUEST_yes, true);
    record_set_text(r, REQUEST_objector, people[RITA_IS].id);
    record_set_number(r, REQUEST_objection, ANSWER_no);
}

static inline void send_notices(struct world *w)
{
    for (int i = 0; i < PEOPLE; i++) {
        struct record *r = add_record(w->h.f, TYPE_NOTICE, people[i].name);
        char id[8];
        (void)snprintf(id, sizeof(id), "n%d", i);
        r->id = arena_strdup(&w->h.f->mem, id);
        record_set_text(r, NOTICE_person, people[i].id);
        record_set_number(r, NOTICE_kind, i == SOFIE_IS ? NOTICE_team_wrong_pin : NOTICE_pin_set);
        record_set_number(r, NOTICE_at, 1000);
        record_set_text(r, NOTICE_kiosk, new_word(w, TERMINAL, (enum who_is)i));
        record_set_text(r, NOTICE_about, i == SOFIE_IS ? people[ANNA_IS].id : "");
    }
}

static inline void send_all(struct world *w)
{
    struct fixture *f = w->h.f;
    seal_keys_make(&w->h.keys);
    struct record *company = add_record(f, TYPE_COMPANY, "company");
    record_set_text(company, COMPANY_seal_key, w->h.keys.public_key);
    record_set_number(company, COMPANY_answer_days, 5);
    send_people(w);
    send_requests(w);
    send_notices(w);
    struct record *source = add_record(f, TYPE_SOURCE, "s1");
    record_set_text(source, SOURCE_name, "Register");
    record_set_number(source, SOURCE_checked, 1000);
    add_course(f, "c1", "Lassen");
    add_run(f, "r1", "c1", f->today + 30, "Zwolle", "Oost");
    apply(f, "1");
}

static inline void world_open_on(struct world *w, const char *share)
{
    void *fixture;
    *w = (struct world){0};
    assert_int_equal(fixture_start_open(&fixture), 0);
    w->h.f = fixture;
    send_all(w);
    enrol(w->h.f);
    MUST(kiosk_open(&w->h.k, share, w->h.f->data, "en", err));
}

static inline void world_open(struct world *w)
{
    char share[400];
    const char *build = getenv("ACHT_BUILD");
    (void)snprintf(share, sizeof(share), "%s/share/acht", build ? build : "build");
    world_open_on(w, share);
}

/* ---- who comes ---- */

/* Asks for a course that is gone from the catalogue afterwards. */
static inline void ask_for(
    struct world *w, enum who_is whose, enum action action, enum what course, enum what number)
{
    struct house *h = &w->h;
    char id[16];
    (void)snprintf(id, sizeof(id), "c-%d", w->canaries);
    add_course(h->f, id, new_word(w, course, whose));
    apply(h->f, "2");
    (void)store_changed(h->k.store);
    (void)str_copy(h->k.state.words, LIM_WORDS, new_word(w, course + 1, whose));
    assert_string_equal(act_with(h, action, (struct with){.course = id}), "saved");
    const char *entry = last_entry(h).id;
    plant(w, number, whose, entry + 24);
    add_id(w, entry);
    add_tombstone(h->f, TYPE_COURSE, id);
    apply(h->f, "3");
    (void)store_changed(h->k.store);
    kiosk_stale(&h->k);
}

/* What is typed and chosen on the way; the secrets are not finished yet. */
static inline void type_all(struct world *w, enum who_is whose, const char *digits)
{
    struct state *st = &w->h.k.state;
    char part[8];
    (void)str_copy(st->search.text, LIM_QUERY, new_word(w, SEARCHED, whose));
    (void)str_copy(st->search.chosen[FACET_provider], LIM_LABEL, new_word(w, NARROWED, whose));
    (void)str_copy(st->words, LIM_WORDS, new_word(w, TYPED, whose));
    (void)str_copy(st->pin, LIM_PIN + 1, digits);
    (void)str_copy(st->new_pin, LIM_PIN + 1, digits + 1);
    (void)str_copy(st->again, LIM_PIN + 1, digits + 2);
    (void)str_copy(st->code, LIM_CODE + 1, digits);
    (void)str_copy(st->language, LANGUAGE_CODE, "nl");
    (void)snprintf(part, sizeof(part), "%.4s", digits + 2); /* of all of them */
    plant(w, PIN_TYPED, whose, part);
}

static inline void badge_event(struct world *w, enum who_is who)
{
    struct event ev = {.kind = EVENT_BADGE, .text = people[who].badge};
    kiosk_handle(&w->h.k, &ev);
    assert_string_equal(w->h.k.state.session.person, people[who].id);
}

/* Somebody who leaves everything lying about. */
static inline void last_visit(struct world *w, enum who_is who)
{
    int first = w->canaries;
    open_offline(&w->h, people[who].badge);
    ask_for(w, who, ACTION_ask_privately, PRIVATE_NOW_COURSE, PRIVATE_NOW_NUMBER);
    type_all(w, who, "91826437");
    for (int i = first; i < w->canaries; i++)
        w->canary[i].last = true;
    char words[LIM_WORDS + 1];
    (void)str_copy(words, sizeof(words), w->h.k.state.words);
    ask_for(w, who, ACTION_ask, COURSE_BEFORE, NUMBER_BEFORE);
    (void)str_copy(w->h.k.state.words, LIM_WORDS, words);
}

#define LETTER_ROW                                                                                 \
    "{\"type\":\"request\",\"id\":\"%s\",\"person\":\"%s\",\"course\":\"c1\",\"title\":\"%s\","    \
    "\"words\":\"%s\",\"state\":\"placed\",\"reason\":\"none\",\"holder\":\"nobody\",\"asked_"     \
    "at\":"                                                                                        \
    "\"2026-11-24T08:00:00Z\",\"since\":\"2026-11-24T08:00:00Z\",\"judged_at\":"                   \
    "\"2026-11-24T08:00:00Z\"}\n"

static inline void letter_row(struct world *w, enum who_is whose, struct buf *lines)
{
    const char *id = new_word(w, PRIVATE_NUMBER, whose);
    const char *title = new_word(w, PRIVATE_COURSE, whose);
    const char *words = new_word(w, PRIVATE_WORDS, whose);
    add_id(w, id);
    buf_printf(lines, LETTER_ROW, id, people[whose].id, title, words);
}

/* The own route's letter, in which somebody else's row has got by mistake. */
static inline void send_letter(struct world *w, enum who_is who, const struct entry *sign_in)
{
    struct house *h = &w->h;
    struct buf lines = BUF_INIT(LIM_BOX), box = BUF_INIT(LIM_BOX);
    letter_row(w, who, &lines);
    letter_row(w, BART_IS, &lines);
    buf_printf(&lines,
        "{\"look\":{\"who\":\"%s\",\"name\":\"%s\",\"what\":\"opened\",\"at\":"
        "\"2026-11-24T09:00:00Z\"}}\n",
        people[SOFIE_IS].id, people[SOFIE_IS].name);
    assert_int_equal(
        seal_text(record_text(&sign_in->fields, SIGN_IN_key), lines.p, lines.len, &box), 0);
    struct record *r = add_record(h->f, TYPE_LETTER, sign_in->id);
    record_set_text(r, LETTER_visit, r->id);
    record_set_text(r, LETTER_box, box.p);
    apply(h->f, "4");
    (void)store_changed(h->k.store);
    kiosk_watch(&h->k);
    assert_true(h->k.visit->letter.count == 3);
    buf_release(&lines);
    buf_release(&box);
}

static inline void prove(struct world *w, enum who_is who, enum proof_of_visit proof)
{
    struct house *h = &w->h;
    if (proof == VISIT_NO_PIN)
        assert_string_equal(type_pin(h, ""), "no_pin");
    if (proof < VISIT_CHECKING)
        return;
    MUST(cache_set_contact(
        h->f->sync, proof == VISIT_UNPROVEN ? "no_network" : "ok", clock_now(), err));
    assert_string_equal(type_pin(h, PIN), "checking");
    struct entry e = last_entry(h);
    if (proof == VISIT_PROVEN) {
        server_says(h, "accepted", "none");
        send_letter(w, who, &e);
    }
    if (proof == VISIT_UNPROVEN)
        kiosk_watch(&h->k);
}

/* Somebody of that part stands there, after another visit, and has done and typed all he may. */
static inline void come(struct world *w, enum part part)
{
    enum who_is who = parts[part].is;
    last_visit(w, BART_IS);
    if (who == NO_ONE)
        (void)act(&w->h, ACTION_end_session);
    else
        badge_event(w, who);
    prove(w, who, parts[part].proof);
    if (who != NO_ONE)
        ask_for(w, who, ACTION_ask, COURSE_NOW, NUMBER_NOW);
    if (parts[part].proof >= VISIT_UNPROVEN)
        ask_for(w, who, ACTION_ask_privately, PRIVATE_NOW_COURSE, PRIVATE_NOW_NUMBER);
    type_all(w, who, "73514280");
    plant(w, CODE_MADE, who, CODE);
    (void)str_copy(w->h.k.state.language, LANGUAGE_CODE, "en");
    assert_int_equal(proof_now(&w->h), parts[part].proof);
}

static inline void world_close(struct world *w)
{
    void *fixture = w->h.f;
    kiosk_close(&w->h.k);
    assert_int_equal(fixture_end(&fixture), 0);
}

#endif
