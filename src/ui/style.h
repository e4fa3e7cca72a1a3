/* SPDX-License-Identifier: EUPL-1.2 */
/* How meanings look, on every kind of surface. */
#ifndef ACHT_UI_STYLE_H
#define ACHT_UI_STYLE_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/canvas.h"

struct look {
    uint8_t fg256, bg256;          /* xterm palette */
    uint8_t fg16, bg16;            /* 16 colours; on 8 the bright half counts as bold */
    bool bold, underline, reverse; /* what a monochrome terminal has; bold also with colours */
    char letter;                   /* in tests of the picture */
    uint32_t fg, bg;               /* 0xRRGGBB for pictures */
};

extern const struct look style_look[STYLES_COUNT];

#endif
