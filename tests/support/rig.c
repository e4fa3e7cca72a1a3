/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/rig.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "support/proxy.h"

#define PATIENCE_MS 10000

void rig_fail(struct rig *r, const char *what)
{
    struct buf log = BUF_INIT(1 << 20);
    struct err err = {0};
    if (buf_read_file(&log, r->log, &err) == 0)
        printf("%s", log.p);
    printf("%s\n0 passed, 1 failed\n", what);
    if (r->server)
        kill(r->server, SIGKILL);
    exit(1);
}

/* ---- programs ---- */

static void become(struct rig *r, const char *const argv[], int out_fd)
{
    int log = open(r->log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(out_fd < 0 ? log : out_fd, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    execv(argv[0], (char *const *)argv);
    _exit(127);
}

pid_t rig_spawn(struct rig *r, const char *const argv[], int out_fd)
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid < 0)
        rig_fail(r, "cannot fork");
    if (pid == 0)
        become(r, argv, out_fd);
    return pid;
}

int rig_wait(pid_t pid)
{
    int status;
    if (waitpid(pid, &status, 0) != pid)
        return -1;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int rig_run(struct rig *r, const char *const argv[], struct buf *out)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        rig_fail(r, "cannot make a pipe");
    pid_t pid = rig_spawn(r, argv, out ? ends[1] : -1);
    close(ends[1]);
    char chunk[4096];
    for (ssize_t n; out && (n = read(ends[0], chunk, sizeof(chunk))) > 0;)
        buf_add(out, chunk, (size_t)n);
    close(ends[0]);
    return rig_wait(pid);
}

static void must_run(struct rig *r, const char *const argv[], struct buf *out)
{
    if (rig_run(r, argv, out) != 0) {
        char what[2 * RIG_PATH];
        snprintf(what, sizeof(what), "%s %s failed", argv[0], argv[1]);
        rig_fail(r, what);
    }
}

/* ---- the server ---- */

bool rig_answers(int port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool yes = fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0;
    close(fd);
    return yes;
}

void rig_serve(struct rig *r)
{
    char listen[32], certificate[RIG_PATH], key[RIG_PATH];
    int n = 6;
    const char *argv[20] = {r->central, "serve", "--database", r->database, "--listen", listen};
    snprintf(listen, sizeof(listen), "127.0.0.1:%d", r->port);
    snprintf(certificate, sizeof(certificate), RIG_TLS "/%s", r->certificate ? r->certificate : "");
    snprintf(key, sizeof(key), RIG_TLS "/%s", r->key ? r->key : "test-only.key");
    if (r->certificate) {
        argv[n++] = "--certificate";
        argv[n++] = certificate;
        argv[n++] = "--key";
        argv[n++] = key;
    }
    if (r->secrets) {
        argv[n++] = "--secrets";
        argv[n++] = r->secrets;
    }
    argv[n++] = "--company-rate"; /* one kiosk does here what many do */
    argv[n++] = "0";
    argv[n++] = "--kiosk-rate";
    argv[n++] = "0";
    r->server = rig_spawn(r, argv, -1);
    int64_t until = clock_monotonic() + PATIENCE_MS;
    while (!rig_answers(r->port)) {
        if (waitpid(r->server, NULL, WNOHANG) != 0 || clock_monotonic() > until)
            rig_fail(r, "the server does not start");
        poll(NULL, 0, 2);
    }
}

void rig_kill_server(struct rig *r)
{
    kill(r->server, SIGKILL);
    waitpid(r->server, NULL, 0);
    r->server = 0;
}

/* ---- what it knows ---- */

static void write_courses(struct rig *r, const char *path, int count)
{
    FILE *f = fopen(path, "w");
    if (!f)
        rig_fail(r, "cannot write the courses");
    fprintf(f, "key,title,provider,form\n");
    for (int i = 0; i < count; i++)
        fprintf(f, "c%d,Course %d,Provider,classroom\n", i, i);
    fclose(f);
}

static void write_people(struct rig *r, const char *path, int count)
{
    FILE *f = fopen(path, "w");
    if (!f)
        rig_fail(r, "cannot write the people");
    fprintf(f, "badge,name,team,role\n");
    for (int i = 0; i < count; i++)
        fprintf(f, "%d,Person %d,Team,worker\n", 1000 + i, i);
    fclose(f);
}

static void import_courses(struct rig *r, int count)
{
    char file[RIG_PATH + 16];
    snprintf(file, sizeof(file), "%s/courses.csv", r->dir);
    write_courses(r, file, count);
    const char *const argv[] = {r->central, "import", file, "--database", r->database, NULL};
    must_run(r, argv, NULL);
}

static void import_people(struct rig *r, int count)
{
    char file[RIG_PATH + 16];
    snprintf(file, sizeof(file), "%s/people.csv", r->dir);
    write_people(r, file, count);
    const char *const argv[] = {
        r->central, "people", "import", file, "--company", "acme", "--database", r->database, NULL};
    must_run(r, argv, NULL);
}

/* A file without rows is refused, so none of nothing is imported. */
static void fill_database(struct rig *r, int courses, int people)
{
    if (courses > 0)
        import_courses(r, courses);
    if (people > 0)
        import_people(r, people);
}

void rig_enrol(struct rig *r, const char *name, int port, char data[RIG_PATH])
{
    struct buf code = BUF_INIT(4096);
    char url[64];
    const char *const add[] = {
        r->central, "kiosk", "add", name, "--company", "acme", "--database", r->database, NULL};
    must_run(r, add, &code);
    buf_truncate(&code, strcspn(code.p, "\n"));
    snprintf(data, RIG_PATH, "%.200s/%s", r->dir, name);
    snprintf(url, sizeof(url), "http://127.0.0.1:%d", port);
    const char *const enrol[] = {
        r->sync, "enrol", "--server", url, "--code", code.p, "--data", data, NULL};
    must_run(r, enrol, NULL);
    buf_release(&code);
}

/* ---- the whole ---- */

void rig_start(struct rig *r, int courses, int people)
{
    const char *build = getenv("ACHT_BUILD");
    *r = (struct rig){0};
    build = build ? build : "build";
    /* In memory if it can be had: what is killed here are programs, not the disk. */
    snprintf(
        r->dir, RIG_PATH, "%s/acht-rig-XXXXXX", access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
    if (!mkdtemp(r->dir))
        rig_fail(r, "cannot make a directory");
    snprintf(r->database, RIG_PATH, "%.200s/central.db", r->dir);
    snprintf(r->log, RIG_PATH, "%.200s/log", r->dir);
    snprintf(r->share, RIG_PATH, "%.200s/share/acht", build);
    snprintf(r->central, RIG_PATH, "%.200s/bin/acht-central", build);
    snprintf(r->sync, RIG_PATH, "%.200s/bin/acht-sync", build);
    r->port = proxy_free_port();
    must_run(r,
        (const char *const[]){r->central, "kiosk", "add", "first", "--company", "acme",
            "--database", r->database, NULL},
        NULL);
    fill_database(r, courses, people);
    rig_serve(r);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(path);
}

void rig_end(struct rig *r)
{
    if (r->server)
        rig_kill_server(r);
    nftw(r->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
