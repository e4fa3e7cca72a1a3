/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/map_parse.h"

#include <string.h>

#define PARTS_MAX 16
#define PAIRS_MAX 64
#define WORD_CHARS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

struct parser {
    struct map *m;
    const struct csv *header;
    const char *at;
    struct err *err;
};

static void skip_space(struct parser *p)
{
    p->at += strspn(p->at, " \t\r");
}

/* Takes c, with white space around it, if it stands here. */
static bool accept(struct parser *p, char c)
{
    skip_space(p);
    if (*p->at != c)
        return false;
    p->at++;
    skip_space(p);
    return true;
}

static int expect(struct parser *p, char c)
{
    if (accept(p, c))
        return 0;
    return err_set(p->err, ERR_DATA, "'%c' is missing before '%.20s'", c, p->at);
}

/* A plain word, or a text in double quotes, at most LIM_TEXT bytes. */
static const char *take_name(struct parser *p)
{
    bool quoted = *p->at == '"';
    const char *from = p->at + quoted;
    size_t len = quoted ? strcspn(from, "\"") : strspn(from, WORD_CHARS);
    if (len == 0 || (quoted && from[len] != '"')) {
        err_set(p->err, ERR_DATA, "a name is missing before '%.20s'", p->at);
        return NULL;
    }
    p->at = from + len + quoted;
    return arena_strndup(&p->m->mem, from, len);
}

/* A text in single quotes. */
static const char *take_constant(struct parser *p)
{
    if (*p->at != '\'') {
        err_set(p->err, ERR_DATA, "a text in '...' is missing before '%.20s'", p->at);
        return NULL;
    }
    char *out = arena_alloc(&p->m->mem, strlen(p->at)), *end = out;
    for (p->at++; *p->at && *p->at != '\''; p->at++) {
        bool escape = *p->at == '\\' && p->at[1];
        if (escape)
            p->at++;
        *end++ = escape && *p->at == 'n' ? '\n' : *p->at;
    }
    if (*p->at != '\'') {
        err_set(p->err, ERR_DATA, "a text has no closing quote");
        return NULL;
    }
    p->at++;
    return out;
}

static int find_cell(struct parser *p, const char *name)
{
    for (int i = 0; i < p->header->count; i++)
        if (strcmp(csv_field(p->header, i), name) == 0)
            return i;
    return err_set(p->err, ERR_DATA, "the file has no column '%.60s'", name);
}

/* A number with at most six decimals, in millionths. */
static int take_factor(struct parser *p, int64_t *factor)
{
    const char *from = p->at;
    int64_t n = 0, unit = MAP_UNIT;
    bool point = false;
    for (; (*p->at >= '0' && *p->at <= '9') || (*p->at == '.' && !point); p->at++) {
        if (*p->at == '.') {
            point = true;
            continue;
        }
        n = n < MAP_UNIT * MAP_UNIT ? n * 10 + (*p->at - '0') : n;
        unit /= point ? 10 : 1;
    }
    if (n == 0 || unit == 0 || n > MAP_UNIT * MAP_UNIT / unit)
        return err_set(p->err, ERR_DATA, "'%.20s' is not a factor like 0.92", from);
    *factor = n * unit;
    return 0;
}

static int take_pair(struct parser *p, struct map_pair *pair)
{
    pair->from = NULL;
    if (!accept(p, '*') && !(pair->from = take_constant(p)))
        return -1;
    if (expect(p, '=') < 0)
        return -1;
    pair->to = take_constant(p);
    return pair->to ? 0 : -1;
}

/* { 'from' = 'to', ..., * = 'to' } */
static int take_pairs(struct parser *p, struct map_part *part)
{
    part->pairs = arena_alloc(&p->m->mem, PAIRS_MAX * sizeof(*part->pairs));
    do {
        if (part->pair_count == PAIRS_MAX)
            return err_set(p->err, ERR_DATA, "more than %d values are mapped", PAIRS_MAX);
        if (take_pair(p, &part->pairs[part->pair_count++]) < 0)
            return -1;
    } while (accept(p, ','));
    return expect(p, '}');
}

static int take_part(struct parser *p, struct map_part *part)
{
    part->column = -1;
    if (*p->at == '\'') {
        part->constant = take_constant(p);
        return part->constant ? 0 : -1;
    }
    const char *name = take_name(p);
    if (!name || (part->column = find_cell(p, name)) < 0)
        return -1;
    if (accept(p, '*') && take_factor(p, &part->factor) < 0)
        return -1;
    return accept(p, '{') ? take_pairs(p, part) : 0;
}

static int take_rule(struct parser *p, struct map_rule *rule)
{
    struct map_part *parts = arena_alloc(&p->m->mem, PARTS_MAX * sizeof(*parts));
    int count = 0;
    bool alternative = false, more;
    do {
        if (count == PARTS_MAX)
            return err_set(p->err, ERR_DATA, "more than %d parts", PARTS_MAX);
        parts[count].alternative = alternative;
        if (take_part(p, &parts[count++]) < 0)
            return -1;
        alternative = accept(p, '|');
        more = alternative || accept(p, '+');
    } while (more);
    *rule = (struct map_rule){parts, count};
    return *p->at ? err_set(p->err, ERR_DATA, "'%.20s' is not expected", p->at) : 0;
}

static int take_source(struct parser *p, const char **out)
{
    *out = take_constant(p);
    if (!*out)
        return -1;
    skip_space(p);
    return *p->at ? err_set(p->err, ERR_DATA, "'%.20s' is not expected", p->at) : 0;
}

int map_parse_line(struct map *m, const struct csv *header, const char *line, struct err *err)
{
    struct parser p = {m, header, line, err};
    skip_space(&p);
    if (!*p.at || *p.at == '#')
        return 0;
    const char *name = take_name(&p);
    if (!name || expect(&p, '=') < 0)
        return -1;
    if (strcmp(name, "source") == 0)
        return take_source(&p, &m->source);
    if (strcmp(name, "source_name") == 0)
        return take_source(&p, &m->source_name);
    int column = column_named(name);
    if (column < 0)
        return err_set(err, ERR_DATA, "'%.60s' is no column of a catalogue", name);
    if (m->rules[column].parts)
        return err_set(err, ERR_DATA, "%s is mapped twice", name);
    return take_rule(&p, &m->rules[column]);
}
