/* SPDX-License-Identifier: EUPL-1.2 */
/* More of the first act: entries that are held, boxes that are set aside, and what people were at
 * the time, of both companies and under the same names. */
#include "central/database_rights.h"
#include "central/people.h"
#include "support/two_companies.h"

static void begin(struct play *p)
{
    OK(database_begin(p->house.central.db, &err));
}

static void end(struct play *p)
{
    OK(database_commit(p->house.central.db, &err));
}

/* ---- entries ---- */

static void keep_entry(
    struct play *p, int c, const char *id, const char *person, enum verdict_kind kind)
{
    struct kept_entry e = {.company = play_company[c],
        .kiosk = "k1",
        .body = person,
        .person = person,
        .course = "mig",
        .run = "",
        .received_at = p->now + c,
        .made_at = p->now,
        .verdict = {.kind = kind}};
    str_copy(e.verdict.id, sizeof(e.verdict.id), id);
    sha256_hex(id, strlen(id), e.verdict.hash);
    begin(p);
    OK(database_entry_keep(p->house.central.db, &e, &err));
    OK(database_set_aside(p->house.central.db, &e, &err));
    end(p);
}

static int see_box(void *context, const struct body_row *row, struct err *err)
{
    (void)err;
    play_tell(context, "set aside in %s: %s\n", row->company, row->body);
    return 0;
}

static void boxes(struct play *p)
{
    struct database *db = p->house.central.db;
    char hash[DIGEST_HEX];
    sha256_hex("e2", 2, hash);
    begin(p);
    OK(database_set_aside_empty_one(db, "beril", hash, &err));
    end(p);
    play_scene_of(p, 1, "one box of it was emptied");
    for (int c = 0; c < 2; c++)
        OK(database_set_asides(db, play_company[c], see_box, p, &err));
}

static void give_up(struct play *p)
{
    static const char *const ids[] = {"e3", "e1"}; /* held; decided long ago */
    for (int i = 0; i < 2; i++) {
        begin(p);
        OK(database_entry_refuse(p->house.central.db, "beril", ids[i], REASON_no_request, &err));
        end(p);
        play_scene_of(p, 1, "one of them gives up");
    }
}

void play_entries(struct play *p)
{
    keep_entry(p, 0, "e1", "amy", VERDICT_accepted);
    p->now += 60 * INT64_C(1000);
    keep_entry(p, 0, "e2", "anna", VERDICT_accepted);
    keep_entry(p, 1, "e1", "bob", VERDICT_accepted);
    keep_entry(p, 1, "e2", "anna", VERDICT_accepted);
    for (int c = 0; c < 2; c++) {
        int64_t at;
        keep_entry(p, c, "e3", "anna", VERDICT_held);
        OK(database_entry_received(p->house.central.db, play_company[c], "e2", &at, &err));
        play_tell(p, "came into %s at %lld\n", play_company[c], (long long)at);
    }
    play_scene(p, "the same entries in both");
    boxes(p);
    give_up(p);
}

/* ---- what people were ---- */

/* What the rosters said in which hour. In amber rosa leads red from the first hour to the fifth; in
 * beril from the third on. */
static const struct {
    int company, hour;
    const char *person, *team, *role; /* NULL: the roster has this person no more */
} said[] = {
    {0, 1, "rosa", "red", "supervisor"},
    {1, 1, "rosa", "red", "worker"},
    {0, 2, "saul", "blue", "worker"},
    {1, 2, "saul", "red", "worker"},
    {1, 3, "rosa", "red", "supervisor"},
    {1, 4, "saul", "blue", "worker"},
    {0, 5, "rosa", "blue", "worker"},
    {0, 5, "tess", "red", "worker"},
    {1, 5, "tess", "red", "supervisor"},
    {1, 6, "tess", NULL, NULL},
};
enum { SAID = sizeof(said) / sizeof(said[0]), HOURS = 8 };

static void say(struct play *p, int i, int64_t begun)
{
    char body[200] = "{}";
    if (said[i].role)
        snprintf(
            body, sizeof(body), "{\"team\":\"%s\",\"role\":\"%s\"}", said[i].team, said[i].role);
    struct member m = {said[i].person, "", "nl", NO_NUMBER, NO_NUMBER, body};
    begin(p);
    OK(database_standing_put(
        p->house.central.db, play_company[said[i].company], &m, begun + said[i].hour * HOUR, &err));
    end(p);
}

static void tell_person(struct play *p, int c, const char *person, int64_t at)
{
    struct arena mem = {0};
    struct standing s;
    int rc = 0;
    OK(rc = database_standing(p->house.central.db, play_company[c], person, at, &mem, &s, &err));
    play_tell(p, " %s %d %d %s %d", person, rc, s.there, s.team, (int)s.role);
    arena_release(&mem);
}

static void tell_team(struct play *p, int c, const char *team, const char *except, int64_t at)
{
    int rc = 0;
    OK(rc = database_team_led(p->house.central.db, play_company[c], team, except, at, &err));
    play_tell(p, " %s%s%s %d", team, *except ? " without " : "", except, rc);
}

static void tell_hour(struct play *p, int c, int hour, int64_t at)
{
    play_tell(p, "%s in hour %d:", play_company[c], hour);
    tell_person(p, c, "rosa", at);
    tell_person(p, c, "saul", at);
    tell_person(p, c, "tess", at);
    tell_team(p, c, "red", "", at);
    tell_team(p, c, "red", "rosa", at);
    tell_team(p, c, "blue", "", at);
    play_tell(p, "\n");
}

static void forget(struct play *p, int64_t before)
{
    int64_t count = 0;
    begin(p);
    OK(database_standings_forget(p->house.central.db, before, &count, &err));
    end(p);
    play_tell(p, "%lld forgotten\n", (long long)count);
    play_scene(p, "what people were is forgotten");
}

void play_standings(struct play *p)
{
    int64_t begun = p->now;
    for (int i = 0; i < SAID; i++)
        say(p, i, begun);
    for (int hour = 0; hour < HOURS; hour++)
        for (int c = 0; c < 2; c++)
            tell_hour(p, c, hour, begun + hour * HOUR + HOUR / 2);
    play_scene(p, "what people were");
    for (int hour = 3; hour < HOURS; hour += 2)
        forget(p, begun + hour * HOUR);
}
