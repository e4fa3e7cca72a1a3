/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/database_inner.h"

#include <stdlib.h>

#include "base/clock.h"

#define APPLICATION_ID 0x61636863u /* "achc" */

/* 32 MiB: an import of 100,000 courses meets its index pages again. */
#define CACHE "PRAGMA cache_size = -32768"

/* sql_text() binds "" as NULL, so companies and runs are read back with coalesce(). */
static const struct migration migrations[] = {
    {1, "CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY) STRICT;"
        "INSERT INTO meta VALUES ('seq', 0);"
        "CREATE TABLE company ("
        "  id TEXT PRIMARY KEY,"
        "  badge_key TEXT NOT NULL"
        ") STRICT;"
        "CREATE TABLE kiosk ("
        "  id TEXT PRIMARY KEY,"
        "  company TEXT NOT NULL REFERENCES company (id),"
        "  name TEXT NOT NULL,"
        "  token_hash TEXT UNIQUE,"
        "  code_handle TEXT UNIQUE,"
        "  code_hash TEXT,"
        "  code_expires INTEGER,"
        "  code_tries INTEGER NOT NULL DEFAULT 0,"
        "  revoked INTEGER NOT NULL DEFAULT 0,"
        "  contact INTEGER,"
        "  UNIQUE (company, name)"
        ") STRICT;"
        "CREATE TABLE record ("
        "  type TEXT NOT NULL,"
        "  id TEXT NOT NULL,"
        "  company TEXT NOT NULL," /* '' is everyone */
        "  source TEXT NOT NULL,"
        "  seq INTEGER NOT NULL,"
        "  gone INTEGER NOT NULL,"
        "  body TEXT NOT NULL,"
        "  PRIMARY KEY (type, id, company)"
        ") STRICT;"
        "CREATE UNIQUE INDEX record_feed ON record (company, seq);"
        "CREATE TABLE entry ("
        "  company TEXT NOT NULL,"
        "  id TEXT NOT NULL,"
        "  kiosk TEXT NOT NULL,"
        "  hash TEXT NOT NULL,"
        "  received_at INTEGER NOT NULL,"
        "  made_at INTEGER,"
        "  person TEXT NOT NULL,"
        "  course TEXT NOT NULL,"
        "  run TEXT NOT NULL,"
        "  open INTEGER NOT NULL,"
        "  verdict TEXT NOT NULL,"
        "  reason TEXT NOT NULL,"
        "  body TEXT NOT NULL,"
        "  PRIMARY KEY (company, id)"
        ") STRICT;"
        "CREATE UNIQUE INDEX entry_open ON entry (company, person, course, run) WHERE open = 1;"
        "CREATE TABLE set_aside ("
        "  company TEXT NOT NULL,"
        "  kiosk TEXT NOT NULL,"
        "  hash TEXT NOT NULL,"
        "  id TEXT NOT NULL," /* the id it claimed, or '' */
        "  received_at INTEGER NOT NULL,"
        "  reason TEXT NOT NULL,"
        "  body TEXT NOT NULL,"
        "  PRIMARY KEY (company, kiosk, hash)"
        ") STRICT;"},
    {2, /* audience: '' all kiosks of the company, '=ID' this one, else sites, each between '\n' */
        "ALTER TABLE record ADD COLUMN person TEXT NOT NULL DEFAULT '';"
        "ALTER TABLE record ADD COLUMN audience TEXT NOT NULL DEFAULT '';"
        "UPDATE record SET person = CASE type WHEN 'person' THEN id"
        "  ELSE coalesce(json_extract(body, '$.person'), '') END WHERE company <> '';"
        "CREATE INDEX record_person ON record (company, person) WHERE person <> '';"
        "ALTER TABLE kiosk ADD COLUMN site TEXT NOT NULL DEFAULT '';"
        "ALTER TABLE company ADD COLUMN sprayed_at INTEGER;"
        "CREATE TABLE member ("
        "  company TEXT NOT NULL,"
        "  person TEXT NOT NULL,"
        "  sites TEXT NOT NULL," /* as an audience */
        "  language TEXT NOT NULL,"
        "  first INTEGER,"
        "  last INTEGER,"
        "  body TEXT NOT NULL," /* the record, also while it is not in the feed */
        "  PRIMARY KEY (company, person)"
        ") STRICT;"
        "CREATE TABLE pin (" /* the newest counts; an older one for what was done before it */
        "  company TEXT NOT NULL,"
        "  person TEXT NOT NULL,"
        "  set_at INTEGER NOT NULL,"
        "  received_at INTEGER NOT NULL,"
        "  hash TEXT NOT NULL,"
        "  PRIMARY KEY (company, person, set_at)"
        ") STRICT;"
        "CREATE TABLE pin_code ("
        "  company TEXT NOT NULL,"
        "  person TEXT NOT NULL,"
        "  hash TEXT NOT NULL,"
        "  expires INTEGER NOT NULL,"
        "  tries INTEGER NOT NULL,"
        "  PRIMARY KEY (company, person)"
        ") STRICT;"
        "CREATE TABLE pin_streak (" /* wrong PINs of a person at a kiosk since the last right one */
        "  company TEXT NOT NULL,"
        "  person TEXT NOT NULL,"
        "  kiosk TEXT NOT NULL,"
        "  wrong INTEGER NOT NULL,"
        "  last INTEGER NOT NULL,"
        "  PRIMARY KEY (company, person, kiosk)"
        ") STRICT;"
        "CREATE TABLE pin_try (" /* wrong PINs of the last day */
        "  company TEXT NOT NULL,"
        "  kiosk TEXT NOT NULL,"
        "  person TEXT NOT NULL,"
        "  at INTEGER NOT NULL"
        ") STRICT;"
        "CREATE INDEX pin_try_at ON pin_try (company, at);"},
    {3, "CREATE TABLE request ("
        "  company TEXT NOT NULL,"
        "  id TEXT NOT NULL,"
        "  person TEXT NOT NULL,"
        "  course TEXT NOT NULL,"
        "  run TEXT NOT NULL," /* '' is any date */
        "  route TEXT NOT NULL,"
        "  title TEXT NOT NULL,"
        "  price INTEGER,"
        "  asked_at INTEGER NOT NULL,"
        "  refused TEXT NOT NULL,"
        "  merged TEXT,"
        "  ready INTEGER NOT NULL,"
        "  agreed_at INTEGER,"
        "  seat TEXT NOT NULL,"
        "  place INTEGER,"
        "  queued_at INTEGER,"
        "  given_at INTEGER,"
        "  released_at INTEGER,"
        "  offered_at INTEGER,"
        "  delivered_at INTEGER,"
        "  shown INTEGER NOT NULL,"
        "  state TEXT NOT NULL,"
        "  overdue INTEGER NOT NULL,"
        "  objected INTEGER NOT NULL,"
        "  judged_at INTEGER,"
        "  wake INTEGER,"
        "  run_start INTEGER,"
        "  run_end INTEGER,"
        "  PRIMARY KEY (company, id)"
        ") STRICT;"
        "CREATE INDEX request_same ON request (company, person, course, run);"
        "CREATE INDEX request_run ON request (run);"
        "CREATE INDEX request_merged ON request (company, merged) WHERE merged IS NOT NULL;"
        "CREATE INDEX request_wake ON request (wake) WHERE wake IS NOT NULL;"
        "CREATE INDEX request_offered ON request (seat) WHERE seat = 'offered';"
        "CREATE TABLE step ("
        "  company TEXT NOT NULL,"
        "  id TEXT NOT NULL," /* of its entry */
        "  request TEXT NOT NULL,"
        "  kiosk TEXT NOT NULL,"
        "  kind TEXT NOT NULL,"
        "  at INTEGER NOT NULL,"
        "  received_at INTEGER NOT NULL,"
        "  person TEXT NOT NULL,"
        "  worker TEXT,"
        "  route TEXT NOT NULL,"
        "  relation TEXT NOT NULL,"
        "  proven INTEGER NOT NULL,"
        "  sealed INTEGER NOT NULL,"
        "  because TEXT NOT NULL,"
        "  alternative INTEGER,"
        "  words TEXT,"
        "  place TEXT NOT NULL,"
        "  PRIMARY KEY (company, id)"
        ") STRICT;"
        "CREATE INDEX step_request ON step (company, request);"
        "CREATE INDEX step_held ON step (received_at) WHERE place = 'held';"
        "ALTER TABLE kiosk ADD COLUMN served INTEGER;"
        /* An ask is open in its request now. */
        "DROP INDEX entry_open;"
        /* What was asked for before there were steps: the jobs look at it first of all. */
        "UPDATE entry SET verdict = 'accepted', reason = 'none' WHERE reason = 'seats_full';"
        "INSERT INTO request SELECT company, id, person, course, run, 'employer',"
        "  coalesce(json_extract(body, '$.title'), '?'), json_extract(body, '$.price'),"
        "  min(made_at, received_at), reason, NULL, 0, NULL, 'none', NULL, NULL, NULL, NULL, NULL,"
        "  NULL, 0, CASE reason WHEN 'none' THEN 'asked' ELSE 'refused' END, 0, 0, received_at, 0,"
        "  NULL, NULL FROM entry WHERE course <> '' AND reason IN"
        "  ('none', 'course_gone', 'run_gone', 'run_started');"
        "INSERT INTO step SELECT company, id, id, kiosk, 'ask', min(made_at, received_at),"
        "  received_at, person, person, 'employer', 'worker', 0, 0, 'none', NULL, NULL, 'in'"
        "  FROM entry WHERE course <> '' AND reason = 'none';"},
    /* Company '' is the fund itself. */
    {4, "CREATE TABLE audit ("
        "  company TEXT NOT NULL,"
        "  seq INTEGER NOT NULL,"
        "  event TEXT NOT NULL,"
        "  at INTEGER NOT NULL,"
        "  actor TEXT NOT NULL,"
        "  subject TEXT NOT NULL,"
        "  request TEXT NOT NULL,"
        "  kiosk TEXT NOT NULL,"
        "  salt TEXT NOT NULL,"
        "  detail TEXT NOT NULL,"
        "  prev TEXT NOT NULL,"
        "  hash TEXT NOT NULL,"
        "  PRIMARY KEY (company, seq)"
        ") STRICT;"
        "CREATE INDEX audit_subject ON audit (company, subject);"
        "CREATE INDEX audit_actor ON audit (company, actor);"
        "CREATE INDEX entry_body ON entry (received_at) WHERE body <> '';"
        "CREATE TABLE erased ("
        "  company TEXT NOT NULL,"
        "  person_hash TEXT NOT NULL,"
        "  at INTEGER NOT NULL,"
        "  PRIMARY KEY (company, person_hash)"
        ") STRICT;"
        "CREATE TABLE wish ("
        "  company TEXT NOT NULL,"
        "  person TEXT NOT NULL,"
        "  wish TEXT NOT NULL,"
        "  at INTEGER NOT NULL,"
        "  PRIMARY KEY (company, person, wish)"
        ") STRICT;"},
};

int database_meta_get(
    struct database *db, const char *name, char *out, size_t size, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql, "SELECT value FROM meta WHERE name = ?1");
    sql_text(s, 1, name);
    int rc = sql_step(s, err);
    if (rc > 0 && str_copy(out, size, sql_get_text(s, 0)) < 0)
        rc = err_set(err, ERR_CORRUPT, "what the database says of %s is too long", name);
    sql_reset(s);
    return rc;
}

int database_meta_set(struct database *db, const char *name, const char *value, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "INSERT INTO meta VALUES (?1, ?2)"
                          " ON CONFLICT (name) DO UPDATE SET value = excluded.value");
    sql_text(s, 1, name);
    sql_text(s, 2, value);
    return sql_run(s, err);
}

static int load_server_id(struct database *db, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql, "SELECT value FROM meta WHERE name = 'server_id'");
    int rc = sql_step(s, err);
    if (rc > 0)
        str_copy(db->server_id, sizeof(db->server_id), sql_get_text(s, 0));
    sql_reset(s);
    return rc;
}

static int make_server_id(struct database *db, struct err *err)
{
    char id[UUID_TEXT];
    uuid7(clock_now(), id);
    struct sql_stmt *s = sql_stmt(db->sql, "INSERT OR IGNORE INTO meta VALUES ('server_id', ?1)");
    sql_text(s, 1, id);
    if (sql_begin(db->sql, err) < 0)
        return -1;
    if (sql_run(s, err) < 0 || sql_commit(db->sql, err) < 0) {
        sql_rollback(db->sql);
        return -1;
    }
    return load_server_id(db, err) == 1 ? 0 : err_set(err, ERR_CORRUPT, "the server has no id");
}

int database_open(struct database **out, const char *path, struct err *err)
{
    struct database *db = mem_alloc(sizeof(*db));
    buf_init(&db->body, LIM_LINE);
    int rc = db_open(&db->sql, path, DB_SERVER, APPLICATION_ID, migrations,
        (int)(sizeof(migrations) / sizeof(migrations[0])), NULL, err);
    if (rc == 0)
        rc = db_exec(db->sql, CACHE, err);
    if (rc == 0)
        rc = load_server_id(db, err);
    if (rc == 0)
        rc = make_server_id(db, err);
    if (rc < 0) {
        database_close(db);
        return -1;
    }
    *out = db;
    return 0;
}

void database_close(struct database *db)
{
    if (!db)
        return;
    db_close(db->sql);
    buf_release(&db->body);
    free(db);
}

const char *database_server_id(const struct database *db)
{
    return db->server_id;
}

int database_last_seq(struct database *db, int64_t *seq, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql, "SELECT value FROM meta WHERE name = 'seq'");
    int rc = sql_step(s, err);
    if (rc > 0)
        *seq = sql_get_number(s, 0);
    sql_reset(s);
    if (rc == 0)
        return err_set(err, ERR_CORRUPT, "the change counter is missing");
    return rc < 0 ? -1 : 0;
}

int database_begin(struct database *db, struct err *err)
{
    db->seq_changed = false;
    if (sql_begin(db->sql, err) < 0)
        return -1;
    if (database_last_seq(db, &db->seq, err) == 0)
        return 0;
    sql_rollback(db->sql);
    return -1;
}

int64_t next_seq(struct database *db)
{
    db->seq_changed = true;
    return ++db->seq;
}

int database_commit(struct database *db, struct err *err)
{
    if (db->seq_changed) {
        struct sql_stmt *s = sql_stmt(db->sql, "UPDATE meta SET value = ?1 WHERE name = 'seq'");
        sql_number(s, 1, db->seq);
        if (sql_run(s, err) < 0)
            return -1;
    }
    return sql_commit(db->sql, err);
}

void database_rollback(struct database *db)
{
    sql_rollback(db->sql);
}

/* The open connection has the right schema, or db_open() had refused it; a write that reaches the
 * disk shows the rest. */
int database_ready(struct database *db, struct err *err)
{
    struct sql_stmt *s = sql_stmt(db->sql, "INSERT INTO meta VALUES ('probes', 1)"
                                           " ON CONFLICT (name) DO UPDATE SET value = value + 1");
    if (sql_begin(db->sql, err) < 0)
        return -1;
    if (sql_run(s, err) == 0 && sql_commit(db->sql, err) == 0)
        return 0;
    sql_rollback(db->sql);
    return -1;
}
