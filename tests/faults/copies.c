/* SPDX-License-Identifier: EUPL-1.2 */
/* S-25, S-26: a kiosk that is a copy of another or comes from an old image, and a server that comes
 * from a backup, are noticed at the next contact, and nothing is lost or doubled. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/paths.h"
#include "store/db.h"
#include "support/direct.h"
#include "support/temp.h"
#include "sync/engine.h"

#define RUNS 20
#define PEOPLE 60
#define COURSES 40
#define LATE 1000 /* asks after the backup */

struct world {
    char dir[TEMP_PATH], share[PATH_ROOM];
    struct direct server;
    int next; /* ask: no two have the same person and course */
    char id[PEOPLE * COURSES][UUID_TEXT];
};

struct kiosk_here {
    char dir[PATH_ROOM];
    struct enrolment enrolment;
    struct direct_line line;
    struct store *store;
};

static int passed, failed;

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

static void open_kiosk(struct world *w, struct kiosk_here *k)
{
    struct err err = {0};
    must(store_open(&k->store, k->dir, w->share, STORE_SYNC, NULL, &err), &err);
}

static void make_kiosk(struct world *w, const char *name, struct kiosk_here *k)
{
    snprintf(k->dir, sizeof(k->dir), "%.200s/%s", w->dir, name);
    direct_enrol(&w->server, name, &k->enrolment, &k->line);
    open_kiosk(w, k);
}

static void ask(struct world *w, struct kiosk_here *k, int count)
{
    for (int i = 0; i < count; i++, w->next++) {
        struct record r;
        struct err err = {0};
        char person[16], course[16];
        snprintf(person, sizeof(person), "p%d", w->next % PEOPLE);
        snprintf(course, sizeof(course), "c%d", w->next / PEOPLE);
        record_init(&r, TYPE_ASK);
        record_set_text(&r, ASK_person, person);
        record_set_text(&r, ASK_course, course);
        record_set_text(&r, ASK_title, "A title");
        must(journal_append(k->store, &r, k->enrolment.kiosk, clock_now(), w->id[w->next], &err),
            &err);
    }
}

/* Whether a copy was noticed. */
static bool sync_kiosk(struct kiosk_here *k)
{
    struct sync_result result;
    struct err err = {0};
    must(sync_run(k->store, &k->enrolment, &k->line.base, false, &result, &err), &err);
    return result.copied;
}

static void copy_kiosk(const struct kiosk_here *from, const char *to)
{
    static const char *const names[] = {"journal.db", "cache.db"};
    (void)mkdir(to, 0700);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char a[PATH_ROOM], b[PATH_ROOM];
        struct err err = {0};
        must(paths_join(a, from->dir, names[i], &err), &err);
        must(paths_join(b, to, names[i], &err), &err);
        copy_file(a, b);
    }
}

/* Asks from first on that have not exactly one entry and one request at the server. */
static void count_effects(struct world *w, int first, int *lost, int *doubled)
{
    struct err err = {0};
    *lost = *doubled = 0;
    for (int i = first; i < w->next; i++) {
        struct arena mem = {0};
        struct verdict v;
        struct record r;
        bool kept = database_entry_find(w->server.central.db, "acme", w->id[i], &v, &err) == 1;
        bool request =
            database_get(w->server.central.db, "acme", TYPE_REQUEST, w->id[i], &mem, &r, &err) == 1;
        *lost += !kept || !request;
        *doubled += kept && v.kind != VERDICT_accepted; /* a second ask for the same is merged */
        arena_release(&mem);
    }
}

static void expect_all(struct world *w, int first, const char *what)
{
    int lost, doubled;
    count_effects(w, first, &lost, &doubled);
    printf("%s: %d asks, %d lost, %d doubled\n", what, w->next - first, lost, doubled);
    expect(lost == 0 && doubled == 0, "each has exactly one effect");
}

/* One machine becomes two. */
static bool clone_once(struct world *w, int run, bool unmarked)
{
    struct kiosk_here k = {0}, clone;
    char name[32];
    snprintf(name, sizeof(name), "cloned-%d-%d", run, unmarked);
    make_kiosk(w, name, &k);
    k.line.unmarked = unmarked;
    ask(w, &k, 2);
    bool noticed = sync_kiosk(&k);
    noticed = sync_kiosk(&k) || noticed;
    if (noticed)
        expect(false, "a kiosk of its own is taken for a copy");
    store_close(k.store);
    clone = k;
    snprintf(clone.dir, sizeof(clone.dir), "%.200s-2", k.dir);
    copy_kiosk(&k, clone.dir);
    open_kiosk(w, &k);
    open_kiosk(w, &clone);
    ask(w, &k, 2);
    ask(w, &clone, 2); /* with numbers that the other has used */
    noticed = sync_kiosk(&k);
    noticed = sync_kiosk(&clone) || noticed; /* whoever comes second */
    ask(w, &k, 1);
    noticed = sync_kiosk(&k) && noticed; /* now this one is the stranger */
    store_close(k.store);
    store_close(clone.store);
    return noticed;
}

/* A machine that gets its disk of last week back. */
static bool restore_once(struct world *w, int run, bool unmarked)
{
    struct kiosk_here k = {0};
    char name[32], image[PATH_ROOM];
    snprintf(name, sizeof(name), "restored-%d-%d", run, unmarked);
    make_kiosk(w, name, &k);
    k.line.unmarked = unmarked;
    ask(w, &k, 1);
    (void)sync_kiosk(&k);
    snprintf(image, sizeof(image), "%.200s-image", k.dir);
    ask(w, &k, 1); /* waits in the image */
    store_close(k.store);
    copy_kiosk(&k, image);
    open_kiosk(w, &k);
    (void)sync_kiosk(&k);
    ask(w, &k, 1);
    (void)sync_kiosk(&k);
    store_close(k.store);
    struct kiosk_here old = k;
    str_copy(old.dir, sizeof(old.dir), image);
    copy_kiosk(&old, k.dir);
    open_kiosk(w, &k);
    ask(w, &k, 1); /* with a number that was used */
    bool noticed = sync_kiosk(&k);
    if (sync_kiosk(&k))
        expect(false, "once is enough");
    store_close(k.store);
    return noticed;
}

static void copies_of_kiosks(struct world *w)
{
    int first = w->next, clones = 0, restored = 0, blind = 0;
    for (int i = 0; i < RUNS; i++) {
        clones += clone_once(w, i, false);
        restored += restore_once(w, i, false);
    }
    blind += clone_once(w, 0, true) + restore_once(w, 0, true);
    printf("noticed: %d of %d clones, %d of %d old images; without marks %d of 2\n", clones, RUNS,
        restored, RUNS, blind);
    expect(clones == RUNS && restored == RUNS, "every copy is noticed");
    expect(blind == 0, "negative control: without marks none is");
    expect_all(w, first, "copies of kiosks");
}

/* What the server had answered since its backup comes again. */
static int restore_server(struct world *w, const char *name, bool unmarked)
{
    struct kiosk_here k = {0};
    char backup[PATH_ROOM];
    int lost, doubled, first = w->next;
    make_kiosk(w, name, &k);
    k.line.unmarked = unmarked;
    ask(w, &k, 5);
    (void)sync_kiosk(&k);
    snprintf(backup, sizeof(backup), "%.200s/%s.backup", w->dir, name);
    direct_backup(&w->server, backup);
    for (int i = 0; i < 4; i++) {
        ask(w, &k, (unmarked ? 20 : LATE) / 4);
        (void)sync_kiosk(&k);
    }
    direct_restore(&w->server, backup);
    ask(w, &k, 3);
    bool noticed = sync_kiosk(&k);
    if (noticed == unmarked)
        expect(false, "a server from a backup is noticed, unless marks do not travel");
    count_effects(w, first, &lost, &doubled);
    printf("server from a backup%s: %d asks, %d lost, %d doubled\n",
        unmarked ? ", without marks" : "", w->next - first, lost, doubled);
    expect(journal_waiting(k.store) == 0, "nothing waits");
    store_close(k.store);
    return unmarked ? lost : lost + doubled;
}

int main(void)
{
    static struct world w;
    const char *build = getenv("ACHT_BUILD");
    int64_t began = clock_monotonic();
    snprintf(
        w.share, sizeof(w.share), "%s%s", build ? build : "assets", build ? "/share/acht" : "");
    temp_make(w.dir);
    direct_open(&w.server, w.dir, PEOPLE, COURSES, NULL);
    copies_of_kiosks(&w);
    expect(restore_server(&w, "late", false) == 0, "what came after the backup is there again");
    expect(restore_server(&w, "blind", true) > 0, "negative control: without marks it is lost");
    direct_close(&w.server);
    temp_remove(w.dir);
    printf("%.1f s\n", (double)(clock_monotonic() - began) / 1000);
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
