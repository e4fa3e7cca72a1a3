/* SPDX-License-Identifier: EUPL-1.2 */
/* Private to check*.c: each file adds what its rules find wrong. */
#ifndef ACHT_SCREEN_CHECK_H
#define ACHT_SCREEN_CHECK_H

#include "screen/flow.h"

struct checker {
    const struct app *app;
    struct flow flow;
    struct buf *out;
    int wrong;
};

/* One finding: "SCREEN.json: " and what is wrong. */
void check_wrong(struct checker *c, const struct screen *s, const char *fmt, ...) ACHT_PRINTF(3, 4);

/* What a guard asks about and this screen has not ("the param 'run'"), or NULL. */
const char *guard_lacks(const struct screen *s, int guard);

void check_body(struct checker *c, const struct screen *s);     /* data and widgets */
void check_bindings(struct checker *c, const struct screen *s); /* every `with` */
void check_paths(struct checker *c); /* reaching, leaving, and the depth of the stack */
void check_person(struct checker *c);
void check_typed(struct checker *c);
void check_texts(struct checker *c);

/* Every text of a definition, with where it stands. */
enum text_place { TEXT_TITLE, TEXT_WIDGET, TEXT_ITEM, TEXT_NOTE, TEXT_LABEL, TEXT_MESSAGE };
struct text_use {
    const char *id;
    const struct screen *screen;
    enum text_place place;
};
void texts_each(
    const struct app *app, void (*visit)(void *to, const struct text_use *use), void *to);

#endif
