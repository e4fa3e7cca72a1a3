/* SPDX-License-Identifier: EUPL-1.2 */
/* Kiosk and sync on one directory, killed at any moment. D-05: 300 times, and nothing acknowledged
 * is lost. D-21: what starts after that starts at once. D-04: each acknowledged request is synced
 * to the disk. D-09: when the system fails to sync, nothing is acknowledged. D-19: each file is
 * open once, from one library. D-20: while the sync writes, nobody who asks hears of it.
 *
 *     killed ask DIR N      asks N times and prints the ids of what was acknowledged */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "support/disk.h"
#include "support/measure.h"
#include "support/rng.h"
#include "support/verdict.h"

#define KILLS 300
#define ASKS 100
#define IDS_MAX 20000
#define MANY 100000

static struct disk_files disk;

/* ---- the two programs ---- */

/* Asks `count` times; each id that was acknowledged is written to fd in one piece. */
static int ask(const char *dir, int count, int fd)
{
    struct store *s;
    struct err err = {0};
    const char *build = getenv("ACHT_BUILD");
    char share[TEMP_PATH], id[UUID_TEXT];
    snprintf(share, sizeof(share), "%s/share/acht", build ? build : "build");
    if (store_open(&s, dir, share, STORE_KIOSK, NULL, &err) < 0)
        return 1;
    for (int n = 0; n < count; n++) {
        struct err why = {0};
        if (disk_ask(s, n, id, &why) == 0 && write(fd, id, sizeof(id)) < 0)
            return 1;
    }
    store_close(s);
    return 0;
}

static int settle_batch(struct store *s, struct err *err)
{
    struct arena mem = {0};
    struct pending *list;
    int count, damaged;
    int rc = journal_pending(s, 0, 20, LIM_BODY, &mem, &list, &count, &damaged, err);
    if (rc == 0)
        rc = journal_begin(s, err);
    for (int i = 0; rc == 0 && i < count; i++)
        if (journal_settle(s, list[i].id, list[i].hash, "accepted", "none", 1, err) < 0)
            rc = -1;
    if (rc == 0)
        rc = journal_commit(s, err);
    arena_release(&mem);
    return rc;
}

/* The sync's part: verdicts and pages, for ever. */
static void sync_for_ever(void)
{
    struct store *s = disk_open(&disk, STORE_SYNC);
    struct err err = {0};
    while (s && !err.code) {
        (void)settle_batch(s, &err);
        disk_fill_cache(s);
    }
    printf("the sync met: %s\n", err.msg);
    _exit(1);
}

/* ---- D-05, D-21 ---- */

struct ids {
    char id[IDS_MAX][UUID_TEXT];
    int count;
};

static void read_ids(int fd, struct ids *ids)
{
    ids->count = 0;
    while (ids->count < IDS_MAX && read(fd, ids->id[ids->count], UUID_TEXT) == UUID_TEXT)
        ids->count++;
}

static bool is_there(struct store *s, const struct pending *list, int count, const char *id)
{
    char kind[LIM_ID], reason[LIM_ID];
    struct err err = {0};
    for (int i = 0; i < count; i++)
        if (strcmp(list[i].id, id) == 0)
            return true;
    return journal_verdict(s, id, kind, reason, &err) == 0 && kind[0];
}

/* How many of the acknowledged are neither waiting nor settled; -1 when the file is not sound. */
static int missing(const struct ids *ids, int64_t *took)
{
    struct arena mem = {0};
    struct pending *list;
    int count, damaged, lost = 0;
    struct err err = {0};
    struct store_status status;
    int64_t start = clock_monotonic();
    struct store *s = disk_open(&disk, STORE_SYNC);
    *took = clock_monotonic() - start;
    if (!s || store_status(s, &status, &err) < 0 || status.damages > 0 ||
        disk_quarantined(disk.dir) > 0 ||
        journal_pending(s, 0, MANY, 64 * 1024 * 1024, &mem, &list, &count, &damaged, &err) < 0)
        lost = -1;
    for (int i = 0; lost >= 0 && i < ids->count; i++)
        lost += !is_there(s, list, count, ids->id[i]);
    while (lost == 0 && journal_waiting(s) > 0 && settle_batch(s, &err) == 0)
        continue;
    if (lost == 0 && journal_forget(s, MANY, &err) < 0) /* so that the file stays small */
        lost = -1;
    store_close(s);
    arena_release(&mem);
    return lost;
}

static void kill_both(uint64_t *seed, struct ids *ids)
{
    int fds[2];
    if (pipe(fds) < 0)
        BUG("no pipe");
    fcntl(fds[1], F_SETPIPE_SZ, 1024 * 1024);
    pid_t kiosk = fork();
    if (kiosk == 0)
        _exit(ask(disk.dir, MANY, fds[1]));
    pid_t sync = fork();
    if (sync == 0)
        sync_for_ever();
    close(fds[1]);
    struct pollfd first = {.fd = fds[0], .events = POLLIN};
    (void)poll(&first, 1, 10000);
    /* It is the moment that is random here, not a wait for something. */
    struct timespec life = {.tv_nsec = (long)(5 + rng_below(seed, 45)) * 1000000};
    nanosleep(&life, NULL);
    kill(kiosk, SIGKILL);
    kill(sync, SIGKILL);
    waitpid(kiosk, NULL, 0);
    waitpid(sync, NULL, 0);
    read_ids(fds[0], ids);
    close(fds[0]);
}

static void test_kills(uint64_t *seed)
{
    static struct ids ids;
    int kills = getenv("ACHT_LONG") ? 10000 : KILLS, lost = 0, broken = 0;
    int64_t acknowledged = 0, slowest = 0;
    for (int i = 0; i < kills; i++) {
        int64_t took;
        kill_both(seed, &ids);
        int n = missing(&ids, &took);
        broken += n < 0;
        lost += n > 0 ? n : 0;
        acknowledged += ids.count;
        slowest = took > slowest ? took : slowest;
    }
    printf("D-05: %d kills, %lld acknowledged, %d lost, %d files broken; D-21: slowest start %lld "
           "ms\n",
        kills, (long long)acknowledged, lost, broken, (long long)slowest);
    verdict("D-05: nothing acknowledged is lost to kill -9",
        lost == 0 && broken == 0 && acknowledged > kills);
}

/* ---- D-04, D-09: seen from the system ---- */

static char self[TEMP_PATH], trace[TEMP_PATH + 16];

/* Runs `ask` under strace with one more option, or "" for none; false when it cannot be traced. */
static bool run_traced(const char *option, int count, struct ids *ids)
{
    char number[16];
    int fds[2];
    snprintf(number, sizeof(number), "%d", count);
    if (pipe(fds) < 0)
        BUG("no pipe");
    fcntl(fds[1], F_SETPIPE_SZ, 1024 * 1024);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(fds[1], 1);
        close(2);
        execlp("strace", "strace", "-f", "-o", trace, "-e",
            *option ? option : "trace=fsync,fdatasync", self, "ask", disk.dir, number,
            (char *)NULL);
        _exit(97);
    }
    close(fds[1]);
    read_ids(fds[0], ids);
    close(fds[0]);
    int status;
    waitpid(pid, &status, 0);
    return !(WIFEXITED(status) && WEXITSTATUS(status) == 97);
}

static int count_syncs(void)
{
    char line[512];
    int n = 0;
    FILE *f = fopen(trace, "r");
    while (f && fgets(line, sizeof(line), f))
        n += strstr(line, "sync(") && strstr(line, "= 0");
    if (f)
        fclose(f);
    return n;
}

static void test_syncs(void)
{
    static struct ids ids;
    int64_t took;
    disk_restore(&disk);
    run_traced("", 0, &ids);
    int before = count_syncs();
    run_traced("", ASKS, &ids);
    int syncs = count_syncs() - before;
    printf("D-04: %d acknowledged, %d syncs\n", ids.count, syncs);
    verdict("D-04: at least one sync for each acknowledged request",
        ids.count == ASKS && syncs >= ASKS && missing(&ids, &took) == 0);
}

static void test_failing_syncs(void)
{
    static const struct {
        const char *what, *how_long;
    } faults[] = {{"fsync,fdatasync:error=EIO", ""}, {"pwrite64:error=ENOSPC", "+"},
        {"pwrite64:signal=KILL", ""}};
    static struct ids ids;
    int runs = 0, bad = 0, step = getenv("ACHT_LONG") ? 1 : 10, refused = 0;
    for (size_t f = 0; f < 3; f++)
        for (int when = 1; when <= 50; when += step, runs++) {
            char option[96];
            int64_t took;
            snprintf(option, sizeof(option), "inject=%s:when=%d%s", faults[f].what, when,
                faults[f].how_long);
            disk_restore(&disk);
            run_traced(option, 10, &ids);
            int n = missing(&ids, &took);
            refused += ids.count < 10;
            if (n != 0)
                printf("%s: %d of %d missing\n", option, n, ids.count);
            bad += n != 0;
        }
    printf("D-09: %d runs, %d with something refused, %d false acknowledgements\n", runs, refused,
        bad);
    verdict("D-09: what was not synced is not acknowledged", bad == 0 && refused > 0);
}

/* ---- D-19 ---- */

static int times_open(const char *name)
{
    DIR *d = opendir("/proc/self/fd");
    int n = 0;
    for (struct dirent *e; d && (e = readdir(d));) {
        char path[TEMP_PATH], link[300];
        snprintf(link, sizeof(link), "/proc/self/fd/%s", e->d_name);
        ssize_t len = readlink(link, path, sizeof(path) - 1);
        path[len < 0 ? 0 : len] = '\0';
        const char *slash = strrchr(path, '/');
        n += slash && strcmp(slash + 1, name) == 0;
    }
    if (d)
        closedir(d);
    return n;
}

static int copies_of_sqlite(void)
{
    char line[512], first[512] = "";
    int n = 0;
    FILE *f = fopen("/proc/self/maps", "r");
    while (f && fgets(line, sizeof(line), f)) {
        const char *name = strrchr(line, '/');
        if (name && strstr(name, "sqlite3") && strcmp(name, first) != 0) {
            snprintf(first, sizeof(first), "%s", name);
            n++;
        }
    }
    if (f)
        fclose(f);
    return n;
}

static void test_open_once(void)
{
    disk_restore(&disk);
    struct store *s = disk_open(&disk, STORE_KIOSK);
    struct err err = {0};
    bool good = s && disk_ask(s, 1, NULL, &err) == 0 && disk_courses(s) == DISK_COURSES &&
                times_open("journal.db") == 1 && times_open("cache.db") == 1 &&
                copies_of_sqlite() == 1;
    (void)store_changed(s);
    good = good && times_open("journal.db") == 1 && times_open("cache.db") == 1;
    store_close(s);
    verdict("D-19: each file is open once, from one library",
        good && times_open("journal.db") == 0 && times_open("cache.db") == 0);
}

/* ---- D-20 ---- */

static void test_contention(void)
{
    int commits = getenv("ACHT_LONG") ? 10000 : 1500, refused = 0;
    struct samples took = {0};
    disk_restore(&disk);
    pid_t sync = fork();
    if (sync == 0)
        sync_for_ever();
    struct store *s = disk_open(&disk, STORE_KIOSK);
    for (int i = 0; s && i < commits; i++) {
        struct err err = {0};
        double start = wall_ms();
        refused += disk_ask(s, i, NULL, &err) < 0;
        samples_add(&took, wall_ms() - start);
        if (err.code)
            printf("%s\n", err.msg);
    }
    bool alive = waitpid(sync, NULL, WNOHANG) == 0;
    kill(sync, SIGKILL);
    waitpid(sync, NULL, 0);
    store_close(s);
    printf("D-20: %d requests while the sync writes, %d refused, p99 %.1f ms\n", commits, refused,
        samples_percentile(&took, 99));
    samples_release(&took);
    verdict("D-20: nobody is told that a file is in use", s && refused == 0 && alive);
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "ask") == 0)
        return ask(argv[2], (int)strtol(argv[3], NULL, 10), 1);
    setvbuf(stdout, NULL, _IOLBF, 0);
    uint64_t seed = rng_seed();
    ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
    self[len < 0 ? 0 : len] = '\0';
    disk_make(&disk);
    char home[TEMP_PATH];
    temp_make(home);
    snprintf(trace, sizeof(trace), "%s/trace", home);
    test_kills(&seed);
    if (program_exists("strace")) {
        test_syncs();
        test_failing_syncs();
    } else {
        printf("not done: D-04 and D-09 need strace\n");
    }
    test_open_once();
    test_contention();
    temp_remove(home);
    disk_release(&disk);
    return verdict_end();
}
