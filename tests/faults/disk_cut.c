/* SPDX-License-Identifier: EUPL-1.2 */
/* D-22: the power is cut on a real file system: while a kiosk writes to an ext4, the device below
 * it is copied as it is at some moment, the copy is mounted, which replays ext4's journal, and
 * opened. What was acknowledged before that moment is there. Control: a number that nobody syncs is
 * not. Needs root and loop devices; without them that is said. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "support/disk.h"
#include "support/loop_disk.h"
#include "support/rng.h"

#define HOST_MIB 96
#define DISK_MIB 48
#define FEW_COPIES 8
#define ALL_COPIES 100
#define PAGE_RECORDS 40
#define MOST_PAGES 200 /* then the first one again */

static char dir[TEMP_PATH], share[TEMP_PATH];
static struct loop_disk host, disk;

/* What the writer was told is safe. */
static struct acknowledged {
    volatile int asks, page, unsynced;
    volatile bool failed;
} * said;

/* ---- the kiosk that writes ---- */

static int apply_page(struct store *s, int page, struct err *err)
{
    static struct record r[PAGE_RECORDS];
    static char id[PAGE_RECORDS][24];
    char next[16];
    for (int i = 0; i < PAGE_RECORDS; i++) {
        snprintf(id[i], sizeof(id[i]), "c%d-%d", page % MOST_PAGES, i);
        record_init(&r[i], TYPE_COURSE);
        r[i].id = id[i];
        record_set_text(&r[i], COURSE_source, "s1");
        record_set_text(&r[i], COURSE_title, "Lassen");
        record_set_text(&r[i], COURSE_provider, "Praktijkschool");
        record_set_number(&r[i], COURSE_form, FORM_classroom);
    }
    snprintf(next, sizeof(next), "%d", page);
    return cache_apply(s, r, PAGE_RECORDS, next, err);
}

static void write_for_ever(const char *data)
{
    struct store *s;
    struct err err = {0};
    char path[2 * TEMP_PATH];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    snprintf(path, sizeof(path), "%s/unsynced", disk.dir);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (store_open(&s, data, share, STORE_SYNC, NULL, &err) == 0 && fd >= 0)
        for (int n = 1; disk_ask(s, n, NULL, &err) == 0; n++) {
            said->asks = n;
            if (pwrite(fd, &n, sizeof(n), 0) == sizeof(n))
                said->unsynced = n;
            if (n % 8 == 0 && apply_page(s, n / 8, &err) < 0)
                break;
            said->page = n / 8;
        }
    printf("the writer stopped: %s\n", err.msg);
    fflush(stdout);
    said->failed = true;
    _exit(1);
}

/* ---- what a cut leaves ---- */

struct tally {
    int unclean, lost, half, broken, unsynced_lost;
};

static int unsynced_number(const struct loop_disk *copy)
{
    char path[2 * TEMP_PATH];
    int n = 0;
    snprintf(path, sizeof(path), "%s/unsynced", copy->dir);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        if (read(fd, &n, sizeof(n)) != sizeof(n))
            n = 0;
        close(fd);
    }
    return n;
}

static void check_copy(const struct loop_disk *copy, const struct acknowledged *at, struct tally *t)
{
    char data[2 * TEMP_PATH], cursor[LIM_CURSOR] = "";
    struct store_status status;
    struct store *s;
    struct err err = {0};
    snprintf(data, sizeof(data), "%s/kiosk", copy->dir);
    bool opened = store_open(&s, data, share, STORE_SYNC, NULL, &err) == 0;
    bool read = opened && store_status(s, &status, &err) == 0 && cache_cursor(s, cursor, &err) == 0;
    int page = read ? (int)strtol(cursor, NULL, 10) : -1;
    int whole = page < MOST_PAGES ? page : MOST_PAGES;
    t->broken += !read || disk_quarantined(data) > 0 || status.damages > 0 || status.damaged > 0;
    t->lost += read && (status.waiting < at->asks || page < at->page);
    t->half += read && disk_courses(s) != whole * PAGE_RECORDS;
    t->unsynced_lost += unsynced_number(copy) < at->unsynced;
    if (err.code)
        printf("%s\n", err.msg);
    if (opened)
        store_close(s);
}

/* A moment at which the writer is somewhere. */
static void let_it_write(uint64_t *seed)
{
    struct timespec ts = {0, (long)(1 + rng_below(seed, 60)) * 1000 * 1000};
    (void)ppoll(NULL, 0, &ts, NULL);
}

static struct tally cut(int copies, uint64_t *seed)
{
    struct tally t = {0};
    for (int i = 0; i < copies && !said->failed; i++) {
        struct loop_disk copy;
        let_it_write(seed);
        struct acknowledged at = *said;
        t.unclean += loop_disk_cut(&host, &disk, dir, &copy);
        check_copy(&copy, &at, &t);
        loop_disk_unmount(&copy);
    }
    return t;
}

static int verdict(const char *what, bool good)
{
    printf("%s: %s\n", good ? "ok" : "FAILED", what);
    return !good;
}

static int run(void)
{
    char data[2 * TEMP_PATH];
    int copies = getenv("ACHT_LONG") ? ALL_COPIES : FEW_COPIES;
    uint64_t seed = rng_seed();
    said = mmap(NULL, sizeof(*said), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    loop_disk_make(&host, dir, "host", HOST_MIB);
    loop_disk_make(&disk, host.dir, "disk", DISK_MIB);
    snprintf(data, sizeof(data), "%s/kiosk", disk.dir);
    fflush(stdout);
    pid_t writer = fork();
    if (writer == 0)
        write_for_ever(data);
    while (said->page == 0 && !said->failed)
        poll(NULL, 0, 1);
    struct tally t = cut(copies, &seed);
    kill(writer, SIGKILL);
    waitpid(writer, NULL, 0);
    printf(
        "D-22: %d copies, %d of them with ext4's journal to replay, %d requests and %d pages: %d "
        "lost, %d half, %d broken; of the number that nobody syncs %d lost\n",
        copies, t.unclean, said->asks, said->page, t.lost, t.half, t.broken, t.unsynced_lost);
    int failed = verdict("D-22: the power is cut on an ext4",
        !said->failed && t.lost + t.half + t.broken == 0 && t.unclean == copies);
    failed += verdict("control: what nobody syncs is lost", t.unsynced_lost > 0);
    loop_disk_unmount(&disk);
    loop_disk_unmount(&host);
    return failed;
}

int main(void)
{
    const char *build = getenv("ACHT_BUILD"), *why;
    int failed, all = 2;
    setvbuf(stdout, NULL, _IOLBF, 0);
    snprintf(share, sizeof(share), "%.200s/share/acht", build ? build : "build");
    if (loop_disks(&why)) {
        temp_make(dir);
        failed = run();
        temp_remove(dir);
    } else {
        printf("left out: %s\n", why);
        failed = 0;
        all = 1; /* that it is said */
    }
    printf("%d passed, %d failed\n", all - failed, failed);
    return failed > 0;
}
