/* SPDX-License-Identifier: EUPL-1.2 */
/* The kiosk as numbered lines: for speech, braille and TERM=dumb. A line that is typed is a choice
 * by its number, a word where words are asked for, or one of these: 0 home, < back, ? help, empty
 * to go on with what comes first. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/notify.h"
#include "base/utf8.h"
#include "kiosk/kiosk.h"

static void key(struct kiosk *k, enum key which)
{
    struct event ev = {.kind = EVENT_KEY, .key = which};
    kiosk_handle(k, &ev);
}

static void type(struct kiosk *k, const char *s)
{
    for (size_t len = strlen(s), at = 0; at < len;) {
        struct event ev = {.kind = EVENT_CHAR};
        at += utf8_decode(s + at, len - at, &ev.ch);
        kiosk_handle(k, &ev);
    }
}

static void home(struct kiosk *k)
{
    memset(k->state.search.text, 0, sizeof(k->state.search.text)); /* or the 0 would be typed */
    type(k, "0");
}

static void pick(struct kiosk *k, int64_t number)
{
    struct view v = kiosk_view(k);
    struct geometry g;
    view_measure(&v, &g);
    int64_t n = list_length(state_screen(&k->app, &k->state), &k->state, k->rows);
    struct event ev = {.kind = EVENT_PICK, .index = page_first(&k->state, g.per_page) + number - 1};
    if (number == 9 && n > g.per_page)
        ev.index = PICK_MORE;
    kiosk_handle(k, &ev);
}

static bool all_digits(const char *s)
{
    return *s && strspn(s, "0123456789") == strlen(s);
}

/* A word to search for replaces the one before; everything else is sent off with the line. */
static void input_line(struct kiosk *k, const struct widget *input, const char *line)
{
    if (input->bind == TYPED_query)
        memset(k->state.search.text, 0, sizeof(k->state.search.text));
    type(k, line);
    if (input->bind != TYPED_query)
        key(k, KEY_Enter);
}

static void handle_line(struct kiosk *k, const char *line)
{
    const struct widget *input = screen_widget(state_screen(&k->app, &k->state), WIDGET_input);
    bool field = input && input->bind != TYPED_query;
    if (strcmp(line, "0") == 0 && !field)
        home(k);
    else if (strcmp(line, "<") == 0)
        key(k, KEY_Esc);
    else if (strcmp(line, "?") == 0)
        key(k, KEY_F1);
    else if (field || (input && *line && !all_digits(line)))
        input_line(k, input, line);
    else if (all_digits(line) && strlen(line) < 4)
        pick(k, strtol(line, NULL, 10));
    else
        key(k, *line ? KEYS_COUNT : KEY_Enter);
}

static void look_up(struct kiosk *k)
{
    (void)kiosk_turn(k, clock_monotonic());
    if (store_changed(k->store)) {
        kiosk_stale(k);
        kiosk_watch(k);
    }
}

static int say(struct kiosk *k)
{
    struct buf out = BUF_INIT(LIM_PAGE);
    look_up(k);
    kiosk_fetch(k);
    struct view v = kiosk_view(k);
    view_plain(&v, &out);
    fputs(out.p, stdout);
    printf(
        "%s %s   0 %s   < %s   ? %s\n> ", _("Enter"), _("go on"), _("home"), _("back"), _("Help"));
    buf_release(&out);
    return fflush(stdout) == 0 ? 0 : -1;
}

/* What was read and not yet handled. */
struct reader {
    char text[LIM_QUERY * 2];
    size_t len;
    bool too_long; /* the rest of a line that did not fit is dropped */
};

enum line_result { LINE_END, LINE_READ, LINE_IDLE };

/* Takes the first len bytes out as a line; skip is what ends it. */
static void take_line(struct reader *r, size_t len, size_t skip, char *line)
{
    memcpy(line, r->text, len);
    line[len] = '\0';
    r->len -= len + skip;
    memmove(r->text, r->text + len + skip, r->len);
    memory_wipe(r->text + r->len, sizeof(r->text) - r->len);
}

static bool has_line(struct reader *r, char *line)
{
    const char *end = memchr(r->text, '\n', r->len);
    if (end) {
        take_line(r, (size_t)(end - r->text), 1, line);
        bool whole = !r->too_long;
        r->too_long = false;
        return whole || has_line(r, line);
    }
    if (r->len == sizeof(r->text)) {
        r->len = 0;
        r->too_long = true;
    }
    return false;
}

/* As poll(2) for something to read, with a turn for the watchdog's sake now and then. */
static int wait_for_input(int wait)
{
    struct pollfd in = {STDIN_FILENO, POLLIN, 0};
    int64_t now = clock_monotonic(), until = now + wait;
    for (;; now = clock_monotonic()) {
        notify_turn(now);
        int64_t left = wait < 0 ? -1 : until > now ? until - now : 0, watched = notify_wait(now);
        bool last = watched < 0 || (left >= 0 && left <= watched);
        int ready = poll(&in, 1, (int)(last ? left : watched));
        if (ready != 0 || last)
            return ready;
    }
}

/* The next line without its end; it waits at most that many milliseconds (-1: for ever). */
static enum line_result read_line(struct reader *r, int wait, char line[LIM_QUERY * 2 + 1])
{
    while (!has_line(r, line)) {
        int ready = wait_for_input(wait);
        if (ready == 0)
            return LINE_IDLE;
        ssize_t n = ready < 0 ? -1 : read(STDIN_FILENO, r->text + r->len, sizeof(r->text) - r->len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0 && r->len == 0)
            return LINE_END;
        if (n <= 0) { /* the last line has no end */
            take_line(r, r->len, 0, line);
            return LINE_READ;
        }
        r->len += (size_t)n;
    }
    line[strcspn(line, "\r")] = '\0';
    return LINE_READ;
}

/* Somebody waits for the server's word: whether it has come. */
static bool heard(struct kiosk *k)
{
    k->mono = clock_monotonic();
    (void)store_changed(k->store);
    kiosk_watch(k);
    return k->state.session.proof != VISIT_CHECKING;
}

/* Handles what was read, or the silence; false: nothing has changed. */
static bool handle_read(struct kiosk *k, enum line_result got, const char *line)
{
    struct event idle = {.kind = EVENT_IDLE};
    if (got == LINE_IDLE && k->state.session.proof == VISIT_CHECKING)
        return heard(k);
    look_up(k);
    if (got == LINE_IDLE)
        kiosk_handle(k, &idle);
    else
        handle_line(k, line);
    if (k->state.session.proof == VISIT_CHECKING)
        kiosk_watch(k);
    return true;
}

/* Nobody sees a countdown here: the visit ends when both waits are over. */
static int patience(const struct kiosk *k)
{
    if (k->state.session.proof == VISIT_CHECKING)
        return kiosk_waits(k);
    const struct frame *f = state_frame_const(&k->state);
    if (k->state.depth == 1 && f->screen == k->app.start)
        return -1;
    return (k->app.idle_after + k->app.idle_countdown) * 1000;
}

int kiosk_run_plain(struct kiosk *k, struct err *err)
{
    static struct reader r;
    char line[sizeof(r.text) + 1];
    enum line_result got;
    if (kiosk_check(k, err) < 0)
        return -1;
    int rc = say(k);
    notify_ready("open, in numbered lines");
    while (rc == 0 && (got = read_line(&r, patience(k), line)) != LINE_END) {
        bool changed = handle_read(k, got, line);
        memory_wipe(line, sizeof(line));
        if (changed)
            rc = say(k);
    }
    notify_stopping();
    putchar('\n');
    return rc < 0 ? err_set(err, ERR_IO, "the lines cannot be written") : 0;
}
