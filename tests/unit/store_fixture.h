/* SPDX-License-Identifier: EUPL-1.2 */
/* A data directory with a few roots and jargon, and records made short, for the tests of the store.
 */
#ifndef ACHT_TESTS_STORE_FIXTURE_H
#define ACHT_TESTS_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"
#include "model/record.h"
#include "store/store.h"

#define MUST(call)                                                                                 \
    do {                                                                                           \
        struct err must_err = {0};                                                                 \
        struct err *err = &must_err;                                                               \
        if ((call) < 0)                                                                            \
            fail_msg("%s: %s", #call, must_err.msg);                                               \
    } while (0)

enum { RECORDS_MAX = 100 };

struct fixture {
    char dir[64], data[80], share[80];
    struct store *kiosk, *sync;
    struct arena mem;
    struct record record[RECORDS_MAX]; /* a page that is being made */
    int count;
    struct rowset rs;
    int64_t today;
};

static inline void write_file(const char *dir, const char *name, const char *text)
{
    char path[200];
    (void)snprintf(path, sizeof(path), "%s/%s", dir, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static inline void open_both(struct fixture *f)
{
    MUST(store_open(&f->kiosk, f->data, f->share, STORE_KIOSK, NULL, err));
    MUST(store_open(&f->sync, f->data, f->share, STORE_SYNC, NULL, err));
    (void)store_changed(f->kiosk);
}

static inline int fixture_start(void **state)
{
    struct fixture *f = mem_alloc(sizeof(*f));
    char search[100];
    (void)snprintf(f->dir, sizeof(f->dir), "/tmp/acht-test-XXXXXX");
    if (!mkdtemp(f->dir))
        return -1;
    (void)snprintf(f->data, sizeof(f->data), "%s/data", f->dir);
    (void)snprintf(f->share, sizeof(f->share), "%s/share", f->dir);
    (void)snprintf(search, sizeof(search), "%s/search", f->share);
    if (mkdir(f->share, 0700) < 0 || mkdir(search, 0700) < 0)
        return -1;
    write_file(search, "roots.txt", "las boog werk frees draai\n");
    write_file(search, "jargon.txt",
        "co2 = mig mag\nwelding, spawanie, kaynak = lassen\nmilling = frezen\n");
    f->today = date_from_instant(clock_now());
    *state = f;
    return 0;
}

static inline int fixture_end(void **state)
{
    struct fixture *f = *state;
    char command[128];
    store_close(f->kiosk);
    store_close(f->sync);
    rowset_release(&f->rs);
    arena_release(&f->mem);
    (void)snprintf(command, sizeof(command), "rm -rf -- '%s'", f->dir);
    free(f);
    return system(command); /* NOLINT(cert-env33-c): a path that mkdtemp(3) made */
}

static inline int fixture_start_open(void **state)
{
    if (fixture_start(state) < 0)
        return -1;
    open_both(*state);
    return 0;
}

/* ---- records for the next page ---- */

static inline struct record *add_record(struct fixture *f, enum type_id type, const char *id)
{
    assert_true(f->count < RECORDS_MAX);
    struct record *r = &f->record[f->count++];
    record_init(r, type);
    r->id = arena_strdup(&f->mem, id);
    return r;
}

static inline struct record *add_course(struct fixture *f, const char *id, const char *title)
{
    struct record *r = add_record(f, TYPE_COURSE, id);
    record_set_text(r, COURSE_source, "s1");
    record_set_text(r, COURSE_title, title);
    record_set_text(r, COURSE_provider, "Praktijkschool");
    record_set_number(r, COURSE_form, FORM_classroom);
    return r;
}

static inline struct record *add_run(struct fixture *f, const char *id, const char *course,
    int64_t start, const char *place, const char *region)
{
    struct record *r = add_record(f, TYPE_RUN, id);
    record_set_text(r, RUN_course, course);
    record_set_number(r, RUN_start, start);
    record_set_text(r, RUN_place, place);
    record_set_text(r, RUN_region, region);
    record_set_number(r, RUN_seats_left, 4);
    return r;
}

static inline void add_tombstone(struct fixture *f, enum type_id type, const char *id)
{
    add_record(f, type, id)->gone = true;
}

static inline void apply(struct fixture *f, const char *cursor)
{
    MUST(cache_apply(f->sync, f->record, f->count, cursor, err));
    f->count = 0;
    arena_clear(&f->mem);
}

static inline void finish(struct fixture *f)
{
    MUST(cache_finish(f->sync, clock_now(), err));
}

/* ---- what the kiosk finds ---- */

/* The ids of the rows, space between. */
static inline const char *ids(struct fixture *f)
{
    static char out[2000];
    out[0] = '\0';
    for (int i = 0; i < f->rs.count; i++) {
        size_t n = strlen(out);
        (void)snprintf(out + n, sizeof(out) - n, "%s%s", i ? " " : "", f->rs.rows[i].id);
    }
    return out;
}

static inline const char *search(struct fixture *f, const char *text)
{
    struct search_input in = {0};
    (void)str_copy(in.text, sizeof(in.text), text);
    MUST(store_search(f->kiosk, &in, f->today, 0, 50, &f->rs, NULL, err));
    return ids(f);
}

#endif
