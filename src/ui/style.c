/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/style.h"

/* A calm dark ground, one safety-orange for the focus and nothing else, grey for what is secondary.
 * Contrast on the ground: text 12:1, grey 6:1, orange 8:1. */
#define INK_GROUND 0x1A1D21
#define INK_BAND 0x2A2F36

const struct look style_look[STYLES_COUNT] = {
    [STYLE_PLAIN] = {253, 234, 7, 0, false, false, false, '.', 0xDADDE1, INK_GROUND},
    [STYLE_DIM] = {247, 234, 7, 0, false, false, false, 'd', 0x9AA2AB, INK_GROUND},
    [STYLE_STRONG] = {231, 234, 15, 0, true, false, false, 's', 0xFFFFFF, INK_GROUND},
    [STYLE_HEADER] = {253, 236, 7, 0, false, false, true, 'h', 0xDADDE1, INK_BAND},
    [STYLE_HEADER_STRONG] = {231, 236, 15, 0, true, false, true, 'H', 0xFFFFFF, INK_BAND},
    [STYLE_HEADER_DIM] = {248, 236, 7, 0, false, false, true, 'i', 0xA8AFB8, INK_BAND},
    [STYLE_ACCENT] = {208, 234, 11, 0, false, false, false, 'A', 0xFF8A1F, INK_GROUND},
    [STYLE_GOOD] = {150, 234, 10, 0, false, false, false, 'g', 0xA9D18E, INK_GROUND},
    [STYLE_WARN] = {222, 234, 11, 0, false, true, false, 'w', 0xF2CC7E, INK_GROUND},
};
