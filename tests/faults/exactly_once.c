/* SPDX-License-Identifier: EUPL-1.2 */
/* Exactly once: a writer, a sync and a server are killed at random moments, and a proxy between the
 * last two does its worst. Every ask that was acknowledged has in the end exactly one effect. Two
 * naive kiosks show that the same count would notice a loss and a double. */
#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "proto/wire.h"
#include "support/proxy.h"
#include "support/rig.h"
#include "support/rng.h"
#include "sync/engine.h"
#include "sync/transport_curl.h"

#define ROUNDS 200
#define ASKS_PER_ROUND 5
#define NAIVE_ASKS 150
#define NAIVE_TRIES 40
#define COURSES 40
#define PEOPLE 60
#define ASKS (COURSES * PEOPLE)
#define KILL_WITHIN_US 40000

/* One ask that may be made: no two have the same person and course. Its title carries its number.
 */
struct asked {
    char id[UUID_TEXT]; /* as acknowledged by the journal; "" when it was not */
    char kept_id[UUID_TEXT];
    int kept;    /* entries that the server has */
    int effects; /* requests that it made of them */
};

struct world {
    struct rig rig;
    struct proxy *proxy;
    uint64_t rng;
    char *courses[COURSES], *people[PEOPLE];
    struct asked asked[ASKS];
    int next; /* number of the next ask */
    int kills[3];
};

static int passed, failed;

static void expect(bool ok, const char *what)
{
    printf("%s: %s\n", ok ? "ok" : "FAILED", what);
    *(ok ? &passed : &failed) += 1;
}

/* ---- the server's database ---- */

static sqlite3_stmt *select_all(struct world *w, sqlite3 **db, const char *sql)
{
    sqlite3_stmt *s;
    if (sqlite3_open_v2(w->rig.database, db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
        sqlite3_busy_timeout(*db, 5000) != SQLITE_OK ||
        sqlite3_prepare_v2(*db, sql, -1, &s, NULL) != SQLITE_OK)
        rig_fail(&w->rig, "the server's database cannot be read");
    return s;
}

static void end_select(sqlite3 *db, sqlite3_stmt *s)
{
    sqlite3_finalize(s);
    sqlite3_close(db);
}

static void load_ids(struct world *w, const char *sql, char **out, int count)
{
    sqlite3 *db;
    sqlite3_stmt *s = select_all(w, &db, sql);
    int n = 0;
    while (n < count && sqlite3_step(s) == SQLITE_ROW)
        out[n++] = mem_strdup((const char *)sqlite3_column_text(s, 0));
    if (n != count)
        rig_fail(&w->rig, "the server has not what was imported");
    end_select(db, s);
}

static struct asked *ask_of_title(struct world *w, const unsigned char *title)
{
    int n = title ? (int)strtol((const char *)title + strlen("ask "), NULL, 10) : -1;
    if (n < 0 || n >= ASKS)
        rig_fail(&w->rig, "the server has an ask that nobody made");
    return &w->asked[n];
}

static void count_kept(struct world *w)
{
    sqlite3 *db;
    sqlite3_stmt *s = select_all(w, &db, "SELECT body ->> '$.title', id FROM entry");
    while (sqlite3_step(s) == SQLITE_ROW) {
        struct asked *a = ask_of_title(w, sqlite3_column_text(s, 0));
        a->kept++;
        str_copy(a->kept_id, sizeof(a->kept_id), (const char *)sqlite3_column_text(s, 1));
    }
    end_select(db, s);
    s = select_all(
        w, &db, "SELECT body ->> '$.title' FROM record WHERE type = 'request' AND NOT gone");
    while (sqlite3_step(s) == SQLITE_ROW)
        ask_of_title(w, sqlite3_column_text(s, 0))->effects++;
    end_select(db, s);
}

struct tally {
    int acknowledged, lost, doubled, renamed;
};

/* Compares the asks from first on with what the server has. */
static struct tally check(struct world *w, int first)
{
    struct tally t = {0};
    for (int i = 0; i < ASKS; i++)
        w->asked[i].kept = w->asked[i].effects = 0;
    count_kept(w);
    for (int i = first; i < w->next; i++) {
        const struct asked *a = &w->asked[i];
        t.doubled += a->kept > 1 || a->effects > 1;
        if (!a->id[0])
            continue;
        t.acknowledged++;
        t.lost += a->kept == 0 || a->effects == 0;
        t.renamed += a->kept == 1 && strcmp(a->id, a->kept_id) != 0;
    }
    return t;
}

/* What an operator sees must be the same. */
static int missing_in_list(struct world *w)
{
    struct buf out = BUF_INIT(16 << 20);
    int missing = 0;
    const char *const argv[] = {
        w->rig.central, "request", "list", "--json", "--database", w->rig.database, NULL};
    if (rig_run(&w->rig, argv, &out) != 0)
        rig_fail(&w->rig, "acht-central request list failed");
    for (int i = 0; i < w->next; i++) {
        const char *id = w->asked[i].id, *at = *id ? strstr(out.p, id) : NULL;
        missing += *id && (!at || strstr(at + 1, id));
    }
    buf_release(&out);
    return missing;
}

/* ---- the writer ---- */

struct kiosk {
    char data[RIG_PATH];
    struct enrolment enrolment;
};

static void make_kiosk(struct world *w, const char *name, int port, struct kiosk *k)
{
    struct err err = {0};
    rig_enrol(&w->rig, name, port, k->data);
    if (enrolment_load(k->data, &k->enrolment, &err) < 0)
        rig_fail(&w->rig, err.msg);
}

static struct store *open_store(struct world *w, const char *data, enum store_role role)
{
    struct store *s;
    struct err err = {0};
    if (store_open(&s, data, w->rig.share, role, NULL, &err) < 0)
        rig_fail(&w->rig, err.msg);
    return s;
}

static void append(
    struct world *w, struct store *s, const char *kiosk, int number, char id[UUID_TEXT])
{
    struct record ask;
    struct err err = {0};
    char title[32];
    snprintf(title, sizeof(title), "ask %d", number);
    record_init(&ask, TYPE_ASK);
    record_set_text(&ask, ASK_person, w->people[number % PEOPLE]);
    record_set_text(&ask, ASK_course, w->courses[number / PEOPLE]);
    record_set_text(&ask, ASK_title, title);
    if (journal_append(s, &ask, kiosk, clock_now(), id, &err) < 0)
        rig_fail(&w->rig, err.msg);
}

struct ack {
    int number;
    char id[UUID_TEXT];
};

/* Asks in a process of its own, which acknowledges each ask by a message once it is noted. */
static pid_t start_writer(struct world *w, const struct kiosk *k, int count, int *acks)
{
    int ends[2];
    fflush(stdout);
    if (pipe(ends) < 0)
        rig_fail(&w->rig, "cannot make a pipe");
    pid_t pid = fork();
    if (pid == 0) {
        struct store *s = open_store(w, k->data, STORE_KIOSK);
        for (int i = 0; i < count; i++) {
            struct ack ack = {.number = w->next + i};
            append(w, s, k->enrolment.kiosk, ack.number, ack.id);
            if (write(ends[1], &ack, sizeof(ack)) != sizeof(ack))
                _exit(1);
        }
        store_close(s);
        _exit(0);
    }
    close(ends[1]);
    *acks = ends[0];
    w->next += count;
    return pid;
}

static void read_acks(struct world *w, int acks)
{
    struct ack ack;
    while (read(acks, &ack, sizeof(ack)) == sizeof(ack))
        memcpy(w->asked[ack.number].id, ack.id, UUID_TEXT);
    close(acks);
}

/* ---- rounds ---- */

static pid_t start_sync(struct world *w, const char *data)
{
    const char *const argv[] = {w->rig.sync, "--once", "--data", data, NULL};
    return rig_spawn(&w->rig, argv, -1);
}

static void wait_us(uint64_t us)
{
    struct timespec ts = {0, (long)us * 1000};
    ppoll(NULL, 0, &ts, NULL);
}

/* Kills some of the writer, the sync and the server, one after the other. */
static void kill_some(struct world *w, pid_t writer, pid_t sync)
{
    for (int victim = 0; victim < 3; victim++) {
        if (rng_below(&w->rng, 3) > 0)
            continue;
        wait_us(rng_below(&w->rng, KILL_WITHIN_US));
        w->kills[victim]++;
        if (victim == 2)
            rig_kill_server(&w->rig);
        else
            kill(victim == 0 ? writer : sync, SIGKILL);
    }
}

static void expect_exit(struct world *w, const char *who, int code, int also)
{
    if (code == 0 || code == also || code == 128 + SIGKILL)
        return;
    char what[64];
    snprintf(what, sizeof(what), "%s ended with %d", who, code);
    rig_fail(&w->rig, what);
}

static void play_round(struct world *w, const struct kiosk *k)
{
    int acks, count = 1 + (int)rng_below(&w->rng, ASKS_PER_ROUND);
    pid_t writer = start_writer(w, k, count, &acks);
    pid_t sync = start_sync(w, k->data);
    kill_some(w, writer, sync);
    read_acks(w, acks);
    expect_exit(w, "the writer", rig_wait(writer), 0);
    expect_exit(w, "acht-sync", rig_wait(sync), 75);
    if (!w->rig.server)
        rig_serve(&w->rig);
}

static void sync_to_the_end(struct world *w, const char *data)
{
    proxy_set_honest(w->proxy, true);
    int code = rig_wait(start_sync(w, data));
    proxy_set_honest(w->proxy, false);
    if (code != 0)
        rig_fail(&w->rig, "acht-sync does not end well without any fault");
}

static int64_t still_waiting(struct world *w, const char *data)
{
    struct store *s = open_store(w, data, STORE_SYNC);
    int64_t waiting = journal_waiting(s);
    store_close(s);
    return waiting;
}

static void print_world(struct world *w, int rounds)
{
    printf("%d rounds, killed: writer %d, sync %d, server %d\n", rounds, w->kills[0], w->kills[1],
        w->kills[2]);
    for (int i = 0; i < PROXY_FAULTS; i++)
        printf("  %-13s %lld\n", proxy_fault_name((enum proxy_fault)i),
            (long long)proxy_count(w->proxy, (enum proxy_fault)i));
}

static void print_tally(const char *who, const struct tally *t)
{
    printf("%s: %d acknowledged, %d lost, %d doubled\n", who, t->acknowledged, t->lost, t->doubled);
}

static void acht_has_every_ask_exactly_once(struct world *w, int rounds)
{
    struct kiosk k;
    make_kiosk(w, "kiosk", proxy_port(w->proxy), &k);
    sync_to_the_end(w, k.data);
    for (int i = 0; i < rounds && w->next + ASKS_PER_ROUND + 2 * NAIVE_ASKS < ASKS; i++)
        play_round(w, &k);
    sync_to_the_end(w, k.data);
    struct tally t = check(w, 0);
    print_world(w, rounds);
    print_tally("acht", &t);
    expect(t.acknowledged > rounds, "asks were made");
    expect(t.lost == 0, "no acknowledged ask is lost");
    expect(t.doubled == 0, "no ask is doubled");
    expect(t.renamed == 0, "every ask is kept under the id it was acknowledged with");
    expect(still_waiting(w, k.data) == 0, "nothing waits any more");
    expect(missing_in_list(w) == 0, "the list of requests has each ask once");
}

/* ---- naive kiosks ---- */

enum naivety { SENT_BEFORE_THE_ANSWER, NEW_ID_AT_EACH_TRY };

static void add_with_new_id(const struct pending *p, struct buf *body)
{
    struct arena mem = {0};
    struct entry e;
    struct err err = {0};
    char id[UUID_TEXT];
    uuid7(clock_now(), id);
    if (entry_from_json(p->bytes, p->len, &mem, &e, &err) == 0) {
        e.id = e.fields.id = id;
        entry_to_json(&e, body);
    }
    arena_release(&mem);
}

static bool post(struct transport *t, const struct buf *body)
{
    struct response r = {0};
    struct err err = {0};
    struct request q = {
        .path = WIRE_JOURNAL, .type = WIRE_NDJSON, .body = body->p, .len = body->len};
    enum cause cause;
    buf_init(&r.body, LIM_PAGE);
    bool ok = t->exchange(t, &q, &r, &cause, &err) == 0 && r.status == 200;
    buf_release(&r.body);
    return ok;
}

static void settle(struct world *w, struct store *s, const struct pending *p)
{
    struct err err = {0};
    if (journal_settle(s, p->id, p->hash, "accepted", "none", clock_now(), &err) < 0)
        rig_fail(&w->rig, err.msg);
}

/* Sends the oldest waiting ask as a naive program would. Returns whether there was one. */
static bool send_naively(struct world *w, struct store *s, struct transport *t, enum naivety how)
{
    struct arena mem = {0};
    struct pending *p;
    struct err err = {0};
    struct buf body = BUF_INIT(LIM_BODY);
    int count, damaged;
    if (journal_pending(s, 0, 1, LIM_BODY, &mem, &p, &count, &damaged, &err) < 0)
        rig_fail(&w->rig, err.msg);
    if (count > 0 && how == SENT_BEFORE_THE_ANSWER) {
        settle(w, s, p);
        buf_add(&body, p->bytes, p->len);
        post(t, &body);
    } else if (count > 0) {
        add_with_new_id(p, &body);
        if (post(t, &body))
            settle(w, s, p);
    }
    buf_release(&body);
    arena_release(&mem);
    return count > 0;
}

static struct tally play_naively(struct world *w, const char *name, enum naivety how)
{
    struct kiosk k;
    struct transport *t;
    struct err err = {0};
    int first = w->next;
    char url[64];
    make_kiosk(w, name, w->rig.port, &k);
    snprintf(url, sizeof(url), "http://127.0.0.1:%d", proxy_port(w->proxy));
    if (transport_curl_open(&t, url, "", k.enrolment.token, -1, &err) < 0)
        rig_fail(&w->rig, err.msg);
    struct store *s = open_store(w, k.data, STORE_SYNC);
    for (int i = 0; i < NAIVE_ASKS; i++, w->next++)
        append(w, s, k.enrolment.kiosk, w->next, w->asked[w->next].id);
    for (int i = 0; i < NAIVE_ASKS * NAIVE_TRIES && send_naively(w, s, t, how); i++)
        ;
    store_close(s);
    transport_curl_close(t);
    return check(w, first);
}

static void naive_kiosks_are_found_out(struct world *w)
{
    struct tally t = play_naively(w, "hasty", SENT_BEFORE_THE_ANSWER);
    print_tally("naive: marks as sent before the answer", &t);
    expect(t.lost > 0, "the count notices a loss");
    t = play_naively(w, "forgetful", NEW_ID_AT_EACH_TRY);
    print_tally("naive: a new id at each try", &t);
    expect(t.doubled > 0, "the count notices a double");
}

int main(void)
{
    static struct world w;
    const char *given = getenv("ACHT_ROUNDS");
    int rounds = given ? (int)strtol(given, NULL, 10) : ROUNDS;
    int64_t began = clock_monotonic();
    w.rng = rng_seed();
    rig_start(&w.rig, COURSES, PEOPLE);
    w.proxy = proxy_start(w.rig.port, rng_next(&w.rng));
    proxy_set_honest(w.proxy, true);
    load_ids(&w, "SELECT id FROM record WHERE type = 'course' ORDER BY id", w.courses, COURSES);
    load_ids(&w, "SELECT id FROM record WHERE type = 'person' ORDER BY id", w.people, PEOPLE);
    acht_has_every_ask_exactly_once(&w, rounds);
    naive_kiosks_are_found_out(&w);
    proxy_end(w.proxy);
    rig_end(&w.rig);
    printf("%.1f s\n", (double)(clock_monotonic() - began) / 1000);
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
