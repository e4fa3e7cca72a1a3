/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/people_rows.h"

#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "model/request.h"

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

static void add_texts(struct record *r, const struct ticket *t)
{
    r->id = t->badge_only ? PEOPLE_MARKED_ID : ID;
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
        record_set_number(r, NOTICE_at, instant(PEOPLE_NOW) - i * INT64_C(100000000));
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
        record_set_number(r, LOOK_at, instant(PEOPLE_NOW) - i * INT64_C(100000000));
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

void people_answer(const struct people_scene *scene, enum query query, struct rowset *rs)
{
    rowset_start(rs, 10);
    switch (query) {
    case QUERY_ticket:
    case QUERY_matter:
        add_tickets(rs, scene->shown);
        break;
    case QUERY_tickets:
    case QUERY_inbox:
    case QUERY_attending:
    case QUERY_proposals:
        add_tickets(rs, scene->mine);
        break;
    case QUERY_team:
    case QUERY_proposable:
    case QUERY_member:
        add_people(rs, query == QUERY_member ? 1 : 5);
        break;
    case QUERY_occasions:
        add_days(rs, scene->only);
        break;
    case QUERY_fridays:
        add_fridays(rs);
        break;
    case QUERY_myself:
        add_myself(rs, scene->proven);
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
