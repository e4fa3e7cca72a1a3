/* SPDX-License-Identifier: EUPL-1.2 */
/* Scripts for the pure step, and where they lead, in words. */
#ifndef ACHT_TESTS_SCREEN_PLAY_H
#define ACHT_TESTS_SCREEN_PLAY_H

#include "screen_house.h"
#include "screen_world.h"

/* Carries out a script of words: the name of a key; "=text" types it, "!badge" reads it, "@3"
 * points at the choice with that index; "~proven" is what happens
 * elsewhere; "idle"; "->outcome" is what comes of the next action that
 * can have it. */
static inline void play_word(struct world *w, const char *word)
{
    int key = vocab_find(vocab_keys, KEYS_COUNT, word);
    struct event ev = {.kind = EVENT_KEY};
    if (strncmp(word, "->", 2) == 0) {
        w->outcome = word + 2;
        return;
    }
    if (word[0] == '=') {
        ev.kind = EVENT_CHAR;
        for (const char *at = word + 1; *at; at++) {
            ev.ch = *at == '_' ? ' ' : (unsigned char)*at;
            world_step(w, &ev);
        }
        return;
    }
    if (word[0] == '!')
        ev = (struct event){.kind = EVENT_BADGE, .text = word + 1};
    else if (word[0] == '~')
        ev = (struct event){.kind = EVENT_WORLD, .text = word + 1};
    else if (word[0] == '@')
        ev = (struct event){.kind = EVENT_PICK, .index = strtol(word + 1, NULL, 10)};
    else if (strcmp(word, "idle") == 0)
        ev.kind = EVENT_IDLE;
    else if (key >= 0)
        ev.key = (enum key)key;
    else
        fail_msg("no word '%s'", word);
    world_step(w, &ev);
}

static inline void play(struct world *w, const char *script)
{
    char *words = strdup(script), *rest = words;
    for (char *word; (word = strsep(&rest, " "));)
        if (*word)
            play_word(w, word);
    /* Outcomes that were set are borrowed from the script. */
    w->outcome = NULL;
    free(words);
}

/* "home > search > course(SECRET-hit-1)": the stack, with the params of the top. */
static inline void describe(const struct world *w, struct buf *out)
{
    for (int i = 0; i < w->st.depth; i++)
        buf_printf(out, "%s%s", i ? " > " : "", w->app.screen[w->st.stack[i].screen].name);
    for (int p = 0; p < PARAMS_COUNT; p++)
        if (state_frame_const(&w->st)->param[p][0])
            buf_printf(out, " %s=%s", vocab_params[p].name, state_frame_const(&w->st)->param[p]);
    if (state_frame_const(&w->st)->focus)
        buf_printf(out, " focus=%d", (int)state_frame_const(&w->st)->focus);
    if (state_frame_const(&w->st)->page)
        buf_printf(out, " page=%d", state_frame_const(&w->st)->page);
    if (w->st.search.text[0])
        buf_printf(out, " text='%s'", w->st.search.text);
    if (w->st.badge[0])
        buf_printf(out, " badge='%s'", w->st.badge);
    if (w->st.session.identified)
        buf_puts(out, " identified");
    if (w->st.message)
        buf_printf(out, " \"%s\"", w->st.message);
}

#endif
