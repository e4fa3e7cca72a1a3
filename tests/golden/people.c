/* SPDX-License-Identifier: EUPL-1.2 */
/* Screens of people and requests as pictures (support/picture.h), drawn from the rows of
 * support/people_rows.h: every state of a request, the supervisor's side, PINs and codes, and my
 * data. */
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
#include "support/people_rows.h"
#include "support/picture.h"
#include "support/temp.h"

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
    {.name = "inbox_one", .screen = "inbox", .mine = "asked agreed"},
    {.name = "inbox_none", .screen = "inbox", .mine = ""},
    {.name = "yes_several", .mine = INBOX},
    {.name = "yes_several_marked",
        .screen = "yes_several",
        .mine = INBOX,
        .marked = true,
        .message = "Tick more, or say yes below the list."},
    {.name = "yes_several_full",
        .screen = "yes_several",
        .mine = INBOX,
        .marked = true,
        .message = "No more fit at once. Say yes to these first, then tick the others."},
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
        (void)toggle_mark(st, PEOPLE_MARKED_ID);
    st->message = shot->message;
    st->wait_seconds = shot->wait_seconds;
}

static bool shot_holds(const struct shot *shot, const struct view_size *size)
{
    struct state st;
    struct rowset rows[LIM_DATA] = {0};
    const struct people_scene scene = {
        shot->shown, shot->mine, shot->proof == VISIT_PROVEN, shot->only};
    int64_t now = 0;
    struct err err = {0};
    if (instant_parse(PEOPLE_NOW, &now, &err) < 0)
        BUG("%s", err.msg);
    arrange(shot, size->language, &st);
    const struct screen *s = state_screen(&app, &st);
    for (int d = 0; d < s->data_count; d++)
        people_answer(&scene, s->data[d].query, &rows[d]);
    struct view v = {.app = &app,
        .state = &st,
        .rows = rows,
        .now = now,
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
