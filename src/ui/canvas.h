/* SPDX-License-Identifier: EUPL-1.2 */
/* A grid of cells: the picture before any terminal sees it. */
#ifndef ACHT_UI_CANVAS_H
#define ACHT_UI_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* What a piece of the picture means; style.c says how that looks. Meaning is never in the style
 * alone. ACCENT is the marker of the focused item, and nothing else. */
enum style {
    STYLE_PLAIN,
    STYLE_DIM,
    STYLE_STRONG,
    STYLE_HEADER,
    STYLE_HEADER_STRONG,
    STYLE_HEADER_DIM,
    STYLE_ACCENT,
    STYLE_GOOD,
    STYLE_WARN,
    STYLES_COUNT
};

#define CELL_BYTES 13 /* a character and two combining marks */

struct cell {
    char ch[CELL_BYTES]; /* NUL-terminated; "" is the right half of a wide character */
    uint8_t width;       /* 1, 2, or 0 for a right half */
    uint8_t style;
};

struct canvas {
    int rows, cols;
    struct cell *cells;
    int cursor_row, cursor_col; /* where the hardware cursor belongs: the focused thing */
};

/* Sizes are clamped to 1..LIM_CANVAS_ROWS and _COLS. Blank and STYLE_PLAIN. */
void canvas_init(struct canvas *c, int rows, int cols);
void canvas_release(struct canvas *c); /* overwrites the picture: it may be somebody's */
void canvas_clear(struct canvas *c);
struct cell *canvas_at(const struct canvas *c, int row, int col); /* NULL outside */

/* Writes s from (row, col), at most `cells` wide and never outside; what does not fit ends in an
 * ellipsis. Unsafe characters become '?'. Returns the cells written. */
int canvas_text(struct canvas *c, int row, int col, int cells, enum style style, const char *s);
void canvas_fill(struct canvas *c, int row, int col, int cells, enum style style);

/* A canvas as lines of text; as text with SGR escapes (256 colours); as an SVG picture. Trailing
 * blanks are cut from the lines of the first. */
int canvas_to_text(const struct canvas *c, struct buf *out);
int canvas_to_ansi(const struct canvas *c, struct buf *out);
int canvas_to_svg(const struct canvas *c, struct buf *out);
/* One letter per cell for its style ('.' is plain), for tests of the picture. */
int canvas_to_styles(const struct canvas *c, struct buf *out);

#endif
