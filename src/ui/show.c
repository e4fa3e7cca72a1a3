/* SPDX-License-Identifier: EUPL-1.2 */
/* The canvas without a terminal: text, ANSI and SVG. */
#include <stdio.h>
#include <string.h>

#include "ui/style.h"

static bool blank_from(const struct canvas *c, int row, int col)
{
    for (; col < c->cols; col++)
        if (strcmp(canvas_at(c, row, col)->ch, " ") != 0)
            return false;
    return true;
}

int canvas_to_text(const struct canvas *c, struct buf *out)
{
    for (int row = 0; row < c->rows; row++) {
        for (int col = 0; col < c->cols && !blank_from(c, row, col); col++)
            buf_puts(out, canvas_at(c, row, col)->ch);
        buf_putc(out, '\n');
    }
    return out->overflow ? -1 : 0;
}

int canvas_to_styles(const struct canvas *c, struct buf *out)
{
    for (int row = 0; row < c->rows; row++) {
        for (int col = 0; col < c->cols; col++)
            buf_putc(out, style_look[canvas_at(c, row, col)->style].letter);
        buf_putc(out, '\n');
    }
    return out->overflow ? -1 : 0;
}

int canvas_to_ansi(const struct canvas *c, struct buf *out)
{
    for (int row = 0; row < c->rows; row++) {
        int style = -1;
        for (int col = 0; col < c->cols; col++) {
            const struct cell *cell = canvas_at(c, row, col);
            if (cell->style != style) {
                const struct look *l = &style_look[cell->style];
                buf_printf(
                    out, "\033[0;%s38;5;%d;48;5;%dm", l->bold ? "1;" : "", l->fg256, l->bg256);
                style = cell->style;
            }
            buf_puts(out, cell->ch);
        }
        buf_puts(out, "\033[0m\n");
    }
    return out->overflow ? -1 : 0;
}

/* ---- SVG: one text element per run of equal style, so that text stays text ---- */

#define CELL_W 10
#define CELL_H 21
#define BASELINE 16
#define EDGE 18

static void escape(struct buf *out, const char *s)
{
    for (; *s; s++) {
        if (*s == '&')
            buf_puts(out, "&amp;");
        else if (*s == '<')
            buf_puts(out, "&lt;");
        else if (*s == '>')
            buf_puts(out, "&gt;");
        else
            buf_putc(out, *s);
    }
}

/* Block elements are drawn, not written: fonts leave gaps between them. */
static bool draw_block(struct buf *out, const struct cell *cell, int x, int y)
{
    static const struct {
        const char *ch;
        int x, y, w, h; /* in eighths of the cell */
    } blocks[] = {
        {"█", 0, 0, 8, 8},
        {"▀", 0, 0, 8, 4},
        {"▄", 0, 4, 8, 4},
        {"▌", 0, 0, 4, 8},
        {"▐", 4, 0, 4, 8},
        {"▁", 0, 7, 8, 1},
    };
    for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
        if (strcmp(cell->ch, blocks[i].ch) != 0)
            continue;
        buf_printf(out, "<rect x='%.2f' y='%.2f' width='%.2f' height='%.2f' fill='#%06X'/>\n",
            x + blocks[i].x * CELL_W / 8.0, y + blocks[i].y * CELL_H / 8.0,
            blocks[i].w * CELL_W / 8.0, blocks[i].h * CELL_H / 8.0,
            (unsigned)style_look[cell->style].fg);
        return true;
    }
    return false;
}

static void svg_ground(struct buf *out, const struct canvas *c, int row)
{
    for (int col = 0; col < c->cols;) {
        uint32_t bg = style_look[canvas_at(c, row, col)->style].bg;
        int from = col;
        while (col < c->cols && style_look[canvas_at(c, row, col)->style].bg == bg)
            col++;
        if (bg != style_look[STYLE_PLAIN].bg)
            buf_printf(out, "<rect x='%d' y='%d' width='%d' height='%d' fill='#%06X'/>\n",
                EDGE + from * CELL_W, EDGE + row * CELL_H, (col - from) * CELL_W, CELL_H,
                (unsigned)bg);
    }
}

/* Writes the run of cells from col on that share a style and returns where it ends. Two blanks end
 * a run too: the position of what follows must not depend on the font's width of a space. */
static int svg_run(struct buf *out, const struct canvas *c, int row, int col)
{
    const struct cell *first = canvas_at(c, row, col);
    int x = EDGE + col * CELL_W, y = EDGE + row * CELL_H;
    if (strcmp(first->ch, " ") == 0 || draw_block(out, first, x, y))
        return col + 1;
    const struct look *l = &style_look[first->style];
    int end = col;
    while (end < c->cols) {
        const struct cell *cell = canvas_at(c, row, end), *next = canvas_at(c, row, end + 1);
        bool gap = strcmp(cell->ch, " ") == 0 && (!next || strcmp(next->ch, " ") == 0);
        if (cell->style != first->style || gap)
            break;
        end++;
    }
    buf_printf(out, "<text x='%d' y='%d' fill='#%06X'%s textLength='%d'>", x, y + BASELINE,
        (unsigned)l->fg, l->bold ? " font-weight='bold'" : "", (end - col) * CELL_W);
    for (; col < end; col++)
        escape(out, canvas_at(c, row, col)->ch);
    buf_puts(out, "</text>\n");
    return end;
}

/* The cursor, where somebody types: a picture has no blinking one. */
static void svg_cursor(struct buf *out, const struct canvas *c)
{
    const struct cell *cell = canvas_at(c, c->cursor_row, c->cursor_col);
    if (cell && strcmp(cell->ch, " ") == 0)
        buf_printf(out, "<rect x='%d' y='%d' width='%d' height='3' fill='#%06X'/>\n",
            EDGE + c->cursor_col * CELL_W, EDGE + c->cursor_row * CELL_H + BASELINE + 1, CELL_W,
            (unsigned)style_look[STYLE_ACCENT].fg);
}

int canvas_to_svg(const struct canvas *c, struct buf *out)
{
    int w = c->cols * CELL_W + 2 * EDGE, h = c->rows * CELL_H + 2 * EDGE;
    buf_printf(out,
        "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' viewBox='0 0 %d %d' "
        "font-family='JetBrains Mono,DejaVu Sans Mono,Menlo,Consolas,monospace' font-size='16.5' "
        "xml:space='preserve'>\n<rect width='%d' height='%d' rx='10' fill='#%06X'/>\n",
        w, h, w, h, w, h, (unsigned)style_look[STYLE_PLAIN].bg);
    for (int row = 0; row < c->rows; row++) {
        svg_ground(out, c, row);
        for (int col = 0; col < c->cols;)
            col = svg_run(out, c, row, col);
    }
    svg_cursor(out, c);
    buf_puts(out, "</svg>\n");
    return out->overflow ? -1 : 0;
}
