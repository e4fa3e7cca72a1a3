/* SPDX-License-Identifier: EUPL-1.2 */
/* Every text exists in every language and fits where it stands. */
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "screen/check.h"

struct speaking {
    struct checker *c;
    const char *language;
};

/* Cells that a text may take at home size, where it cannot be wrapped; 0: it can. */
static int room_for(enum text_place place)
{
    switch (place) {
    case TEXT_TITLE: /* beside the clock, also at 40 columns */
        return 26;
    case TEXT_ITEM:
        return 36;
    case TEXT_NOTE:
        return 60;
    default:
        return 0;
    }
}

static void check_text(void *to, const struct text_use *use)
{
    const struct speaking *sp = to;
    const char *said = text_get(use->id);
    if (said == use->id && strcmp(sp->language, "en") != 0) {
        check_wrong(sp->c, use->screen, "no text in '%s' for '%s'", sp->language, use->id);
        return;
    }
    int room = room_for(use->place), width = utf8_width(said);
    if (room && width > room)
        check_wrong(sp->c, use->screen, "'%s' in '%s' takes %d cells, and %d is the most", said,
            sp->language, width, room);
}

/* "F1 Help   F2 Language   Tab Narrow" */
static int bar_width(const struct screen *s, int width)
{
    enum { GAP = 3 };
    for (int i = 0; i < s->key_count; i++)
        width += (width ? GAP : 0) + utf8_width(text_get(vocab_keys[s->keys[i].key].says)) + 1 +
                 utf8_width(text_get(s->keys[i].label));
    return width;
}

static void check_bars(const struct speaking *sp)
{
    enum { ROOM = 78 };
    const struct app *app = sp->c->app;
    int shared = bar_width(&app->global, 0);
    for (int i = 0; i < app->count; i++) {
        int width = bar_width(&app->screen[i], shared);
        if (width > ROOM)
            check_wrong(sp->c, &app->screen[i], "keys: the bar in '%s' takes %d cells, and %d fit",
                sp->language, width, ROOM);
    }
}

void check_texts(struct checker *c)
{
    char languages[LIM_LANGUAGES][LANGUAGE_CODE];
    int n = text_languages(languages);
    for (int i = 0; i < n; i++) {
        struct speaking sp = {c, languages[i]};
        text_speak(languages[i]);
        texts_each(c->app, check_text, &sp);
        check_bars(&sp);
    }
    text_speak(LANGUAGE_DEFAULT);
}
