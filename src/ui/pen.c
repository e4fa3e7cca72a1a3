/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/pen.h"

#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

/* Whether the pen's present line is to be seen: neither skipped nor past the end. */
static bool visible(struct pen *p)
{
    if (p->skip > 0) {
        p->skip--;
        return false;
    }
    return true;
}

static void write_line(struct pen *p, enum style style, const char *s)
{
    if (!visible(p))
        return;
    if (p->canvas && p->row < p->end)
        canvas_text(p->canvas, p->row, p->col, p->width, style, s);
    p->row++;
}

void pen_skip(struct pen *p, int lines)
{
    for (; lines > 0; lines--)
        if (visible(p))
            p->row++;
}

void pen_line(struct pen *p, enum style style, const char *s)
{
    write_line(p, style, s);
}

/* Bytes of s that make its first line of at most `width` cells, and in *next where the second one
 * starts. A word that is too long for a line is cut. */
static size_t first_line(const char *s, int width, const char **next)
{
    size_t newline = strcspn(s, "\n"), fit = utf8_clip(s, width);
    if (newline <= fit) {
        *next = s + newline + (s[newline] == '\n');
        return newline;
    }
    size_t cut = fit;
    if (s[fit] != ' ')
        while (cut > 0 && s[cut - 1] != ' ')
            cut--;
    if (cut == 0)
        cut = fit > 0 ? fit : 1;
    *next = s + cut;
    while (**next == ' ')
        (*next)++;
    while (cut > 0 && s[cut - 1] == ' ')
        cut--;
    return cut;
}

void pen_wrap(struct pen *p, enum style style, const char *s, int max_lines)
{
    for (int n = 1; *s; n++) {
        if (n == max_lines && (int)utf8_width(s) > p->width && !strchr(s, '\n')) {
            write_line(p, style, s); /* clipped with an ellipsis */
            return;
        }
        const char *next;
        size_t len = first_line(s, p->width, &next);
        char *line = mem_strndup(s, len);
        write_line(p, style, line);
        mem_free(line);
        if (n == max_lines)
            return;
        s = next;
    }
}

int wrap_height(const char *s, int width)
{
    struct pen p = {.width = width};
    pen_wrap(&p, STYLE_PLAIN, s, 0);
    return p.row;
}

void pen_fact(struct pen *p, int label_width, const char *label, const char *value, int max_lines)
{
    if (!*value)
        return;
    struct pen beside = *p;
    beside.col += label_width;
    beside.width -= label_width;
    int skip = p->skip;
    if (p->canvas && skip == 0 && p->row < p->end)
        canvas_text(p->canvas, p->row, p->col, label_width - 1, STYLE_DIM, label);
    pen_wrap(&beside, STYLE_PLAIN, value, max_lines);
    p->row = beside.row;
    p->skip = beside.skip;
}

void pen_sides(struct pen *p, enum style left_style, const char *left, enum style right_style,
    const char *right)
{
    int room = p->width - utf8_width(right), gap = *right ? 2 : 0;
    if (p->skip == 0 && p->canvas && p->row < p->end && room > 1) {
        canvas_text(p->canvas, p->row, p->col + room, p->width - room, right_style, right);
        canvas_text(p->canvas, p->row, p->col, room - gap, left_style, left);
    }
    if (visible(p))
        p->row++;
}
