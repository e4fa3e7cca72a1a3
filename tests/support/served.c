/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/served.h"

#include <dirent.h>
#include <fcntl.h>
#include <postgresql/libpq-fe.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATH_MAX_BYTES 512

static _Noreturn void give_up(const char *what)
{
    printf("%s\n0 passed, 1 failed\n", what);
    fflush(stdout);
    _exit(1);
}

/* ---- start and end ---- */

static void become(const char *database, const char *secrets, const char *log, int out)
{
    char program[PATH_MAX_BYTES];
    const char *build = getenv("ACHT_BUILD");
    int err = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    snprintf(program, sizeof(program), "%.400s/bin/acht-central", build ? build : "build");
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    /* All kiosks of a fleet come from one address: what is limited by it must not be. */
    const char *const argv[] = {program, "serve", "--database", database, "--secrets", secrets,
        "--listen", "127.0.0.1:0", "--per-address", "512", "--kiosk-rate", "0", "--company-rate",
        "0", NULL};
    execv(program, (char *const *)argv);
    _exit(127);
}

/* "listening on http://127.0.0.1:PORT" */
static void read_url(struct served *s, int from)
{
    static const char words[] = "listening on ";
    char line[128] = "";
    size_t n = 0;
    while (n < sizeof(line) - 1 && read(from, line + n, 1) == 1 && line[n] != '\n')
        n++;
    line[n] = '\0';
    const char *colon = strrchr(line, ':');
    if (strncmp(line, words, strlen(words)) != 0 || !colon)
        give_up("the server does not start");
    snprintf(s->url, sizeof(s->url), "%.60s", line + strlen(words));
    s->port = (int)strtol(colon + 1, NULL, 10);
}

void served_start(struct served *s, const char *database, const char *secrets, const char *log)
{
    int ends[2];
    *s = (struct served){.postgres = strncmp(database, "postgres", strlen("postgres")) == 0};
    fflush(stdout);
    if (pipe2(ends, O_CLOEXEC) < 0)
        give_up("cannot make a pipe");
    s->pid = fork();
    if (s->pid == 0)
        become(database, secrets, log, ends[1]);
    close(ends[1]);
    if (s->pid < 0)
        give_up("cannot start the server");
    read_url(s, ends[0]);
    close(ends[0]);
}

bool served_stop(struct served *s)
{
    int status;
    kill(s->pid, SIGTERM);
    bool ended = waitpid(s->pid, &status, 0) == s->pid;
    s->pid = 0;
    return ended && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* ---- what it costs ---- */

static bool read_text(const char *path, char *out, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, out, size - 1);
    if (fd >= 0)
        close(fd);
    out[n > 0 ? n : 0] = '\0';
    return n > 0;
}

/* Fields of /proc/PID/stat after the name, from 0. */
enum { PARENT = 1, TIMES = 11, TIMES_END = 15 };

/* The process's own processor time and that of children that have ended; 0 when it is gone. */
static double cpu_of(long pid, long *parent)
{
    char path[64], text[1024], *rest = NULL;
    double ticks = 0;
    *parent = 0;
    snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
    if (!read_text(path, text, sizeof(text)))
        return 0;
    char *name_end = strrchr(text, ')'); /* the name may have anything in it */
    char *field = name_end ? strtok_r(name_end + 1, " ", &rest) : NULL;
    for (int i = 0; field && i < TIMES_END; i++, field = strtok_r(NULL, " ", &rest)) {
        if (i == PARENT)
            *parent = strtol(field, NULL, 10);
        if (i >= TIMES)
            ticks += (double)strtol(field, NULL, 10);
    }
    return ticks * 1000 / (double)sysconf(_SC_CLK_TCK);
}

/* Of a process and its children that live. */
static double cpu_of_family(long pid)
{
    long parent;
    double ms = cpu_of(pid, &parent);
    DIR *all = opendir("/proc");
    for (struct dirent *e; all && (e = readdir(all));) {
        long other = strtol(e->d_name, NULL, 10);
        double of_other = other > 0 ? cpu_of(other, &parent) : 0;
        if (other > 0 && parent == pid)
            ms += of_other;
    }
    if (all)
        closedir(all);
    return ms;
}

static long postmaster(void)
{
    char path[PATH_MAX_BYTES], text[64];
    const char *dir = getenv("ACHT_POSTGRES_DIR");
    snprintf(path, sizeof(path), "%.400s/data/postmaster.pid", dir ? dir : "");
    return read_text(path, text, sizeof(text)) ? strtol(text, NULL, 10) : 0;
}

static int64_t most_memory(pid_t pid)
{
    char path[64], text[4096];
    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    const char *at = read_text(path, text, sizeof(text)) ? strstr(text, "VmHWM:") : NULL;
    return at ? strtoll(at + strlen("VmHWM:"), NULL, 10) * 1024 : 0;
}

static int descriptors(pid_t pid)
{
    char path[64];
    int n = 0;
    snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
    DIR *d = opendir(path);
    for (struct dirent *e; d && (e = readdir(d));)
        n += e->d_name[0] != '.';
    if (d)
        closedir(d);
    return n;
}

void served_cost(const struct served *s, struct served_cost *out)
{
    long server = s->postgres ? postmaster() : 0;
    *out = (struct served_cost){.cpu_ms = cpu_of_family(s->pid),
        .rss = most_memory(s->pid),
        .descriptors = descriptors(s->pid)};
    if (server > 0)
        out->cpu_ms += cpu_of_family(server);
}

/* ---- PostgreSQL ---- */

bool served_postgres(const char *name, char *url, size_t size)
{
    char text[512];
    const char *dir = getenv("ACHT_POSTGRES_DIR");
    if (!dir)
        return false;
    snprintf(text, sizeof(text), "host=%.200s user=postgres dbname=postgres", dir);
    PGconn *conn = PQconnectdb(text);
    if (PQstatus(conn) != CONNECTION_OK)
        give_up("PostgreSQL is not there");
    snprintf(text, sizeof(text), "CREATE DATABASE %.60s OWNER acht", name);
    PGresult *result = PQexec(conn, text);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        give_up("PostgreSQL makes no database");
    PQclear(result);
    PQfinish(conn);
    snprintf(url, size, "postgresql://acht@/%.60s?host=%.200s", name, dir);
    return true;
}
