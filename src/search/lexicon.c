/* SPDX-License-Identifier: EUPL-1.2 */
#include "search/inner.h"

#include <stdlib.h>
#include <string.h>

struct jargon {
    char typed[LIM_ID];
    char also[3][LIM_ID];
};

/* roots: family keys in a hash table of `room` places (a power of two, at most half full). */
struct lexicon {
    char **roots;
    size_t room, used;
    uint32_t starts[26]; /* second letters of the roots, by first letter */
    struct jargon *jargon;
    size_t jargon_count;
};

struct lexicon *lexicon_new(void)
{
    struct lexicon *lex = mem_alloc(sizeof(*lex));
    lex->room = 256;
    lex->roots = mem_array(lex->room, sizeof(*lex->roots));
    return lex;
}

void lexicon_free(struct lexicon *lex)
{
    if (!lex)
        return;
    for (size_t i = 0; i < lex->room; i++)
        free(lex->roots[i]);
    free(lex->roots);
    free(lex->jargon);
    free(lex);
}

/* The place of the key, or the empty one where it belongs. */
static char **root_place(char **roots, size_t room, const char *key)
{
    uint32_t hash = 2166136261u;
    for (const char *s = key; *s; s++)
        hash = (hash ^ (uint8_t)*s) * 16777619u;
    size_t i = hash & (room - 1);
    while (roots[i] && strcmp(roots[i], key) != 0)
        i = (i + 1) & (room - 1);
    return &roots[i];
}

static void grow_roots(struct lexicon *lex)
{
    size_t room = lex->room * 2;
    char **roots = mem_array(room, sizeof(*roots));
    for (size_t i = 0; i < lex->room; i++)
        if (lex->roots[i])
            *root_place(roots, room, lex->roots[i]) = lex->roots[i];
    free(lex->roots);
    lex->roots = roots;
    lex->room = room;
}

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

static int add_root(struct lexicon *lex, const char *word, int line, struct err *err)
{
    char key[LIM_ID];
    if (strlen(word) < 3 || !is_letter(word[0]) || !is_letter(word[1]))
        return err_set(err, ERR_CONFIG, "line %d: '%s' is too short for a root", line, word);
    word_family(word, key);
    char **place = root_place(lex->roots, lex->room, key);
    if (*place)
        return 0;
    *place = mem_strdup(key);
    lex->starts[key[0] - 'a'] |= 1u << (key[1] - 'a');
    if (++lex->used * 2 > lex->room)
        grow_roots(lex);
    return 0;
}

static int add_roots(struct lexicon *lex, const char *text, int line, struct err *err)
{
    char word[LIM_ID];
    while (words_next(&text, word))
        if (add_root(lex, word, line, err) < 0)
            return -1;
    return 0;
}

/* Splits a side of a jargon line at its commas; folds each alternative. Returns their number. */
static int fold_side(char *side, char out[][LIM_ID], int max, int line, struct err *err)
{
    int n = 0;
    char *rest;
    for (char *s = strtok_r(side, ",", &rest); s; s = strtok_r(NULL, ",", &rest)) {
        struct buf b = BUF_INIT(LIM_ID - 1);
        int rc = words_fold(&b, s);
        if (rc == 0 && b.len > 0 && n < max)
            memcpy(out[n], b.p, b.len + 1);
        else
            rc = -1;
        buf_release(&b);
        if (rc < 0)
            return err_set(err, ERR_CONFIG, "line %d: empty, too long, or too many words", line);
        n++;
    }
    return n > 0 ? n : err_set(err, ERR_CONFIG, "line %d: nothing on one side of '='", line);
}

static int add_jargon(struct lexicon *lex, char *left, char *right, int line, struct err *err)
{
    char typed[16][LIM_ID];
    char also[3][LIM_ID] = {"", "", ""};
    int n = fold_side(left, typed, 16, line, err);
    if (n < 0 || fold_side(right, also, 3, line, err) < 0)
        return -1;
    lex->jargon = mem_realloc(lex->jargon, (lex->jargon_count + (size_t)n) * sizeof(*lex->jargon));
    for (int i = 0; i < n; i++) {
        struct jargon *j = &lex->jargon[lex->jargon_count++];
        memcpy(j->typed, typed[i], sizeof(j->typed));
        memcpy(j->also, also, sizeof(j->also));
    }
    return 0;
}

static int add_line(struct lexicon *lex, char *text, int line, struct err *err)
{
    text[strcspn(text, "#")] = '\0';
    char *equals = strchr(text, '=');
    if (equals) {
        *equals = '\0';
        return add_jargon(lex, text, equals + 1, line, err);
    }
    struct buf folded = BUF_INIT(4096);
    int rc = words_fold(&folded, text);
    if (rc < 0)
        rc = err_set(err, ERR_CONFIG, "line %d: too long", line);
    else
        rc = add_roots(lex, folded.p, line, err);
    buf_release(&folded);
    return rc;
}

int lexicon_add(struct lexicon *lex, const char *text, struct err *err)
{
    int rc = 0;
    for (int line = 1; rc == 0 && *text; line++) {
        size_t len = strcspn(text, "\n");
        char *copy = mem_strndup(text, len);
        rc = add_line(lex, copy, line, err);
        free(copy);
        text += len + (text[len] == '\n');
    }
    return rc;
}

size_t lexicon_jargon(
    const struct lexicon *lex, const char *query, size_t at, bool prefix, char also[3][LIM_ID])
{
    const char *s = query + at;
    size_t rest = strlen(s);
    size_t best = 0;
    for (size_t i = 0; i < lex->jargon_count; i++) {
        const struct jargon *j = &lex->jargon[i];
        size_t len = strlen(j->typed);
        bool whole = strncmp(s, j->typed, len) == 0 && (s[len] == ' ' || s[len] == '\0');
        bool begun = prefix && rest >= 4 && rest < len && strncmp(s, j->typed, rest) == 0;
        size_t covers = whole ? len : begun ? rest : 0;
        if (covers > best) {
            best = covers;
            memcpy(also, j->also, sizeof(j->also));
        }
    }
    return best;
}

static bool is_root(const struct lexicon *lex, const char *part, size_t len)
{
    char word[LIM_ID];
    char key[LIM_ID];
    memcpy(word, part, len);
    word[len] = '\0';
    word_family(word, key);
    return *root_place(lex->roots, lex->room, key);
}

static bool root_may_start(const struct lexicon *lex, const char *s)
{
    return is_letter(s[0]) && is_letter(s[1]) && lex->starts[s[0] - 'a'] >> (s[1] - 'a') & 1;
}

/* How a word is cut: cost[i] is the least cost of what stands before i, from[i] where its last part
 * begins. A known part costs little; letters that are no root cost more than they can win by a root
 * of three letters, so "plastic" stays whole and "onderwaterlassen" does not. */
struct cut {
    int cost[LIM_ID];
    size_t from[LIM_ID];
};

enum { COST_ROOT = 10, COST_UNKNOWN = 40, COST_LETTER = 3, COST_NONE = 100000, UNKNOWN_MIN = 4 };

static void cut_from(
    const struct lexicon *lex, struct cut *c, const char *word, size_t n, size_t at)
{
    bool maybe = root_may_start(lex, word + at);
    for (size_t len = 3; at + len <= n; len++) {
        int cost = COST_NONE;
        if (maybe && is_root(lex, word + at, len))
            cost = COST_ROOT;
        else if (len >= UNKNOWN_MIN)
            cost = COST_UNKNOWN + COST_LETTER * (int)len;
        if (c->cost[at] + cost < c->cost[at + len]) {
            c->cost[at + len] = c->cost[at] + cost;
            c->from[at + len] = at;
        }
    }
}

/* Fills ends with where each part of the word ends, the last part first. */
static int cut_word(const struct lexicon *lex, const char *word, size_t n, size_t ends[LIM_ID])
{
    struct cut c = {0};
    for (size_t i = 1; i <= n; i++)
        c.cost[i] = COST_NONE;
    for (size_t i = 0; i + 3 <= n; i++)
        if (c.cost[i] < COST_NONE)
            cut_from(lex, &c, word, n, i);
    int parts = 0;
    if (c.cost[n] < COST_NONE)
        for (size_t i = n; i > 0; i = c.from[i])
            ends[parts++] = i;
    else
        ends[parts++] = n;
    return parts;
}

static bool has_word(const char *list, const char *word)
{
    size_t len = strlen(word);
    for (const char *s = strstr(list, word); s; s = strstr(s + 1, word))
        if ((s == list || s[-1] == ' ') && (s[len] == ' ' || s[len] == '\0'))
            return true;
    return false;
}

static int add_family(struct buf *out, size_t start, const char *part, size_t len)
{
    char word[LIM_ID];
    char key[LIM_ID];
    memcpy(word, part, len);
    word[len] = '\0';
    word_family(word, key);
    if (has_word(out->p + start, key))
        return 0;
    if (out->len > start && buf_putc(out, ' ') < 0)
        return -1;
    return buf_puts(out, key);
}

static int add_families(const struct lexicon *lex, struct buf *out, size_t start, const char *word)
{
    size_t ends[LIM_ID];
    int parts = cut_word(lex, word, strlen(word), ends);
    size_t at = 0;
    for (int i = parts - 1; i >= 0; i--) {
        if (add_family(out, start, word + at, ends[i] - at) < 0)
            return -1;
        at = ends[i];
    }
    return 0;
}

int words_families(const struct lexicon *lex, struct buf *out, const char *folded)
{
    char word[LIM_ID];
    if (out->len > 0 && buf_putc(out, ' ') < 0)
        return -1;
    size_t start = out->len;
    while (words_next(&folded, word))
        if (word_has_family(word) && add_families(lex, out, start, word) < 0)
            return -1;
    return 0;
}
