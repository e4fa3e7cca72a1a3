/* SPDX-License-Identifier: EUPL-1.2 */
/* Facts and words of courses, brought up to date once per course and page. */
#include "store/inner.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

enum { CHUNK = 500, TERMS_MAX = 64 * 1024, MONTHS_AHEAD = 36, NAME_NUMBERS = UINT16_MAX };

void touch(struct touched *t, int64_t course)
{
    if (t->count > 0 && t->course[t->count - 1] == course)
        return;
    if (t->count == t->room) {
        t->room = t->room ? t->room * 2 : CHUNK;
        t->course = mem_realloc(t->course, (size_t)t->room * sizeof(*t->course));
    }
    t->course[t->count++] = course;
}

void touched_release(struct touched *t)
{
    free(t->course);
    *t = (struct touched){0};
}

/* One course while it is indexed. */
struct indexing {
    struct store *s;
    int64_t course, day;
    int32_t day_month; /* year * 12 + month - 1 */
    struct course_facts facts;
    struct buf title, subject, offer; /* folded */
    struct posting *change;           /* of the whole chunk; terms in mem */
    int64_t count, room;
    struct arena mem;
};

/* ---- names ---- */

static int name_number(
    struct db *db, enum name_kind kind, const char *name, int64_t *number, struct err *err)
{
    struct stmt *s = db_stmt(db, "SELECT number FROM name WHERE kind = ? AND name = ?");
    stmt_number(s, 1, kind);
    stmt_text(s, 2, name);
    int rc = stmt_step(s, err);
    if (rc > 0)
        *number = stmt_get_number(s, 0);
    stmt_reset(s);
    if (rc != 0)
        return rc < 0 ? -1 : 0;
    s = db_stmt(db, "INSERT INTO name(kind, number, name) "
                    "SELECT ?1, coalesce(max(number) + 1, 0), ?2 FROM name WHERE kind = ?1 "
                    "RETURNING number");
    stmt_number(s, 1, kind);
    stmt_text(s, 2, name);
    rc = stmt_step(s, err);
    if (rc > 0)
        *number = stmt_get_number(s, 0);
    return rc < 0 ? -1 : stmt_run(s, err);
}

static int add_name_bit(
    struct db *db, enum name_kind kind, const char *name, uint64_t *set, struct err *err)
{
    int64_t number = 0;
    if (!*name)
        return 0;
    if (name_number(db, kind, name, &number, err) < 0)
        return -1;
    *set |= UINT64_C(1) << (number < 63 ? number : 63);
    return 0;
}

/* ---- reading the course ---- */

static int set_themes(struct indexing *x, const char *themes, struct err *err)
{
    size_t len;
    const char *theme;
    for (int i = 0; (theme = list_element(themes, i, &len)); i++) {
        char *name = arena_strndup(&x->mem, theme, len);
        if (add_name_bit(x->s->cache, NAME_THEME, name, &x->facts.themes, err) < 0)
            return -1;
    }
    return 0;
}

static int32_t length_of(int64_t days, int64_t hours)
{
    if (days != NO_NUMBER)
        return (int32_t)days;
    return hours != NO_NUMBER ? (int32_t)(hours / 8) : INT32_MAX;
}

static int read_row(struct indexing *x, struct stmt *s, struct err *err)
{
    int64_t provider = 0;
    int64_t price = stmt_get_number(s, 8);
    (void)words_fold(&x->title, stmt_get_text(s, 0));
    for (int i = 1; i <= 4; i++)
        (void)words_fold(&x->subject, stmt_get_text(s, i));
    (void)words_fold(&x->offer, stmt_get_text(s, 5));
    x->facts.form = (uint8_t)stmt_get_number(s, 9);
    x->facts.price = price == NO_NUMBER ? -1 : (int32_t)price;
    x->facts.length = length_of(stmt_get_number(s, 6), stmt_get_number(s, 7));
    if (set_themes(x, stmt_get_text(s, 1), err) < 0 ||
        name_number(x->s->cache, NAME_PROVIDER, stmt_get_text(s, 5), &provider, err) < 0)
        return -1;
    x->facts.provider = (uint16_t)(provider < NAME_NUMBERS ? provider : NAME_NUMBERS);
    return 1;
}

/* 1: read, 0: there is no such course (any more). */
static int read_course(struct indexing *x, struct err *err)
{
    struct stmt *s = db_stmt(x->s->cache,
        "SELECT title, themes, keywords, certificate, crebo, provider, days, hours, price, form "
        "FROM course WHERE rowid = ?");
    stmt_number(s, 1, x->course);
    int rc = stmt_step(s, err);
    if (rc > 0)
        rc = read_row(x, s, err);
    stmt_reset(s);
    return rc;
}

static void set_start(struct indexing *x, int64_t start)
{
    if (start == NO_NUMBER)
        return;
    if (start < x->facts.start)
        x->facts.start = (int32_t)start;
    struct civil c = civil_from_date(start);
    int month = c.year * 12 + c.month - 1;
    if (month - x->day_month < MONTHS_AHEAD)
        x->facts.months |= UINT64_C(1) << (month % 64);
}

static int read_runs(struct indexing *x, struct err *err)
{
    struct stmt *s = db_stmt(x->s->cache,
        "SELECT run.\"start\", run.place, run.region FROM run JOIN course ON run.course = "
        "course.id "
        "WHERE course.rowid = ?1 AND (run.\"start\" >= ?2 OR run.\"start\" IS NULL)");
    stmt_number(s, 1, x->course);
    stmt_number(s, 2, x->day);
    int rc;
    while ((rc = stmt_step(s, err)) > 0) {
        set_start(x, stmt_get_number(s, 0));
        (void)words_fold(&x->offer, stmt_get_text(s, 1));
        (void)words_fold(&x->offer, stmt_get_text(s, 2));
        if (add_name_bit(x->s->cache, NAME_REGION, stmt_get_text(s, 2), &x->facts.regions, err) < 0)
            return -1;
    }
    return rc;
}

/* ---- terms: what is written in the table of that name, "MASK TERM" by term, space between ---- */

struct term {
    char *text;
    int mask;
};

static int compare_terms(const void *a, const void *b)
{
    return strcmp(((const struct term *)a)->text, ((const struct term *)b)->text);
}

struct term_list {
    struct term *term;
    int count, room;
};

static void add_term(
    struct term_list *list, struct arena *mem, const char *mark, const char *word, int mask)
{
    if (list->count == list->room) {
        list->room = list->room ? list->room * 2 : 64;
        list->term = mem_realloc(list->term, (size_t)list->room * sizeof(*list->term));
    }
    size_t size = strlen(mark) + strlen(word) + 1;
    char *text = arena_alloc(mem, size);
    (void)str_copy(text, size, mark);
    (void)str_copy(text + strlen(mark), size - strlen(mark), word);
    list->term[list->count++] = (struct term){text, mask};
}

static void add_words(struct term_list *list, struct arena *mem, const char *folded, int mask)
{
    char word[LIM_ID];
    while (words_next(&folded, word))
        add_term(list, mem, "", word, mask);
}

static void add_families(struct indexing *x, struct term_list *list, const char *folded, int mask)
{
    struct buf families = BUF_INIT(TERMS_MAX);
    char word[LIM_ID];
    (void)words_families(x->s->lex, &families, folded);
    const char *s = families.p;
    while (words_next(&s, word))
        add_term(list, &x->mem, "~", word, mask);
    buf_release(&families);
}

static void sort_terms(struct term_list *list)
{
    if (list->count > 0)
        qsort(list->term, (size_t)list->count, sizeof(*list->term), compare_terms);
    int kept = 0;
    for (int i = 0; i < list->count; i++) {
        if (kept > 0 && strcmp(list->term[kept - 1].text, list->term[i].text) == 0)
            list->term[kept - 1].mask |= list->term[i].mask;
        else
            list->term[kept++] = list->term[i];
    }
    list->count = kept;
}

static void collect_terms(struct indexing *x, struct term_list *list)
{
    add_words(list, &x->mem, x->title.p, IN_TITLE);
    add_words(list, &x->mem, x->subject.p, IN_SUBJECT);
    add_words(list, &x->mem, x->offer.p, IN_OFFER);
    add_families(x, list, x->title.p, IN_TITLE);
    add_families(x, list, x->subject.p, IN_SUBJECT);
    sort_terms(list);
}

static void parse_terms(struct indexing *x, const char *text, struct term_list *list)
{
    char word[LIM_ID];
    while (words_next(&text, word))
        if (word[0] > '0' && word[0] < '0' + (1 << MASK_BITS) && word[1])
            add_term(list, &x->mem, "", word + 1, word[0] - '0');
}

static void add_change(struct indexing *x, const char *term, int mask)
{
    if (x->count == x->room) {
        x->room = x->room ? x->room * 2 : 1024;
        x->change = mem_realloc(x->change, (size_t)x->room * sizeof(*x->change));
    }
    x->change[x->count++] = (struct posting){x->course, term, mask};
}

static void compare_lists(
    struct indexing *x, const struct term_list *old, const struct term_list *now)
{
    int i = 0;
    int j = 0;
    while (i < old->count || j < now->count) {
        int order = i == old->count   ? 1
                    : j == now->count ? -1
                                      : strcmp(old->term[i].text, now->term[j].text);
        if (order < 0)
            add_change(x, old->term[i].text, 0);
        else if (order > 0 || old->term[i].mask != now->term[j].mask)
            add_change(x, now->term[j].text, now->term[j].mask);
        i += order <= 0;
        j += order >= 0;
    }
}

static int read_terms(struct indexing *x, struct term_list *list, struct err *err)
{
    struct stmt *s = db_stmt(x->s->cache, "SELECT terms FROM terms WHERE course = ?");
    stmt_number(s, 1, x->course);
    int rc = stmt_step(s, err);
    if (rc > 0)
        parse_terms(x, stmt_get_text(s, 0), list);
    stmt_reset(s);
    return rc < 0 ? -1 : 0;
}

static int write_terms(struct indexing *x, const struct term_list *list, struct err *err)
{
    struct buf text = BUF_INIT(TERMS_MAX);
    for (int i = 0; i < list->count; i++) {
        (void)buf_puts(&text, i ? " " : "");
        (void)buf_putc(&text, (char)('0' + list->term[i].mask));
        (void)buf_puts(&text, list->term[i].text);
    }
    struct stmt *s = text.len > 0
                         ? db_stmt(x->s->cache, "INSERT INTO terms(course, terms) VALUES(?1, ?2) "
                                                "ON CONFLICT DO UPDATE SET terms = excluded.terms")
                         : db_stmt(x->s->cache, "DELETE FROM terms WHERE course = ?1");
    stmt_number(s, 1, x->course);
    if (text.len > 0)
        stmt_text(s, 2, text.p);
    int rc = stmt_run(s, err);
    buf_release(&text);
    return rc;
}

static int update_terms(struct indexing *x, bool there, struct err *err)
{
    struct term_list old = {0};
    struct term_list now = {0};
    int rc = read_terms(x, &old, err);
    if (rc == 0 && there)
        collect_terms(x, &now);
    if (rc == 0) {
        int64_t before = x->count;
        compare_lists(x, &old, &now);
        rc = x->count > before ? write_terms(x, &now, err) : 0;
    }
    free(old.term);
    free(now.term);
    return rc;
}

/* ---- courses ---- */

static int index_course(
    struct indexing *x, int64_t course, struct facts_change *out, struct err *err)
{
    x->course = course;
    x->facts = (struct course_facts){.rowid = course, .start = INT32_MAX};
    buf_clear(&x->title);
    buf_clear(&x->subject);
    buf_clear(&x->offer);
    int there = read_course(x, err);
    if (there < 0 || (there > 0 && read_runs(x, err) < 0))
        return -1;
    *out = (struct facts_change){x->facts, !there};
    return update_terms(x, there > 0, err);
}

static int index_chunk(struct indexing *x, const int64_t *course, int64_t count, struct err *err)
{
    x->count = 0;
    arena_clear(&x->mem);
    struct facts_change *facts = arena_alloc(&x->mem, sizeof(*facts) * (size_t)count);
    for (int64_t i = 0; i < count; i++)
        if (index_course(x, course[i], &facts[i], err) < 0)
            return -1;
    if (facts_apply(x->s->cache, facts, count, err) < 0)
        return -1;
    return postings_apply(x->s->cache, x->change, x->count, err);
}

static int compare_rowids(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int64_t drop_repeats(struct touched *t)
{
    int64_t kept = 0;
    qsort(t->course, (size_t)t->count, sizeof(*t->course), compare_rowids);
    for (int64_t i = 0; i < t->count; i++)
        if (kept == 0 || t->course[kept - 1] != t->course[i])
            t->course[kept++] = t->course[i];
    return kept;
}

int index_courses(struct store *s, struct touched *t, int64_t day, struct err *err)
{
    if (t->count == 0)
        return 0;
    if (lexicon_load(s, err) < 0)
        return -1;
    struct civil c = civil_from_date(day);
    struct indexing x = {.s = s, .day = day, .day_month = c.year * 12 + c.month - 1};
    buf_init(&x.title, TERMS_MAX);
    buf_init(&x.subject, TERMS_MAX);
    buf_init(&x.offer, TERMS_MAX);
    t->count = drop_repeats(t);
    int rc = 0;
    for (int64_t i = 0; rc == 0 && i < t->count; i += CHUNK)
        rc = index_chunk(&x, t->course + i, t->count - i < CHUNK ? t->count - i : CHUNK, err);
    buf_release(&x.title);
    buf_release(&x.subject);
    buf_release(&x.offer);
    free(x.change);
    arena_release(&x.mem);
    return rc;
}
