/* SPDX-License-Identifier: EUPL-1.2 */
#include "kiosk/selfcheck.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/mem.h"
#include "base/paths.h"
#include "base/text.h"
#include "kiosk/kiosk.h"

#define FREE_MIB 50
#define STALE_MS (36 * 60 * 60 * INT64_C(1000))
#define SYSTEM "etc/systemd/system/"

struct place {
    const char *data, *share, *root;
    bool enrolled;
    struct enrolment enrolment;
    struct store *store; /* NULL: it could not be opened */
    struct store_status status;
};

/* ---- files ---- */

static bool data_stat(const struct place *p, const char *name, struct stat *st)
{
    char path[PATH_ROOM];
    return paths_join(path, p->data, name, NULL) == 0 && lstat(path, st) == 0;
}

/* The start of a file of the system; "" when there is none. */
static void read_system(const struct place *p, const char *name, char *text, size_t size)
{
    char path[PATH_ROOM];
    text[0] = '\0';
    FILE *f = paths_join(path, p->root, name, NULL) == 0 ? fopen(path, "re") : NULL;
    if (f)
        text[fread(text, 1, size - 1, f)] = '\0';
    if (f)
        fclose(f);
}

/* Whether a line of the file is exactly this assignment; the last one of that name counts. *found:
 * there was one. */
static bool file_says(
    const struct place *p, const char *name, const char *key, const char *value, bool *found)
{
    char text[16 * 1024], *rest = text;
    bool says = false;
    size_t len = strlen(key);
    read_system(p, name, text, sizeof(text));
    for (char *line; (line = strsep(&rest, "\n"));) {
        if (strncmp(line, key, len) != 0 || line[len] != '=')
            continue;
        *found = true;
        says = value ? strcmp(line + len + 1, value) == 0 : line[len + 1] != '\0';
    }
    return says;
}

static int is_conf(const struct dirent *d)
{
    const char *dot = strrchr(d->d_name, '.');
    return dot && strcmp(dot, ".conf") == 0;
}

/* The same for /etc/systemd/NAME.conf and the files of NAME.conf.d, which go before. */
static bool conf_says(const struct place *p, const char *name, const char *key, const char *value)
{
    char file[300], dir[PATH_ROOM];
    struct dirent **files = NULL;
    bool found = false;
    snprintf(file, sizeof(file), "etc/systemd/%s.conf", name);
    bool says = file_says(p, file, key, value, &found);
    snprintf(file, sizeof(file), "etc/systemd/%s.conf.d", name);
    if (paths_join(dir, p->root, file, NULL) < 0)
        return says;
    int n = scandir(dir, &files, is_conf, alphasort);
    for (int i = 0; i < n; i++) {
        bool here = false;
        snprintf(file, sizeof(file), "etc/systemd/%s.conf.d/%.200s", name, files[i]->d_name);
        bool so = file_says(p, file, key, value, &here);
        says = here ? so : says;
        free(files[i]);
    }
    free(files);
    return says;
}

/* Where a link of the system leads; "" when there is none. */
static const char *link_of(const struct place *p, const char *name)
{
    static char to[PATH_ROOM];
    char path[PATH_ROOM];
    ssize_t n =
        paths_join(path, p->root, name, NULL) == 0 ? readlink(path, to, sizeof(to) - 1) : -1;
    to[n < 0 ? 0 : n] = '\0';
    return to;
}

static bool share_has(const struct place *p, const char *name)
{
    char path[PATH_ROOM];
    return paths_join(path, p->share, name, NULL) == 0 && access(path, R_OK) == 0;
}

/* ---- the kiosk's files ---- */

static bool has_data(struct place *p)
{
    struct stat st;
    return data_stat(p, ".", &st) && S_ISDIR(st.st_mode);
}

static bool data_is_closed(struct place *p)
{
    struct stat st;
    return data_stat(p, ".", &st) && (st.st_mode & 077) == 0;
}

static bool same_owner(struct place *p)
{
    static const char *const names[] = {
        "journal.db", "cache.db", "enrolment.json", "sync.lock", "journal.db-journal"};
    struct stat dir, st;
    if (!data_stat(p, ".", &dir))
        return false;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (data_stat(p, names[i], &st) && st.st_uid != dir.st_uid)
            return false;
    return true;
}

static bool is_enrolled(struct place *p)
{
    struct stat st;
    return data_stat(p, "enrolment.json", &st);
}

static bool token_is_closed(struct place *p)
{
    struct stat st;
    return data_stat(p, "enrolment.json", &st) && (st.st_mode & 077) == 0;
}

static bool enrolment_is_whole(struct place *p)
{
    return p->enrolled;
}

static bool server_is_safe(struct place *p)
{
    const char *s = p->enrolment.server;
    return strncmp(s, "https://", 8) == 0 || strncmp(s, "http://127.", 11) == 0 ||
           strncmp(s, "http://[::1]", 12) == 0 || strncmp(s, "http://localhost", 16) == 0;
}

static bool has_authority(struct place *p)
{
    return !p->enrolment.ca[0] || access(p->enrolment.ca, R_OK) == 0;
}

static bool has_journal(struct place *p)
{
    return p->store && (p->status.disk == DISK_fine || p->status.disk == DISK_full);
}

static bool has_catalogue(struct place *p)
{
    return p->status.courses > 0;
}

static bool is_fresh(struct place *p)
{
    return p->status.finished != NO_NUMBER && clock_now() - p->status.finished < STALE_MS;
}

static bool has_room(struct place *p)
{
    struct statvfs v;
    return statvfs(p->data, &v) == 0 && v.f_bavail * v.f_frsize >= FREE_MIB * UINT64_C(1048576);
}

/* This program was not made before 2026. */
static bool knows_the_time(struct place *p)
{
    (void)p;
    return clock_now() > date_from_civil(2026, 1, 1) * 24 * 60 * 60 * INT64_C(1000);
}

/* ---- what came with the program ---- */

static bool screens_are_right(struct place *p)
{
    struct app app;
    struct buf wrong = BUF_INIT(LIM_PAGE);
    char path[PATH_ROOM];
    bool right =
        paths_join(path, p->share, "screens", NULL) == 0 && app_load(&app, path, NULL) == 0;
    if (right) {
        right = app_check(&app, &wrong) == 0;
        app_release(&app);
    }
    buf_release(&wrong);
    return right;
}

static bool speaks_dutch(struct place *p)
{
    return share_has(p, "../locale/" LANGUAGE_DEFAULT "/LC_MESSAGES/acht.mo");
}

static bool has_words(struct place *p)
{
    return share_has(p, "search/jargon.txt") && share_has(p, "search/roots.txt");
}

/* ---- the system ---- */

static bool no_auto_vts(struct place *p)
{
    return conf_says(p, "logind", "NAutoVTs", "0");
}

static bool no_reserved_vt(struct place *p)
{
    return conf_says(p, "logind", "ReserveVT", "0");
}

static bool no_reboot_key(struct place *p)
{
    return strcmp(link_of(p, SYSTEM "ctrl-alt-del.target"), "/dev/null") == 0;
}

static bool no_reboot_burst(struct place *p)
{
    return conf_says(p, "system", "CtrlAltDelBurstAction", "none");
}

static bool no_sysrq(struct place *p)
{
    char text[16];
    read_system(p, "proc/sys/kernel/sysrq", text, sizeof(text));
    return strcmp(text, "0\n") == 0;
}

static bool bounded_log(struct place *p)
{
    return conf_says(p, "journald", "SystemMaxUse", NULL);
}

static bool no_login(struct place *p)
{
    return !*link_of(p, SYSTEM "getty.target.wants/getty@tty1.service");
}

static bool opens_at_boot(struct place *p)
{
    char path[PATH_ROOM];
    bool found = false;
    DIR *dir = paths_join(path, p->root, SYSTEM "multi-user.target.wants", NULL) == 0
                   ? opendir(path)
                   : NULL;
    for (struct dirent *d; dir && (d = readdir(dir));)
        found = found || strncmp(d->d_name, "acht@", 5) == 0;
    if (dir)
        closedir(dir);
    return found;
}

static bool syncs_at_boot(struct place *p)
{
    return *link_of(p, SYSTEM "multi-user.target.wants/acht-sync.service");
}

static bool syncs_at_night(struct place *p)
{
    return *link_of(p, SYSTEM "timers.target.wants/acht-sync.timer");
}

static bool keeps_time(struct place *p)
{
    static const char *const services[] = {"sysinit.target.wants/systemd-timesyncd.service",
        "multi-user.target.wants/chrony.service", "multi-user.target.wants/ntpsec.service"};
    char name[100];
    for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
        snprintf(name, sizeof(name), SYSTEM "%s", services[i]);
        if (*link_of(p, name))
            return true;
    }
    return false;
}

/* ---- the table ---- */

static const struct setting {
    bool (*right)(struct place *p);
    const char *wrong; /* what is wrong: what to do */
} settings[] = {
    {has_data,
        "the kiosk's directory is not there: install the package acht, or name it by --data"},
    {data_is_closed, "others may read the kiosk's directory: chmod 700 it"},
    {same_owner, "a file of the kiosk belongs to another user: chown -R acht: the directory"},
    {is_enrolled, "the kiosk is not enrolled: acht-sync enrol"},
    {token_is_closed, "others may read enrolment.json: chmod 600 it, and revoke and enrol anew"},
    {enrolment_is_whole, "enrolment.json cannot be read: enrol anew"},
    {server_is_safe, "the server's address is not https: enrol anew with one that is"},
    {has_authority, "the file of certificate authorities cannot be read: put it back"},
    {has_journal, "journal.db cannot be opened: keep it, and ask for help"},
    {has_catalogue, "there is no course yet: acht-sync --once says why"},
    {is_fresh, "the catalogue is older than 36 hours: acht-sync --once says why"},
    {has_room, "less than 50 MiB are free on the kiosk's disk: make room"},
    {knows_the_time, "the clock is wrong: timedatectl"},
    {screens_are_right, "the screens are not right: acht check says why"},
    {speaks_dutch, "the Dutch texts are not there: install the package acht again"},
    {has_words, "the word lists of the search are not there: install the package acht again"},
    {no_auto_vts, "other screens have a login: NAutoVTs=0 in /etc/systemd/logind.conf"},
    {no_reserved_vt, "screen 6 has a login: ReserveVT=0 in /etc/systemd/logind.conf"},
    {no_reboot_key, "Ctrl-Alt-Del restarts the machine: systemctl mask ctrl-alt-del.target"},
    {no_reboot_burst, "Ctrl-Alt-Del pressed seven times restarts the machine: "
                      "CtrlAltDelBurstAction=none in /etc/systemd/system.conf"},
    {no_sysrq, "the SysRq keys work: kernel.sysrq=0 in /etc/sysctl.d"},
    {bounded_log, "the system's log has no limit: SystemMaxUse=200M in /etc/systemd/journald.conf"},
    {no_login, "the terminal has a login: systemctl disable getty@tty1"},
    {opens_at_boot, "the kiosk does not open at boot: systemctl enable acht@tty1"},
    {syncs_at_boot, "the sync does not start at boot: systemctl enable acht-sync.service"},
    {syncs_at_night, "there is no sync at night: systemctl enable acht-sync.timer"},
    {keeps_time, "nothing keeps the clock right: systemctl enable systemd-timesyncd"},
};

static void become_owner(const char *data)
{
    struct stat st;
    if (geteuid() == 0 && stat(data, &st) == 0 && st.st_uid != 0 && setgid(st.st_gid) == 0 &&
        setuid(st.st_uid) < 0)
        BUG("cannot become the kiosk's user");
}

static void open_place(struct place *p)
{
    struct stat st;
    p->status = (struct store_status){.finished = NO_NUMBER};
    p->enrolled = enrolment_load(p->data, &p->enrolment, NULL) == 0;
    if (data_stat(p, "journal.db", &st) &&
        store_open(&p->store, p->data, p->share, STORE_KIOSK, NULL, NULL) == 0 &&
        store_status(p->store, &p->status, NULL) < 0) {
        store_close(p->store);
        p->store = NULL;
    }
}

int selfcheck(const char *data, const char *share, const char *root, int *checked, struct buf *out)
{
    struct place p = {.data = data, .share = share, .root = root};
    int wrong = 0;
    become_owner(data);
    open_place(&p);
    *checked = sizeof(settings) / sizeof(settings[0]);
    for (int i = 0; i < *checked; i++) {
        if (settings[i].right(&p))
            continue;
        buf_printf(out, "%s\n", settings[i].wrong);
        wrong++;
    }
    store_close(p.store);
    memory_wipe(&p.enrolment, sizeof(p.enrolment));
    return wrong;
}
