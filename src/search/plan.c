/* SPDX-License-Identifier: EUPL-1.2 */
#include "search/inner.h"

#include <string.h>

enum { FOLDED_MAX = 8 * LIM_QUERY }; /* of a longer query, the first words count */

/* Whether the last word may go on: nothing stands after it. */
static bool ends_in_word(const char *query, int words)
{
    struct buf longer = BUF_INIT(strlen(query) + 1);
    struct buf folded = BUF_INIT(FOLDED_MAX);
    (void)buf_puts(&longer, query);
    (void)buf_putc(&longer, 'a');
    (void)words_fold(&folded, longer.p);
    const char *s = folded.p;
    char word[LIM_ID];
    while (words_next(&s, word))
        words--;
    buf_release(&longer);
    buf_release(&folded);
    return words == 0;
}

static int count_words(const char *folded)
{
    char word[LIM_ID];
    int n = 0;
    while (words_next(&folded, word))
        n++;
    return n;
}

static void set_family(const struct lexicon *lex, struct plan_word *w)
{
    struct buf families = BUF_INIT(sizeof(w->family) - 1);
    if (words_families(lex, &families, w->word) == 0)
        memcpy(w->family, families.p, families.len + 1);
    buf_release(&families);
}

/* Jargon that begins at an earlier word also speaks for the words it covers. */
struct jargon_reach {
    size_t until;
    char also[3][LIM_ID];
};

static void set_also(const struct lexicon *lex, const char *folded, size_t at, bool open,
    struct jargon_reach *reach, struct plan_word *w)
{
    char also[3][LIM_ID];
    size_t covers = lexicon_jargon(lex, folded, at, open, also);
    if (at + covers > reach->until) {
        reach->until = at + covers;
        memcpy(reach->also, also, sizeof(also));
    }
    if (at < reach->until)
        memcpy(w->also, reach->also, sizeof(w->also));
}

/* A filler of some length is not still being typed: there is hardly a longer word in its place. */
static bool is_left_out(const char *word, bool prefix)
{
    return word_is_filler(word) && (!prefix || strlen(word) >= 5);
}

static void add_words(
    const struct lexicon *lex, const char *folded, bool open, bool fillers, struct plan *plan)
{
    struct jargon_reach reach = {0};
    const char *s = folded;
    char word[LIM_ID];
    while (plan->count < LIM_QUERY_WORDS && words_next(&s, word)) {
        bool prefix = open && !*s;
        if (!fillers && is_left_out(word, prefix))
            continue;
        struct plan_word *w = &plan->word[plan->count++];
        memcpy(w->word, word, sizeof(word));
        w->prefix = prefix;
        set_family(lex, w);
        set_also(lex, folded, (size_t)(s - folded) - strlen(word), open, &reach, w);
    }
}

void plan_make(const struct lexicon *lex, const char *query, struct plan *plan)
{
    *plan = (struct plan){0};
    struct buf folded = BUF_INIT(FOLDED_MAX);
    (void)words_fold(&folded, query);
    bool open = ends_in_word(query, count_words(folded.p));
    add_words(lex, folded.p, open, false, plan);
    if (plan->count == 0)
        add_words(lex, folded.p, open, true, plan);
    buf_release(&folded);
}
