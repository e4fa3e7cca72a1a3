/* SPDX-License-Identifier: EUPL-1.2 */
/* Every screen as a picture, reached by the keys that a person presses, against the picture that
 * was accepted: tests/golden/SHOT_LANGUAGE_SIZE.txt has the characters, a blank line, and the
 * styles (blank is plain). `make golden-update` accepts what the screens show now. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/paths.h"
#include "base/utf8.h"
#include "kiosk/kiosk.h"
#include "support/demo.h"
#include "support/temp.h"

#define ACCEPTED "tests/golden"
#define NOW "2026-11-24T09:42:00Z"
#define FETCHED "2026-11-24T01:14:00Z"
#define NUMBER "00000000-0000-7000-8000-000000000000" /* what stands for a random id */

enum scene { FULL, NOTHING, STRANGER, ASKED, SCENES }; /* STRANGER: not enrolled */

struct shot {
    const char *name;
    enum scene scene;
    const char *keys; /* as acht show has them; #1234 is a badge at the reader */
    int countdown;
    bool tiny;
};

#define SEARCH "Enter 1 1 "
#define KNOWN "Enter #1002 "
#define ASKER "Enter #1003 2 "

static const struct shot shots[] = {
    {.name = "start"},
    {.name = "start_nothing_yet", .scene = NOTHING},
    {.name = "too_small", .tiny = true},
    {.name = "home", .keys = "Enter"},
    {.name = "home_known", .keys = KNOWN},
    {.name = "home_unknown_badge", .keys = "Enter #9999"},
    {.name = "home_stranger", .scene = STRANGER, .keys = "Enter #1002"},
    {.name = "home_waiting", .scene = ASKED, .keys = "Enter"},
    {.name = "help", .keys = "Enter 4"},
    {.name = "language", .keys = "Enter 3 Down"},
    {.name = "find", .keys = "Enter 1"},
    {.name = "find_second_page", .keys = "Enter 1 9"},
    {.name = "find_nothing_yet", .scene = NOTHING, .keys = "Enter 1"},
    {.name = "search", .keys = SEARCH},
    {.name = "search_many", .keys = SEARCH "lassen"},
    {.name = "search_focus", .keys = SEARCH "lassen Down Down"},
    {.name = "search_one", .keys = SEARCH "gietijzer"},
    {.name = "search_typo", .keys = SEARCH "heftruk"},
    {.name = "search_none", .keys = SEARCH "qqxzv"},
    {.name = "search_cheapest", .keys = SEARCH "lassen F3 F3"},
    {.name = "search_narrowed", .keys = SEARCH "lassen Tab 2 3 Esc"},
    {.name = "results", .keys = "Enter 1 3"},
    {.name = "results_second_page", .keys = "Enter 1 3 9"},
    {.name = "narrow", .keys = "Enter 1 3 1"},
    {.name = "narrow_cleared", .keys = "Enter 1 3 1 7"},
    {.name = "values_form", .keys = "Enter 1 3 1 2"},
    {.name = "values_region", .keys = "Enter 1 3 1 3"},
    {.name = "values_month", .keys = "Enter 1 3 1 5"},
    {.name = "values_price", .keys = "Enter 1 3 1 6"},
    {.name = "course_many_dates", .keys = SEARCH "heftruck Down Enter"},
    {.name = "course_no_date", .keys = SEARCH "lassymbolen Down Enter"},
    {.name = "about", .keys = SEARCH "lassen Down Enter Tab"},
    {.name = "about_second_page", .keys = SEARCH "lassen Down Enter Tab PgDn"},
    {.name = "identify", .keys = "Enter 2"},
    {.name = "identify_typing", .keys = "Enter 2 0004718"},
    {.name = "identify_unknown", .keys = "Enter 2 7777 Enter"},
    {.name = "ask_any_date", .keys = KNOWN "1 1 lassen Down Enter 1"},
    {.name = "ask_date", .keys = KNOWN "1 1 lassen Down Enter 2"},
    {.name = "done", .keys = KNOWN "1 1 lassen Down Enter 1 1"},
    {.name = "requests_none", .keys = KNOWN "2"},
    {.name = "requests", .scene = ASKED, .keys = ASKER},
    {.name = "requests_already", .scene = ASKED, .keys = ASKER "1 2 1 1"},
    {.name = "request_waiting", .scene = ASKED, .keys = ASKER "1"},
    {.name = "request_asked", .scene = ASKED, .keys = ASKER "2"},
    {.name = "request_held", .scene = ASKED, .keys = ASKER "3"},
    {.name = "request_refused", .scene = ASKED, .keys = ASKER "4"},
    {.name = "countdown", .keys = KNOWN "1", .countdown = 12},
};

static const struct view_size {
    const char *language;
    int cols, rows;
} sizes[] = {{"nl", 80, 24}, {"nl", 40, 20}, {"nl", 132, 43}, {"en", 80, 24}, {"en", 40, 20}};

static char share[PATH_ROOM], work[TEMP_PATH], scene_dir[SCENES][PATH_ROOM], waiting[UUID_TEXT];
static bool accepting;
static struct buf our_texts = BUF_INIT(LIM_PAGE), demo_data = BUF_INIT(LIM_PAGE);

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

/* What the server has said of this person's requests. */
static void add_requests(struct store *s, const char *person)
{
    static const struct {
        const char *id, *course, *run, *title, *asked, *judged;
        enum request_state state;
        enum reason reason;
    } given[] = {
        {"019af000-0000-7000-8000-000000000001", "nl-las-041", "", "Reparatielassen en gietijzer",
            "2026-11-23T14:05:00Z", "2026-11-24T01:14:00Z", REQUEST_asked, REASON_none},
        {"019af000-0000-7000-8000-000000000002", "nl-las-003", "nl-las-003-r2",
            "MIG/MAG-lassen niveau 2", "2026-11-20T06:31:00Z", "2026-11-21T01:12:00Z", REQUEST_held,
            REASON_seats_full},
        {"019af000-0000-7000-8000-000000000003", "nl-vei-011", "", "Heftruck basis",
            "2026-10-02T11:58:00Z", "2026-10-03T00:12:00Z", REQUEST_refused, REASON_course_gone},
    };
    struct record r[3];
    struct err err = {0};
    for (int i = 0; i < 3; i++) {
        record_init(&r[i], TYPE_REQUEST);
        r[i].id = given[i].id;
        record_set_text(&r[i], REQUEST_person, person);
        record_set_text(&r[i], REQUEST_course, given[i].course);
        record_set_text(&r[i], REQUEST_run, given[i].run);
        record_set_text(&r[i], REQUEST_title, given[i].title);
        record_set_number(&r[i], REQUEST_state, (int64_t)given[i].state);
        record_set_number(&r[i], REQUEST_reason, (int64_t)given[i].reason);
        record_set_number(&r[i], REQUEST_asked_at, instant(given[i].asked));
        record_set_number(&r[i], REQUEST_judged_at, instant(given[i].judged));
        must(record_check(&r[i], &err), &err);
    }
    must(cache_apply(s, r, 3, "demo.requests", &err), &err);
    must(cache_finish(s, instant(FETCHED), &err), &err);
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

static void make_asked(const char *dir)
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
    add_requests(s, person.rows[0].id);
    add_waiting(s, person.rows[0].id);
    rowset_release(&person);
    store_close(s);
}

static int make_scenes(void **state)
{
    static const char *const names[SCENES] = {"full", "nothing", "stranger", "asked"};
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
    make_asked(scene_dir[ASKED]);
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

static void open_kiosk(struct kiosk *k, const struct shot *shot, const struct view_size *size)
{
    struct err err = {0};
    const char *dir = scene_dir[shot->scene];
    must(kiosk_open(k, share, dir, size->language, &err), &err);
    k->now = instant(NOW);
    k->cols = shot->tiny ? 39 : size->cols;
    k->height = shot->tiny ? 19 : size->rows;
    press(k, shot->keys);
    k->state.countdown = shot->countdown;
    kiosk_fetch(k);
}

/* An id that nobody could foresee. */
static void hide_number(struct buf *text)
{
    char *at = *waiting ? strstr(text->p, waiting) : NULL;
    if (at)
        memcpy(at, NUMBER, strlen(NUMBER));
}

static void add_styles(const struct canvas *c, struct buf *out)
{
    struct buf styles = BUF_INIT(LIM_PAGE);
    canvas_to_styles(c, &styles);
    size_t end = out->len;
    for (const char *s = styles.p; *s; s++) {
        if (*s == '\n')
            buf_truncate(out, end);
        buf_putc(out, *s == '.' ? ' ' : *s);
        if (*s != '.')
            end = out->len;
    }
    buf_release(&styles);
}

static void take_picture(const struct canvas *c, struct buf *out)
{
    canvas_to_text(c, out);
    hide_number(out);
    buf_putc(out, '\n');
    add_styles(c, out);
}

/* ---- against what was accepted ---- */

static void write_picture(const char *path, const struct buf *picture)
{
    FILE *f = fopen(path, "w");
    if (!f || fwrite(picture->p, 1, picture->len, f) != picture->len || fclose(f) != 0)
        BUG("cannot write %s", path);
}

static void show_difference(const char *accepted, const struct buf *picture)
{
    char shown[PATH_ROOM];
    snprintf(shown, sizeof(shown), "%s", path_in(work, "now.txt"));
    write_picture(shown, picture);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(STDOUT_FILENO, STDERR_FILENO);
        execlp("diff", "diff", "-uN", "--label", accepted, "--label", "now", accepted, shown, NULL);
        _exit(127);
    }
    waitpid(pid, NULL, 0);
}

static bool is_accepted(const char *name, const struct buf *picture)
{
    char path[PATH_ROOM];
    struct buf known = BUF_INIT(LIM_PAGE);
    struct err err = {0};
    snprintf(path, sizeof(path), ACCEPTED "/%s.txt", name);
    bool same = buf_read_file(&known, path, &err) == 0 && strcmp(known.p, picture->p) == 0;
    if (!same && accepting)
        write_picture(path, picture);
    else if (!same)
        show_difference(path, picture);
    buf_release(&known);
    return same || accepting;
}

/* ---- what holds for every picture ---- */

static bool is_marker(const struct cell *cell)
{
    return strcmp(cell->ch, "▌") == 0;
}

/* The row of the one marker, -1 when there is none, -2 when there are several. */
static int marker_row(const struct canvas *c)
{
    int found = -1;
    for (int row = 0; row < c->rows; row++)
        for (int col = 0; col < c->cols; col++)
            if (is_marker(canvas_at(c, row, col)))
                found = found == -1 ? row : -2;
    return found;
}

/* The characters of a row's cells from..to. */
static void cells_text(const struct canvas *c, int row, int from, int to, struct buf *out)
{
    for (int col = from; col < to; col++)
        buf_puts(out, canvas_at(c, row, col)->ch);
    while (out->len > 0 && out->p[out->len - 1] == ' ')
        buf_truncate(out, out->len - 1);
}

/* Whether the cursor stands on a blank cell, after the label or after what was typed. */
static bool cursor_types(const struct view *v, const struct canvas *c, const struct widget *input)
{
    const char *typed = input->badge ? v->state->badge : v->state->search.text;
    const char *end = *typed ? typed + strlen(typed) - 1 : _(input->text);
    const struct cell *under = canvas_at(c, c->cursor_row, c->cursor_col);
    struct buf before = BUF_INIT(LIM_TEXT);
    cells_text(c, c->cursor_row, 0, c->cursor_col, &before);
    bool ends = before.len >= strlen(end) && strcmp(before.p + before.len - strlen(end), end) == 0;
    buf_release(&before);
    return ends && under && strcmp(under->ch, " ") == 0;
}

/* The characters alone say where the focus is, and the cursor stands there or where typing goes. */
static const char *focus_fault(const struct view *v, const struct canvas *c)
{
    const struct screen *s = state_screen(v->app, v->state);
    const struct widget *input = screen_widget(s, WIDGET_input);
    int marker = marker_row(c);
    bool choices = list_length(s, v->state, v->rows) > 0 || screen_widget(s, WIDGET_poster);
    if (marker == -2 || (marker >= 0) != choices)
        return "the marker is not there once";
    if (input && state_frame_const(v->state)->focus == 0)
        return cursor_types(v, c, input) ? NULL : "the cursor is not where typing goes";
    return marker < 0 || c->cursor_row == marker ? NULL : "the cursor is not at the marker";
}

/* What the catalogue says may be clipped; what we say may not. The last letters tell whose it is.
 */
static const char *clip_fault(const struct canvas *c)
{
    const char *fault = NULL;
    for (int row = 0; row < c->rows; row++) {
        for (int col = 0; col < c->cols; col++) {
            struct buf tail = BUF_INIT(256);
            cells_text(c, row, col < 8 ? 0 : col - 8, col, &tail);
            if (strcmp(canvas_at(c, row, col)->ch, "…") == 0 &&
                (strstr(our_texts.p, tail.p) || !strstr(demo_data.p, tail.p)))
                fault = "a text of ours is cut off";
            buf_release(&tail);
        }
    }
    return fault;
}

/* All words of the picture with one blank between them. */
static void words_of(const struct canvas *c, struct buf *out)
{
    for (int row = 0; row < c->rows; row++) {
        for (int col = 0; col < c->cols; col++) {
            const char *ch = canvas_at(c, row, col)->ch;
            if (strcmp(ch, " ") != 0 || (out->len > 0 && out->p[out->len - 1] != ' '))
                buf_puts(out, ch);
        }
        if (out->len > 0 && out->p[out->len - 1] != ' ')
            buf_putc(out, ' ');
    }
}

static void want(const char *words, const char *text, const char **missing)
{
    struct buf spaced = BUF_INIT(LIM_TEXT);
    buf_printf(&spaced, " %s ", _(text));
    if (*text && !strstr(words, spaced.p))
        *missing = text;
    buf_release(&spaced);
}

/* The first text of the screen's definition that does not stand there in full, or NULL. */
static const char *missing_text(const struct view *v, const char *words)
{
    const struct screen *s = state_screen(v->app, v->state);
    struct geometry g;
    const char *missing = NULL;
    view_measure(v, &g);
    want(words, s->title, &missing);
    for (int i = 0; i < s->body_count; i++)
        if (s->body[i].kind == WIDGET_text || s->body[i].kind == WIDGET_input)
            want(words, s->body[i].text, &missing);
    int64_t first = state_frame_const(v->state)->focus / g.per_page * g.per_page;
    for (int64_t i = first; i < first + g.per_page; i++) {
        const struct item *item = list_choice(s, v->state, v->rows, i).item;
        if (item)
            want(words, item->text, &missing);
        if (item)
            want(words, item->note, &missing);
    }
    if (v->state->message)
        want(words, v->state->message, &missing);
    return missing;
}

static const char *picture_fault(const struct view *v, const struct canvas *c)
{
    struct buf words = BUF_INIT(LIM_PAGE);
    const char *fault = focus_fault(v, c);
    if (!fault)
        fault = clip_fault(c);
    words_of(c, &words);
    /* Two columns interleave their words. */
    if (!fault && v->cols <= 80 && v->state->countdown == 0)
        fault = missing_text(v, words.p);
    buf_release(&words);
    return fault;
}

/* ---- the tests ---- */

static bool picture_holds(const struct shot *shot, const struct view_size *size)
{
    static struct kiosk k;
    struct canvas c;
    struct buf picture = BUF_INIT(LIM_PAGE);
    char name[100];
    open_kiosk(&k, shot, size);
    canvas_init(&c, k.height, k.cols);
    struct view v = kiosk_view(&k);
    view_draw(&v, &c);
    take_picture(&c, &picture);
    snprintf(name, sizeof(name), "%s_%s_%dx%d", shot->name, size->language, c.cols, c.rows);
    bool holds = is_accepted(name, &picture);
    const char *fault = shot->tiny ? NULL : picture_fault(&v, &c);
    if (fault)
        printf("%s: %s\n%s", name, fault, picture.p);
    buf_release(&picture);
    canvas_release(&c);
    kiosk_close(&k);
    if (shot->scene != ASKED && k.waiting > 0) /* the next picture starts without this request */
        unlink(path_in(scene_dir[shot->scene], "journal.db"));
    return holds && !fault;
}

static void pictures(void **state)
{
    const struct shot *shot = *state;
    bool hold = true;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        if (!shot->tiny || (sizes[i].cols == 40))
            hold &= picture_holds(shot, &sizes[i]);
    if (!hold)
        fail_msg("%s is not as accepted; `make golden-update` accepts what it is now", shot->name);
}

int main(void)
{
    const char *build = getenv("ACHT_BUILD");
    struct CMUnitTest tests[sizeof(shots) / sizeof(shots[0])];
    struct err err = {0};
    accepting = getenv("ACHT_GOLDEN_UPDATE") != NULL;
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    must(paths_join(share, build ? build : "build", "share/acht", &err), &err);
    must(buf_read_file(&our_texts, "assets/lang/nl.po", &err), &err);
    must(buf_read_file(&demo_data, path_in(share, "demo/courses.csv"), &err), &err);
    for (size_t i = 0; i < sizeof(shots) / sizeof(shots[0]); i++)
        tests[i] = (struct CMUnitTest){
            .name = shots[i].name, .test_func = pictures, .initial_state = (void *)&shots[i]};
    return cmocka_run_group_tests(tests, make_scenes, remove_scenes);
}
