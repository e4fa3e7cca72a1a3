/* SPDX-License-Identifier: EUPL-1.2 */
/* The kiosk as numbered lines: for speech, braille and TERM=dumb. A line that is typed is a choice
 * by its number, a word where words are asked for, or one of these: 0 home, < back, ? help, empty
 * for the next page. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
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
    int64_t focus = state_frame_const(&k->state)->focus;
    int64_t index = focus / g.per_page * g.per_page + number - 1;
    struct event ev = {.kind = EVENT_PICK, .index = index};
    if (number == 9 &&
        list_length(state_screen(&k->app, &k->state), &k->state, k->rows) > g.per_page)
        key(k, KEY_PgDn);
    else
        kiosk_handle(k, &ev);
}

static bool all_digits(const char *s)
{
    return *s && strspn(s, "0123456789") == strlen(s);
}

/* A word to search for replaces the one before; a badge is sent off with the line. */
static void input_line(struct kiosk *k, const struct widget *input, const char *line)
{
    if (!input->badge)
        memset(k->state.search.text, 0, sizeof(k->state.search.text));
    type(k, line);
    if (input->badge)
        key(k, KEY_Enter);
}

static void handle_line(struct kiosk *k, const char *line)
{
    const struct widget *input = screen_widget(state_screen(&k->app, &k->state), WIDGET_input);
    if (strcmp(line, "0") == 0 && !(input && input->badge))
        home(k);
    else if (strcmp(line, "<") == 0)
        key(k, KEY_Esc);
    else if (strcmp(line, "?") == 0)
        key(k, KEY_F1);
    else if (input && (input->badge || !all_digits(line)))
        input_line(k, input, line);
    else if (all_digits(line) && strlen(line) < 4)
        pick(k, strtol(line, NULL, 10));
    else
        key(k, *line ? KEYS_COUNT : KEY_Enter);
}

static int say(struct kiosk *k)
{
    struct buf out = BUF_INIT(LIM_PAGE);
    k->now = clock_now();
    kiosk_fetch(k);
    struct view v = kiosk_view(k);
    view_plain(&v, &out);
    fputs(out.p, stdout);
    printf("0 %s   < %s   ? %s\n> ", _("home"), _("back"), _("Help"));
    buf_release(&out);
    return fflush(stdout) == 0 ? 0 : -1;
}

int kiosk_run_plain(struct kiosk *k)
{
    char line[LIM_QUERY * 2];
    int rc = say(k);
    while (rc == 0 && fgets(line, sizeof(line), stdin)) {
        line[strcspn(line, "\r\n")] = '\0';
        if (k->store && store_changed(k->store))
            kiosk_stale(k);
        handle_line(k, line);
        rc = say(k);
    }
    putchar('\n');
    return 0;
}
