/* SPDX-License-Identifier: EUPL-1.2 */
/* What is typed on a screen: where it goes, what it takes, and when it is wiped. */
#include <stddef.h>
#include <string.h>

#include "base/utf8.h"
#include "screen/step.h"

/* Where in a state the text of each kind stands. */
static const struct {
    size_t at, size;
} places[] = {
    [TYPED_query] = {offsetof(struct state, search.text), sizeof(((struct state *)0)->search.text)},
#define PLACE(name)                                                                                \
    [TYPED_##name] = {offsetof(struct state, name), sizeof(((struct state *)0)->name)}
    PLACE(badge),
    PLACE(pin),
    PLACE(new_pin),
    PLACE(again),
    PLACE(code),
    PLACE(words),
#undef PLACE
};

char *typed_text(const struct screen *s, struct state *st, size_t *size)
{
    const struct widget *w = screen_widget(s, WIDGET_input);
    if (!w)
        return NULL;
    *size = places[w->bind].size;
    return (char *)st + places[w->bind].at;
}

const char *typed_shown(const struct screen *s, const struct state *st)
{
    const struct widget *w = screen_widget(s, WIDGET_input);
    return w ? (const char *)st + places[w->bind].at : "";
}

bool typed_secret(enum typed typed)
{
    return typed == TYPED_pin || typed == TYPED_new_pin || typed == TYPED_again ||
           typed == TYPED_code;
}

bool shows_digits(const struct screen *s)
{
    const struct widget *input = screen_widget(s, WIDGET_input);
    return screen_widget(s, WIDGET_code) || (input && typed_secret(input->bind));
}

void forget_digits(struct state *st)
{
    explicit_bzero(st->pin, sizeof(st->pin));
    explicit_bzero(st->new_pin, sizeof(st->new_pin));
    explicit_bzero(st->again, sizeof(st->again));
    explicit_bzero(st->code, sizeof(st->code));
}

void forget_words(struct state *st)
{
    explicit_bzero(st->words, sizeof(st->words));
    st->words_depth = 0;
}

bool type_char(const struct screen *s, struct state *st, uint32_t ch)
{
    size_t size, len;
    char *text = typed_text(s, st, &size);
    char bytes[4];
    size_t n = utf8_encode(ch, bytes);
    if (!text || utf8_cp_unsafe(ch) || (len = strlen(text)) + n >= size)
        return false;
    if (typed_secret(screen_widget(s, WIDGET_input)->bind) && (ch < '0' || ch > '9'))
        return false;
    if (ch == ' ' && len == 0)
        return false;
    memcpy(text + len, bytes, n);
    text[len + n] = '\0';
    return true;
}

bool erase_char(const struct screen *s, struct state *st)
{
    size_t size, len;
    char *text = typed_text(s, st, &size);
    if (!text || !*text)
        return false;
    len = strlen(text) - 1;
    while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80)
        len--;
    text[len] = '\0';
    return true;
}
