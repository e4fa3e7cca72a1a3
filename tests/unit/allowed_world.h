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
    PROPOSED,
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
    PROPOSED_ONESELF, /* PROPOSED, for who proposed it */
    WHATS
};

static const char *const what_names[WHATS] = {"name", "team", "person's id", "badge number",
    "badge hash", "PIN", "code that was made", "course asked before", "words asked before",
    "answer to a question", "day named in a no", "number asked before", "course proposed",
    "course asked now", "words asked now", "number asked now", "private course", "private words",
    "private number", "private course now", "private words now", "private number now",
    "terminal of a message", "words searched", "choice of the list", "words typed",
    "course proposed oneself"};

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
    DEPUTY_UNPROVEN,
    DEPUTY,
    CONTACT_BADGE,
    CONTACT_UNPROVEN,
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
    {"deputy-unproven", DIRK_IS, VISIT_UNPROVEN},
    {"deputy", DIRK_IS, VISIT_PROVEN},
    {"contact-badge", RITA_IS, VISIT_CLAIMED},
    {"contact-unproven", RITA_IS, VISIT_UNPROVEN},
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
    enum who_is by;    /* PROPOSED */
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

/* A request of this visit is one of before as soon as the visit is over. */
static inline enum what not_now(enum what what)
{
    switch (what) {
    case COURSE_NOW:
        return COURSE_BEFORE;
    case WORDS_NOW:
        return WORDS_BEFORE;
    case NUMBER_NOW:
        return NUMBER_BEFORE;
    default:
        return what;
    }
}

/* What stood in memory only must be gone; what was noted is known from now on. */
static inline void visit_is_over(struct world *w)
{
    for (int i = 0; i < w->canaries; i++) {
        struct canary *c = &w->canary[i];
        c->what = not_now(c->what);
        c->last |= c->what == PIN_TYPED || (c->what >= PRIVATE_COURSE && c->what != TERMINAL);
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

static inline const struct person *who_answers(enum who_is whose)
{
    return &people[whose == SOFIE_IS ? RITA_IS : SOFIE_IS];
}

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
        if (i == STRANGER_IS)
            continue;
        hash[16] = '\0';
        plant(w, BADGE_HASH, (enum who_is)i, hash);
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
    record_set_text(r, REQUEST_decider, who_answers(whose)->id);
    record_set_number(r, REQUEST_decided_at, 2000);
    record_set_number(r, REQUEST_because, BECAUSE_busy);
    (void)snprintf(day, sizeof(day), "%d-03-14", 2051 + w->requests); /* the year tells whose */
    MUST(date_parse(day, &days, err));
    record_set_number(r, REQUEST_alternative, days);
    day[4] = '\0';
    plant(w, DAY_BEFORE, whose, day);
    return r;
}

static inline void send_proposal(
    struct world *w, enum who_is whose, enum who_is by, enum request_state at)
{
    const char *id = new_word(w, NUMBER_BEFORE, whose);
    add_id(w, id);
    add_request(w->h.f, id, people[whose].id, at);
    struct record *r = &w->h.f->record[w->h.f->count - 1];
    record_set_text(r, REQUEST_title, new_word(w, PROPOSED, whose));
    record_set_text(r, REQUEST_proposer, people[by].id);
    w->canary[w->canaries - 1].by = by;
}

static inline void send_proposals(struct world *w)
{
    send_proposal(w, ANNA_IS, SOFIE_IS, REQUEST_proposed);
    send_proposal(w, ANNA_IS, SOFIE_IS, REQUEST_withdrawn);
    send_proposal(w, BART_IS, DIRK_IS, REQUEST_proposed);
    send_proposal(w, CEES_IS, TOM_IS, REQUEST_proposed);
    send_proposal(w, CEES_IS, RITA_IS, REQUEST_proposed);
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
    send_proposals(w);
    send_notices(w);
    struct record *source = add_record(f, TYPE_SOURCE, "s1");
    record_set_text(source, SOURCE_name, "Register");
    record_set_number(source, SOURCE_checked, 1000);
    add_course(f, "c1", "Lassen");
    add_run(f, "r1", "c1", f->today + 30, "Zwolle", "Oost");
    apply(f, "1");
}

/* A copy of the screens, of which one shows the team as well, and one has another name. */
static inline void spoil_screens(struct world *w, const char *share, const char *screen)
{
    static const char edit[] =
        "sed -e 's/\"body\"/\"data\": {\"x\": {\"query\": \"team\"}}, \"body\"/' "
        "-e 's/\"list\", \"before\"/\"list\", \"source\": \"x\", \"before\"/'";
    struct buf command = BUF_INIT(4000);
    buf_printf(&command,
        "cp -r '%s/screens' '%s/' && cd '%s/screens' && sed 's/\"screen\": \"%s\"/\"screen\": "
        "\"%s2\"/' %s.json >%s2.json && %s -i %s.json",
        share, w->h.f->share, w->h.f->share, screen, screen, screen, screen, edit, screen);
    assert_int_equal(system(command.p), 0); /* NOLINT(cert-env33-c): names of the test's own */
    buf_release(&command);
}

/* spoiled: the screen that is not as it should be, or NULL. */
static inline void world_open(struct world *w, const char *spoiled)
{
    char share[400];
    const char *build = getenv("ACHT_BUILD");
    void *fixture;
    *w = (struct world){0};
    if (fixture_start_open(&fixture) < 0)
        BUG("no directory to work in");
    w->h.f = fixture;
    send_all(w);
    enrol(w->h.f);
    (void)snprintf(share, sizeof(share), "%s/share/acht", build ? build : "build");
    if (spoiled)
        spoil_screens(w, share, spoiled);
    MUST(kiosk_open(&w->h.k, spoiled ? w->h.f->share : share, w->h.f->data, "en", err));
}

#endif
