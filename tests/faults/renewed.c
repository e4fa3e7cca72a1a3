/* SPDX-License-Identifier: EUPL-1.2 */
/* a kiosk's token is replaced, and the requests, the answers, the server and the kiosk are
 * cut off at every step of it. No sync that is not cut off itself fails, so none is lost and nobody
 * is locked out; once the new token was used the old one is good for nothing but an alarm. A server
 * that is restored from a backup of before takes its kiosks back. The controls are kiosks that
 * forget too early. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/paths.h"
#include "central/admit.h"
#include "central/database_inner.h"
#include "store/store.h"
#include "support/direct.h"
#include "support/rig.h"
#include "support/temp.h"
#include "sync/engine.h"
#include "sync/token.h"

enum { NIGHTS = 5, COURSES = 20 };

enum fault {
    LOST_REQUEST,  /* it never arrives */
    LOST_ANSWER,   /* the server has done it, the kiosk does not hear of it */
    BUSY,          /* 503 */
    KIOSK_KILLED,  /* while it waits for the answer */
    SERVER_KILLED, /* before its commit */
    FAULTS
};
static const char *const faults[] = {
    "lost request", "lost answer", "server busy", "kiosk killed", "server killed"};

/* What a naive kiosk would do. */
enum naive { SOUND, FORGETS_THE_OLD, FORGETS_THE_NEW };

struct kiosk_life {
    struct transport base;
    struct direct server;
    struct direct_line line;
    struct store *store;
    char dir[TEMP_PATH], data[PATH_ROOM], first_token[LIM_TOKEN + 1];
    enum fault fault;
    int cut_at, exchanges; /* which exchange is cut; how many there were */
    bool cut, killed;
    bool killed_before_writing;
    enum naive naive;
};

static int passed, failed;
static char share[PATH_ROOM];
static int64_t the_time;

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

static int64_t time_now(struct transport *t)
{
    (void)t;
    return ++the_time;
}

/* ---- the line ---- */

static int pass_on(struct kiosk_life *k, const struct request *q, struct response *r,
    enum cause *cause, struct err *err)
{
    return k->line.base.exchange(&k->line.base, q, r, cause, err);
}

/* What the server was doing is undone, as after a kill before the commit. */
static void kill_server(struct kiosk_life *k, const struct request *q, struct response *r)
{
    struct err err = {0};
    enum cause cause;
    must(database_group_begin(k->server.central.db, &err), &err);
    must(pass_on(k, q, r, &cause, &err), &err);
    if (database_group_commit(k->server.central.db, -1, &err) == 0)
        expect(false, "the server is killed");
}

static int exchange(struct transport *t, const struct request *q, struct response *r,
    enum cause *cause, struct err *err)
{
    struct kiosk_life *k = (struct kiosk_life *)t;
    if (k->exchanges++ != k->cut_at)
        return pass_on(k, q, r, cause, err);
    k->cut = true;
    k->killed = k->fault == KIOSK_KILLED;
    if (k->fault == BUSY) {
        r->status = 503;
        r->retry_after = 1;
        return 0;
    }
    if (k->fault == SERVER_KILLED)
        kill_server(k, q, r);
    else if (k->fault != LOST_REQUEST)
        must(pass_on(k, q, r, cause, err), err);
    *cause = CAUSE_no_network;
    return err_set(err, ERR_NET, "cut off");
}

/* ---- a life ---- */

static void begin(struct kiosk_life *k)
{
    struct err err = {0};
    struct enrolment e;
    temp_make(k->dir);
    snprintf(k->data, sizeof(k->data), "%s/kiosk", k->dir);
    the_time = clock_now();
    direct_open(&k->server, k->dir, 1, COURSES, NULL);
    direct_enrol(&k->server, "renewed", &e, &k->line);
    k->base = (struct transport){exchange, time_now};
    k->line.base.now = time_now;
    k->cut_at = -1;
    str_copy(k->first_token, sizeof(k->first_token), e.token);
    must(store_open(&k->store, k->data, share, STORE_SYNC, NULL, &err), &err);
    must(enrolment_save(k->data, &e, &err), &err);
}

static void end(struct kiosk_life *k)
{
    store_close(k->store);
    direct_close(&k->server);
    temp_remove(k->dir);
}

static void ask(struct kiosk_life *k, const struct enrolment *e, int n)
{
    struct record r;
    char course[16];
    struct err err = {0};
    snprintf(course, sizeof(course), "c%d", n % COURSES);
    record_init(&r, TYPE_ASK);
    record_set_text(&r, ASK_person, "p0");
    record_set_text(&r, ASK_course, course);
    record_set_text(&r, ASK_title, "A course");
    must(journal_append(k->store, &r, e->kiosk, the_time, NULL, &err), &err);
}

static void renew(struct kiosk_life *k, struct enrolment *e)
{
    struct err err = {0};
    bool comes_to_it = !k->killed_before_writing;
    k->killed_before_writing = false;
    if (!comes_to_it)
        return;
    must(sync_renew_token(k->data, e, &err), &err);
    if (k->naive == FORGETS_THE_OLD)
        e->token_before[0] = '\0';
    if (k->naive == FORGETS_THE_NEW) /* which is told to the server, and not written down */
        str_copy(e->token, sizeof(e->token), e->token_before);
    if (k->naive != SOUND)
        must(enrolment_save(k->data, e, &err), &err);
}

/* As the loop does it: everything of the kiosk comes from the disk. 0: it went well. */
static int sync_once(struct kiosk_life *k, int n)
{
    struct enrolment e;
    struct sync_result result;
    struct err err = {0};
    must(enrolment_load(k->data, &e, &err), &err);
    snprintf(k->line.authorization, sizeof(k->line.authorization), "Bearer %s", e.token);
    ask(k, &e, n);
    k->cut = k->killed = false;
    int rc = sync_run(k->store, &e, &k->base, false, &result, &err);
    if (rc == 0 && result.renew && !k->killed)
        renew(k, &e);
    return rc;
}

/* A month passes, then some nights. Returns the syncs that failed and were not cut off. */
static int live(struct kiosk_life *k, int first)
{
    int lost = 0;
    the_time += TOKEN_LIFE + 1000;
    for (int night = 0; night < NIGHTS; night++) {
        int rc = sync_once(k, first + night);
        lost += rc != 0 && !k->cut;
        the_time += 24 * 60 * 60 * INT64_C(1000);
    }
    return lost;
}

static int64_t count(struct kiosk_life *k, const char *text)
{
    struct err err = {0};
    struct sql_stmt *s = sql_stmt_made(k->server.central.db->sql, text);
    must(sql_step(s, &err), &err);
    int64_t n = sql_get_number(s, 0);
    sql_reset(s);
    return n;
}

static const char entries[] = "SELECT count(*) FROM entry";
static const char copied[] = "SELECT count(*) FROM audit WHERE event = 'kiosk_copied'";

/* Somebody else who has nothing but the token. */
static int thief_says(struct kiosk_life *k, const char *token, const char *mark)
{
    char authorization[128];
    struct http_response rs;
    snprintf(authorization, sizeof(authorization), "Bearer %s", token);
    struct http_request rq = {.method = "GET",
        .path = "/v1/feed",
        .cursor = "",
        .authorization = authorization,
        .if_none_match = "",
        .body = "",
        .mark = mark,
        .now = the_time,
        .clock = NO_NUMBER};
    response_init(&rs);
    route(&rq, &k->server.central, &rs);
    int status = rs.status;
    response_release(&rs);
    return status;
}

/* Whether all came in once, and the token was replaced once, without any alarm. */
static bool is_whole(struct kiosk_life *k)
{
    return journal_waiting(k->store) == 0 && count(k, entries) == NIGHTS + 2 &&
           count(k, "SELECT count(*) FROM audit WHERE event = 'token_renewed'") == 1 &&
           count(k, copied) == 0;
}

static bool old_token_is_dead(struct kiosk_life *k)
{
    bool dead = thief_says(k, k->first_token, "") == 401;
    return dead && count(k, copied) == 1;
}

/* ---- all cuts ---- */

struct sums {
    int lives, cuts, lost, odd;
};

/* 1: there is no exchange to cut any more. */
static int one_life(enum fault fault, bool killed, enum naive naive, int cut_at, struct sums *sums)
{
    struct kiosk_life k = {.fault = fault, .killed_before_writing = killed, .naive = naive};
    begin(&k);
    if (sync_once(&k, 0) != 0)
        expect(false, "the first sync");
    k.exchanges = 0;
    k.cut_at = cut_at;
    int lost = live(&k, 1);
    bool over = k.exchanges <= cut_at;
    k.cut_at = -1;
    lost += sync_once(&k, NIGHTS + 1) != 0;
    sums->lives++;
    sums->cuts += !over;
    sums->lost += lost;
    sums->odd += !over && (!is_whole(&k) || !old_token_is_dead(&k));
    end(&k);
    return over;
}

static struct sums all_cuts(enum naive naive)
{
    struct sums sums = {0};
    int kinds = naive == SOUND ? 2 * FAULTS : 1; /* the control needs not all of them */
    for (int i = 0; i < kinds; i++) {
        int at = 0;
        while (!one_life((enum fault)(i / 2), i % 2, naive, at, &sums))
            at++;
        if (naive == SOUND)
            printf("%s%s: %d cuts\n", faults[i / 2], i % 2 ? ", killed before writing" : "", at);
    }
    return sums;
}

/* ---- the server's database is one of before ---- */

static void restored(void)
{
    struct kiosk_life k = {0};
    char backup[PATH_ROOM];
    begin(&k);
    snprintf(backup, sizeof(backup), "%s/backup.db", k.dir);
    int lost = sync_once(&k, 0) != 0;
    direct_backup(&k.server, backup);
    lost += live(&k, 1);
    expect(thief_says(&k, k.first_token, "") == 401, "the old token is dead before the restore");
    direct_restore(&k.server, backup);
    for (int i = 0; i < 3; i++)
        lost += sync_once(&k, NIGHTS + 1 + i) != 0;
    printf("restored: %d syncs failed, %lld entries\n", lost, (long long)count(&k, entries));
    expect(lost == 0 && count(&k, entries) == NIGHTS + 4,
        "a restored server takes the kiosk back, with everything it asked");
    expect(thief_says(&k, k.first_token, "") == 401, "and the old token is dead again");
    end(&k);
}

/* ---- somebody has the token ---- */

#define MARK(n) "01936c5e-0000-7000-8000-00000000000" #n
static void stolen(void)
{
    static const struct {
        const char *mark;
        bool at_once; /* else at the kiosk's own next sync */
        const char *what;
    } thieves[] = {
        {"", true, "the token alone: alarm at its first use"},
        {"x", true, "something that is no mark: alarm at its first use"},
        {MARK(1) " " MARK(2) " " MARK(3), true, "a made-up mark: alarm at its first use"},
        {MARK(1) " - " MARK(3), false, "a mark that begins anew: alarm at the kiosk's next sync"},
    };
    for (size_t i = 0; i < sizeof(thieves) / sizeof(thieves[0]); i++) {
        struct kiosk_life k = {0};
        begin(&k);
        if (sync_once(&k, 0) != 0 || sync_once(&k, 1) != 0)
            expect(false, "the kiosk syncs");
        bool quiet = count(&k, copied) == 0;
        int status = thief_says(&k, k.first_token, thieves[i].mark);
        bool at_once = count(&k, copied) == 1;
        int rc = sync_once(&k, 2);
        expect(quiet && status == 200 && at_once == thieves[i].at_once && rc == 0 &&
                   count(&k, copied) == 1 && count(&k, entries) == 3,
            thieves[i].what);
        end(&k);
    }
}

/* Who replaces the token of a kiosk shuts it out, and is found out by it. */
static void stolen_and_replaced(void)
{
    struct kiosk_life k = {0};
    struct enrolment thief;
    struct err err = {0};
    begin(&k);
    bool well = sync_once(&k, 0) == 0;
    must(enrolment_load(k.data, &thief, &err), &err);
    must(database_begin(k.server.central.db, &err), &err);
    char hash[DIGEST_HEX], next[KEY_HEX];
    random_key_hex(next);
    sha256_hex(next, strlen(next), hash);
    must(database_token_announce(k.server.central.db, thief.kiosk, hash, &err), &err);
    must(database_commit(k.server.central.db, &err), &err);
    well = well && thief_says(&k, next, MARK(1) " - " MARK(2)) == 200 && count(&k, copied) == 0;
    expect(well && sync_once(&k, 1) != 0 && count(&k, copied) == 1 && journal_waiting(k.store) == 1,
        "the thief replaced the token: the kiosk's first sync is the alarm, and it keeps all");
    end(&k);
}

/* ---- the programs themselves ---- */

static void sync_program(struct rig *rig, const char *data, struct enrolment *e)
{
    struct err err = {0};
    const char *const argv[] = {rig->sync, "--once", "--data", data, NULL};
    if (rig_run(rig, argv, NULL) != 0)
        rig_fail(rig, "a sync fails");
    must(enrolment_load(data, e, &err), &err);
}

static void make_all_tokens_old(struct database *db)
{
    struct err err = {0};
    must(database_begin(db, &err), &err);
    must(sql_run(sql_stmt_made(db->sql, "UPDATE kiosk SET token_at = 1"), &err), &err);
    must(database_commit(db, &err), &err);
}

static void over_http(void)
{
    struct rig rig;
    char data[RIG_PATH];
    struct enrolment first, second, third;
    struct kiosk_life k = {0};
    struct err err = {0};
    rig_start(&rig, 3, 1);
    rig_enrol(&rig, "kiosk", rig.port, data);
    sync_program(&rig, data, &first);
    must(database_open(&k.server.central.db, rig.database, &err), &err);
    make_all_tokens_old(k.server.central.db);
    sync_program(&rig, data, &second);
    sync_program(&rig, data, &third);
    expect(!first.token_before[0] && strcmp(second.token_before, first.token) == 0 &&
               strcmp(second.token, first.token) != 0 && strcmp(third.token, second.token) == 0,
        "over HTTP: the kiosk's new token is written beside the old one, and stays");
    expect(count(&k, "SELECT count(*) FROM audit WHERE event = 'token_renewed'") == 1 &&
               count(&k, copied) == 0,
        "over HTTP: the server has it");
    database_close(k.server.central.db);
    rig_end(&rig);
}

int main(void)
{
    const char *build = getenv("ACHT_BUILD");
    snprintf(share, sizeof(share), "%s%s", build ? build : "assets", build ? "/share/acht" : "");
    struct sums sound = all_cuts(SOUND);
    printf("A-06: %d lives, %d cuts: %d other syncs failed, %d not as it should be\n", sound.lives,
        sound.cuts, sound.lost, sound.odd);
    expect(sound.cuts >= 100, "many cuts");
    expect(sound.lost == 0, "no sync is lost but the one that is cut off");
    expect(sound.odd == 0, "each entry came in, the token was replaced once, the old one is dead");
    struct sums naive = all_cuts(FORGETS_THE_OLD);
    expect(naive.lost > 0, "control: a kiosk that drops the old token is locked out");
    naive = all_cuts(FORGETS_THE_NEW);
    expect(naive.odd > 0, "control: one that never uses the new one is found out");
    restored();
    stolen();
    stolen_and_replaced();
    over_http();
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
