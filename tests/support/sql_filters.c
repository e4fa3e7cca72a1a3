/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/sql_filters.h"

#include <ctype.h>
#include <string.h>

#include "base/err.h"

#define TOKENS 1200
#define DEPTH 40
#define COLUMNS_SHOWN 60 /* bytes */

enum kind { WORD, MARK, OTHER }; /* OTHER: a parameter, a number, a text */

struct token {
    enum kind kind;
    size_t start, end;
    bool condition; /* stands where rows are chosen */
};

struct tokens {
    const char *sql;
    struct token token[TOKENS];
    int count;
};

/* ---- tokens ---- */

static size_t text_end(const char *sql, size_t at)
{
    const char *end = strchr(sql + at + 1, '\'');
    if (!end)
        BUG("a text without an end: %s", sql);
    return (size_t)(end - sql) + 1;
}

static bool in_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.';
}

static size_t token_end(const char *sql, size_t at, enum kind *kind)
{
    size_t end = at + 1;
    *kind = OTHER;
    if (sql[at] == '\'')
        return text_end(sql, at);
    if (sql[at] == '?' || in_word(sql[at])) {
        *kind = isalpha((unsigned char)sql[at]) ? WORD : OTHER;
        while (in_word(sql[end]))
            end++;
        return end;
    }
    *kind = MARK;
    return end + (strchr("<>|", sql[at]) && strchr("=>|", sql[end]) && sql[end]);
}

static bool is(const struct tokens *t, int i, const char *text)
{
    if (i < 0 || i >= t->count)
        return false;
    size_t len = t->token[i].end - t->token[i].start;
    return strlen(text) == len && strncmp(t->sql + t->token[i].start, text, len) == 0;
}

static bool is_any(const struct tokens *t, int i, const char *const *texts)
{
    while (*texts && !is(t, i, *texts))
        texts++;
    return *texts;
}

static void split(struct tokens *t, const char *sql)
{
    t->sql = sql;
    t->count = 0;
    for (size_t at = strspn(sql, " "); sql[at];) {
        if (t->count == TOKENS)
            BUG("too long: %s", sql);
        struct token *new = &t->token[t->count++];
        *new = (struct token){.start = at};
        new->end = token_end(sql, at, &new->kind);
        at = new->end + strspn(sql + new->end, " ");
    }
}

/* ---- where rows are chosen ---- */

struct place {
    bool condition, iif;
};

static bool turns(const struct tokens *t, int i, bool now)
{
    static const char *const on[] = {"WHERE", "WHEN", "HAVING", NULL};
    static const char *const off[] = {"SELECT", "FROM", "SET", "ORDER", "GROUP", "LIMIT", "UNION",
        "RETURNING", "VALUES", "DO", "JOIN", "LEFT", "THEN", "ELSE", NULL};
    if (is_any(t, i, on) || (is(t, i, "ON") && !is(t, i + 1, "CONFLICT")))
        return true;
    return is_any(t, i, off) ? false : now;
}

static void find_conditions(struct tokens *t)
{
    struct place stack[DEPTH] = {0};
    int top = 0;
    for (int i = 0; i < t->count; i++) {
        if (is(t, i, "(") && top + 1 < DEPTH) {
            bool iif = is(t, i - 1, "iif");
            top++;
            stack[top] = (struct place){stack[top - 1].condition || iif, iif};
        } else if (is(t, i, ")") && top > 0) {
            top--;
        } else if (is(t, i, ",") && stack[top].iif) {
            stack[top].condition = false;
        }
        stack[top].condition = turns(t, i, stack[top].condition);
        t->token[i].condition = stack[top].condition;
    }
}

static void read(struct tokens *t, const char *sql)
{
    split(t, sql);
    find_conditions(t);
}

/* ---- one condition ---- */

static bool is_comparison(const struct tokens *t, int i)
{
    static const char *const marks[] = {"=", "<>", "<", "<=", ">", ">=", "IS", "LIKE", "IN", NULL};
    return t->token[i].condition && is_any(t, i, marks);
}

/* The other end of the parentheses at i. */
static int across(const struct tokens *t, int i, int step)
{
    int depth = 0;
    for (; i >= 0 && i < t->count; i += step) {
        depth += is(t, i, "(") - is(t, i, ")");
        if (depth == 0)
            return i;
    }
    BUG("unbalanced: %s", t->sql);
}

static int first_of(const struct tokens *t, int i)
{
    static const char *const ends[] = {
        "AND", "OR", "WHERE", "ON", "NOT", "WHEN", "HAVING", "(", ",", NULL};
    for (i -= is(t, i - 1, "NOT"); i > 0 && !is_any(t, i - 1, ends); i--)
        if (is(t, i - 1, ")"))
            i = across(t, i - 1, -1) + 1;
    return i;
}

static int last_of(const struct tokens *t, int i)
{
    static const char *const ends[] = {"AND", "OR", "ORDER", "GROUP", "LIMIT", "UNION", "RETURNING",
        "THEN", "WHERE", "FROM", "SET", "LEFT", "JOIN", ")", ",", NULL};
    for (; i + 1 < t->count && !is_any(t, i + 1, ends); i++)
        if (is(t, i + 1, "("))
            i = across(t, i + 1, 1) - 1;
    return i;
}

int sql_filters(const char *sql, struct sql_filter out[SQL_FILTERS])
{
    static struct tokens t;
    int count = 0;
    read(&t, sql);
    for (int i = 0; i < t.count; i++) {
        if (!is_comparison(&t, i))
            continue;
        if (count == SQL_FILTERS)
            BUG("too many conditions: %s", sql);
        out[count++] =
            (struct sql_filter){t.token[first_of(&t, i)].start, t.token[last_of(&t, i)].end};
    }
    return count;
}

/* A column or a table: keywords are in capitals, functions stand before parentheses. */
static bool is_column(const struct tokens *t, int i)
{
    return t->token[i].kind == WORD && islower((unsigned char)t->sql[t->token[i].start]) &&
           !is(t, i + 1, "(");
}

static void column_name(const struct tokens *t, int i, char name[SQL_NAME])
{
    const char *word = t->sql + t->token[i].start;
    size_t len = t->token[i].end - t->token[i].start;
    const char *dot = memchr(word, '.', len);
    size_t skip = dot ? (size_t)(dot - word) + 1 : 0;
    if (len - skip >= SQL_NAME)
        BUG("a long name: %s", t->sql);
    memcpy(name, word + skip, len - skip);
    name[len - skip] = '\0';
}

static bool within(const struct tokens *t, int i, const struct sql_filter *f)
{
    return i < t->count && t->token[i].start >= f->start && t->token[i].start < f->end;
}

static int first_in(const struct tokens *t, const struct sql_filter *f)
{
    int i = 0;
    while (t->token[i].start < f->start)
        i++;
    return i;
}

void sql_column(const char *sql, const struct sql_filter *f, char name[SQL_NAME])
{
    static struct tokens t;
    read(&t, sql);
    name[0] = '\0';
    for (int i = first_in(&t, f); !*name && within(&t, i, f); i++)
        if (is_column(&t, i))
            column_name(&t, i, name);
}

/* What stands in a query within it does not count. */
static bool says_whose(const struct tokens *t, const struct sql_filter *f)
{
    char name[SQL_NAME] = "";
    for (int i = first_in(t, f); within(t, i, f) && !is(t, i, "SELECT"); i++) {
        if (is_column(t, i))
            column_name(t, i, name);
        if (strcmp(name, "company") == 0)
            return true;
    }
    return false;
}

/* ---- texts ---- */

static void rewrite(const char *sql, const struct sql_filter *f, const char *more, struct buf *out)
{
    int before = (int)f->start, len = (int)(f->end - f->start);
    (void)buf_printf(out, "%.*s(%.*s %s)%s", before, sql, len, sql + before, more, sql + f->end);
}

void sql_without(const char *sql, const struct sql_filter *f, struct buf *out)
{
    rewrite(sql, f, "OR true", out);
}

void sql_with_nothing_new(const char *sql, const struct sql_filter *f, struct buf *out)
{
    rewrite(sql, f, "AND true", out);
}

/* The FROM of a SELECT, or -1. */
static int from_of(const struct tokens *t, int i)
{
    while (i < t->count && !is(t, i, "FROM"))
        i = is(t, i, "(") ? across(t, i, 1) + 1 : i + 1;
    return i < t->count ? i : -1;
}

static bool too_long(const struct tokens *t, int select, int from, const struct sql_filter *f)
{
    size_t start = t->token[select].end, end = t->token[from].start;
    return end - start > COLUMNS_SHOWN && !(f && f->start < end && f->end > start);
}

void sql_show(const char *sql, const struct sql_filter *f, struct buf *out)
{
    static struct tokens t;
    read(&t, sql);
    for (int i = 0; i < t.count; i++) {
        const struct token *k = &t.token[i];
        bool space = i > 0 && k->start > t.token[i - 1].end;
        (void)buf_printf(out, "%s%s%.*s%s", space ? " " : "", f && k->start == f->start ? "[" : "",
            (int)(k->end - k->start), sql + k->start, f && k->end == f->end ? "]" : "");
        int from = is(&t, i, "SELECT") ? from_of(&t, i) : -1;
        if (from > 0 && too_long(&t, i, from, f)) {
            (void)buf_puts(out, " ...");
            i = from - 1;
        }
    }
}

/* ---- tables ---- */

/* One query: what it reads, and how often it says whose. */
struct query {
    int tables, companies;
};

struct count {
    struct query stack[DEPTH];
    int level[DEPTH]; /* of parentheses: the query in which they stand */
    int top, depth, unguarded;
};

static void end_query(struct count *c)
{
    const struct query *q = &c->stack[c->top];
    c->unguarded += q->tables > q->companies ? q->tables - q->companies : 0;
    c->stack[c->top] = (struct query){0};
}

static void meet_parentheses(const struct tokens *t, int i, struct count *c)
{
    if (is(t, i, "(") && c->depth + 1 < DEPTH) {
        c->level[c->depth++] = c->top;
        if (is(t, i + 1, "SELECT"))
            c->stack[++c->top] = (struct query){0};
    } else if (is(t, i, ")") && c->depth > 0) {
        if (c->level[--c->depth] < c->top) {
            end_query(c);
            c->top--;
        }
    }
}

static bool names_table(const struct tokens *t, int i)
{
    static const char *const before[] = {"FROM", "JOIN", "UPDATE", "INTO", NULL};
    return is_any(t, i - 1, before) && is_column(t, i);
}

/* Of these, and to find rows in it. */
static bool is_table(const struct tokens *t, int i, const char *const *tables)
{
    return names_table(t, i) && !is(t, i - 1, "INTO") && is_any(t, i, tables);
}

void sql_table(const char *sql, const struct sql_filter *f, char name[SQL_NAME])
{
    static struct tokens t;
    read(&t, sql);
    name[0] = '\0';
    for (int i = 0; i < t.count && t.token[i].start < f->start; i++)
        if (names_table(&t, i))
            column_name(&t, i, name);
}

int sql_unguarded(const char *sql, const char *const *tables)
{
    static struct tokens t;
    static struct count c;
    read(&t, sql);
    c = (struct count){0};
    for (int i = 0; i < t.count; i++) {
        meet_parentheses(&t, i, &c);
        if (is(&t, i, "UNION"))
            end_query(&c);
        c.stack[c.top].tables += is_table(&t, i, tables);
        if (is_comparison(&t, i)) {
            struct sql_filter f = {t.token[first_of(&t, i)].start, t.token[last_of(&t, i)].end};
            c.stack[c.top].companies += says_whose(&t, &f);
        }
    }
    end_query(&c);
    return c.unguarded;
}

int sql_touches(const char *sql, const char *const *tables)
{
    static struct tokens t;
    int count = 0;
    read(&t, sql);
    for (int i = 0; i < t.count; i++)
        count += is_table(&t, i, tables) || (is(&t, i - 1, "INTO") && is_any(&t, i, tables));
    return count;
}
