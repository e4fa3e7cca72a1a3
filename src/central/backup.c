/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/backup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "central/backup_file.h"
#include "central/database_inner.h"
#include "central/database_rights.h"
#include "central/erase.h"
#include "central/erase_list.h"
#include "central/move.h"
#include "central/schema.h"

#define PART ".part"

/* ---- the manifest ---- */

#define FIRST_LINE "acht-central backup 1\nmade %s\nschema %d\n"

static int schema_now(void)
{
    return schema_sqlite[schema_sqlite_count - 1].version;
}

static void add_table(void *context, const struct moved_table *t)
{
    (void)buf_printf(context, "%s %lld %s\n", t->name, (long long)t->rows, t->digest);
}

static void begin_manifest(struct buf *manifest, int64_t now)
{
    char made[32];
    instant_format(now, made);
    (void)buf_printf(manifest, FIRST_LINE, made, schema_now());
}

/* The text behind a word that must stand there, or NULL; at may be NULL. */
static const char *behind(const char *at, const char *word)
{
    size_t len = strlen(word);
    return at && strncmp(at, word, len) == 0 ? at + len : NULL;
}

static int64_t count_rows(const char *tables)
{
    int64_t rows = 0;
    for (const char *row = tables; *row; row += strcspn(row, "\n") + 1)
        rows += strtoll(row + strcspn(row, " "), NULL, 10);
    return rows;
}

/* What a manifest says; *tables is where its tables stand. */
static int read_manifest(const char *path, const char *text, struct backup_info *info, int *schema,
    const char **tables, struct err *err)
{
    const char *made = behind(text, "acht-central backup 1\nmade ");
    size_t len = made ? strcspn(made, "\n") : 0;
    const char *number = behind(made ? made + len : NULL, "\nschema ");
    if (!number || len >= sizeof(info->made) || !strchr(number, '\n'))
        return err_set(err, ERR_TOO_NEW, "the backup %s was made by another version", path);
    snprintf(info->made, sizeof(info->made), "%.*s", (int)len, made);
    *schema = (int)strtol(number, NULL, 10);
    *tables = strchr(number, '\n') + 1;
    info->rows = count_rows(*tables);
    return 0;
}

/* ---- looking at one ---- */

/* A query that has no rows, or the one word ok, when all is well. */
static int expect_nothing(struct sql *sql, const char *query, const char *path, struct err *err)
{
    struct sql_stmt *s = sql_stmt_made(sql, query);
    int rc = sql_step(s, err);
    if (rc > 0 && strcmp(sql_get_text(s, 0), "ok") != 0)
        rc = err_set(err, ERR_CORRUPT, "the backup %s is damaged (%s)", path, sql_get_text(s, 0));
    sql_reset(s);
    return rc < 0 ? -1 : 0;
}

static int compare_tables(struct sql *sql, const char *tables, const char *path, struct err *err)
{
    struct buf have = BUF_INIT(MANIFEST_MAX);
    int rc = move_look(sql, add_table, &have, err);
    if (rc == 0 && strcmp(have.p, tables) != 0)
        rc = err_set(err, ERR_CORRUPT, "the backup %s has not the rows that it had", path);
    buf_release(&have);
    return rc;
}

/* Of an older schema the tables are others by now: the digest of the file has told of them. */
static int look(struct database *db, const char *path, const struct buf *manifest, int64_t now,
    struct backup_info *info, struct err *err)
{
    int schema = 0;
    const char *tables = "";
    if (read_manifest(path, manifest->p, info, &schema, &tables, err) < 0 ||
        expect_nothing(db->sql, "PRAGMA integrity_check(1)", path, err) < 0 ||
        expect_nothing(db->sql, "PRAGMA foreign_key_check", path, err) < 0 ||
        (schema == schema_now() && compare_tables(db->sql, tables, path, err) < 0))
        return -1;
    int rc = audit_verify(db, NULL, NULL, 0, now, &info->fault, err);
    info->edited = rc > 0;
    return rc < 0 ? -1 : 0;
}

/* The database of a backup, opened in the scratch file. */
static int unpack(const char *path, const char *scratch, int64_t now, struct database **db,
    struct backup_info *info, struct err *err)
{
    struct buf manifest = BUF_INIT(MANIFEST_MAX);
    backup_file_remove(scratch);
    *db = NULL;
    int rc = backup_file_unpack(path, scratch, &manifest, err);
    if (rc == 0)
        rc = database_open(db, scratch, err);
    if (rc == 0)
        rc = look(*db, path, &manifest, now, info, err);
    buf_release(&manifest);
    return rc;
}

int backup_verify(const char *path, int64_t now, struct backup_info *info, struct err *err)
{
    char scratch[PATH_ROOM];
    struct database *db = NULL;
    if (backup_file_path(scratch, path, ".check", err) < 0)
        return -1;
    int rc = unpack(path, scratch, now, &db, info, err);
    database_close(db);
    backup_file_remove(scratch);
    return rc;
}

/* ---- making one ---- */

/* The WAL of a database that is closed goes into the file in silence: here it is told when it does
 * not. */
static int copy(const char *where, const char *part, struct buf *manifest, struct err *err)
{
    struct sql *from = NULL, *to = NULL;
    int rc = sql_open(&from, where, err);
    if (rc == 0)
        rc = sql_open(&to, part, err);
    if (rc == 0)
        rc = move_copy(from, to, add_table, manifest, err);
    if (rc == 0)
        rc = sql_scrub(to, err);
    sql_close(to);
    sql_close(from);
    return rc;
}

static int make(
    const char *where, const char *part, int64_t now, struct backup_info *info, struct err *err)
{
    struct buf manifest = BUF_INIT(MANIFEST_MAX);
    begin_manifest(&manifest, now);
    int rc = copy(where, part, &manifest, err);
    backup_file_tidy(part);
    if (rc == 0)
        rc = backup_file_seal(part, &manifest, err);
    buf_release(&manifest);
    return rc < 0 ? -1 : backup_verify(part, now, info, err);
}

int backup_make(
    const char *where, const char *path, int64_t now, struct backup_info *info, struct err *err)
{
    char part[PATH_ROOM];
    if (backup_file_path(part, path, PART, err) < 0)
        return -1;
    if (access(path, F_OK) == 0)
        return err_set(err, ERR_CONFIG, "there is a file %s already: it is not replaced", path);
    backup_file_remove(part); /* of one that was killed */
    int rc = make(where, part, now, info, err);
    if (rc == 0)
        rc = backup_file_name(part, path, err);
    if (rc < 0)
        backup_file_remove(part);
    return rc;
}

/* ---- bringing one back ---- */

static int expect_no_file(const char *path, const char *ending, struct err *err)
{
    char file[PATH_ROOM];
    if (backup_file_path(file, path, ending, err) < 0)
        return -1;
    if (access(file, F_OK) != 0)
        return 0;
    return err_set(err, ERR_CONFIG,
        "there is a file %s already: stop its server and move it away first", file);
}

static int expect_room(const struct restoring *r, struct err *err)
{
    bool file = !sql_is_url(r->where);
    if (file &&
        (expect_no_file(r->where, "", err) < 0 || expect_no_file(r->where, "-wal", err) < 0))
        return -1;
    if (access(r->list, F_OK) == 0)
        return 0;
    return err_set(err, ERR_NOT_FOUND,
        "there is no %s, so whoever was erased after the backup would come back: bring that list,"
        " or make an empty file if it is lost",
        r->list);
}

struct listing {
    const struct restoring *r;
    struct erase_list list;
};

static int add_to_list(
    void *context, const char *company, const char *hash, int64_t at, struct err *err)
{
    const struct listing *l = context;
    for (int i = 0; i < l->list.count; i++)
        if (strcmp(l->list.lines[i].hash, hash) == 0 &&
            strcmp(l->list.lines[i].company, company) == 0)
            return 0;
    return erase_list_add(l->r->list, company, hash, at, ERASED, err);
}

/* So that an older backup, brought back later beside this list, is erased as well. */
static int complete_list(struct database *db, const struct restoring *r, struct err *err)
{
    struct listing l = {.r = r};
    if (erase_list_read(r->list, &l.list, err) < 0)
        return -1;
    int rc = database_erased_each(db, add_to_list, &l, err);
    erase_list_release(&l.list);
    return rc;
}

static int erase_again(struct database *db, const struct restoring *r, const char *made,
    int64_t *erased, struct err *err)
{
    struct secrets secrets = {0};
    struct erasing e = {.db = db, .secrets = &secrets, .list = r->list, .now = r->now};
    int rc = instant_parse(made, &e.made, err);
    if (rc == 0)
        rc = secrets_open(db, r->secrets, &secrets, err);
    if (rc == 0)
        rc = erase_reapply(&e, erased, err);
    memory_wipe(&secrets, sizeof(secrets));
    if (rc == 0)
        rc = complete_list(db, r, err);
    return rc < 0 ? -1 : database_scrub(db, err);
}

static void see_nothing(void *context, const struct moved_table *t)
{
    (void)context, (void)t;
}

static int move_to_url(struct database *db, const struct restoring *r, struct err *err)
{
    struct sql *to = NULL;
    int rc = sql_open(&to, r->where, err);
    if (rc == 0)
        rc = move_all(db->sql, to, see_nothing, NULL, err);
    sql_close(to);
    return rc;
}

int backup_restore(
    const struct restoring *r, struct backup_info *info, int64_t *erased, struct err *err)
{
    struct database *db = NULL;
    bool url = sql_is_url(r->where);
    *erased = 0;
    if (expect_room(r, err) < 0)
        return -1;
    int rc = unpack(r->backup, r->scratch, r->now, &db, info, err);
    if (rc == 0)
        rc = erase_again(db, r, info->made, erased, err);
    if (rc == 0 && url)
        rc = move_to_url(db, r, err);
    database_close(db);
    if (rc == 0 && !url)
        rc = backup_file_name(r->scratch, r->where, err);
    backup_file_remove(r->scratch);
    return rc;
}
