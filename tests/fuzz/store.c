/* SPDX-License-Identifier: EUPL-1.2 */
/* D-15: a kiosk's files, changed at any place, checksums put right or not: opened as a kiosk and as
 * a sync, with all that these ask of them. The first byte chooses the file and whether its
 * checksums are put right; then come changes, each a page, a place and the bytes that are put there
 * (see change()). Whatever stands there, an error is told, nothing breaks and nothing hangs. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "store/pages.h"
#include "store/reserve.h"
#include "store/store.h"
#include "support/fuzz.h"

#define NOW 1795516800000
#define COURSES 12
#define CONTENT (PAGE_BYTES - PAGE_SUM_BYTES)

enum { JOURNAL, CACHE, FILES };
enum { CHOOSE_FILE = 1, PUT_SUMS_RIGHT = 2 };
enum { ZERO_PAGE = 0, LONGEST = 16, COPY_PAGE = 254, CUT_OFF = 255 };

static const char *const names[FILES] = {"journal.db", "cache.db"};
static struct buf whole[FILES], changed;
static char top[32], dir[48], last_id[UUID_TEXT]; /* TOP/kiosk; TOP is the share as well */

/* ---- files ---- */

/* The journal's reserve may stay: it is large and says nothing. */
static void empty_directory(const char *path, bool keep_reserve)
{
    DIR *d = opendir(path);
    for (struct dirent *e; d && (e = readdir(d));) {
        char inner[600];
        snprintf(inner, sizeof(inner), "%s/%s", path, e->d_name);
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        if (keep_reserve && strcmp(e->d_name, RESERVE_NAME) == 0)
            continue;
        if (e->d_type == DT_DIR)
            empty_directory(inner, false);
        MUST(remove(inner) == 0);
    }
    if (d)
        closedir(d);
}

static void remove_directory(void)
{
    empty_directory(top, false);
    rmdir(top);
    for (int i = 0; i < FILES; i++)
        buf_release(&whole[i]);
    buf_release(&changed);
}

static const char *path_of(int file)
{
    static char path[64];
    snprintf(path, sizeof(path), "%s/%s", dir, names[file]);
    return path;
}

static void write_file(int file, const struct buf *bytes)
{
    int fd = open(path_of(file), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    MUST(fd >= 0 && write(fd, bytes->p, bytes->len) == (ssize_t)bytes->len);
    close(fd);
}

/* As store/pages.c makes it. */
static void put_sums_right(struct buf *file)
{
    for (size_t at = 0; at + PAGE_BYTES <= file->len; at += PAGE_BYTES) {
        uint64_t sum = UINT64_C(0x9E3779B97F4A7C15) + at, word;
        for (size_t i = 0; i < CONTENT; i += sizeof(word)) {
            memcpy(&word, file->p + at + i, sizeof(word));
            sum = (sum ^ word) * UINT64_C(0xFF51AFD7ED558CCD);
            sum ^= sum >> 32;
        }
        memcpy(file->p + at + CONTENT, &sum, sizeof(sum));
    }
}

/* ---- content ---- */

static int apply_courses(struct store *s, struct err *err)
{
    static struct record r[COURSES + 2];
    static char id[COURSES][8];
    for (int i = 0; i < COURSES; i++) {
        snprintf(id[i], sizeof(id[i]), "c%d", i);
        record_init(&r[i], TYPE_COURSE);
        r[i].id = id[i];
        record_set_text(&r[i], COURSE_source, "s1");
        record_set_text(&r[i], COURSE_title, i % 2 ? "TIG-lassen" : "Frezen voor beginners");
        record_set_text(&r[i], COURSE_provider, "Praktijkschool");
        record_set_number(&r[i], COURSE_form, FORM_classroom);
    }
    record_init(&r[COURSES], TYPE_RUN);
    r[COURSES].id = "r1";
    record_set_text(&r[COURSES], RUN_course, "c1");
    record_set_number(&r[COURSES], RUN_start, date_from_instant(NOW) + 30);
    record_init(&r[COURSES + 1], TYPE_PERSON);
    r[COURSES + 1].id = "p1";
    record_set_text(&r[COURSES + 1], PERSON_name, "Sanne");
    record_set_text(&r[COURSES + 1], PERSON_team, "Lasserij");
    record_set_number(&r[COURSES + 1], PERSON_role, ROLE_supervisor);
    int rc = cache_apply(s, r, COURSES + 2, "1", err);
    return rc < 0 ? rc : cache_finish(s, NOW, err);
}

static int ask(struct store *s, struct err *err)
{
    struct record r;
    record_init(&r, TYPE_ASK);
    record_set_text(&r, ASK_person, "p1");
    record_set_text(&r, ASK_course, "c1");
    record_set_text(&r, ASK_title, "TIG-lassen");
    return journal_append(s, &r, "kiosk-1", NOW, last_id, err);
}

/* Few words: reading the real lists again and again would be most of the work. */
static void make_share(void)
{
    char path[80];
    snprintf(path, sizeof(path), "%s/search", top);
    MUST(mkdir(path, 0700) == 0);
    snprintf(path, sizeof(path), "%s/search/roots.txt", top);
    FILE *f = fopen(path, "w");
    MUST(f && fputs("las\nfrees\n", f) >= 0 && fclose(f) == 0);
    snprintf(path, sizeof(path), "%s/search/jargon.txt", top);
    f = fopen(path, "w");
    MUST(f && fclose(f) == 0);
}

static void make_files(void)
{
    struct store *s;
    struct err err = {0};
    snprintf(
        top, sizeof(top), "%s/acht-fuzz-XXXXXX", access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
    MUST(mkdtemp(top) != NULL);
    snprintf(dir, sizeof(dir), "%s/kiosk", top);
    atexit(remove_directory);
    make_share();
    MUST(store_open(&s, dir, top, STORE_SYNC, NULL, &err) == 0);
    MUST(apply_courses(s, &err) == 0);
    for (int i = 0; i < 5; i++)
        MUST(ask(s, &err) == 0);
    store_close(s);
    for (int i = 0; i < FILES; i++) {
        buf_init(&whole[i], LIM_PAGE);
        MUST(buf_read_file(&whole[i], path_of(i), &err) == 0);
    }
    MUST(!err.code);
    buf_init(&changed, LIM_PAGE);
}

/* ---- changes ---- */

/* One change: page, place (two bytes), count, and so many bytes; some counts mean something else.
 * Returns the bytes it took, 0 when there are not enough. */
static size_t change(struct buf *file, const uint8_t *data, size_t size)
{
    size_t pages = file->len / PAGE_BYTES;
    if (size < 5 || pages == 0)
        return 0;
    char *page = file->p + data[0] % pages * PAGE_BYTES;
    size_t at = (size_t)(data[1] << 8 | data[2]) % CONTENT, count = data[3];
    if (count == ZERO_PAGE) {
        memset(page, 0, PAGE_BYTES);
    } else if (count == COPY_PAGE) {
        memmove(page, file->p + data[4] % pages * PAGE_BYTES, PAGE_BYTES);
    } else if (count == CUT_OFF) {
        buf_truncate(file, (size_t)(page - file->p) + at);
    } else {
        count = (count - 1) % LONGEST + 1;
        count = count < size - 4 ? count : size - 4;
        count = count < CONTENT - at ? count : CONTENT - at;
        memcpy(page + at, data + 4, count);
        return 4 + count;
    }
    return 5;
}

/* ---- what is asked of them ---- */

/* A call that failed has said why; the next one begins anew. */
static void told(int rc, struct err *err)
{
    MUST(rc >= 0 || err->msg[0]);
    *err = (struct err){0};
}

static void ask_lists(struct store *s, const struct viewer *v, struct rowset *rs)
{
    struct err err = {0};
    told(store_tickets(s, v, 0, 20, rs, &err), &err);
    told(store_inbox(s, v, 0, 20, rs, &err), &err);
    told(store_proposals(s, v, 0, 20, rs, &err), &err);
    told(store_attending(s, v, 0, 20, rs, &err), &err);
    told(store_team(s, v, 0, 20, rs, &err), &err);
    told(store_notices(s, v, 0, 20, rs, &err), &err);
    told(store_ticket(s, v, last_id, rs, &err), &err);
    told(store_myself(s, v, rs, &err), &err);
}

static void ask_catalogue(struct store *s, int64_t today, struct rowset *rs)
{
    struct err err = {0};
    char corrected[LIM_QUERY];
    struct search_input in = {0};
    told(store_search(s, &in, today, 0, 20, rs, corrected, &err), &err);
    str_copy(in.text, sizeof(in.text), "tig lasen");
    told(store_search(s, &in, today, 0, 20, rs, corrected, &err), &err);
    told(store_facets(s, &in, today, -1, 0, 20, rs, &err), &err);
    told(store_course(s, "c1", rs, &err), &err);
    told(store_runs(s, "c1", today, 0, 20, rs, &err), &err);
    told(store_occasions(s, "c1", "", today, 0, 20, rs, &err), &err);
    told(store_summary(s, today, rs, &err), &err);
}

static void as_kiosk(void)
{
    struct store *s;
    struct err err = {0};
    struct rowset rs = {0};
    int64_t today = date_from_instant(NOW);
    const struct viewer v = {.person = "p1",
        .name = "Sanne",
        .team = "Lasserij",
        .role = ROLE_supervisor,
        .pinned = true,
        .proven = true,
        .today = today};
    int rc = store_open(&s, dir, top, STORE_KIOSK, NULL, &err);
    MUST(rc == 0); /* a kiosk opens on any disk */
    ask_catalogue(s, today, &rs);
    ask_lists(s, &v, &rs);
    told(ask(s, &err), &err);
    (void)store_changed(s);
    rowset_release(&rs);
    store_close(s);
}

static void as_sync(void)
{
    struct store *s;
    struct err err = {0};
    struct arena mem = {0};
    struct pending *list;
    struct store_status status;
    int count = 0, damaged = 0;
    int rc = store_open(&s, dir, top, STORE_SYNC, NULL, &err);
    if (rc == 0) {
        told(store_status(s, &status, &err), &err);
        told(journal_pending(s, 0, LIM_BATCH, LIM_BODY, &mem, &list, &count, &damaged, &err), &err);
        for (int i = 0; i < count; i++)
            told(journal_settle(s, list[i].id, list[i].hash, "accepted", "none", NOW, &err), &err);
        told(ask(s, &err), &err);
        told(apply_courses(s, &err), &err);
        store_close(s);
    } else {
        told(rc, &err);
    }
    arena_release(&mem);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!dir[0])
        make_files();
    if (size == 0)
        return 0;
    int file = data[0] & CHOOSE_FILE ? CACHE : JOURNAL;
    buf_clear(&changed);
    (void)buf_add(&changed, whole[file].p, whole[file].len);
    for (size_t at = 1, took = 1; took > 0 && at < size; at += took)
        took = change(&changed, data + at, size - at);
    if (data[0] & PUT_SUMS_RIGHT)
        put_sums_right(&changed);
    empty_directory(dir, true);
    write_file(file, &changed);
    write_file(!file, &whole[!file]);
    as_kiosk();
    as_sync();
    return 0;
}
