/* SPDX-License-Identifier: EUPL-1.2 */
/* allowed.txt, read. */
#ifndef ACHT_TESTS_ALLOWED_LIST_H
#define ACHT_TESTS_ALLOWED_LIST_H

#include "allowed_world.h"
#include "base/buf.h"

#define LIST "tests/unit/allowed.txt"
#define LINES_MAX 120
#define CELL_MAX 24

/* What was seen of one kind: a bit for each screen. */
__extension__ typedef unsigned __int128 screens_seen;
_Static_assert(LIM_SCREENS <= 128, "a bit for each screen");

#define GROUPS_MAX 10

struct group {
    char name[CELL_MAX];
    uint32_t who;
};

struct table {
    struct group group[GROUPS_MAX];
    int groups;
    screens_seen may[PARTS][WHATS][TIES];
    bool listed[LIM_SCREENS];
};

/* ---- the list ---- */

static inline int name_index(const char *const *names, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

static inline int part_index(const char *name)
{
    for (int i = 0; i < PARTS; i++)
        if (strcmp(parts[i].name, name) == 0)
            return i;
    return -1;
}

/* The next word of a cell, or NULL. */
static inline char *next_word(char **at)
{
    char *word = *at + strspn(*at, " ");
    if (!*word)
        return NULL;
    char *end = word + strcspn(word, " ");
    *at = *end ? end + 1 : end;
    *end = '\0';
    return word;
}

static inline uint32_t part_bits(const struct table *t, const char *word)
{
    int part = part_index(word);
    if (part >= 0)
        return 1U << part;
    for (int i = 0; i < t->groups; i++)
        if (strcmp(t->group[i].name, word) == 0)
            return t->group[i].who;
    if (strcmp(word, "nobody") != 0)
        fail_msg(LIST ": nobody is called %s", word);
    return 0;
}

static inline uint32_t read_parts(const struct table *t, char *cell)
{
    uint32_t who = 0;
    for (char *word; (word = next_word(&cell));)
        who |= part_bits(t, word);
    return who;
}

static inline screens_seen read_screens(const struct app *app, char *cell)
{
    screens_seen where = 0;
    for (char *word; (word = next_word(&cell));) {
        int screen = app_find(app, word);
        if (strcmp(word, "everywhere") == 0)
            return ((screens_seen)1 << app->count) - 1;
        if (screen < 0 && strcmp(word, "nowhere") != 0)
            fail_msg(LIST ": no screen is called %s", word);
        where |= screen < 0 ? 0 : (screens_seen)1 << screen;
    }
    return where;
}

/* Cuts blanks off both ends. */
static inline char *trim(char *s)
{
    s += strspn(s, " ");
    size_t len = strlen(s);
    while (len > 0 && s[len - 1] == ' ')
        s[--len] = '\0';
    return s;
}

/* "name = who who" */
static inline void read_group(struct table *t, char *line, char *equals)
{
    assert_true(t->groups < GROUPS_MAX);
    struct group *g = &t->group[t->groups];
    *equals = '\0';
    assert_int_equal(str_copy(g->name, CELL_MAX, trim(line)), 0);
    g->who = read_parts(t, equals + 1);
    t->groups++;
}

static inline void split_cells(char *line, char *cell[4])
{
    for (int i = 0; i < 4; i++) {
        char *end = strchr(line, '|');
        if (!end && i < 3)
            fail_msg(LIST ": a line has %d cells", i + 1);
        cell[i] = line;
        line = end ? end + 1 : line;
        if (end)
            *end = '\0';
    }
}

/* "what | whose | who looks | where" */
static inline void read_line(struct table *t, const struct app *app, char *line)
{
    char *cell[4];
    split_cells(line, cell);
    int what = name_index(what_names, WHATS, trim(cell[0]));
    int tie = name_index(tie_names, TIES, trim(cell[1]));
    if (what < 0 || tie < 0) {
        fail_msg(LIST ": what is %s of %s?", cell[0], cell[1]);
        return;
    }
    uint32_t who = read_parts(t, cell[2]);
    screens_seen where = read_screens(app, cell[3]);
    for (int part = 0; part < PARTS; part++)
        if (who & 1U << part)
            t->may[part][what][tie] |= where;
}

static inline void read_table(struct table *t, const struct app *app)
{
    struct buf text = BUF_INIT(1 << 16);
    MUST(buf_read_file(&text, LIST, err));
    *t = (struct table){0};
    for (char *line = text.p, *end; *line; line = end + 1) {
        end = strchr(line, '\n');
        *end = '\0';
        if (strncmp(line, "screens:", 8) == 0) {
            screens_seen these = read_screens(app, line + 8);
            for (int s = 0; s < app->count; s++)
                t->listed[s] |= these >> s & 1;
        } else if (*line && *line != '#') {
            char *equals = strchr(line, '=');
            if (equals)
                read_group(t, line, equals);
            else
                read_line(t, app, line);
        }
    }
    buf_release(&text);
}

/* Screens that the list does not name. */
static inline int unlisted(const struct table *t, const struct app *app)
{
    int count = 0;
    for (int s = 0; s < app->count; s++)
        count += !t->listed[s];
    return count;
}

#endif
