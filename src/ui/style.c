/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/style.h"

/* A calm dark ground, one safety-orange for the focus and nothing else, grey for what is secondary.
 * Contrast on the ground: text 12:1, grey 6:1, orange 8:1. */
#define INK_GROUND 0x1A1D21
#define INK_BAND 0x2A2F36

const struct look style_look[STYLES_COUNT] = {
    [STYLE_PLAIN] = {253, 234, 7, 0, false, false, false, 0xDADDE1, INK_GROUND, '.'},
    [STYLE_DIM] = {247, 234, 7, 0, false, false, false, 0x9AA2AB, INK_GROUND, 'd'},
    [STYLE_STRONG] = {231, 234, 15, 0, true, false, false, 0xFFFFFF, INK_GROUND, 's'},
    [STYLE_HEADER] = {253, 236, 7, 0, false, false, true, 0xDADDE1, INK_BAND, 'h'},
    [STYLE_HEADER_STRONG] = {231, 236, 15, 0, true, false, true, 0xFFFFFF, INK_BAND, 'H'},
    [STYLE_HEADER_DIM] = {248, 236, 7, 0, false, false, true, 0xA8AFB8, INK_BAND, 'i'},
    [STYLE_ACCENT] = {208, 234, 11, 0, true, false, false, 0xFF8A1F, INK_GROUND, 'A'},
    [STYLE_GOOD] = {150, 234, 10, 0, false, false, false, 0xA9D18E, INK_GROUND, 'g'},
    [STYLE_WARN] = {222, 234, 11, 0, false, true, false, 0xF2CC7E, INK_GROUND, 'w'},
};
