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
    if (c->cells)
        explicit_bzero(c->cells, (size_t)c->rows * (size_t)c->cols * sizeof(*c->cells));
    free(c->cells);
    *c = (struct canvas){0};
}

void canvas_clear(struct canvas *c)
{
    size_t row = (size_t)c->cols * sizeof(*c->cells);
    c->cursor_row = c->cursor_col = 0;
    for (int i = 0; i < c->cols; i++)
        c->cells[i] = (struct cell){" ", 1, STYLE_PLAIN};
    for (int i = 1; i < c->rows; i++)
        memcpy(&c->cells[i * c->cols], c->cells, row);
}

struct cell *canvas_at(const struct canvas *c, int row, int col)
{
    if (row < 0 || row >= c->rows || col < 0 || col >= c->cols)
        return NULL;
    return &c->cells[row * c->cols + col];
}

/* Makes a cell ready for a character of this width, NULL outside; the caller writes it where it
 * stands. Of a wide character that is half overwritten, the other half becomes a blank. */
static struct cell *empty_cell(struct canvas *c, int row, int col, int width, enum style style)
{
    struct cell *cell = canvas_at(c, row, col);
    if (!cell)
        return NULL;
    struct cell *other = cell->width == 2   ? canvas_at(c, row, col + 1)
                         : cell->width == 0 ? canvas_at(c, row, col - 1)
                                            : NULL;
    if (other)
        *other = (struct cell){" ", 1, other->style};
    memset(cell->ch, 0, sizeof(cell->ch));
    cell->width = (uint8_t)width;
    cell->style = (uint8_t)style;
    return cell;
}

static void set_blank(struct canvas *c, int row, int col, enum style style)
{
    struct cell *cell = empty_cell(c, row, col, 1, style);
    if (cell)
        cell->ch[0] = ' ';
}

void canvas_fill(struct canvas *c, int row, int col, int cells, enum style style)
{
    for (int i = 0; i < cells; i++)
        set_blank(c, row, col + i, style);
}

static void add_mark(struct canvas *c, int row, int col, uint32_t cp)
{
    char bytes[5] = {0};
    size_t n = utf8_encode(cp, bytes);
    struct cell *cell = canvas_at(c, row, col);
    if (cell && cell->width == 0)
        cell = canvas_at(c, row, col - 1);
    if (cell && strlen(cell->ch) + n < CELL_BYTES)
        memcpy(cell->ch + strlen(cell->ch), bytes, n + 1);
}

/* The next character of s, as it is shown, and its width. */
static uint32_t next_shown(const char *s, size_t len, size_t *at, int *width)
{
    uint32_t cp = (unsigned char)s[*at];
    *width = 1;
    if (cp >= 0x20 && cp < 0x7F) {
        ++*at;
        return cp;
    }
    *at += utf8_decode(s + *at, len - *at, &cp);
    if (utf8_cp_unsafe(cp))
        return '?';
    *width = utf8_cp_width(cp);
    return cp;
}

static int shown_width(const char *s, size_t len)
{
    int width = 0;
    for (size_t at = 0; at < len;) {
        int one;
        (void)next_shown(s, len, &at, &one);
        width += one;
    }
    return width;
}

/* Puts one character that can be shown, of this width. */
static void put(struct canvas *c, int row, int col, enum style style, uint32_t cp, int width)
{
    if (width == 0) {
        add_mark(c, row, col - 1, cp);
        return;
    }
    if (width == 2)
        set_blank(c, row, col + 1, style);
    struct cell *cell = empty_cell(c, row, col, width, style);
    if (cell)
        (void)utf8_encode(cp, cell->ch);
    if (width == 2 && canvas_at(c, row, col + 1))
        *canvas_at(c, row, col + 1) = (struct cell){"", 0, (uint8_t)style};
}

int canvas_text(struct canvas *c, int row, int col, int cells, enum style style, const char *s)
{
    if (col + cells > c->cols)
        cells = c->cols - col;
    if (cells <= 0 || row < 0 || row >= c->rows)
        return 0;
    size_t len = strlen(s);
    bool cut = shown_width(s, len) > cells;
    int room = cut ? cells - 1 : cells, used = 0;
    for (size_t at = 0; at < len;) {
        int width;
        uint32_t cp = next_shown(s, len, &at, &width);
        if (used + width > room)
            break;
        if (used + width > 0) /* a mark without a letter is not one of another text's letters */
            put(c, row, col + used, style, cp, width);
        used += width;
    }
    if (cut)
        put(c, row, col + used, style, 0x2026, 1);
    return used + cut;
}
