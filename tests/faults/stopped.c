/* SPDX-License-Identifier: EUPL-1.2 */
/* a server is told to end, or killed, under the load of several kiosks, and started again, on
 * both back ends. What was acknowledged is there once. Told to end, it ends well and in time, and
 * whatever it did it said: nothing has an effect without its answer. The kills are the control: of
 * what they cut off, some had its effect already. */
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "central/sql.h"
#include "proto/codec.h"
#include "proto/wire.h"
#include "support/proxy.h"
#include "support/rig.h"
#include "support/rng.h"
#include "support/temp.h"
#include "sync/transport_curl.h"
#include "unit/house_postgres.h"

enum {
    KIOSKS = 6,
    ROUNDS = 5,
    ROUNDS_LONG = 50,
    PEOPLE = 300,
    COURSES = 300,
    ASKS = PEOPLE * COURSES,
    BUSY = 3, /* answers that every kiosk gets before the server is ended */
    PATIENCE_MS = 20000,
    STOP_MS = 10000,
    WITHIN_US = 30000,
};

struct world;

struct kiosk_thread {
    struct world *world;
    pthread_t thread;
    struct enrolment enrolment;
    atomic_int answers, cut;
};

struct world {
    struct rig rig;
    char secrets[RIG_PATH], url[64];
    struct kiosk_thread kiosk[KIOSKS];
    char course[COURSES][LIM_ID], person[PEOPLE][LIM_ID];
    char acknowledged[ASKS];
    atomic_int next;
    atomic_bool stop;
    uint64_t rng;
    int64_t slowest; /* to end, milliseconds */
};

static int passed, failed;

static void expect(bool ok, const char *what)
{
    printf("%s: %s\n", ok ? "ok" : "FAILED", what);
    *(ok ? &passed : &failed) += 1;
}

/* ---- the server ---- */

static void run(struct world *w, const char *const argv[])
{
    if (rig_run(&w->rig, argv, NULL) != 0)
        rig_fail(&w->rig, argv[1]);
}

static void write_rows(struct world *w, const char *name, const char *head, const char *row, int n)
{
    char path[RIG_PATH + 16];
    snprintf(path, sizeof(path), "%s/%s", w->rig.dir, name);
    FILE *f = fopen(path, "w");
    if (!f)
        rig_fail(&w->rig, "cannot write what is imported");
    fputs(head, f);
    for (int i = 0; i < n; i++)
        fprintf(f, "%d,%s %d%s\n", 1000 + i, "Name", i, row);
    fclose(f);
}

static void import(struct world *w)
{
    char courses[RIG_PATH + 16], people[RIG_PATH + 16];
    snprintf(courses, sizeof(courses), "%s/courses.csv", w->rig.dir);
    snprintf(people, sizeof(people), "%s/people.csv", w->rig.dir);
    write_rows(w, "courses.csv", "key,title,provider,form\n", ",P,classroom", COURSES);
    write_rows(w, "people.csv", "badge,name,team,role\n", ",T,worker", PEOPLE);
    run(w, (const char *const[]){
               w->rig.central, "import", courses, "--database", w->rig.database, NULL});
    run(w, (const char *const[]){w->rig.central, "people", "import", people, "--company", "acme",
               "--database", w->rig.database, NULL});
}

static struct sql *look(struct world *w)
{
    struct sql *sql;
    struct err err = {0};
    if (sql_open(&sql, w->rig.database, &err) < 0)
        rig_fail(&w->rig, err.msg);
    return sql;
}

static void load_ids(struct world *w, const char *query, char (*out)[LIM_ID], int count)
{
    struct sql *sql = look(w);
    struct err err = {0};
    struct sql_stmt *s = sql_stmt_made(sql, query);
    int n = 0;
    for (; n < count && sql_step(s, &err) > 0; n++)
        str_copy(out[n], LIM_ID, sql_get_text(s, 0));
    sql_reset(s);
    sql_close(sql);
    if (n != count)
        rig_fail(&w->rig, "the server has not what was imported");
}

/* ---- a kiosk ---- */

static void add_ask(const struct kiosk_thread *k, int n, struct buf *body)
{
    struct world *w = k->world;
    char id[UUID_TEXT];
    snprintf(id, sizeof(id), "01936c5e-0000-7000-8000-%012d", n);
    struct entry e = {
        .id = id, .kiosk = k->enrolment.kiosk, .epoch = "e", .seq = n + 1, .made_at = clock_now()};
    record_init(&e.fields, TYPE_ASK);
    e.fields.id = id;
    record_set_text(&e.fields, ASK_person, w->person[n % PEOPLE]);
    record_set_text(&e.fields, ASK_course, w->course[n / PEOPLE]);
    record_set_text(&e.fields, ASK_title, "A title");
    if (entry_to_json(&e, body) < 0)
        rig_fail(&w->rig, "an ask that is none");
    buf_putc(body, '\n');
}

static bool post(struct transport *t, const struct buf *body)
{
    struct response r = {0};
    struct err err = {0};
    enum cause cause;
    const struct request q = {
        .path = WIRE_JOURNAL, .type = WIRE_NDJSON, .body = body->p, .len = body->len};
    buf_init(&r.body, LIM_PAGE);
    bool ok = t->exchange(t, &q, &r, &cause, &err) == 0 && r.status == 200;
    buf_release(&r.body);
    return ok;
}

/* Asks until the end; what is not acknowledged is sent again, as every kiosk does. */
static void *ask_for_ever(void *context)
{
    struct kiosk_thread *k = context;
    struct world *w = k->world;
    struct transport *t;
    struct err err = {0};
    struct buf body = BUF_INIT(LIM_BODY);
    if (transport_curl_open(&t, w->url, "", k->enrolment.token, -1, &err) < 0)
        rig_fail(&w->rig, err.msg);
    while (!w->stop) {
        int n = w->next++;
        if (n >= ASKS)
            rig_fail(&w->rig, "all is asked for already");
        buf_clear(&body);
        add_ask(k, n, &body);
        bool ok;
        while (!(ok = post(t, &body)) && !w->stop) {
            k->cut++;
            poll(NULL, 0, 5);
        }
        w->acknowledged[n] = ok;
        k->answers += ok;
    }
    transport_curl_close(t);
    buf_release(&body);
    return NULL;
}

/* Until every kiosk has had so many answers more. */
static void wait_for_answers(struct world *w, int count)
{
    int64_t until = clock_monotonic() + PATIENCE_MS;
    for (int i = 0; i < KIOSKS; i++)
        for (int from = w->kiosk[i].answers; w->kiosk[i].answers < from + count; poll(NULL, 0, 1))
            if (clock_monotonic() > until)
                rig_fail(&w->rig, "a kiosk gets no answers");
}

/* Entries that came a second time, since the server was started: they had their effect without
 * an answer. */
static int64_t came_again(struct world *w)
{
    struct transport *t;
    struct err err = {0};
    struct response r = {0};
    enum cause cause;
    const struct request q = {.path = "/metrics"};
    buf_init(&r.body, LIM_PAGE);
    if (transport_curl_open(&t, w->url, "", "", -1, &err) < 0 ||
        t->exchange(t, &q, &r, &cause, &err) < 0)
        rig_fail(&w->rig, err.msg);
    const char *at = strstr(r.body.p, "\nacht_entries_again_total ");
    int64_t count = at ? strtoll(strchr(at + 1, ' '), NULL, 10) : -1;
    buf_release(&r.body);
    transport_curl_close(t);
    return count;
}

/* ---- the world ---- */

static void set_paths(struct world *w, bool postgres)
{
    const char *build = getenv("ACHT_BUILD");
    char schema[24];
    build = build ? build : "build";
    temp_make(w->rig.dir);
    snprintf(w->rig.database, RIG_PATH, "%.200s/central.db", w->rig.dir);
    if (postgres)
        house_schema_take(schema, w->rig.database, sizeof(w->rig.database));
    snprintf(w->rig.log, RIG_PATH, "%.200s/log", w->rig.dir);
    snprintf(w->rig.central, RIG_PATH, "%.200s/bin/acht-central", build);
    snprintf(w->rig.sync, RIG_PATH, "%.200s/bin/acht-sync", build);
    snprintf(w->secrets, RIG_PATH, "%.200s/central.secrets", w->rig.dir);
    w->rig.secrets = w->secrets;
    w->rig.port = proxy_free_port();
    snprintf(w->url, sizeof(w->url), "http://127.0.0.1:%d", w->rig.port);
}

static void start(struct world *w, bool postgres)
{
    set_paths(w, postgres);
    import(w);
    load_ids(w, "SELECT id FROM record WHERE type = 'course' ORDER BY id", w->course, COURSES);
    load_ids(w, "SELECT id FROM record WHERE type = 'person' ORDER BY id", w->person, PEOPLE);
    rig_serve(&w->rig);
    for (int i = 0; i < KIOSKS; i++) {
        char name[16], data[RIG_PATH];
        struct err err = {0};
        struct kiosk_thread *k = &w->kiosk[i];
        k->world = w;
        snprintf(name, sizeof(name), "k%d", i);
        rig_enrol(&w->rig, name, w->rig.port, data);
        if (enrolment_load(data, &k->enrolment, &err) < 0)
            rig_fail(&w->rig, err.msg);
    }
    for (int i = 0; i < KIOSKS; i++)
        pthread_create(&w->kiosk[i].thread, NULL, ask_for_ever, &w->kiosk[i]);
}

static void end(struct world *w)
{
    w->stop = true;
    for (int i = 0; i < KIOSKS; i++)
        pthread_join(w->kiosk[i].thread, NULL);
    rig_kill_server(&w->rig);
}

static int all_cut(struct world *w)
{
    int sum = 0;
    for (int i = 0; i < KIOSKS; i++)
        sum += w->kiosk[i].cut;
    return sum;
}

/* ---- rounds ---- */

struct tally {
    int rounds, bad_ends, cut;
    int64_t again; /* had an effect, and no answer */
};

static void one_round(struct world *w, int signal, struct tally *t)
{
    struct timespec within = {0, (long)rng_below(&w->rng, WITHIN_US) * 1000};
    wait_for_answers(w, BUSY);
    ppoll(NULL, 0, &within, NULL);
    int64_t began = clock_monotonic();
    kill(w->rig.server, signal);
    int code = rig_wait(w->rig.server);
    int64_t took = clock_monotonic() - began;
    w->slowest = signal == SIGTERM && took > w->slowest ? took : w->slowest;
    t->bad_ends += code != (signal == SIGTERM ? 0 : 128 + SIGKILL) || took > STOP_MS;
    t->rounds++;
    rig_serve(&w->rig);
    wait_for_answers(w, BUSY);
    t->again += came_again(w);
}

/* Kills go on until one has shown what is looked for. */
static struct tally play(struct world *w, int signal, int rounds, bool until_again)
{
    struct tally t = {0};
    int cut = all_cut(w);
    while (t.rounds < rounds || (until_again && t.again == 0 && t.rounds < 20 * rounds))
        one_round(w, signal, &t);
    t.cut = all_cut(w) - cut;
    return t;
}

/* ---- in the end ---- */

static int64_t number(struct sql *sql, const char *query)
{
    struct err err = {0};
    struct sql_stmt *s = sql_stmt_made(sql, query);
    int64_t n = sql_step(s, &err) > 0 ? sql_get_number(s, 0) : -1;
    sql_reset(s);
    return n;
}

static void check(struct world *w)
{
    struct sql *sql = look(w);
    struct err err = {0};
    struct sql_stmt *s = sql_stmt_made(sql, "SELECT id FROM entry");
    static char there[ASKS];
    int acknowledged = 0, lost = 0;
    memset(there, 0, sizeof(there));
    while (sql_step(s, &err) > 0)
        there[strtol(strrchr(sql_get_text(s, 0), '-') + 1, NULL, 10)]++;
    for (int i = 0; i < ASKS; i++) {
        acknowledged += w->acknowledged[i];
        lost += w->acknowledged[i] && !there[i];
    }
    int64_t entries = number(sql, "SELECT count(*) FROM entry");
    bool once = number(sql, "SELECT count(*) FROM request") == entries &&
                number(sql, "SELECT count(*) FROM step") == entries &&
                number(sql, "SELECT count(*) FROM audit WHERE event = 'asked'") == entries &&
                number(sql, "SELECT count(*) FROM record WHERE type = 'request'") == entries;
    printf("%d acknowledged, %d lost, %lld entries\n", acknowledged, lost, (long long)entries);
    sql_close(sql);
    expect(acknowledged > 0 && lost == 0, "every acknowledged entry is there");
    expect(
        once && entries >= acknowledged && entries <= acknowledged + KIOSKS, "each has one effect");
}

static void play_both(bool postgres, int rounds, int64_t *killed_again)
{
    static struct world w;
    memset(&w, 0, sizeof(w));
    w.rng = rng_seed();
    start(&w, postgres);
    struct tally term = play(&w, SIGTERM, rounds, false),
                 killed = play(&w, SIGKILL, rounds, !postgres);
    end(&w);
    printf("%s: told to end %d times, slowest %lld ms, %d tries in vain, %lld of"
           " them had an effect; killed %d times, %d tries, %lld\n",
        postgres ? "PostgreSQL" : "SQLite", term.rounds, (long long)w.slowest, term.cut,
        (long long)term.again, killed.rounds, killed.cut, (long long)killed.again);
    expect(term.bad_ends == 0, "told to end, it ends with 0 and in time");
    expect(term.again == 0, "whatever it did then, it answered");
    expect(killed.bad_ends == 0, "it was killed and came again");
    check(&w);
    *killed_again += killed.again;
    temp_remove(w.rig.dir);
}

int main(void)
{
    int64_t killed_again = 0;
    int rounds = getenv("ACHT_LONG") ? ROUNDS_LONG : ROUNDS;
    setvbuf(stdout, NULL, _IOLBF, 0);
    play_both(false, rounds, &killed_again);
    play_both(true, rounds, &killed_again);
    expect(killed_again > 0, "control: a kill leaves effects without an answer");
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
