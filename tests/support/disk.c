/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/disk.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"

#define NOW 1795516800000
#define LONG_BOX 9000 /* base64 of an entry that takes more than one page */

static void must(int rc, const struct err *err)
{
    if (rc < 0)
        BUG("%s", err->msg);
}

/* ---- files ---- */

struct disk_bytes disk_read(const char *dir, const char *name)
{
    char path[TEMP_PATH + 32];
    struct buf b = BUF_INIT(64 * 1024 * 1024);
    struct err err = {0};
    struct disk_bytes out;
    snprintf(path, sizeof(path), "%s/%s", dir, name);
    must(buf_read_file(&b, path, &err), &err);
    out.len = b.len;
    out.p = (unsigned char *)buf_take(&b);
    return out;
}

void disk_write(const char *dir, const char *name, const void *data, size_t len)
{
    char path[TEMP_PATH + 32];
    snprintf(path, sizeof(path), "%s/%s", dir, name);
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(data, 1, len, f) != len || fclose(f) != 0)
        BUG("cannot write %s", path);
}

void disk_restore(const struct disk_files *d)
{
    temp_remove(d->dir);
    if (mkdir(d->dir, 0700) < 0)
        BUG("cannot make %s", d->dir);
    disk_write(d->dir, "journal.db", d->journal.p, d->journal.len);
    disk_write(d->dir, "cache.db", d->cache.p, d->cache.len);
}

int disk_quarantined(const char *dir)
{
    char path[TEMP_PATH + 32];
    snprintf(path, sizeof(path), "%s/quarantine", dir);
    DIR *q = opendir(path);
    int n = 0;
    for (struct dirent *e; q && (e = readdir(q));)
        n += e->d_name[0] != '.';
    if (q)
        closedir(q);
    return n;
}

/* ---- content ---- */

int disk_ask(struct store *s, int number, char id[UUID_TEXT], struct err *err)
{
    struct record ask;
    char title[64];
    snprintf(title, sizeof(title), "MIG/MAG-lassen, groep %d", number);
    record_init(&ask, TYPE_ASK);
    record_set_text(&ask, ASK_person, number % 3 ? "p1" : "p2");
    record_set_text(&ask, ASK_course, "lassen-1");
    record_set_text(&ask, ASK_title, title);
    record_set_number(&ask, ASK_price, 129000 + number);
    return journal_append(s, &ask, "kiosk-1", NOW + number, id, err);
}

static int put_long(struct store *s, int number, char id[UUID_TEXT], struct err *err)
{
    struct record sealed;
    unsigned char raw[LONG_BOX / 2];
    char box[LONG_BOX + 1];
    random_bytes(raw, sizeof(raw));
    for (size_t i = 0; i < sizeof(raw); i++)
        snprintf(box + 2 * i, 3, "%02x", raw[i]);
    record_init(&sealed, TYPE_SEALED);
    record_set_text(&sealed, SEALED_box, box);
    return journal_append(s, &sealed, "kiosk-1", NOW + number, id, err);
}

void disk_fill_cache(struct store *s)
{
    static struct record r[DISK_COURSES + 2];
    static char id[DISK_COURSES][16], text[DISK_COURSES][600];
    struct err err = {0};
    for (int i = 0; i < DISK_COURSES; i++) {
        snprintf(id[i], sizeof(id[i]), "c%03d", i);
        memset(text[i], 'a' + i % 26, sizeof(text[i]) - 1);
        record_init(&r[i], TYPE_COURSE);
        r[i].id = id[i];
        record_set_text(&r[i], COURSE_source, "s1");
        record_set_text(&r[i], COURSE_title, "Lassen");
        record_set_text(&r[i], COURSE_description, text[i]);
        record_set_text(&r[i], COURSE_provider, "Praktijkschool");
        record_set_number(&r[i], COURSE_form, FORM_classroom);
    }
    for (int i = 0; i < 2; i++) { /* of strangers nothing settled would stay */
        struct record *person = &r[DISK_COURSES + i];
        record_init(person, TYPE_PERSON);
        person->id = i ? "p2" : "p1";
        record_set_text(person, PERSON_name, i ? "Piet" : "Sanne");
        record_set_number(person, PERSON_role, ROLE_worker);
    }
    must(cache_apply(s, r, DISK_COURSES + 2, "1", &err), &err);
    must(cache_finish(s, NOW, &err), &err);
}

static void keep_entries(struct disk_files *d, struct store *s)
{
    struct arena mem = {0};
    struct pending *list;
    int count, damaged;
    struct err err = {0};
    must(journal_pending(s, 0, DISK_ENTRIES, 16 * 1024 * 1024, &mem, &list, &count, &damaged, &err),
        &err);
    if (count != DISK_ENTRIES)
        BUG("%d entries", count);
    for (int i = 0; i < count; i++) {
        struct disk_entry *e = &d->entry[i];
        str_copy(e->id, sizeof(e->id), list[i].id);
        str_copy(e->hash, sizeof(e->hash), list[i].hash);
        e->bytes.len = list[i].len;
        e->bytes.p = mem_alloc(list[i].len);
        memcpy(e->bytes.p, list[i].bytes, list[i].len);
    }
    arena_release(&mem);
}

struct store *disk_open(const struct disk_files *d, enum store_role role)
{
    struct store *s;
    struct err err = {0};
    if (store_open(&s, d->dir, d->share, role, NULL, &err) < 0) {
        printf("cannot open: %s\n", err.msg);
        return NULL;
    }
    return s;
}

int disk_courses(struct store *s)
{
    struct search_input in = {0};
    struct rowset rs = {0};
    char corrected[LIM_QUERY];
    struct err err = {0};
    int64_t today = date_from_instant(NOW);
    int rc = store_search(s, &in, today, 0, 10, &rs, corrected, &err);
    int found = rc < 0 ? -1 : (int)rs.total;
    rowset_release(&rs);
    return found;
}

void disk_make(struct disk_files *d)
{
    const char *build = getenv("ACHT_BUILD");
    struct err err = {0};
    snprintf(d->share, sizeof(d->share), "%s/share/acht", build ? build : "build");
    temp_make(d->dir);
    struct store *s = disk_open(d, STORE_SYNC);
    if (!s)
        BUG("no store");
    char id[UUID_TEXT];
    for (int i = 0; i < DISK_ENTRIES; i++)
        must(i % 20 == 7 ? put_long(s, i, id, &err) : disk_ask(s, i, id, &err), &err);
    keep_entries(d, s);
    for (int i = 0; i < DISK_SETTLED; i++)
        must(journal_settle(s, d->entry[i].id, d->entry[i].hash, "accepted", "none", NOW, &err),
            &err);
    disk_fill_cache(s);
    store_close(s);
    d->journal = disk_read(d->dir, "journal.db");
    d->cache = disk_read(d->dir, "cache.db");
}

void disk_release(struct disk_files *d)
{
    for (int i = 0; i < DISK_ENTRIES; i++)
        free(d->entry[i].bytes.p);
    free(d->journal.p);
    free(d->cache.p);
    temp_remove(d->dir);
}

static bool stands_on(const unsigned char *page, size_t len, const void *what, size_t n)
{
    return memmem(page, len, what, n) != NULL;
}

bool disk_is_off_page(const struct disk_files *d, const struct disk_entry *e, size_t page)
{
    const unsigned char *p = d->journal.p + page * DISK_PAGE;
    enum { PIECE = 24 };
    if (stands_on(p, DISK_PAGE, e->hash, DIGEST_HEX - 1))
        return false;
    for (size_t at = 0; at + PIECE <= e->bytes.len; at += PIECE)
        if (e->bytes.len > DISK_PAGE / 2 && stands_on(p, DISK_PAGE, e->bytes.p + at, PIECE))
            return false;
    return true;
}
