/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/demo.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/paths.h"
#include "central/import_careers.h"
#include "proto/codec.h"
#include "store/store.h"

#define COMPANY "demo"

static void must(int rc, const struct err *err)
{
    if (rc < 0)
        BUG("%s", err->msg);
}

static void load_file(struct database *db, const char *share, const char *name, int64_t now)
{
    char path[PATH_ROOM];
    struct err err = {0};
    must(paths_join(path, share, name, &err), &err);
    struct import_job job = {.path = path, .now = now, .problems = {.out = stderr, .file = name}};
    struct import_result result;
    if (strstr(name, "people"))
        must(import_people(db, COMPANY, &job, &result, &err), &err);
    else
        must(import_catalogue(db, &job, &result, &err), &err);
}

static void load_careers(struct database *db, const char *share, int64_t now)
{
    char path[PATH_ROOM];
    struct err err = {0};
    struct careers_result result;
    must(paths_join(path, share, "demo/careers", &err), &err);
    struct import_job job = {.path = path, .now = now, .problems = {.out = stderr}};
    must(import_careers(db, "careers", &job, &result, &err), &err);
}

/* One page of the feed into the cache; whether another one waits. */
static bool pull_page(struct database *db, struct feed_page *page, struct store *s)
{
    static struct record records[LIM_PAGE_RECORDS];
    struct buf lines = BUF_INIT(LIM_PAGE);
    struct arena mem = {0};
    struct err err = {0};
    char next[LIM_CURSOR];
    int count = 0;
    must(database_feed(db, COMPANY, page, &lines, &err), &err);
    for (const char *line = lines.p; *line; line = strchr(line, '\n') + 1)
        must(record_from_json(line, strcspn(line, "\n"), &mem, &records[count++], &err), &err);
    snprintf(next, sizeof(next), "demo.%lld", (long long)page->last);
    must(cache_apply(s, records, count, next, &err), &err);
    page->after = page->last;
    arena_release(&mem);
    buf_release(&lines);
    return page->more;
}

static void pull(struct database *db, const char *dir, const char *share, int64_t now)
{
    struct store *s;
    struct err err = {0};
    struct feed_page page = {0};
    must(store_open(&s, dir, share, STORE_SYNC, NULL, &err), &err);
    while (pull_page(db, &page, s)) {
    }
    must(cache_finish(s, now, &err), &err);
    store_close(s);
}

static void save_enrolment(const char *dir, const char *badge_key)
{
    struct err err = {0};
    struct enrolment e = {.server = "http://127.0.0.1:1",
        .server_id = "demo-server",
        .kiosk = DEMO_KIOSK,
        .name = "demo",
        .company = COMPANY};
    memset(e.token, 'a', LIM_TOKEN);
    str_copy(e.badge_key, sizeof(e.badge_key), badge_key);
    must(enrolment_save(dir, &e, &err), &err);
}

void demo_enrol(const char *dir)
{
    char key[KEY_HEX];
    memset(key, 'b', sizeof(key) - 1);
    key[sizeof(key) - 1] = '\0';
    save_enrolment(dir, key);
}

void demo_fill(const char *dir, const char *share, int64_t now)
{
    char path[PATH_ROOM], key[KEY_HEX];
    struct database *db;
    struct err err = {0};
    must(paths_join(path, dir, "central.db", &err), &err);
    must(database_open(&db, path, &err), &err);
    load_file(db, share, "demo/courses.csv", now);
    load_careers(db, share, now);
    load_file(db, share, "demo/people.csv", now);
    must(database_begin(db, &err), &err);
    must(database_company(db, COMPANY, key, &err), &err);
    must(database_commit(db, &err), &err);
    pull(db, dir, share, now);
    save_enrolment(dir, key);
    database_close(db);
}
