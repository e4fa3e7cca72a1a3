/* SPDX-License-Identifier: EUPL-1.2 */
/* Writing line under line; without a canvas it only counts, so that measuring and drawing are one
 * piece of code. */
#ifndef ACHT_UI_PEN_H
#define ACHT_UI_PEN_H

#include "ui/canvas.h"

struct pen {
    struct canvas *canvas; /* NULL: measure */
    int row, col, width;
    int end;  /* first row that must not be written */
    int skip; /* lines to leave out at the start: the earlier pages of an article */
};

void pen_skip(struct pen *p, int lines);
/* One line, clipped. */
void pen_line(struct pen *p, enum style style, const char *s);
/* A paragraph, wrapped at words to at most max_lines (0: no limit); the last line is clipped. */
void pen_wrap(struct pen *p, enum style style, const char *s, int max_lines);
/* A label and a value beside it (under it when narrow); nothing when the value is "". */
void pen_fact(struct pen *p, int label_width, const char *label, const char *value, int max_lines);
/* Left and right on one line; the left one gives way. */
void pen_sides(struct pen *p, enum style left_style, const char *left, enum style right_style,
    const char *right);

/* Lines that s takes when wrapped to width. */
int wrap_height(const char *s, int width);

#endif
