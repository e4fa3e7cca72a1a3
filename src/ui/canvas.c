/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/canvas.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

static int clamp(int n, int most)
{
    return n < 1 ? 1 : n > most ? most : n;
}

void canvas_init(struct canvas *c, int rows, int cols)
{
    c->rows = clamp(rows, LIM_CANVAS_ROWS);
    c->cols = clamp(cols, LIM_CANVAS_COLS);
    c->cells = mem_array((size_t)c->rows * (size_t)c->cols, sizeof(*c->cells));
    canvas_clear(c);
}

void canvas_release(struct canvas *c)
{
    free(c->cells);
    *c = (struct canvas){0};
}

void canvas_clear(struct canvas *c)
{
    c->cursor_row = c->cursor_col = 0;
    for (int row = 0; row < c->rows; row++)
        canvas_fill(c, row, 0, c->cols, STYLE_PLAIN);
}

struct cell *canvas_at(const struct canvas *c, int row, int col)
{
    if (row < 0 || row >= c->rows || col < 0 || col >= c->cols)
        return NULL;
    return &c->cells[row * c->cols + col];
}

void canvas_fill(struct canvas *c, int row, int col, int cells, enum style style)
{
    for (int i = 0; i < cells; i++) {
        struct cell *cell = canvas_at(c, row, col + i);
        if (cell)
            *cell = (struct cell){" ", 1, (uint8_t)style};
    }
}

static void add_mark(struct canvas *c, int row, int col, const char *bytes, size_t n)
{
    struct cell *cell = canvas_at(c, row, col);
    if (cell && cell->width == 0)
        cell = canvas_at(c, row, col - 1);
    if (cell && strlen(cell->ch) + n < CELL_BYTES)
        memcpy(cell->ch + strlen(cell->ch), bytes, n + 1);
}

/* Puts one character and returns the cells it took. */
static int put(struct canvas *c, int row, int col, enum style style, uint32_t cp)
{
    char bytes[5] = {0};
    if (utf8_cp_unsafe(cp))
        cp = '?';
    size_t n = utf8_encode(cp, bytes);
    int width = utf8_cp_width(cp);
    if (width == 0) {
        add_mark(c, row, col - 1, bytes, n);
        return 0;
    }
    struct cell *cell = canvas_at(c, row, col);
    if (!cell)
        return width;
    *cell = (struct cell){"", (uint8_t)width, (uint8_t)style};
    memcpy(cell->ch, bytes, n + 1);
    if (width == 2 && (cell = canvas_at(c, row, col + 1)))
        *cell = (struct cell){"", 0, (uint8_t)style};
    return width;
}

int canvas_text(struct canvas *c, int row, int col, int cells, enum style style, const char *s)
{
    if (col + cells > c->cols)
        cells = c->cols - col;
    if (cells <= 0 || row < 0 || row >= c->rows)
        return 0;
    size_t len = strlen(s), fit = utf8_clip(s, cells);
    bool cut = fit < len;
    if (cut)
        fit = utf8_clip(s, cells - 1);
    int used = 0;
    for (size_t at = 0; at < fit;) {
        uint32_t cp;
        at += utf8_decode(s + at, fit - at, &cp);
        used += put(c, row, col + used, style, cp);
    }
    if (cut)
        used += put(c, row, col + used, style, 0x2026);
    return used;
}
