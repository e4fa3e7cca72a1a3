/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/erase.h"

#include <string.h>

#include "central/audit.h"
#include "central/database_rights.h"
#include "central/erase_list.h"
#include "central/idlist.h"
#include "central/kept.h"
#include "central/unseal.h"

/* One person's erasure. */
struct erasure {
    const struct erasing *e;
    const char *company, *person;
    struct idlist requests; /* the person's own */
    struct idlist entries;  /* to be emptied */
    struct idlist aside;    /* hashes of what was set aside, to be emptied */
    struct idlist records;  /* to become tombstones */
    struct arena mem;       /* of the thing being looked at */
    enum type_id type;
    struct err *err;
    int rc;
};

int erase_known(struct database *db, const char *company, const char *person, struct err *err)
{
    char hash[DIGEST_HEX];
    erase_hash(company, person, hash);
    return database_erased_has(db, company, hash, err);
}

/* ---- what is about the person ---- */

static bool is_person_field(const struct field *f)
{
    return f->kind == KIND_REF && strcmp(f->choices, "person") == 0;
}

/* A request that somebody else's is stays when this person only decided on it. */
static bool names_person(const struct record *r, const char *person)
{
    if (r->type == type_get(TYPE_REQUEST))
        return strcmp(record_text(r, REQUEST_person), person) == 0;
    if (r->type == type_get(TYPE_PERSON))
        return strcmp(r->id, person) == 0;
    for (int f = 0; f < r->type->count; f++)
        if (is_person_field(&r->type->fields[f]) && strcmp(record_text(r, f), person) == 0)
            return true;
    return false;
}

static bool is_own_letter(const struct erasure *x, const struct record *r)
{
    return r->type == type_get(TYPE_LETTER) &&
           idlist_has(&x->entries, record_text(r, LETTER_visit));
}

static void see_record(void *context, const char *company, const char *body)
{
    struct erasure *x = context;
    struct record r;
    if (x->rc < 0)
        return;
    arena_clear(&x->mem);
    if (record_from_json(body, strlen(body), &x->mem, &r, x->err) != 0)
        x->rc = err_set(x->err, ERR_CORRUPT, "a %s cannot be read back", type_get(x->type)->name);
    else if (names_person(&r, x->person) || is_own_letter(x, &r))
        idlist_add(x->type == TYPE_REQUEST ? &x->requests : &x->records, company, x->type, r.id);
}

static int find_records(struct erasure *x, enum type_id type, struct err *err)
{
    x->type = type;
    return database_each(x->e->db, type, x->company, see_record, x, err) < 0 ? -1 : x->rc;
}

static int see_request(
    void *context, const char *company, const char *id, const char *state, struct err *err)
{
    (void)state, (void)err;
    struct erasure *x = context;
    if (!idlist_has(&x->requests, id))
        idlist_add(&x->requests, company, TYPE_REQUEST, id);
    return 0;
}

/* The person's own entries, and what others said of the person's requests. */
static bool is_about(struct erasure *x, const struct body_row *row)
{
    struct entry e;
    if (strcmp(row->person, x->person) == 0 || idlist_has(&x->requests, row->id))
        return true;
    if (entry_unseal(x->e->secrets, row->body, &x->mem, &e) < 0)
        return strstr(row->body, x->person);
    int request = type_field(e.fields.type, "request");
    return names_person(&e.fields, x->person) ||
           (request >= 0 && idlist_has(&x->requests, record_text(&e.fields, request)));
}

static int see_body(void *context, const struct body_row *row, struct err *err)
{
    (void)err;
    struct erasure *x = context;
    arena_clear(&x->mem);
    if (is_about(x, row))
        idlist_add(&x->entries, row->company, TYPE_ASK, row->id);
    return 0;
}

/* What was set aside may be no entry at all: then what stands there counts. */
static int see_aside(void *context, const struct body_row *row, struct err *err)
{
    (void)err;
    struct erasure *x = context;
    arena_clear(&x->mem);
    if (is_about(x, row) || strstr(row->body, x->person))
        idlist_add(&x->aside, row->company, TYPE_ASK, row->id);
    return 0;
}

/* Requests first: by them entries are found; and by those, letters. */
static int find_all(struct erasure *x, struct err *err)
{
    if (find_records(x, TYPE_REQUEST, err) < 0 ||
        database_requests_of(x->e->db, x->company, x->person, see_request, x, err) < 0 ||
        database_bodies(x->e->db, x->company, INT64_MAX, see_body, x, err) < 0 ||
        database_set_asides(x->e->db, x->company, see_aside, x, err) < 0)
        return -1;
    for (int t = 0; t < TYPES_COUNT; t++) {
        const struct type *type = type_get((enum type_id)t);
        if (type->class == CLASS_RECORD && type->scope == SCOPE_COMPANY && t != TYPE_REQUEST &&
            find_records(x, (enum type_id)t, err) < 0)
            return -1;
    }
    return 0;
}

/* ---- and what becomes of it ---- */

static int forget_tables(struct erasure *x, struct err *err)
{
    for (const struct kept_table *t = kept_tables; t->name; t++)
        if (t->person &&
            database_table_erase(x->e->db, t->name, t->person, x->company, x->person, err) < 0)
            return -1;
    return database_steps_erase(x->e->db, x->company, x->person, err);
}

static int forget_all(struct erasure *x, struct err *err)
{
    struct database *db = x->e->db;
    for (int i = 0; i < x->entries.count; i++)
        if (database_entry_empty(db, x->company, x->entries.items[i].id, err) < 0)
            return -1;
    for (int i = 0; i < x->aside.count; i++)
        if (database_set_aside_empty_one(db, x->company, x->aside.items[i].id, err) < 0)
            return -1;
    for (int i = 0; i < x->requests.count; i++)
        if (database_request_forget(db, x->company, x->requests.items[i].id, err) < 0)
            return -1;
    for (int i = 0; i < x->records.count; i++) {
        const struct idlist_item *r = &x->records.items[i];
        if (database_bury(db, x->company, r->type, r->id, err) < 0)
            return -1;
    }
    return forget_tables(x, err);
}

/* The list on disk comes before the commit: it may know more than the database, never less. */
static int erase_within_transaction(struct erasure *x, bool listed, struct err *err)
{
    char hash[DIGEST_HEX];
    struct audit_line line = {AUDIT_erased, x->e->now, "", x->person, "", ""};
    erase_hash(x->company, x->person, hash);
    if (find_all(x, err) < 0 || forget_all(x, err) < 0 ||
        database_erased_add(x->e->db, x->company, hash, x->e->now, err) < 0 ||
        audit_add(x->e->db, x->company, &line, err) < 0)
        return -1;
    if (listed || !x->e->list)
        return 0;
    return erase_list_add(x->e->list, x->company, hash, x->e->now, ERASED, err);
}

static int erase(
    const struct erasing *e, const char *company, const char *person, bool listed, struct err *err)
{
    struct erasure x = {.e = e, .company = company, .person = person, .err = err};
    if (database_begin(e->db, err) < 0)
        return -1;
    int rc = erase_within_transaction(&x, listed, err);
    if (rc == 0)
        rc = database_commit(e->db, err);
    if (rc < 0)
        database_rollback(e->db);
    idlist_release(&x.requests);
    idlist_release(&x.entries);
    idlist_release(&x.aside);
    idlist_release(&x.records);
    arena_release(&x.mem);
    return rc;
}

int erase_person(const struct erasing *e, const char *company, const char *person, struct err *err)
{
    return erase(e, company, person, false, err) < 0 ? -1 : database_scrub(e->db, err);
}

int erase_take_back(
    const struct erasing *e, const char *company, const char *person, struct err *err)
{
    char hash[DIGEST_HEX];
    erase_hash(company, person, hash);
    if (database_begin(e->db, err) < 0)
        return -1;
    int rc = database_erased_drop(e->db, company, hash, err);
    if (rc == 0 && e->list)
        rc = erase_list_add(e->list, company, hash, e->now, TAKEN_BACK, err);
    if (rc == 0 && database_commit(e->db, err) == 0)
        return 0;
    database_rollback(e->db);
    return -1;
}

/* ---- after a backup was brought back ---- */

struct reapplying {
    const struct erasing *e;
    const struct erase_line *line;
    struct idlist people;
    struct arena mem; /* of the thing being looked at */
};

static int see_person(void *context, const char *person, struct err *err)
{
    (void)err;
    struct reapplying *r = context;
    char hash[DIGEST_HEX];
    erase_hash(r->line->company, person, hash);
    if (strcmp(hash, r->line->hash) == 0 && !idlist_has(&r->people, person))
        idlist_add(&r->people, r->line->company, TYPE_PERSON, person);
    return 0;
}

/* Of what was refused or set aside, often only what is inside tells whose it is. */
static int see_named(void *context, const struct body_row *row, struct err *err)
{
    struct reapplying *r = context;
    struct entry e;
    int rc = 0;
    arena_clear(&r->mem);
    if (entry_unseal(r->e->secrets, row->body, &r->mem, &e) < 0)
        return 0;
    for (int f = 0; rc == 0 && f < e.fields.type->count; f++)
        if (is_person_field(&e.fields.type->fields[f]))
            rc = see_person(r, record_text(&e.fields, f), err);
    return rc;
}

/* Wherever the database names people. */
static int find_people(struct reapplying *r, struct err *err)
{
    const struct erasing *e = r->e;
    const char *company = r->line->company;
    if (database_people_ever(e->db, company, see_person, r, err) < 0 ||
        database_table_people(e->db, "entry", "person", company, see_person, r, err) < 0 ||
        database_table_people(e->db, "step", "person", company, see_person, r, err) < 0 ||
        database_table_people(e->db, "step", "worker", company, see_person, r, err) < 0 ||
        database_bodies(e->db, company, INT64_MAX, see_named, r, err) < 0 ||
        database_set_asides(e->db, company, see_named, r, err) < 0)
        return -1;
    for (const struct kept_table *t = kept_tables; t->name; t++)
        if (t->person &&
            database_table_people(e->db, t->name, t->person, company, see_person, r, err) < 0)
            return -1;
    return 0;
}

static int remember(const struct erasing *e, const struct erase_line *line, struct err *err)
{
    if (database_begin(e->db, err) < 0)
        return -1;
    int rc = line->act == ERASED
                 ? database_erased_add(e->db, line->company, line->hash, line->at, err)
                 : database_erased_drop(e->db, line->company, line->hash, err);
    if (rc == 0 && database_commit(e->db, err) == 0)
        return 0;
    database_rollback(e->db);
    return -1;
}

/* Who was erased and taken back after a backup has everything from before the erasure in it. */
static bool came_back_with_it(const struct erasing *e, const struct erase_line *line)
{
    return line->act == TAKEN_BACK && e->made > 0 && line->erased_at != NO_NUMBER &&
           line->erased_at >= e->made;
}

/* 1: the database did not know it, and does now. */
static int reapply_line(const struct erasing *e, const struct erase_line *line, struct err *err)
{
    struct reapplying r = {.e = e, .line = line};
    bool again = came_back_with_it(e, line), erases = line->act == ERASED || again;
    int known = database_erased_has(e->db, line->company, line->hash, err);
    if (known < 0 || (known == (line->act == ERASED) && !again))
        return known < 0 ? -1 : 0;
    int rc = erases ? find_people(&r, err) : 0;
    for (int i = 0; rc == 0 && i < r.people.count; i++)
        rc = erase(e, line->company, r.people.items[i].id, true, err);
    if (rc == 0)
        rc = remember(e, line, err);
    idlist_release(&r.people);
    arena_release(&r.mem);
    return rc < 0 ? -1 : erases;
}

int erase_reapply(const struct erasing *e, int64_t *count, struct err *err)
{
    struct erase_list list;
    *count = 0;
    if (erase_list_read(e->list, &list, err) < 0)
        return -1;
    int rc = 0;
    for (int i = 0; rc >= 0 && i < list.count; i++) {
        rc = reapply_line(e, &list.lines[i], err);
        *count += rc > 0;
    }
    erase_list_release(&list);
    return rc < 0 ? -1 : *count ? database_scrub(e->db, err) : 0;
}
