/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/paths.h"
#include "base/text.h"
#include "base/utf8.h"

#define ACCEPTED "tests/golden"
#define README "assets/pictures"
#define NUMBER "00000000-0000-7000-8000-000000000000" /* what stands for a random id */

static const char *work;
static bool accepting;
static struct buf our_texts = BUF_INIT(LIM_PAGE), their_texts = BUF_INIT(LIM_PAGE);

static void read_theirs(const char *share, const char *file)
{
    char path[PATH_ROOM];
    struct err err = {0};
    if (paths_join(path, share, file, &err) < 0 || buf_read_file(&their_texts, path, &err) < 0)
        BUG("%s", err.msg);
}

void pictures_start(const char *directory, const char *share)
{
    static const char *const files[] = {"demo/courses.csv", "demo/careers/occupations.csv",
        "demo/careers/needs.csv", "demo/careers/steps.csv"};
    struct err err = {0};
    work = directory;
    accepting = getenv("ACHT_GOLDEN_UPDATE") != NULL;
    if (buf_read_file(&our_texts, "assets/lang/nl.po", &err) < 0)
        BUG("%s", err.msg);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        read_theirs(share, files[i]);
}

void pictures_may_clip(const char *text)
{
    buf_puts(&their_texts, text);
    buf_putc(&their_texts, '\n');
}

/* An id that nobody could foresee. */
static void hide_number(struct buf *text, const char *number)
{
    char *at = *number ? strstr(text->p, number) : NULL;
    if (at)
        memcpy(at, NUMBER, sizeof(NUMBER) - 1);
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

static void take_picture(const struct canvas *c, const char *number, struct buf *out)
{
    canvas_to_text(c, out);
    hide_number(out, number);
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
    struct err err = {0};
    if (paths_join(shown, work, "now.txt", &err) < 0)
        BUG("%s", err.msg);
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

static bool is_accepted(const char *path, const struct buf *picture)
{
    struct buf known = BUF_INIT(LIM_PAGE);
    struct err err = {0};
    bool same = buf_read_file(&known, path, &err) == 0 && strcmp(known.p, picture->p) == 0;
    if (!same && accepting)
        write_picture(path, picture);
    else if (!same)
        show_difference(path, picture);
    buf_release(&known);
    return same || accepting;
}

/* Those that the README shows, as SVG. */
static const struct {
    const char *name, *shown;
} shown[] = {
    {"home_nl_80x24", README "/home.svg"},
    {"search_many_nl_80x24", README "/search.svg"},
    {"course_many_dates_nl_80x24", README "/course.svg"},
    {"request_yes_if_nl_80x24", README "/request.svg"},
    {"inbox_nl_80x24", README "/inbox.svg"},
    {"mydata_nl_80x24", README "/mydata.svg"},
};

static bool readme_holds(const char *name, const struct canvas *c)
{
    bool holds = true;
    for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
        struct buf svg = BUF_INIT(LIM_PAGE);
        if (strcmp(shown[i].name, name) == 0)
            holds = canvas_to_svg(c, &svg) == 0 && is_accepted(shown[i].shown, &svg);
        buf_release(&svg);
    }
    return holds;
}

static bool picture_accepted(const char *name, const struct canvas *c, const struct buf *picture)
{
    char path[PATH_ROOM];
    snprintf(path, sizeof(path), ACCEPTED "/%s.txt", name);
    bool accepted = is_accepted(path, picture);
    return readme_holds(name, c) && accepted;
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
    const char *typed = typed_shown(state_screen(v->app, v->state), v->state);
    const char *end = !*typed                     ? _(input->text)
                      : typed_secret(input->bind) ? "●"
                                                  : typed + strlen(typed) - 1;
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
                (strstr(our_texts.p, tail.p) || !strstr(their_texts.p, tail.p)))
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

bool picture_holds(const char *name, const struct view *v, const char *number)
{
    struct canvas c;
    struct buf picture = BUF_INIT(LIM_PAGE);
    char full[100];
    canvas_init(&c, v->height, v->cols);
    view_draw(v, &c);
    take_picture(&c, number, &picture);
    snprintf(full, sizeof(full), "%s_%s_%dx%d", name, v->state->language, c.cols, c.rows);
    bool holds = picture_accepted(full, &c, &picture);
    const char *fault = v->cols < v->app->min_cols ? NULL : picture_fault(v, &c);
    if (fault)
        printf("%s: %s\n%s", full, fault, picture.p);
    buf_release(&picture);
    canvas_release(&c);
    return holds && !fault;
}
