/* SPDX-License-Identifier: EUPL-1.2 */
/* A small definition of screens in a directory of its own, that a test may spoil. */
#ifndef ACHT_TESTS_SCREEN_HOUSE_H
#define ACHT_TESTS_SCREEN_HOUSE_H

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "screen/def.h"

#define HOUSE "tests/unit/screens" /* the good one; tests run from the top of the repository */
#define REAL "screens"

struct house {
    char dir[64];
};

static inline void house_read(const char *dir, const char *file, struct buf *text)
{
    char path[400];
    struct err err = {0};
    snprintf(path, sizeof(path), "%s/%s", dir, file);
    if (buf_read_file(text, path, &err) < 0)
        fail_msg("%s", err.msg);
}

/* Definitions in tests are written with ' for ", which none of their texts has. */
static inline void house_write(const struct house *h, const char *file, const char *text)
{
    char path[400];
    snprintf(path, sizeof(path), "%s/%s", h->dir, file);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    for (; *text; text++)
        assert_true(fputc(*text == '\'' ? '"' : *text, f) != EOF);
    assert_int_equal(fclose(f), 0);
}

static inline void house_remove_file(const struct house *h, const char *file)
{
    char path[400];
    snprintf(path, sizeof(path), "%s/%s", h->dir, file);
    assert_int_equal(unlink(path), 0);
}

/* Calls for each file of a directory. */
static inline void house_each(
    const char *dir, void (*visit)(const struct house *h, const char *file), const struct house *h)
{
    DIR *d = opendir(dir);
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d));)
        if (e->d_name[0] != '.')
            visit(h, e->d_name);
    closedir(d);
}

static inline void house_take_from(const struct house *h, const char *dir, const char *file)
{
    struct buf text = BUF_INIT(LIM_SCREEN_FILE);
    house_read(dir, file, &text);
    house_write(h, file, text.p);
    buf_release(&text);
}

static inline void house_take(const struct house *h, const char *file)
{
    house_take_from(h, HOUSE, file);
}

static inline void house_take_real(const struct house *h, const char *file)
{
    house_take_from(h, REAL, file);
}

/* A copy of the good definition; or of the screens of acht. */
static inline void house_build_by(
    struct house *h, const char *dir, void (*take)(const struct house *h, const char *file))
{
    snprintf(h->dir, sizeof(h->dir), "%s", "/tmp/acht-screens-XXXXXX");
    assert_non_null(mkdtemp(h->dir));
    house_each(dir, take, h);
}

static inline void house_build(struct house *h)
{
    house_build_by(h, HOUSE, house_take);
}

static inline void house_build_real(struct house *h)
{
    house_build_by(h, REAL, house_take_real);
}

static inline void house_pull_down(const struct house *h)
{
    house_each(h->dir, house_remove_file, h);
    assert_int_equal(rmdir(h->dir), 0);
}

/* Puts `to` in the place of the first `from` in a file, which must have it. */
static inline void house_edit(
    const struct house *h, const char *file, const char *from, const char *to)
{
    struct buf text = BUF_INIT(LIM_SCREEN_FILE), edited = BUF_INIT(LIM_SCREEN_FILE);
    house_read(h->dir, file, &text);
    for (char *p = text.p; *p; p++)
        if (*p == '"')
            *p = '\'';
    const char *at = strstr(text.p, from);
    if (!at)
        fail_msg("%s has no %s", file, from);
    buf_add(&edited, text.p, (size_t)(at - text.p));
    buf_puts(&edited, to);
    buf_puts(&edited, at + strlen(from));
    house_write(h, file, edited.p);
    buf_release(&text);
    buf_release(&edited);
}

#endif
