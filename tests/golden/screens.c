/* SPDX-License-Identifier: EUPL-1.2 */
/* Screens as pictures, reached by the keys that a person presses, against the pictures that were
 * accepted (support/picture.h). What needs somebody's requests is in people.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/clock.h"
#include "base/paths.h"
#include "kiosk/kiosk.h"
#include "store/pages.h"
#include "support/demo.h"
#include "support/picture.h"
#include "support/temp.h"

#define NOW "2026-11-24T09:42:00Z"
#define FETCHED "2026-11-24T01:14:00Z"

/* STRANGER: not enrolled. STUCK: the server does not take what was asked. CUT_OFF:
 * something stands between what was asked and the server. BROKEN: the cache is damaged. NEWER: the
 * journal is a newer acht's. */
enum scene { FULL, NOTHING, STRANGER, ASKED, STUCK, CUT_OFF, BROKEN, NEWER, SCENES };

struct shot {
    const char *name;
    enum scene scene;
    const char *keys; /* as acht show has them; #1234 is a badge at the reader */
    int countdown;
    bool tiny;
    bool clock_wrong;
    const char *cause; /* what came of the last try to reach the server; NULL: all is well */
};

#define SEARCH "Enter 2 1 "
#define KNOWN "Enter #1002 "
/* What a worker sees while requests wait and the server cannot be reached. */
#define CAUSE(what)                                                                                \
    {.name = "start_" #what, .scene = CUT_OFF, .cause = #what},                                    \
    {                                                                                              \
        .name = "home_" #what, .scene = CUT_OFF, .keys = "Enter", .cause = #what                   \
    }

static const struct shot shots[] = {
    {.name = "start"},
    {.name = "start_nothing_yet", .scene = NOTHING},
    {.name = "too_small", .tiny = true},
    {.name = "home", .keys = "Enter"},
    {.name = "home_known", .keys = KNOWN},
    {.name = "home_supervisor", .keys = "Enter #1001"},
    {.name = "home_unknown_badge", .keys = "Enter #9999"},
    {.name = "home_stranger", .scene = STRANGER, .keys = "Enter #1002"},
    {.name = "home_waiting", .scene = ASKED, .keys = "Enter"},
    {.name = "help", .keys = "Enter 5"},
    {.name = "language", .keys = "Enter 4 Down"},
    {.name = "find", .keys = "Enter 2"},
    {.name = "find_second_page", .keys = "Enter 2 9"},
    {.name = "find_nothing_yet", .scene = NOTHING, .keys = "Enter 2"},
    {.name = "search", .keys = SEARCH},
    {.name = "search_many", .keys = SEARCH "lassen"},
    {.name = "search_focus", .keys = SEARCH "lassen Down Down"},
    {.name = "search_one", .keys = SEARCH "gietijzer"},
    {.name = "search_typo", .keys = SEARCH "heftruk"},
    {.name = "search_none", .keys = SEARCH "qqxzv"},
    {.name = "search_cheapest", .keys = SEARCH "lassen F3 F3"},
    {.name = "search_narrowed", .keys = SEARCH "lassen Tab 2 3 Esc"},
    {.name = "results", .keys = "Enter 2 3"},
    {.name = "results_second_page", .keys = "Enter 2 3 9"},
    {.name = "narrow", .keys = "Enter 2 3 1"},
    {.name = "narrow_cleared", .keys = "Enter 2 3 1 7"},
    {.name = "values_form", .keys = "Enter 2 3 1 2"},
    {.name = "values_region", .keys = "Enter 2 3 1 3"},
    {.name = "values_month", .keys = "Enter 2 3 1 5"},
    {.name = "values_price", .keys = "Enter 2 3 1 6"},
    {.name = "course_many_dates", .keys = SEARCH "heftruck Down Enter"},
    {.name = "course_no_date", .keys = SEARCH "lassymbolen Down Enter"},
    {.name = "about", .keys = SEARCH "lassen Down Enter Tab"},
    {.name = "about_second_page", .keys = SEARCH "lassen Down Enter Tab PgDn"},
    {.name = "identify", .keys = "Enter 3"},
    {.name = "identify_typing", .keys = "Enter 3 0004718"},
    {.name = "identify_unknown", .keys = "Enter 3 7777 Enter"},
    {.name = "pin", .keys = KNOWN "3"},
    {.name = "pin_typing", .keys = KNOWN "3 1234"},
    {.name = "start_broken", .scene = BROKEN},
    {.name = "home_broken", .scene = BROKEN, .keys = "Enter"},
    {.name = "find_broken", .scene = BROKEN, .keys = "Enter 2"},
    {.name = "start_newer", .scene = NEWER},
    {.name = "home_newer", .scene = NEWER, .keys = "Enter"},
    {.name = "ask_newer", .scene = NEWER, .keys = KNOWN "2 1 lassymbolen Down Enter 1 Enter 1"},
    {.name = "start_clock", .clock_wrong = true},
    {.name = "home_clock", .keys = "Enter", .clock_wrong = true},
    {.name = "start_stuck", .scene = STUCK},
    {.name = "home_stuck", .scene = STUCK, .keys = "Enter"},
    CAUSE(no_network),
    CAUSE(portal),
    CAUSE(intercepted),
    CAUSE(certificate),
    CAUSE(not_enrolled),
    CAUSE(busy),
    CAUSE(server_wrong),
    {.name = "career", .keys = "Enter 1"},
    {.name = "wanted", .keys = "Enter 1 4"},
    {.name = "ladders", .keys = "Enter 1 6"},
    {.name = "ladder", .keys = "Enter 1 6 1"},
    {.name = "occupation", .keys = "Enter 1 6 1 3"},
    {.name = "job_about", .keys = "Enter 1 6 1 3 Tab"},
    {.name = "map", .keys = "Enter 1 6 1 3 1"},
    {.name = "map_of_another_trade", .keys = "Enter 1 8 1"},
    {.name = "ways_in", .keys = "Enter 1 6 1 3 3"},
    {.name = "takes", .keys = "Enter 1 6 1 3 2"},
    {.name = "taste1", .keys = "Enter 1 7"},
    {.name = "liked", .keys = "Enter 1 7 1 1 1 1 1 1"},
    {.name = "liked_nothing", .keys = "Enter 1 7 3 3 3 3 3 3"},
    {.name = "countdown", .keys = KNOWN "2", .countdown = 12},
};

static const struct view_size {
    const char *language;
    int cols, rows;
} sizes[] = {{"nl", 80, 24}, {"nl", 40, 20}, {"nl", 132, 43}, {"en", 80, 24}, {"en", 40, 20}};

static char share[PATH_ROOM], work[TEMP_PATH], scene_dir[SCENES][PATH_ROOM], waiting[UUID_TEXT];

/* ---- scenes ---- */

static void must(int rc, const struct err *err)
{
    if (rc < 0)
        BUG("%s", err->msg);
}

static int64_t instant(const char *text)
{
    int64_t at = 0;
    struct err err = {0};
    must(instant_parse(text, &at, &err), &err);
    return at;
}

static const char *path_in(const char *dir, const char *name)
{
    static char path[PATH_ROOM];
    struct err err = {0};
    must(paths_join(path, dir, name, &err), &err);
    return path;
}

static void add_waiting(struct store *s, const char *person)
{
    struct record ask;
    struct err err = {0};
    record_init(&ask, TYPE_ASK);
    record_set_text(&ask, ASK_person, person);
    record_set_text(&ask, ASK_course, "nl-vei-001");
    record_set_text(&ask, ASK_title, "VCA-Basis");
    must(journal_append(s, &ask, DEMO_KIOSK, instant("2026-11-24T09:30:00Z"), waiting, &err), &err);
}

static void make_asked(const char *dir, bool stuck)
{
    struct enrolment e;
    struct rowset person = {0};
    struct store *s;
    struct err err = {0};
    char hash[DIGEST_HEX];
    must(enrolment_load(dir, &e, &err), &err);
    must(badge_hash(e.badge_key, "1003", hash), &err);
    must(store_open(&s, dir, share, STORE_SYNC, NULL, &err), &err);
    must(store_person(s, hash, &person, &err), &err);
    add_waiting(s, person.rows[0].id);
    if (stuck)
        must(journal_stick(s, waiting, 400, instant(FETCHED), &err), &err);
    rowset_release(&person);
    store_close(s);
}

static void break_cache(const char *dir)
{
    FILE *f = fopen(path_in(dir, "cache.db"), "w");
    if (!f || fputs("not what it was", f) < 0 || fclose(f) != 0)
        BUG("the cache cannot be broken");
}

static void make_newer(const char *dir)
{
    sqlite3 *db;
    if (sqlite3_open_v2(path_in(dir, "journal.db"), &db, SQLITE_OPEN_READWRITE, pages_vfs(NULL)) !=
            SQLITE_OK ||
        sqlite3_exec(db, "PRAGMA user_version=1000", NULL, NULL, NULL) != SQLITE_OK)
        BUG("the journal cannot be changed");
    sqlite3_close(db);
}

static int make_scenes(void **state)
{
    static const char *const names[SCENES] = {
        "full", "nothing", "stranger", "asked", "stuck", "cut_off", "broken", "newer"};
    (void)state;
    temp_make(work);
    for (int i = 0; i < SCENES; i++) {
        snprintf(scene_dir[i], PATH_ROOM, "%s", path_in(work, names[i]));
        mkdir(scene_dir[i], 0700);
        if (i == NOTHING)
            demo_enrol(scene_dir[i]);
        else
            demo_fill(scene_dir[i], share, instant(FETCHED));
    }
    unlink(path_in(scene_dir[STRANGER], "enrolment.json"));
    break_cache(scene_dir[BROKEN]);
    make_newer(scene_dir[NEWER]);
    make_asked(scene_dir[STUCK], true);
    make_asked(scene_dir[CUT_OFF], false);
    make_asked(scene_dir[ASKED], false);
    return 0;
}

static int remove_scenes(void **state)
{
    (void)state;
    temp_remove(work);
    return 0;
}

/* ---- taking a picture ---- */

static void press(struct kiosk *k, const char *keys)
{
    struct err err = {0};
    while (keys && *keys) {
        char word[64];
        size_t len = strcspn(keys, " ");
        snprintf(word, sizeof(word), "%.*s", (int)len, keys);
        struct event badge = {.kind = EVENT_BADGE, .text = word + 1};
        if (word[0] == '#')
            kiosk_handle(k, &badge);
        else
            must(kiosk_type(k, word, &err), &err);
        keys += len + (keys[len] == ' ');
    }
}

static void set_cause(const char *dir, const char *cause)
{
    struct store *s;
    struct err err = {0};
    must(store_open(&s, dir, share, STORE_SYNC, NULL, &err), &err);
    must(cache_set_contact(s, cause, instant(NOW), &err), &err);
    store_close(s);
}

static void open_kiosk(struct kiosk *k, const struct shot *shot, const struct view_size *size)
{
    struct err err = {0};
    const char *dir = scene_dir[shot->scene];
    if (shot->cause)
        set_cause(dir, shot->cause);
    must(kiosk_open(k, share, dir, size->language, &err), &err);
    k->now = instant(NOW);
    k->cols = shot->tiny ? 39 : size->cols;
    k->height = shot->tiny ? 19 : size->rows;
    k->clock.wrong = shot->clock_wrong;
    press(k, shot->keys);
    k->state.countdown = shot->countdown;
    kiosk_fetch(k);
}

/* ---- the tests ---- */

static bool shot_holds(const struct shot *shot, const struct view_size *size)
{
    static struct kiosk k;
    open_kiosk(&k, shot, size);
    struct view v = kiosk_view(&k);
    bool holds = picture_holds(shot->name, &v, waiting);
    kiosk_close(&k);
    return holds;
}

static void pictures(void **state)
{
    const struct shot *shot = *state;
    bool hold = true;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        if (!shot->tiny || (sizes[i].cols == 40))
            hold &= shot_holds(shot, &sizes[i]);
    if (!hold)
        fail_msg("%s is not as accepted; `make golden-update` accepts what it is now", shot->name);
}

int main(void)
{
    const char *build = getenv("ACHT_BUILD");
    struct CMUnitTest tests[sizeof(shots) / sizeof(shots[0])];
    struct err err = {0};
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    must(paths_join(share, build ? build : "build", "share/acht", &err), &err);
    pictures_start(work, share);
    for (size_t i = 0; i < sizeof(shots) / sizeof(shots[0]); i++)
        tests[i] = (struct CMUnitTest){
            .name = shots[i].name, .test_func = pictures, .initial_state = (void *)&shots[i]};
    return cmocka_run_group_tests(tests, make_scenes, remove_scenes);
}
