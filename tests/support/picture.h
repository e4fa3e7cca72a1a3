/* SPDX-License-Identifier: EUPL-1.2 */
/* A picture against the one that was accepted: tests/golden/NAME_LANGUAGE_SIZE.txt has the
 * characters, a blank line, and the styles (blank is plain). `make golden-update` accepts what the
 * screens show now. The README's pictures are some of these as SVG, in assets/pictures, and are
 * compared and accepted with them. */
#ifndef TESTS_SUPPORT_PICTURE_H
#define TESTS_SUPPORT_PICTURE_H

#include "ui/view.h"

/* directory: for files of the moment. share: the one of screens/ and demo/. */
void pictures_start(const char *directory, const char *share);

/* What the catalogue says may be cut off in a picture, and so may this; what we say may not. */
void pictures_may_clip(const char *text);

/* Whether the picture is as accepted, the focus is to be seen, and no text of ours is missing or
 * cut off; what is wrong is printed. `number` is an id that nobody could foresee, or "". */
bool picture_holds(const char *name, const struct view *v, const char *number);

#endif
