/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/database_inner.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

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
    struct sql_stmt *s = sql_stmt(db->sql, "INSERT INTO meta VALUES ('server_id', ?1)"
                                           " ON CONFLICT DO NOTHING");
    sql_text(s, 1, id);
    if (sql_begin(db->sql, err) < 0)
        return -1;
    if (sql_run(s, err) < 0 || sql_commit(db->sql, err) < 0) {
        sql_rollback(db->sql);
        return -1;
    }
    return load_server_id(db, err) == 1 ? 0 : err_set(err, ERR_CORRUPT, "the server has no id");
}

int database_open(struct database **out, const char *where, struct err *err)
{
    struct database *db = mem_alloc(sizeof(*db));
    buf_init(&db->body, LIM_LINE);
    int rc = sql_open(&db->sql, where, err);
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
    sql_close(db->sql);
    memo_begin(db, false);
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

static int begin(struct database *db, struct err *err)
{
    db->seq_changed = false;
    db->trail.seq = 0;
    if (sql_begin(db->sql, err) < 0)
        return -1;
    if (database_last_seq(db, &db->seq, err) == 0) {
        memo_begin(db, true);
        return 0;
    }
    sql_rollback(db->sql);
    return -1;
}

int64_t next_seq(struct database *db)
{
    db->seq_changed = true;
    return ++db->seq;
}

static int commit(struct database *db, struct err *err)
{
    db->trail.seq = 0;
    if (db->seq_changed) {
        struct sql_stmt *s = sql_stmt(db->sql, "UPDATE meta SET value = ?1 WHERE name = 'seq'");
        sql_number(s, 1, db->seq);
        if (sql_run(s, err) < 0)
            return -1;
    }
    if (sql_commit(db->sql, err) < 0)
        return -1;
    db->seq_changed = false;
    memo_begin(db, false);
    return 0;
}

bool database_reads_ahead(const struct database *db)
{
    return db->seq_changed;
}

const char *database_only(struct database *db, const char *company)
{
    const char *before = db->only;
    db->only = company;
    memo_next_company(db);
    sql_only(db->sql, company);
    return before;
}

int get_choice(struct sql_stmt *s, int column, const char *choices)
{
    const char *name = sql_get_text(s, column);
    int i = choice_index(choices, name, strlen(name));
    if (i < 0)
        BUG("'%s' is none of %s", name, choices);
    return i;
}

void bind_choice(struct sql_stmt *s, int i, const char *choices, int choice, char name[LIM_ID])
{
    choice_name(choices, choice, name);
    sql_text(s, i, name);
}

int run_counted(struct sql_stmt *s, int64_t *count, struct err *err)
{
    int64_t changed = sql_run_count(s, err);
    if (changed < 0)
        return -1;
    *count += changed;
    return 0;
}

int database_begin(struct database *db, struct err *err)
{
    if (!db->grouped)
        return begin(db, err);
    return db->spoiled ? err_set(err, ERR_IO, "an earlier change of the group failed") : 0;
}

int database_commit(struct database *db, struct err *err)
{
    return db->grouped ? 0 : commit(db, err);
}

void database_rollback(struct database *db)
{
    db->trail.seq = 0;
    if (!db->spoiled)
        sql_rollback(db->sql);
    db->seq_changed = false;
    memo_begin(db, false);
    db->spoiled = db->grouped;
}

int database_group_begin(struct database *db, struct err *err)
{
    db->spoiled = false;
    if (begin(db, err) < 0)
        return -1;
    db->grouped = true;
    return 0;
}

int database_group_commit(struct database *db, int rc, struct err *err)
{
    if (db->spoiled)
        rc = err_set(err, ERR_IO, "one of them failed");
    db->grouped = false;
    if (rc == 0)
        rc = commit(db, err);
    if (rc < 0)
        database_rollback(db);
    db->spoiled = false;
    return rc;
}

/* A write that reaches the disk shows whether it can be written. */
int database_ready(struct database *db, struct err *err)
{
    struct sql_stmt *s =
        sql_stmt(db->sql, "INSERT INTO meta VALUES ('probed', ?1)"
                          " ON CONFLICT (name) DO UPDATE SET value = excluded.value");
    sql_number(s, 1, clock_now());
    if (database_begin(db, err) < 0)
        return -1;
    if (sql_check_schema(db->sql, err) == 0 && sql_run(s, err) == 0 &&
        database_commit(db, err) == 0)
        return 0;
    database_rollback(db);
    return -1;
}
