/* SPDX-License-Identifier: EUPL-1.2 */
/* From the words of a query to the courses that have them all, and how well. */
#include "store/inner.h"

#include <stdlib.h>
#include <string.h>

/* How well a word matches a course; the worst of a query's words is the course's tier. */
enum level { NO_MATCH, BY_OFFER, BY_SUBJECT, MEANT_IN_TITLE, BEGINS_IN_TITLE, WHOLE_IN_TITLE };

/* By rowid: `all` over the words so far, `word` of the present one, `step` how many words of an
 * alternative were found, and whether one of them outside the title. */
enum { OUTSIDE_TITLE = 0x80 };
struct levels {
    uint8_t *all, *word, *step;
    int64_t size;
    bool prefix;
    uint8_t at; /* word of the alternative */
};

static void levels_start(struct levels *l, int64_t last_course)
{
    l->size = last_course + 1;
    l->all = mem_array((size_t)l->size, 3);
    l->word = l->all + l->size;
    l->step = l->word + l->size;
}

static void see_word(void *context, int64_t course, int mask)
{
    struct levels *l = context;
    uint8_t level = mask & IN_TITLE     ? (l->prefix ? BEGINS_IN_TITLE : WHOLE_IN_TITLE)
                    : mask & IN_SUBJECT ? BY_SUBJECT
                                        : BY_OFFER;
    if (course < l->size && l->word[course] < level)
        l->word[course] = level;
}

static void see_alternative(void *context, int64_t course, int mask)
{
    struct levels *l = context;
    if (course >= l->size || (l->step[course] & ~OUTSIDE_TITLE) != l->at)
        return;
    l->step[course]++;
    if (!(mask & IN_TITLE))
        l->step[course] |= OUTSIDE_TITLE;
}

static int visit(struct store *s, struct levels *l, const char *term, bool prefix,
    posting_visit *see, struct err *err)
{
    return postings_visit(s->cache, l->size - 1, term, prefix, see, l, err);
}

static void join_alternative(struct levels *l)
{
    for (int64_t i = 0; i < l->size; i++) {
        uint8_t level = l->step[i] & OUTSIDE_TITLE ? BY_SUBJECT : MEANT_IN_TITLE;
        if ((l->step[i] & ~OUTSIDE_TITLE) == l->at && l->word[i] < level)
            l->word[i] = level;
    }
}

/* A course matches that has every word; families: the words are family keys. For jargon, any word
 * will do as itself or by its family. */
static int visit_all_of(
    struct store *s, struct levels *l, const char *words, bool families, struct err *err)
{
    char word[LIM_ID];
    char key[LIM_ID + 1] = "~";
    memset(l->step, 0, (size_t)l->size);
    for (l->at = 0; words_next(&words, word); l->at++) {
        if (families)
            memcpy(key + 1, word, sizeof(word));
        else
            word_family(word, key + 1);
        if (visit(s, l, key, false, see_alternative, err) < 0)
            return -1;
        if (!families && visit(s, l, word, false, see_alternative, err) < 0)
            return -1;
    }
    if (l->at > 0)
        join_alternative(l);
    return 0;
}

static int visit_word(struct store *s, struct levels *l, const struct plan_word *w, struct err *err)
{
    memset(l->word, NO_MATCH, (size_t)l->size);
    l->prefix = true;
    if (w->prefix && visit(s, l, w->word, true, see_word, err) < 0)
        return -1;
    l->prefix = false;
    if (visit(s, l, w->word, false, see_word, err) < 0)
        return -1;
    if (w->family[0] && visit_all_of(s, l, w->family, true, err) < 0)
        return -1;
    for (int i = 0; i < 3 && w->also[i][0]; i++)
        if (visit_all_of(s, l, w->also[i], false, err) < 0)
            return -1;
    return 0;
}

/* Returns whether the word matches anything. */
static bool join_word(struct levels *l, bool first)
{
    bool any = false;
    for (int64_t i = 0; i < l->size; i++) {
        any = any || l->word[i];
        if (first || l->word[i] < l->all[i])
            l->all[i] = l->word[i];
    }
    return any;
}

static int64_t count_matches(const struct tiers *tiers)
{
    int64_t n = 0;
    for (int64_t i = 0; i < tiers->size; i++)
        n += tiers->tier[i] != NO_MATCH;
    return n;
}

/* known gets a bit for each word that matches something. */
static int match_plan(struct store *s, const struct plan *plan, unsigned *known, struct err *err)
{
    struct levels l = {0};
    const struct catalogue *cat = &s->cat;
    int rc = 0;
    *known = 0;
    levels_start(&l, cat->count > 0 ? cat->course[cat->count - 1].rowid : 0);
    for (int i = 0; rc == 0 && i < plan->count; i++) {
        rc = visit_word(s, &l, &plan->word[i], err);
        if (join_word(&l, i == 0))
            *known |= 1u << i;
    }
    free(s->found.memory);
    s->found.memory = l.all;
    s->found.tiers = (struct tiers){l.all, l.size};
    return rc;
}

/* ---- what else may have been meant ---- */

/* Writes the first n words of the plan. */
static void write_words(const struct plan *plan, int n, const char *between, char out[LIM_QUERY])
{
    struct buf text = BUF_INIT(LIM_QUERY - 1);
    for (int i = 0; i < n; i++)
        if (buf_printf(&text, "%s%s", i ? between : "", plan->word[i].word) < 0)
            break;
    (void)str_copy(out, LIM_QUERY, text.p);
    buf_release(&text);
}

/* Puts near words in the place of unknown ones, and leaves out what nothing is near to. */
static int correct(struct store *s, struct plan *plan, unsigned known, struct err *err)
{
    int kept = 0;
    for (int i = 0; i < plan->count; i++) {
        struct typo typo;
        typo_start(&typo, plan->word[i].word, plan->word[i].prefix);
        if (known >> i & 1)
            memcpy(typo.best, plan->word[i].word, sizeof(typo.best));
        else if (vocabulary_offer(s->cache, &typo, err) < 0)
            return -1;
        if (typo.best[0])
            memcpy(plan->word[kept++].word, typo.best, sizeof(typo.best));
    }
    plan->count = kept;
    return 0;
}

/* Searches for other words. 1: they match something, 0: nothing. */
static int try_words(struct store *s, const char *words, struct err *err)
{
    struct plan plan;
    unsigned known;
    plan_make(s->lex, words, &plan);
    if (plan.count == 0)
        return 0;
    if (match_plan(s, &plan, &known, err) < 0)
        return -1;
    if (count_matches(&s->found.tiers) == 0)
        return 0;
    (void)str_copy(s->found.corrected, LIM_QUERY, words);
    return 1;
}

static int try_first(struct store *s, const struct plan *plan, int n, struct err *err)
{
    char words[LIM_QUERY];
    write_words(plan, n, " ", words);
    return try_words(s, words, err);
}

static int try_near(struct store *s, const char *word, struct err *err)
{
    struct plan plan;
    plan_make(s->lex, word, &plan);
    if (correct(s, &plan, 0, err) < 0)
        return -1;
    return try_first(s, &plan, plan.count, err);
}

/* "hef truck" may be "heftruck"; else near words, and then fewer of them. */
static int match_instead(struct store *s, struct plan *plan, unsigned known, struct err *err)
{
    char joined[LIM_QUERY];
    int typed = plan->count;
    write_words(plan, typed, "", joined);
    int rc = typed > 1 ? try_words(s, joined, err) : 0;
    if (rc == 0)
        rc = correct(s, plan, known, err);
    if (rc == 0 && plan->count == typed)
        rc = try_first(s, plan, typed, err);
    if (rc == 0 && typed > 1)
        rc = try_near(s, joined, err);
    for (int n = plan->count < typed ? plan->count : typed - 1; rc == 0 && n > 0; n--)
        rc = try_first(s, plan, n, err);
    return rc < 0 ? -1 : 0;
}

int match_words(struct store *s, const char *text, struct err *err)
{
    struct found *f = &s->found;
    struct plan plan;
    unsigned known;
    if (f->valid && strcmp(f->text, text) == 0)
        return 0;
    f->valid = f->counted = false;
    f->corrected[0] = '\0';
    (void)str_copy(f->text, sizeof(f->text), text);
    plan_make(s->lex, f->text, &plan);
    f->all = plan.count == 0;
    if (!f->all && match_plan(s, &plan, &known, err) < 0)
        return -1;
    if (!f->all && count_matches(&f->tiers) == 0 && match_instead(s, &plan, known, err) < 0)
        return -1;
    f->valid = true;
    return 0;
}
