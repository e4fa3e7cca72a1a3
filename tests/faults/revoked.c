/* SPDX-License-Identifier: EUPL-1.2 */
/* a kiosk that was revoked forgets everybody at its next contact, and loses nothing: what it
 * had still to send is sealed for the server, which takes it in once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/paths.h"
#include "central/deliver.h"
#include "support/direct.h"
#include "support/temp.h"
#include "sync/engine.h"
#include "sync/wipe.h"

#define ASKS 40
#define CANARY "canary" /* stands in every ask */

static int passed, failed;
static char dir[TEMP_PATH], kiosk_dir[PATH_ROOM], share[PATH_ROOM], asked[ASKS][UUID_TEXT];
static struct direct server;

static void expect(bool ok, const char *what)
{
    printf("%s: %s\n", ok ? "ok" : "FAILED", what);
    *(ok ? &passed : &failed) += 1;
}

static void must(int rc, const struct err *err)
{
    if (rc < 0) {
        printf("%s\n0 passed, 1 failed\n", err->msg);
        exit(1);
    }
}

static const char *path_of(const char *name)
{
    static char path[PATH_ROOM];
    struct err err = {0};
    must(paths_join(path, kiosk_dir, name, &err), &err);
    return path;
}

/* Whether the bytes stand in a file of the kiosk. */
static bool stands_in(const char *name, const char *text)
{
    struct buf b = BUF_INIT(64 << 20);
    struct err err = {0};
    bool has =
        buf_read_file(&b, path_of(name), &err) == 0 && memmem(b.p, b.len, text, strlen(text));
    buf_release(&b);
    return has;
}

static bool stands_anywhere(const char *text)
{
    static const char *const names[] = {
        "journal.db", "journal.db-journal", "cache.db", "enrolment.json", "undelivered.sealed"};
    bool has = false;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        has = has || stands_in(names[i], text);
    return has;
}

static void ask(struct store *s, const struct enrolment *e)
{
    for (int i = 0; i < ASKS; i++) {
        struct record r;
        struct err err = {0};
        char course[16];
        snprintf(course, sizeof(course), "c%d", i);
        record_init(&r, TYPE_ASK);
        record_set_text(&r, ASK_person, "p1");
        record_set_text(&r, ASK_course, course);
        record_set_text(&r, ASK_title, CANARY);
        must(journal_append(s, &r, e->kiosk, clock_now(), asked[i], &err), &err);
    }
}

static int requests_kept(void)
{
    int n = 0;
    for (int i = 0; i < ASKS; i++) {
        struct arena mem = {0};
        struct record r;
        struct err err = {0};
        n += database_get(server.central.db, "acme", TYPE_REQUEST, asked[i], &mem, &r, &err) == 1;
        arena_release(&mem);
    }
    return n;
}

static void deliver(int64_t unreadable)
{
    struct delivered d;
    struct err err = {0};
    must(deliver_sealed(server.central.db, &server.secrets, path_of("undelivered.sealed"),
             clock_now(), &d, &err),
        &err);
    printf(
        "%lld entries delivered, %lld unreadable\n", (long long)d.entries, (long long)d.unreadable);
    expect(d.entries >= ASKS && d.unreadable == unreadable, "each line is read, but damaged ones");
    expect(requests_kept() == ASKS, "each undelivered ask has its one effect");
}

/* As after a power cut in the middle of it, and with somebody else's line. */
static void damage_file(void)
{
    FILE *f = fopen(path_of("undelivered.sealed"), "a");
    fprintf(f, "bm90aGluZw==\ncut off");
    fclose(f);
}

static void be_revoked(struct store *s, const struct enrolment *e, struct direct_line *line)
{
    struct sync_result result;
    struct err err = {0};
    int64_t sealed;
    line->revoked = true;
    expect(sync_run(s, e, &line->base, false, &result, &err) == -1 && result.revoked &&
               result.cause == CAUSE_not_enrolled,
        "the kiosk is told");
    expect(journal_waiting(s) == ASKS, "by itself the engine removes nothing");
    must(sync_wipe(s, kiosk_dir, clock_now(), &sealed, &err), &err);
    expect(sealed == ASKS && journal_waiting(s) == 0, "what waited is sealed");
}

static void check_forgotten(struct store *s, const struct enrolment *e)
{
    struct store_status status;
    struct err err = {0};
    must(store_status(s, &status, &err), &err);
    expect(status.people == 0 && status.courses == 0, "nobody is known any more");
    expect(strcmp(status.cause, "not_enrolled") == 0, "the screen says why");
    store_close(s);
    expect(!stands_anywhere(CANARY) && !stands_anywhere("Person 1") && !stands_anywhere(e->token) &&
               !stands_anywhere(e->badge_key),
        "no byte of people, asks, token or badge key is left");
    expect(access(path_of("enrolment.json"), F_OK) < 0, "it is enrolled no more");
}

int main(void)
{
    struct store *s;
    struct enrolment e;
    struct direct_line line;
    struct sync_result result;
    struct err err = {0};
    const char *build = getenv("ACHT_BUILD");
    snprintf(share, sizeof(share), "%s%s", build ? build : "assets", build ? "/share/acht" : "");
    temp_make(dir);
    snprintf(kiosk_dir, sizeof(kiosk_dir), "%s/kiosk", dir);
    direct_open(&server, dir, 5, ASKS, NULL);
    direct_enrol(&server, "stolen", &e, &line);
    must(store_open(&s, kiosk_dir, share, STORE_SYNC, NULL, &err), &err);
    must(enrolment_save(kiosk_dir, &e, &err), &err);
    must(sync_run(s, &e, &line.base, false, &result, &err), &err);
    ask(s, &e);
    expect(stands_anywhere(CANARY) && stands_anywhere("Person 1") && stands_anywhere(e.token),
        "negative control: before that all of it stands there");
    be_revoked(s, &e, &line);
    check_forgotten(s, &e);
    deliver(0);
    damage_file();
    deliver(2);
    direct_close(&server);
    temp_remove(dir);
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
