/* SPDX-License-Identifier: EUPL-1.2 */
/* Entries a second that the server commits, handed in over 64 kept connections, beside the bare
 * insert of a row: entries BUILD DIR [file], a directory for its files. On PostgreSQL
 * (ACHT_POSTGRES) beside pgbench with as many clients, else beside one bare SQLite file of the same
 * durability. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/mem.h"
#include "proto/codec.h"
#include "support/fund.h"
#include "support/load.h"
#include "support/measure.h"

enum {
    CONNECTIONS = 64,
    KIOSKS = 3000,
    COMPANIES = 100,
    PEOPLE = 30,
    COURSES = 50,
    PAIRS = 3,
    SECONDS = 3
};

static struct fund fund;
static int64_t made; /* entries */
static int batch_size;

static void check(int rc, const struct err *err)
{
    if (rc < 0)
        die(err->msg);
}

/* ---- ours ---- */

/* Somebody asks for a course: no two ask for the same. */
static void add_entry(const struct kiosk *k, struct buf *body)
{
    char id[UUID_TEXT], person[16], course[16];
    int64_t n = made++;
    uuid7(clock_now(), id);
    struct entry e = {.id = id, .kiosk = k->id, .epoch = "e", .seq = n + 1, .made_at = clock_now()};
    record_init(&e.fields, TYPE_ASK);
    e.fields.id = id;
    snprintf(person, sizeof(person), "p%d", (int)(n / FUND_KIOSKS % FUND_PEOPLE));
    snprintf(course, sizeof(course), "course%d", (int)(n % FUND_COURSES));
    record_set_text(&e.fields, ASK_person, person);
    record_set_text(&e.fields, ASK_course, course);
    record_set_text(&e.fields, ASK_title, "MIG/MAG-lassen niveau 1");
    if (entry_to_json(&e, body) < 0 || buf_putc(body, '\n') < 0)
        die("no room for an entry");
}

static void write_batch(void *context, int64_t n, struct buf *out)
{
    (void)context;
    struct buf body = BUF_INIT(LIM_BODY);
    int k = (int)(n % FUND_KIOSKS);
    for (int i = 0; i < batch_size; i++)
        add_entry(&fund.kiosk[k], &body);
    buf_printf(out,
        "POST /v1/journal HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
        "Content-Type: application/x-ndjson\r\nContent-Length: %zu\r\n\r\n%s",
        fund.token[k], body.len, body.p);
    buf_release(&body);
}

static double ours(int port, int batch)
{
    batch_size = batch;
    struct load l = {
        .port = port, .connections = CONNECTIONS, .ms = SECONDS * 1000, .write = write_batch};
    struct load_result r = load_run(&l);
    if (r.failed) {
        fprintf(stderr, "%lld requests were answered %d\n", (long long)r.failed, r.status);
        die("the server did not take all entries");
    }
    return 1000.0 * (double)r.answers * batch / r.wall_ms;
}

/* ---- the floors ---- */

#define BARE_BYTES 400 /* of a row, about those of an entry */

static void must(sqlite3 *db, int rc)
{
    if (rc != SQLITE_OK && rc != SQLITE_DONE)
        die(sqlite3_errmsg(db));
}

static double bare_sqlite(const char *dir)
{
    enum { ROWS = 2000 };
    static const char bytes[BARE_BYTES];
    char path[4096], id[32];
    sqlite3 *db;
    sqlite3_stmt *s;
    snprintf(path, sizeof(path), "%s/bare.db", dir);
    must(NULL, sqlite3_open(path, &db));
    must(db, sqlite3_exec(db,
                 "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; DROP TABLE IF EXISTS entry;"
                 "CREATE TABLE entry(id TEXT UNIQUE, bytes BLOB)",
                 NULL, NULL, NULL));
    must(db, sqlite3_prepare_v2(db, "INSERT INTO entry VALUES(?, ?)", -1, &s, NULL));
    double start = wall_ms();
    for (int i = 0; i < ROWS; i++) {
        snprintf(id, sizeof(id), "entry-%d", i);
        sqlite3_bind_text(s, 1, id, -1, SQLITE_STATIC);
        sqlite3_bind_blob(s, 2, bytes, sizeof(bytes), SQLITE_STATIC);
        must(db, sqlite3_step(s));
        must(db, sqlite3_reset(s));
    }
    double took = wall_ms() - start;
    sqlite3_finalize(s);
    sqlite3_close(db);
    return 1000.0 * ROWS / took;
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    if (!f || fputs(text, f) < 0 || fclose(f) != 0)
        die("cannot write a file");
}

static void run_sql(const char *dir, const char *socket, const char *sql)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/table.sql", dir);
    write_file(path, sql);
    run_program((const char *const[]){"psql", "-q", "-h", socket, "-U", "acht", "-d", "acht", "-f",
                    path, NULL},
        NULL, NULL);
}

static double bare_postgres(const char *dir, const char *socket)
{
    char script[4096], out[4096];
    struct buf said = BUF_INIT(LIM_LINE);
    struct err err = {0};
    snprintf(script, sizeof(script), "%s/insert.sql", dir);
    snprintf(out, sizeof(out), "%s/pgbench.out", dir);
    run_sql(dir, socket,
        "DROP TABLE IF EXISTS bare_entry;"
        "CREATE TABLE bare_entry(id text UNIQUE, bytes text);");
    write_file(
        script, "INSERT INTO bare_entry VALUES (gen_random_uuid()::text, repeat('x', 400));\n");
    run_program((const char *const[]){"pgbench", "-n", "-M", "prepared", "-c", "64", "-j", "1",
                    "-t", "50", "-h", socket, "-U", "acht", "-f", script, "acht", NULL},
        NULL, out);
    check(buf_read_file(&said, out, &err), &err);
    const char *tps = strstr(said.p, "tps = ");
    double rate = tps ? strtod(tps + 6, NULL) : 0;
    buf_release(&said);
    return rate;
}

/* ---- side by side ---- */

struct floor {
    const char *name, *dir, *socket;
};

static double floor_rate(const struct floor *f)
{
    return f->socket ? bare_postgres(f->dir, f->socket) : bare_sqlite(f->dir);
}

static void measure(const struct floor *f, int port, int batch)
{
    struct samples our = {0}, their = {0};
    char what[80];
    for (int i = 0; i < PAIRS; i++) {
        samples_add(&our, ours(port, batch));
        samples_add(&their, floor_rate(f));
    }
    snprintf(what, sizeof(what), "entries in batches of %d, beside %s", batch, f->name);
    report_at_least(what, "per s", samples_median(&our), samples_median(&their), 1);
    samples_release(&our);
    samples_release(&their);
}

int main(int argc, char **argv)
{
    char program[4096], path[4096], secrets[4096], log[4096];
    if (argc != 3)
        die("usage: entries BUILD DIR");
    const char *url = getenv("ACHT_POSTGRES");
    struct floor f = {url ? "pgbench's inserts" : "bare SQLite inserts", argv[2],
        url ? getenv("ACHT_POSTGRES_DIR") : NULL};
    snprintf(program, sizeof(program), "%s/bin/acht-central", argv[1]);
    snprintf(path, sizeof(path), "%s/entries.db", argv[2]);
    snprintf(secrets, sizeof(secrets), "%s/secrets", argv[2]);
    snprintf(log, sizeof(log), "%s/entries.log", argv[2]);
    const char *where = url ? url : path;
    const char *const serve[] = {program, "serve", "--database", where, "--secrets", secrets,
        "--listen", "127.0.0.1:0", "--per-address", "128", "--kiosk-rate", "0", "--company-rate",
        "0", NULL};
    int port;
    fund_add(&fund, where, true);
    pid_t server = load_serve(serve, log, &port);
    measure(&f, port, 5);
    measure(&f, port, 1);
    load_end(server);
    return 0;
}
