/* SPDX-License-Identifier: EUPL-1.2 */
/* Two servers on one PostgreSQL behind nginx serve one fund: kiosks sync through it at the same
 * time while one of the two is killed in the middle, now this one and now that one. Nothing that a
 * kiosk noted is lost or doubled, whichever of them answered. */
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "proto/wire.h"
#include "store/store.h"
#include "support/proxy.h"
#include "support/rig.h"
#include "support/rng.h"
#include "support/temp.h"
#include "sync/engine.h"
#include "unit/house_postgres.h"

enum {
    KIOSKS = 5,
    ROUNDS = 12,
    ASKS = 4, /* of each kiosk in a round */
    COURSES = 40,
    PEOPLE = 10,
    KILL_WITHIN_US = 300000,
    PATIENCE_MS = 10000,
};

struct server {
    char listen[32];
    int port;
    pid_t pid;
};

struct world {
    struct rig rig;
    char secrets[RIG_PATH], conf[RIG_PATH];
    struct server server[2];
    pid_t nginx;
    int port;
    PGconn *conn;
    char data[KIOSKS][RIG_PATH];
    struct enrolment enrolment[KIOSKS];
    char course[COURSES][LIM_ID], person[PEOPLE][LIM_ID];
    uint64_t rng;
    int asked, killed, failed_syncs;
};

static int passed, failed;

static void expect(bool ok, const char *what)
{
    printf("%s: %s\n", ok ? "ok" : "FAILED", what);
    *(ok ? &passed : &failed) += 1;
}

/* ---- programs ---- */

static void run(struct world *w, const char *const argv[])
{
    if (rig_run(&w->rig, argv, NULL) != 0)
        rig_fail(&w->rig, argv[1]);
}

static void wait_until_it_answers(struct world *w, int port, pid_t pid)
{
    int64_t until = clock_monotonic() + PATIENCE_MS;
    while (!rig_answers(port)) {
        if (waitpid(pid, NULL, WNOHANG) != 0 || clock_monotonic() > until)
            rig_fail(&w->rig, "a server does not start");
        poll(NULL, 0, 2);
    }
}

static void serve(struct world *w, struct server *s)
{
    const char *const argv[] = {w->rig.central, "serve", "--database", w->rig.database, "--secrets",
        w->secrets, "--listen", s->listen, "--per-address", "100", NULL};
    s->pid = rig_spawn(&w->rig, argv, -1);
    wait_until_it_answers(w, s->port, s->pid);
}

static void end(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

/* An entry has its effect once however often it comes, so nginx may send a batch to the other one
 * when the first is gone. */
#define CONF                                                                                       \
    "daemon off; master_process off; pid nginx.pid; error_log nginx.log;\n"                        \
    "events { worker_connections 256; }\n"                                                         \
    "http {\n"                                                                                     \
    "  access_log off; client_body_temp_path b; proxy_temp_path p;\n"                              \
    "  fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;\n"                                \
    "  upstream acht { server %s max_fails=0;\n"                                                   \
    "                  server %s max_fails=0; }\n"                                                 \
    "  server {\n"                                                                                 \
    "    listen 127.0.0.1:%d; client_max_body_size 1m;\n"                                          \
    "    proxy_http_version 1.1; proxy_set_header Connection '';\n"                                \
    "    location / { proxy_pass http://acht; }\n"                                                 \
    "    location = /v1/journal { proxy_pass http://acht;\n"                                       \
    "      proxy_next_upstream error timeout http_503 non_idempotent; }\n"                         \
    "  }\n"                                                                                        \
    "}\n"

static void start_nginx(struct world *w)
{
    char log[RIG_PATH + 16];
    FILE *f = fopen(w->conf, "w");
    if (!f)
        rig_fail(&w->rig, "cannot write nginx's configuration");
    fprintf(f, CONF, w->server[0].listen, w->server[1].listen, w->port);
    fclose(f);
    snprintf(log, sizeof(log), "%s/nginx.log", w->rig.dir);
    const char *const argv[] = {
        "/usr/sbin/nginx", "-p", w->rig.dir, "-e", log, "-c", w->conf, NULL};
    w->nginx = rig_spawn(&w->rig, argv, -1);
    wait_until_it_answers(w, w->port, w->nginx);
}

/* ---- the world ---- */

static void import(struct world *w)
{
    char courses[RIG_PATH + 16], people[RIG_PATH + 16];
    snprintf(courses, sizeof(courses), "%s/courses.csv", w->rig.dir);
    snprintf(people, sizeof(people), "%s/people.csv", w->rig.dir);
    FILE *c = fopen(courses, "w"), *p = fopen(people, "w");
    if (!c || !p)
        rig_fail(&w->rig, "cannot write what is imported");
    fputs("key,title,provider,form\n", c);
    for (int i = 0; i < COURSES; i++)
        fprintf(c, "c%d,Course %d,P,classroom\n", i, i);
    fputs("badge,name,team,role\n", p);
    for (int i = 0; i < PEOPLE; i++)
        fprintf(p, "%d,Person %d,T,worker\n", 1000 + i, i);
    fclose(c);
    fclose(p);
    run(w, (const char *const[]){
               w->rig.central, "import", courses, "--database", w->rig.database, NULL});
    run(w, (const char *const[]){w->rig.central, "people", "import", people, "--company", "acme",
               "--database", w->rig.database, NULL});
}

static void load_ids(struct world *w, const char *type, char (*out)[LIM_ID], int count)
{
    char sql[120];
    snprintf(sql, sizeof(sql), "SELECT id FROM record WHERE type = '%s' ORDER BY id", type);
    PGresult *result = PQexec(w->conn, sql);
    if (PQntuples(result) != count)
        rig_fail(&w->rig, "the server has not what was imported");
    for (int i = 0; i < count; i++)
        str_copy(out[i], LIM_ID, PQgetvalue(result, i, 0));
    PQclear(result);
}

static int64_t number(struct world *w, const char *sql)
{
    char text[24];
    house_do(w->conn, sql, text, sizeof(text));
    return strtoll(text, NULL, 10);
}

static void set_paths(struct world *w)
{
    const char *build = getenv("ACHT_BUILD");
    char schema[24];
    build = build ? build : "build";
    temp_make(w->rig.dir);
    house_schema_take(schema, w->rig.database, sizeof(w->rig.database));
    snprintf(w->rig.log, RIG_PATH, "%.200s/log", w->rig.dir);
    snprintf(w->rig.share, RIG_PATH, "%.200s/share/acht", build);
    snprintf(w->rig.central, RIG_PATH, "%.200s/bin/acht-central", build);
    snprintf(w->rig.sync, RIG_PATH, "%.200s/bin/acht-sync", build);
    snprintf(w->secrets, RIG_PATH, "%.200s/central.secrets", w->rig.dir);
    snprintf(w->conf, RIG_PATH, "%.200s/nginx.conf", w->rig.dir);
    w->conn = house_superuser(house_database());
    house_do(w->conn, "SET search_path = h0", NULL, 0);
}

static void start_world(struct world *w)
{
    set_paths(w);
    import(w);
    load_ids(w, "course", w->course, COURSES);
    load_ids(w, "person", w->person, PEOPLE);
    for (int i = 0; i < 2; i++) {
        w->server[i].port = proxy_free_port();
        snprintf(w->server[i].listen, 32, "127.0.0.1:%d", w->server[i].port);
        serve(w, &w->server[i]);
    }
    w->port = proxy_free_port();
    start_nginx(w);
    for (int i = 0; i < KIOSKS; i++) {
        char name[16];
        struct err err = {0};
        snprintf(name, sizeof(name), "k%d", i);
        rig_enrol(&w->rig, name, w->port, w->data[i]);
        if (enrolment_load(w->data[i], &w->enrolment[i], &err) < 0)
            rig_fail(&w->rig, err.msg);
    }
}

/* ---- rounds ---- */

static void ask(struct world *w, int kiosk)
{
    struct store *s;
    struct err err = {0};
    if (store_open(&s, w->data[kiosk], w->rig.share, STORE_KIOSK, NULL, &err) < 0)
        rig_fail(&w->rig, err.msg);
    for (int i = 0; i < ASKS; i++) {
        struct record r;
        char id[UUID_TEXT];
        int n = w->asked++;
        record_init(&r, TYPE_ASK);
        record_set_text(&r, ASK_person, w->person[n % PEOPLE]);
        record_set_text(&r, ASK_course, w->course[n / PEOPLE]);
        record_set_text(&r, ASK_title, "A title");
        if (journal_append(s, &r, w->enrolment[kiosk].kiosk, clock_now(), id, &err) < 0)
            rig_fail(&w->rig, err.msg);
    }
    store_close(s);
}

static void sync_all(struct world *w, struct server *victim)
{
    pid_t sync[KIOSKS];
    for (int i = 0; i < KIOSKS; i++) {
        const char *const argv[] = {w->rig.sync, "--once", "--data", w->data[i], NULL};
        sync[i] = rig_spawn(&w->rig, argv, -1);
    }
    if (victim) {
        struct timespec ts = {0, (long)rng_below(&w->rng, KILL_WITHIN_US) * 1000};
        ppoll(NULL, 0, &ts, NULL);
        end(victim->pid);
        w->killed++;
    }
    for (int i = 0; i < KIOSKS; i++) {
        int code = rig_wait(sync[i]);
        w->failed_syncs += code != 0;
        if (code != 0 && (!victim || code != 75))
            rig_fail(&w->rig, "acht-sync does not end well");
    }
    if (victim)
        serve(w, victim);
}

static void play(struct world *w)
{
    for (int round = 0; round < ROUNDS && w->asked + KIOSKS * ASKS <= COURSES * PEOPLE; round++) {
        for (int i = 0; i < KIOSKS; i++)
            ask(w, i);
        sync_all(w, &w->server[round % 2]);
    }
    sync_all(w, NULL);
}

static void check(struct world *w)
{
    int64_t entries = number(w, "SELECT count(*) FROM entry");
    int64_t requests = number(w, "SELECT count(DISTINCT (person, course)) FROM request");
    int64_t records = number(w, "SELECT count(*) FROM record WHERE type = 'request' AND gone = 0");
    int64_t lines = number(w, "SELECT count(*) FROM audit WHERE event = 'asked'");
    printf("%d asks of %d kiosks, a server killed %d times, %d syncs failed and were made up for:"
           " %lld entries, %lld requests, %lld records, %lld lines\n",
        w->asked, KIOSKS, w->killed, w->failed_syncs, (long long)entries, (long long)requests,
        (long long)records, (long long)lines);
    expect(entries == w->asked && requests == w->asked, "nothing is lost");
    expect(records == w->asked && lines == w->asked, "nothing is doubled");
    expect(w->killed >= 10, "servers were killed");
}

int main(void)
{
    static struct world w;
    w.rng = rng_seed();
    start_world(&w);
    play(&w);
    check(&w);
    end(w.nginx);
    for (int i = 0; i < 2; i++)
        end(w.server[i].pid);
    PQfinish(w.conn);
    temp_remove(w.rig.dir);
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
