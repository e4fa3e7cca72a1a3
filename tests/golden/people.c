/* SPDX-License-Identifier: EUPL-1.2 */
/* Screens of people and requests as pictures (support/picture.h), drawn from rows that are given
 * here: every state of a request, the supervisor's side, PINs and codes, and my data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/paths.h"
#include "model/request.h"
#include "support/picture.h"
#include "support/temp.h"

#define NOW "2026-11-24T09:42:00Z"
#define CHECKED "2026-11-24T01:14:00Z"
#define COURSE "nl-las-003"
#define TITLE "MIG/MAG-lassen niveau 2"

/* A request as the kiosk shows it; what is 0 or NULL is not there. */
struct ticket {
    const char *name;
    enum request_state state;
    enum holder holder;
    enum because because;
    enum reason reason;
    bool no_other_day;
    int unsent, own, badge_only, place, seats;
    enum answer objection;
    const char *who, *title, *run, *start, *town, *asked, *since, *due, *until;
    const char *proposer, *decider, *decided, *rather, *words, *reply, *objector;
};

#define PLACE .run = "r1", .town = "Zwolle", .asked = "2026-11-20T06:31:00Z"
#define PLAIN PLACE, .start = "2027-01-12"
#define HENK .decider = "Henk Bosma", .decided = "2026-11-23T13:20:00Z"

static const struct ticket tickets[] = {
    {"waiting", REQUEST_asked, .holder = HOLDER_supervisor, .unsent = 1, .title = "VCA-Basis",
        .asked = "2026-11-24T09:30:00Z"},
    {"asked", REQUEST_asked, .holder = HOLDER_supervisor, PLAIN, .seats = 4,
        .words = "Ik las nu alleen staal. Met niveau 2 kan ik ook aan de nieuwe lijn werken.",
        .who = "Agnieszka Wróbel", .due = "2026-11-27"},
    {"overdue", REQUEST_seen, .holder = HOLDER_contact, PLAIN, .since = "2026-11-23T23:00:00Z"},
    {"seen", REQUEST_seen, .holder = HOLDER_supervisor, PLAIN, .since = "2026-11-23T13:00:00Z"},
    {"info", REQUEST_info, .holder = HOLDER_worker, BECAUSE_who_covers, PLAIN, HENK},
    {"yes", REQUEST_yes, .holder = HOLDER_fund, PLAIN, HENK},
    {"yes_if", REQUEST_yes_if, .holder = HOLDER_worker, BECAUSE_own_time, PLAIN, HENK},
    {"no", REQUEST_no, .because = BECAUSE_busy, PLAIN, HENK, .rather = "2027-03-02"},
    {"proposed", REQUEST_proposed, .holder = HOLDER_worker, PLAIN, .proposer = "Henk Bosma"},
    {"withdrawn", REQUEST_withdrawn, PLAIN},
    {"waitlisted", REQUEST_waitlisted, .holder = HOLDER_fund, PLAIN, HENK, .place = 3},
    {"offered", REQUEST_offered, .holder = HOLDER_worker, PLAIN, HENK,
        .until = "2026-11-26T10:00:00Z"},
    {"placed", REQUEST_placed, PLAIN, HENK, .who = "Youssef El Amrani"},
    {"started", REQUEST_started, PLACE, HENK, .who = "Sanne Kuipers", .start = "2026-11-16"},
    {"finished", REQUEST_finished, PLAIN, HENK},
    {"not_attended", REQUEST_not_attended, PLAIN, HENK},
    {"expired", REQUEST_expired, PLAIN},
    {"refused", REQUEST_refused, .reason = REASON_run_gone, .run = "r2",
        .asked = "2026-10-02T11:58:00Z"},
    {"wrong_pin", REQUEST_refused, .reason = REASON_wrong_pin, PLAIN},
    {"objected", REQUEST_yes, .holder = HOLDER_fund, PLAIN, HENK, .objector = "Emine Yıldırım",
        .objection = ANSWER_no},
    {"own", REQUEST_yes, .holder = HOLDER_fund, PLAIN, .own = 1},
    {"badge_only", REQUEST_asked, .holder = HOLDER_supervisor, PLAIN, .badge_only = 1,
        .who = "Ionuț Dobre", .title = "Heftruck basis", .due = "2026-11-25"},
    {"no_other", REQUEST_no, .because = BECAUSE_cost, PLAIN, HENK, .no_other_day = true},
    {"replied", REQUEST_asked, .holder = HOLDER_supervisor, BECAUSE_who_covers, PLAIN, HENK,
        .reply = "Oleh neemt mijn werk over."},
    {"talks", REQUEST_asked, .holder = HOLDER_supervisor, BECAUSE_when, PLAIN, HENK, .unsent = 1},
    {"agreed", REQUEST_yes, .holder = HOLDER_fund, BECAUSE_share_cost, PLAIN, HENK},
    {"declined", REQUEST_withdrawn, PLAIN, .proposer = "Henk Bosma", .who = "Oleh Marchenko"},
    {"answered", REQUEST_asked, .holder = HOLDER_supervisor, BECAUSE_who_covers, PLAIN, HENK,
        .unsent = 1, .who = "Sanne Kuipers", .title = "TIG-lassen basis", .due = "2026-12-01",
        .reply = "Oleh neemt mijn werk over."},
};

struct shot {
    const char *name;   /* of the picture */
    const char *screen; /* NULL: as the picture */
    const char *shown;  /* the ticket of a query that finds one */
    const char *mine;   /* the tickets of a query that finds many */
    enum proof_of_visit proof;
    const char *typed, *words, *code, *because, *day, *message;
    int wait_seconds;
    bool only;   /* the date that was asked for is the course's only one */
    bool marked; /* the first request of the list */
};

#define REQUEST(state)                                                                             \
    {                                                                                              \
        .name = "request_" state, .screen = "request", .shown = state                              \
    }
#define INBOX "badge_only asked answered"

static const struct shot shots[] = {
    {.name = "pin_dots", .screen = "pin", .typed = "4711"},
    {.name = "pin_wait", .screen = "pin", .wait_seconds = 16, .message = "That PIN is not right."},
    {.name = "checking", .proof = VISIT_CHECKING},
    {.name = "ask", .proof = VISIT_PROVEN},
    {.name = "ask_with_words",
        .screen = "ask",
        .proof = VISIT_UNPROVEN,
        .words = "Ik wil graag aan de nieuwe lijn werken."},
    {.name = "words", .typed = "Ik wil aan de nieuwe lijn"},
    {.name = "own", .proof = VISIT_PROVEN},
    {.name = "done", .proof = VISIT_NO_PIN},
    {.name = "done_private", .proof = VISIT_PROVEN},
    {.name = "requests", .mine = "waiting offered no placed", .proof = VISIT_PROVEN},
    {.name = "requests_unproven", .screen = "requests", .mine = "waiting", .proof = VISIT_UNPROVEN},
    {.name = "requests_none", .screen = "requests", .mine = "", .proof = VISIT_NO_PIN},
    REQUEST("waiting"),
    REQUEST("asked"),
    REQUEST("overdue"),
    REQUEST("seen"),
    REQUEST("info"),
    REQUEST("yes"),
    REQUEST("yes_if"),
    REQUEST("no"),
    REQUEST("no_other"),
    REQUEST("replied"),
    REQUEST("talks"),
    REQUEST("agreed"),
    REQUEST("proposed"),
    REQUEST("withdrawn"),
    REQUEST("waitlisted"),
    REQUEST("offered"),
    REQUEST("placed"),
    REQUEST("started"),
    REQUEST("finished"),
    REQUEST("not_attended"),
    REQUEST("expired"),
    REQUEST("refused"),
    REQUEST("wrong_pin"),
    REQUEST("objected"),
    REQUEST("own"),
    {.name = "withdraw", .shown = "placed"},
    {.name = "decline", .shown = "yes_if"},
    {.name = "reply", .shown = "info"},
    {.name = "reply_words", .shown = "info", .typed = "Oleh neemt mijn werk over"},
    {.name = "inbox", .mine = INBOX},
    {.name = "inbox_none", .screen = "inbox", .mine = ""},
    {.name = "yes_several", .mine = INBOX},
    {.name = "yes_several_marked",
        .screen = "yes_several",
        .mine = INBOX,
        .marked = true,
        .message = "Tick more, or say yes below the list."},
    {.name = "matter", .shown = "asked"},
    {.name = "matter_badge_only", .screen = "matter", .shown = "badge_only"},
    {.name = "matter_answered", .screen = "matter", .shown = "answered"},
    {.name = "matter_proposed", .screen = "matter", .shown = "proposed"},
    {.name = "matter_declined", .screen = "matter", .shown = "declined"},
    {.name = "matter_talks", .screen = "matter", .shown = "talks"},
    {.name = "matter_objected", .screen = "matter", .shown = "objected"},
    {.name = "yes_if", .shown = "asked"},
    {.name = "info", .shown = "asked"},
    {.name = "no", .shown = "asked"},
    {.name = "no_day", .shown = "asked", .because = "busy"},
    {.name = "no_day_none", .screen = "no_day", .shown = "asked", .because = "busy", .only = true},
    {.name = "no_sure_none",
        .screen = "no_sure",
        .shown = "asked",
        .because = "cost",
        .day = NO_OTHER_DAY_ID},
    {.name = "no_sure", .shown = "asked", .because = "busy", .day = "2027-03-02"},
    {.name = "team"},
    {.name = "proposals", .mine = "proposed declined"},
    {.name = "proposals_none", .screen = "proposals", .mine = ""},
    {.name = "member"},
    {.name = "code_given", .code = "4071938265"},
    {.name = "deputy"},
    {.name = "deputy_until"},
    {.name = "deputy_sure", .day = "2026-12-04"},
    {.name = "attending", .mine = "placed started"},
    {.name = "absent", .shown = "started"},
    {.name = "propose"},
    {.name = "propose_sure"},
    {.name = "mydata", .proof = VISIT_PROVEN},
    {.name = "mydata_unproven", .screen = "mydata", .proof = VISIT_UNPROVEN},
    {.name = "notices", .proof = VISIT_PROVEN},
    {.name = "looks", .proof = VISIT_PROVEN},
    {.name = "rules"},
    {.name = "export", .proof = VISIT_PROVEN},
    {.name = "erase"},
    {.name = "erase_sure", .proof = VISIT_PROVEN},
    {.name = "pin_code", .typed = "40719"},
    {.name = "pin_new"},
    {.name = "pin_again", .typed = "47"},
    {.name = "pin_set"},
};

static const struct view_size {
    const char *language;
    int cols, rows;
} sizes[] = {{"nl", 80, 24}, {"nl", 40, 20}, {"nl", 132, 43}, {"en", 80, 24}, {"en", 40, 20}};

static struct app app;
static char share[PATH_ROOM], work[TEMP_PATH];

/* ---- rows ---- */

static int64_t instant(const char *text)
{
    int64_t at = NO_NUMBER;
    struct err err = {0};
    if (text && instant_parse(text, &at, &err) < 0)
        BUG("%s", err.msg);
    return at;
}

static int64_t date(const char *text)
{
    int64_t day = NO_NUMBER;
    struct err err = {0};
    if (text && date_parse(text, &day, &err) < 0)
        BUG("%s", err.msg);
    return day;
}

static void set(struct record *r, int field, const char *text)
{
    record_set_text(r, field, text ? text : "");
}

#define ID "019af000-0000-7000-8000-003d97e01ab6"
#define MARKED_ID "019af000-0000-7000-8000-00f8b2c49d12"

static void add_texts(struct record *r, const struct ticket *t)
{
    r->id = t->badge_only ? MARKED_ID : ID;
    set(r, TICKET_person, "p2");
    set(r, TICKET_course, COURSE);
    set(r, TICKET_who, t->who ? t->who : "Agnieszka Wróbel");
    set(r, TICKET_title, t->title ? t->title : TITLE);
    set(r, TICKET_run, t->run);
    set(r, TICKET_town, t->town);
    set(r, TICKET_proposer, t->proposer);
    set(r, TICKET_decider, t->decider);
    set(r, TICKET_words, t->words);
    set(r, TICKET_reply, t->reply);
    set(r, TICKET_objector, t->objector);
}

static void add_ticket(struct rowset *rs, const struct ticket *t)
{
    struct record *r = rowset_add(rs, TYPE_TICKET);
    add_texts(r, t);
    record_set_number(r, TICKET_price, 149000);
    record_set_number(r, TICKET_state, (int64_t)t->state);
    record_set_number(r, TICKET_holder, (int64_t)t->holder);
    record_set_number(r, TICKET_because, (int64_t)t->because);
    record_set_number(r, TICKET_reason, (int64_t)t->reason);
    record_set_number(r, TICKET_unsent, t->unsent);
    record_set_number(r, TICKET_own, t->own);
    record_set_number(r, TICKET_badge_only, t->badge_only);
    record_set_number(r, TICKET_proposed, t->proposer != NULL);
    record_set_number(r, TICKET_place, t->place ? t->place : NO_NUMBER);
    record_set_number(r, TICKET_seats_left, t->seats ? t->seats : NO_NUMBER);
    record_set_number(r, TICKET_checked, instant(CHECKED));
    record_set_number(r, TICKET_objection, t->objector ? (int64_t)t->objection : NO_NUMBER);
    record_set_number(r, TICKET_start, date(t->start));
    record_set_number(r, TICKET_due, date(t->due));
    record_set_number(r, TICKET_until, instant(t->until));
    record_set_alternative(r, t->no_other_day ? NO_OTHER_DAY : date(t->rather));
    record_set_number(r, TICKET_asked_at, instant(t->asked));
    record_set_number(r, TICKET_decided_at, instant(t->decided));
    record_set_number(r, TICKET_since,
        instant(t->since     ? t->since
                : t->decided ? t->decided
                             : t->asked));
}

/* The tickets whose names are in a list, in its order. */
static void add_tickets(struct rowset *rs, const char *names)
{
    for (; names && *names; names += strspn(names, " ")) {
        size_t len = strcspn(names, " ");
        for (size_t i = 0; i < sizeof(tickets) / sizeof(tickets[0]); i++)
            if (strlen(tickets[i].name) == len && strncmp(tickets[i].name, names, len) == 0)
                add_ticket(rs, &tickets[i]);
        names += len;
    }
}

static void add_people(struct rowset *rs, int most)
{
    static const char *const names[] = {
        "Agnieszka Wróbel", "Ionuț Dobre", "Oleh Marchenko", "Sanne Kuipers", "Youssef El Amrani"};
    for (int i = 0; i < most; i++) {
        struct record *r = rowset_add(rs, TYPE_PERSON);
        r->id = "p2";
        set(r, PERSON_name, names[i]);
        set(r, PERSON_team, "Lasserij");
        record_set_number(r, PERSON_role, ROLE_worker);
    }
}

static void add_day(struct rowset *rs, const char *day, const char *town, int64_t starts)
{
    struct record *r = rowset_add(rs, TYPE_OCCASION);
    r->id = day ? day : NO_OTHER_DAY_ID;
    record_set_number(r, OCCASION_day, date(day));
    record_set_number(r, OCCASION_starts, starts);
    set(r, OCCASION_town, town);
}

static void add_days(struct rowset *rs, bool only)
{
    if (only)
        add_day(rs, NULL, "", NO_NUMBER);
    else
        add_day(rs, "2027-03-02", "Zwolle", 1);
    add_day(rs, "2026-12-01", "", 0);
    add_day(rs, "2027-01-01", "", 0);
    add_day(rs, "2027-02-01", "", 0);
}

static void add_fridays(struct rowset *rs)
{
    static const char *const ends[] = {"2026-11-27", "2026-12-04", "2026-12-11", "2026-12-18"};
    for (int i = 0; i < 4; i++)
        add_day(rs, ends[i], "", NO_NUMBER);
}

static void add_myself(struct rowset *rs, bool proven)
{
    struct record *r = rowset_add(rs, TYPE_MYSELF);
    set(r, MYSELF_name, "Agnieszka Wróbel");
    set(r, MYSELF_team, "Lasserij");
    record_set_number(r, MYSELF_role, ROLE_worker);
    record_set_number(r, MYSELF_requests, proven ? 4 : 1);
    record_set_number(r, MYSELF_proven, proven);
}

static void add_notices(struct rowset *rs)
{
    static const enum notice_kind kinds[] = {
        NOTICE_offer, NOTICE_objection, NOTICE_wrong_pin, NOTICE_pin_set};
    for (int i = 0; i < 4; i++) {
        struct record *r = rowset_add(rs, TYPE_NOTICE);
        r->id = "n1";
        record_set_number(r, NOTICE_kind, (int64_t)kinds[i]);
        record_set_number(r, NOTICE_at, instant(NOW) - i * INT64_C(100000000));
        set(r, NOTICE_kiosk, i > 1 ? "Hal 1" : "");
    }
}

static void add_looks(struct rowset *rs)
{
    static const char *const what[] = {"decided", "opened", "code_given", "exported"};
    for (int i = 0; i < 4; i++) {
        struct record *r = rowset_add(rs, TYPE_LOOK);
        r->id = "l1";
        set(r, LOOK_who, i < 3 ? "Henk Bosma" : "");
        set(r, LOOK_what, what[i]);
        record_set_number(r, LOOK_at, instant(NOW) - i * INT64_C(100000000));
    }
}

static void add_course(struct rowset *rs)
{
    struct record *r = rowset_add(rs, TYPE_COURSE);
    r->id = COURSE;
    set(r, COURSE_title, TITLE);
    set(r, COURSE_provider, "Praktijkschool Zwolle");
    record_set_number(r, COURSE_price, 149000);
    record_set_number(r, COURSE_days, 1000);
}

static void add_run(struct rowset *rs)
{
    struct record *r = rowset_add(rs, TYPE_RUN);
    r->id = "r1";
    record_set_number(r, RUN_start, date("2027-01-12"));
    record_set_number(r, RUN_end, date("2027-02-16"));
    set(r, RUN_place, "Zwolle");
    record_set_number(r, RUN_seats_left, 4);
}

static void answer(const struct shot *shot, enum query query, struct rowset *rs)
{
    rowset_start(rs, 10);
    switch (query) {
    case QUERY_ticket:
    case QUERY_matter:
        add_tickets(rs, shot->shown);
        break;
    case QUERY_tickets:
    case QUERY_inbox:
    case QUERY_attending:
    case QUERY_proposals:
        add_tickets(rs, shot->mine);
        break;
    case QUERY_team:
    case QUERY_member:
        add_people(rs, query == QUERY_team ? 5 : 1);
        break;
    case QUERY_occasions:
        add_days(rs, shot->only);
        break;
    case QUERY_fridays:
        add_fridays(rs);
        break;
    case QUERY_myself:
        add_myself(rs, shot->proof == VISIT_PROVEN);
        break;
    case QUERY_notices:
        add_notices(rs);
        break;
    case QUERY_looks:
        add_looks(rs);
        break;
    case QUERY_course:
        add_course(rs);
        break;
    default:
        add_run(rs);
    }
    rs->total = rs->count;
}

/* ---- the picture ---- */

/* Whoever looks, has what the screen asks of him. */
static void sign_in(const struct shot *shot, const struct screen *s, struct session *who)
{
    bool decides = screen_who(s) == WHO_SUPERVISOR;
    who->identified = true;
    who->role = decides ? ROLE_supervisor : ROLE_worker;
    who->proof = shot->proof ? shot->proof : VISIT_PROVEN;
    str_copy(who->name, sizeof(who->name), decides ? "Henk Bosma" : "Agnieszka Wróbel");
}

static void arrange(const struct shot *shot, const char *language, struct state *st)
{
    int screen = app_find(&app, shot->screen ? shot->screen : shot->name);
    size_t size;
    assert_true(screen >= 0);
    state_init(&app, st, language);
    st->stack[0].screen = app.home;
    st->stack[1].screen = screen;
    st->depth = 2;
    sign_in(shot, &app.screen[screen], &st->session);
    char *typed = typed_text(&app.screen[screen], st, &size);
    if (typed && shot->typed)
        str_copy(typed, size, shot->typed);
    struct frame *f = state_frame(st);
    if (shot->because)
        str_copy(f->param[PARAM_because], LIM_PARAM, shot->because);
    if (shot->day)
        str_copy(f->param[PARAM_day], LIM_PARAM, shot->day);
    if (shot->shown)
        str_copy(f->param[PARAM_request], LIM_PARAM, "x");
    if (shot->words)
        str_copy(st->words, sizeof(st->words), shot->words);
    if (shot->code)
        str_copy(st->code, sizeof(st->code), shot->code);
    if (shot->marked)
        toggle_mark(st, MARKED_ID);
    st->message = shot->message;
    st->wait_seconds = shot->wait_seconds;
}

static bool shot_holds(const struct shot *shot, const struct view_size *size)
{
    struct state st;
    struct rowset rows[LIM_DATA] = {0};
    arrange(shot, size->language, &st);
    const struct screen *s = state_screen(&app, &st);
    for (int d = 0; d < s->data_count; d++)
        answer(shot, s->data[d].query, &rows[d]);
    struct view v = {.app = &app,
        .state = &st,
        .rows = rows,
        .now = instant(NOW),
        .corrected = "",
        .cols = size->cols,
        .height = size->rows};
    bool holds = picture_holds(shot->name, &v, "");
    for (int d = 0; d < LIM_DATA; d++)
        rowset_release(&rows[d]);
    return holds;
}

static void pictures(void **state)
{
    const struct shot *shot = *state;
    bool hold = true;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        hold &= shot_holds(shot, &sizes[i]);
    if (!hold)
        fail_msg("%s is not as accepted; `make golden-update` accepts what it is now", shot->name);
}

static int leave(void **state)
{
    (void)state;
    app_release(&app);
    temp_remove(work);
    return 0;
}

int main(void)
{
    const char *build = getenv("ACHT_BUILD");
    struct CMUnitTest tests[sizeof(shots) / sizeof(shots[0])];
    struct err err = {0};
    char path[PATH_ROOM];
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    temp_make(work);
    if (paths_join(share, build ? build : "build", "share/acht", &err) < 0 ||
        paths_join(path, share, "../locale", &err) < 0)
        BUG("%s", err.msg);
    text_start(path);
    if (paths_join(path, share, "screens", &err) < 0 || app_load(&app, path, &err) < 0)
        BUG("%s", err.msg);
    pictures_start(work, share);
    for (size_t i = 0; i < sizeof(shots) / sizeof(shots[0]); i++)
        tests[i] = (struct CMUnitTest){
            .name = shots[i].name, .test_func = pictures, .initial_state = (void *)&shots[i]};
    return cmocka_run_group_tests(tests, NULL, leave);
}
