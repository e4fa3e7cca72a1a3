/* SPDX-License-Identifier: EUPL-1.2 */
/* D-10: a full disk refuses what cannot be kept, keeps what was acknowledged, goes on reading, and
 * the reserve lets many more requests in. D-11: a disk that can only be read, a directory that is
 * gone, one that belongs to somebody else: the kiosk starts, searches where it can, says a code and
 * comes back by itself. Needs root, for the disks; without it that is said, and only what needs no
 * disk of its own is done. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/clock.h"
#include "kiosk/kiosk.h"
#include "store/pages.h"
#include "store/reserve.h"
#include "support/disk.h"
#include "support/verdict.h"

#define NOBODY 65534
#define MUCH 5000

static struct disk_files disk;
static char mounted[TEMP_PATH];

/* ---- disks ---- */

static bool mount_disk(void)
{
    return mount("tmpfs", mounted, "tmpfs", 0, "size=4m,mode=0755") == 0;
}

static void unmount_disk(void)
{
    (void)umount2(mounted, MNT_DETACH);
}

static void remount(bool read_only)
{
    unsigned long flags = MS_REMOUNT | (read_only ? MS_RDONLY : 0);
    if (mount("tmpfs", mounted, "tmpfs", flags, "size=4m") < 0)
        BUG("cannot remount: %s", strerrordesc_np(errno));
}

static void filler_path(char path[TEMP_PATH + 16])
{
    snprintf(path, TEMP_PATH + 16, "%s/filler", mounted);
}

static void fill_disk(void)
{
    static char block[4096];
    char path[TEMP_PATH + 16];
    filler_path(path);
    int fd = open(path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    while (write(fd, block, sizeof(block)) > 0)
        continue;
    close(fd);
}

static void empty_disk(void)
{
    char path[TEMP_PATH + 16];
    filler_path(path);
    unlink(path);
}

static void remove_reserve(void)
{
    char path[TEMP_PATH + 32];
    snprintf(path, sizeof(path), "%s/" RESERVE_NAME, disk.dir);
    unlink(path);
}

static bool has_reserve(void)
{
    char path[TEMP_PATH + 32];
    struct stat st;
    snprintf(path, sizeof(path), "%s/" RESERVE_NAME, disk.dir);
    return stat(path, &st) == 0 && st.st_size == RESERVE_BYTES;
}

/* ---- what the kiosk says ---- */

static bool screen_says(const char *what)
{
    static struct kiosk k;
    struct buf out = BUF_INIT(LIM_PAGE);
    struct err err = {0};
    bool says =
        kiosk_open(&k, disk.share, disk.dir, "en", &err) == 0 && kiosk_type(&k, "Enter", &err) == 0;
    kiosk_fetch(&k);
    struct view v = kiosk_view(&k);
    if (says)
        view_plain(&v, &out);
    says = says && strstr(out.p, what);
    if (!says)
        printf("not said: %s\n%s%s\n", what, err.msg, out.p);
    buf_release(&out);
    kiosk_close(&k);
    return says;
}

static int waiting(struct store *s)
{
    struct arena mem = {0};
    struct pending *list;
    int count, damaged;
    struct err err = {0};
    int rc = journal_pending(s, 0, MUCH, 64 * 1024 * 1024, &mem, &list, &count, &damaged, &err);
    arena_release(&mem);
    return rc < 0 || damaged ? -1 : count;
}

/* Asks until it is refused; how often it was not. */
static int ask_till_full(struct store *s, struct err *err)
{
    int n = 0;
    while (n < MUCH && disk_ask(s, n, NULL, err) == 0)
        n++;
    return n;
}

/* ---- D-10 ---- */

static void fresh_disk(struct store **kiosk, struct store **sync)
{
    empty_disk();
    disk_restore(&disk);
    *kiosk = disk_open(&disk, STORE_KIOSK);
    *sync = disk_open(&disk, STORE_SYNC);
    if (!*kiosk || !*sync)
        BUG("no store");
}

static void test_full(void)
{
    struct store *kiosk, *sync;
    struct err refused = {0}, full = {0}, err = {0};
    fresh_disk(&kiosk, &sync);
    int before = waiting(sync);
    bool reserve = has_reserve();
    fill_disk();
    int64_t start = clock_monotonic();
    int more = ask_till_full(kiosk, &refused);
    int64_t took = clock_monotonic() - start;
    printf("D-10: %d more requests on a full disk, then refused: %s (%d ms in all)\n", more,
        refused.msg, (int)took);
    verdict("D-10: the reserve lets 50 more in", reserve && more >= 50 && !has_reserve());
    verdict("D-10: then it is refused as full", refused.code == ERR_FULL);
    verdict("D-10: reading and search go on",
        disk_courses(kiosk) == DISK_COURSES && waiting(kiosk) == before + more);
    verdict("D-10: the catalogue takes no space from the journal",
        cache_set_contact(sync, "ok", 1, &full) < 0 && full.code == ERR_FULL &&
            disk_courses(kiosk) == DISK_COURSES);
    verdict("D-10: the screen says so", store_disk(kiosk) == DISK_full && screen_says(": D1."));
    empty_disk();
    verdict("D-10: with space all is as before",
        disk_ask(kiosk, 1, NULL, &err) == 0 && has_reserve() && store_disk(kiosk) == DISK_fine &&
            cache_set_contact(sync, "ok", 1, &err) == 0);
    store_close(kiosk);
    store_close(sync);
    sync = disk_open(&disk, STORE_SYNC);
    verdict("D-10: nothing acknowledged is lost", sync && waiting(sync) == before + more + 1);
    store_close(sync);
}

static void test_without_reserve(void)
{
    struct store *kiosk, *sync;
    struct err err = {0};
    fresh_disk(&kiosk, &sync);
    remove_reserve();
    fill_disk();
    int more = ask_till_full(kiosk, &err);
    printf("control: %d more requests without a reserve\n", more);
    verdict("control: without the reserve few get in", more < 50);
    store_close(kiosk);
    store_close(sync);
}

/* ---- D-11 ---- */

/* Somebody is killed in a transaction so large that half of it is in the file already: the next one
 * who opens it must undo it. */
static bool leave_hot_journal(void)
{
    char path[TEMP_PATH + 32];
    struct stat st = {0};
    pid_t pid = fork();
    if (pid == 0) {
        sqlite3 *db;
        snprintf(path, sizeof(path), "%s/journal.db", disk.dir);
        if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, pages_vfs(NULL)) == SQLITE_OK)
            sqlite3_exec(db,
                "PRAGMA journal_mode=TRUNCATE; PRAGMA cache_size=1; BEGIN; "
                "UPDATE entry SET made_at = made_at + 1",
                NULL, NULL, NULL);
        raise(SIGKILL);
    }
    waitpid(pid, NULL, 0);
    snprintf(path, sizeof(path), "%s/journal.db-journal", disk.dir);
    return stat(path, &st) == 0 && st.st_size > 0;
}

static void test_read_only(bool killed)
{
    struct store *kiosk, *sync;
    struct err err = {0}, again = {0};
    fresh_disk(&kiosk, &sync);
    store_close(kiosk);
    store_close(sync);
    bool ready = !killed || leave_hot_journal();
    remount(true);
    int64_t start = clock_monotonic();
    kiosk = disk_open(&disk, STORE_KIOSK);
    printf("D-11: open on a read-only disk after %s in %d ms\n", killed ? "a kill" : "a clean end",
        (int)(clock_monotonic() - start));
    bool good = ready && kiosk && disk_courses(kiosk) == DISK_COURSES &&
                disk_ask(kiosk, 1, NULL, &err) < 0 && store_disk(kiosk) == DISK_read_only &&
                screen_says(": D2.");
    remount(false);
    good = good && store_changed(kiosk) && disk_ask(kiosk, 1, NULL, &again) == 0 &&
           store_disk(kiosk) == DISK_fine;
    printf("hot journal %d, courses %d, refused with: %s; after: %s\n", ready, disk_courses(kiosk),
        err.msg, again.msg);
    verdict(killed ? "D-11: read-only after a kill" : "D-11: read-only after a clean end", good);
    store_close(kiosk);
}

static void test_missing(void)
{
    struct store *kiosk, *sync;
    struct err err = {0};
    disk_restore(&disk);
    kiosk = disk_open(&disk, STORE_KIOSK);
    temp_remove(disk.dir);
    bool good = kiosk && store_changed(kiosk) && disk_ask(kiosk, 1, NULL, &err) < 0 &&
                store_disk(kiosk) == DISK_missing && disk_courses(kiosk) >= 0;
    good = good && !store_changed(kiosk) && !store_changed(kiosk);
    disk_restore(&disk);
    err_clear(&err);
    good = good && store_changed(kiosk) && disk_ask(kiosk, 1, NULL, &err) == 0 &&
           disk_courses(kiosk) == DISK_COURSES;
    verdict("D-11: the directory goes and comes back", good);
    store_close(kiosk);
    sync = disk_open(&disk, STORE_SYNC);
    verdict("D-11: and nothing of it is lost",
        sync && waiting(sync) == DISK_ENTRIES - DISK_SETTLED + 1);
    store_close(sync);
}

/* The program itself as somebody else: it must start, say the code, and end with its input. */
static bool stranger_sees(const char *dir, const char *code)
{
    char program[TEMP_PATH + 16], out[16384];
    int fds[2];
    const char *build = getenv("ACHT_BUILD");
    snprintf(program, sizeof(program), "%s/bin/acht", build ? build : "build");
    if (pipe(fds) < 0)
        BUG("no pipe");
    pid_t pid = fork();
    if (pid == 0) {
        int in = open("/dev/null", O_RDONLY);
        dup2(in, 0);
        dup2(fds[1], 1);
        if (setgid(NOBODY) < 0 || setuid(NOBODY) < 0)
            _exit(99);
        execl(program, program, "--plain", "--lang", "en", "--data", dir, (char *)NULL);
        _exit(98);
    }
    close(fds[1]);
    size_t len = 0;
    for (ssize_t n; (n = read(fds[0], out + len, sizeof(out) - 1 - len)) > 0;)
        len += (size_t)n;
    out[len] = '\0';
    close(fds[0]);
    int status;
    waitpid(pid, &status, 0);
    bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0 && strstr(out, code);
    if (WIFEXITED(status) && WEXITSTATUS(status) >= 98) {
        printf("not done: somebody else cannot run %s\n", program);
        return true;
    }
    if (!good)
        printf("status %d, said: %s\n", status, out);
    return good;
}

static void test_owner(void)
{
    disk_restore(&disk);
    chmod(disk.dir, 0700);
    bool closed = stranger_sees(disk.dir, ": D4.");
    chmod(disk.dir, 0755);
    bool readable = stranger_sees(disk.dir, ": D4.");
    bool missing = stranger_sees("/nowhere/kiosk", ": D3.");
    verdict("D-11: a directory of somebody else", closed && readable);
    verdict("D-11: a directory that cannot be made", missing);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    disk_make(&disk);
    char home[TEMP_PATH];
    str_copy(home, sizeof(home), disk.dir);
    test_missing();
    temp_make(mounted);
    if (geteuid() == 0 && mount_disk()) {
        chmod(mounted, 0755);
        snprintf(disk.dir, sizeof(disk.dir), "%.200s/kiosk", mounted);
        test_full();
        test_without_reserve();
        empty_disk();
        test_read_only(false);
        test_read_only(true);
        test_owner();
        unmount_disk();
    } else {
        printf("not done: a disk of its own needs root and mount(2)\n");
    }
    rmdir(mounted);
    str_copy(disk.dir, sizeof(disk.dir), home);
    disk_release(&disk);
    return verdict_end();
}
