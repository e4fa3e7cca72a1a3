/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/export.h"

#include <stdio.h>
#include <string.h>

#include "central/audit.h"
#include "central/court.h"
#include "central/database_rights.h"
#include "central/export_file.h"
#include "central/export_text.h"
#include "central/idlist.h"
#include "central/kept.h"
#include "central/unseal.h"

struct handout {
    const struct export_job *job;
    struct export_text text;
    struct arena mem;
    struct idlist others; /* whose names belong to the person's data */
    enum type_id type;
    struct err *err;
    int rc;
};

static void note_other(struct handout *h, const char *person)
{
    if (*person && strcmp(person, h->job->person) != 0 && !idlist_has(&h->others, person))
        idlist_add(&h->others, h->job->company, TYPE_PERSON, person);
}

/* ---- records ---- */

static bool is_of(const struct record *r, const char *person)
{
    if (r->type == type_get(TYPE_PERSON))
        return strcmp(r->id, person) == 0;
    int field = type_field(r->type, "person");
    int deputy = type_field(r->type, "deputy");
    return (field >= 0 && strcmp(record_text(r, field), person) == 0) ||
           (deputy >= 0 && strcmp(record_text(r, deputy), person) == 0);
}

static void see_record(void *context, const char *company, const char *body)
{
    (void)company;
    struct handout *h = context;
    struct record r;
    arena_clear(&h->mem);
    if (h->rc < 0)
        return;
    if (record_from_json(body, strlen(body), &h->mem, &r, h->err) != 0) {
        h->rc = err_set(h->err, ERR_CORRUPT, "a %s cannot be read back", type_get(h->type)->name);
        return;
    }
    if (!is_of(&r, h->job->person))
        return;
    if (h->type == TYPE_REQUEST) {
        note_other(h, record_text(&r, REQUEST_proposer));
        note_other(h, record_text(&r, REQUEST_decider));
        note_other(h, record_text(&r, REQUEST_objector));
    }
    export_object(&h->text, r.id);
    export_fields(&h->text, &r);
    export_object_end(&h->text);
}

static int add_records(struct handout *h, struct err *err)
{
    for (int t = 0; t < TYPES_COUNT; t++) {
        const struct type *type = type_get((enum type_id)t);
        if (type->class != CLASS_RECORD || type->scope != SCOPE_COMPANY)
            continue;
        h->type = (enum type_id)t;
        export_section(&h->text, type->name);
        if (database_each(h->job->db, h->type, h->job->company, see_record, h, err) < 0 ||
            h->rc < 0)
            return -1;
        export_section_end(&h->text);
    }
    return 0;
}

/* ---- entries ---- */

static int see_body(void *context, const struct body_row *row, struct err *err)
{
    (void)err;
    struct handout *h = context;
    struct entry e;
    arena_clear(&h->mem);
    if (entry_unseal(h->job->secrets, row->body, &h->mem, &e) < 0 ||
        !is_of(&e.fields, h->job->person))
        return 0;
    export_object(&h->text, row->id);
    export_value(&h->text, "kind", e.fields.type->name);
    export_value(&h->text, "kiosk", e.kiosk);
    export_instant(&h->text, "made_at", e.made_at);
    export_instant(&h->text, "received_at", row->received_at);
    export_fields(&h->text, &e.fields);
    export_object_end(&h->text);
    return 0;
}

static int add_entries(struct handout *h, struct err *err)
{
    export_section(&h->text, "entries");
    if (database_bodies(h->job->db, h->job->company, INT64_MAX, see_body, h, err) < 0)
        return -1;
    export_section_end(&h->text);
    return 0;
}

/* ---- what only the server has ---- */

struct rows {
    struct handout *h;
    int64_t row; /* the one that is open, or -1 */
};

static void see_value(void *context, int64_t row, const char *column, const char *value)
{
    struct rows *r = context;
    if (row != r->row) {
        if (r->row >= 0)
            export_object_end(&r->h->text);
        export_object(&r->h->text, "");
        r->row = row;
    }
    export_value(&r->h->text, column, value);
}

static int add_tables(struct handout *h, struct err *err)
{
    const struct export_job *job = h->job;
    for (const struct kept_table *t = kept_tables; t->name; t++) {
        struct rows rows = {h, -1};
        char section[LIM_ID];
        if (!t->handed_out)
            continue;
        snprintf(section, sizeof(section), "table_%s", t->name);
        export_section(&h->text, section);
        if (database_table_of(
                job->db, t->name, t->person, job->company, job->person, see_value, &rows, err) < 0)
            return -1;
        if (rows.row >= 0)
            export_object_end(&h->text);
        export_section_end(&h->text);
    }
    return 0;
}

/* ---- the trail, and names ---- */

static int see_line(void *context, const struct audit_row *row, struct err *err)
{
    (void)err;
    struct handout *h = context;
    if (strcmp(row->subject, h->job->person) == 0)
        note_other(h, row->actor);
    export_object(&h->text, "");
    export_value(&h->text, "event", row->event);
    export_instant(&h->text, "at", row->at);
    export_value(&h->text, "actor", row->actor);
    export_value(&h->text, "subject", row->subject);
    export_value(&h->text, "request", row->request);
    export_value(&h->text, "kiosk", row->kiosk);
    export_object_end(&h->text);
    return 0;
}

static int add_trail(struct handout *h, struct err *err)
{
    export_section(&h->text, "audit");
    if (database_audit_of(h->job->db, h->job->company, h->job->person, see_line, h, err) < 0)
        return -1;
    export_section_end(&h->text);
    return 0;
}

static int add_names(struct handout *h, struct err *err)
{
    export_section(&h->text, "people");
    for (int i = 0; i < h->others.count; i++) {
        struct record r;
        const char *id = h->others.items[i].id;
        arena_clear(&h->mem);
        int rc = database_get(h->job->db, h->job->company, TYPE_PERSON, id, &h->mem, &r, err);
        if (rc < 0)
            return -1;
        export_object(&h->text, id);
        export_value(&h->text, "name", rc > 0 ? record_text(&r, PERSON_name) : "");
        export_object_end(&h->text);
    }
    export_section_end(&h->text);
    return 0;
}

/* ---- all of it ---- */

static int gather(struct handout *h, struct err *err)
{
    export_begin(&h->text, h->job->company, h->job->person, h->job->now);
    if (add_records(h, err) < 0 || add_entries(h, err) < 0 || add_tables(h, err) < 0 ||
        add_trail(h, err) < 0 || add_names(h, err) < 0)
        return -1;
    export_end(&h->text);
    if (h->text.json.overflow || h->text.csv.overflow)
        return err_set(err, ERR_DATA, "there is more about this person than one file may hold");
    return 0;
}

static int tell(const struct export_job *job, struct err *err)
{
    struct kiosk kiosk = {.contact = NO_NUMBER};
    struct court court = {.db = job->db, .kiosk = &kiosk, .now = job->now};
    struct audit_line line = {AUDIT_exported, job->now, "", job->person, "", ""};
    str_copy(kiosk.company, sizeof(kiosk.company), job->company);
    int rc = notice_put(&court, job->person, NOTICE_exported, "", "", err);
    arena_release(&court.mem);
    if (rc < 0 || audit_add(job->db, job->company, &line, err) < 0)
        return -1;
    return database_wish_done(job->db, job->company, job->person, "export", err);
}

static int gather_and_write(struct handout *h, struct err *err)
{
    const struct export_job *job = h->job;
    if (gather(h, err) < 0 || export_write(job->dir, &h->text.json, &h->text.csv, err) < 0)
        return -1;
    if (tell(job, err) == 0 && database_commit(job->db, err) == 0)
        return 0;
    export_unwrite(job->dir);
    return -1;
}

int export_person(const struct export_job *job, struct err *err)
{
    struct handout h = {.job = job, .err = err};
    if (database_begin(job->db, err) < 0)
        return -1;
    int rc = gather_and_write(&h, err);
    if (rc < 0)
        database_rollback(job->db);
    if (h.text.json.p)
        memory_wipe(h.text.json.p, h.text.json.len);
    if (h.text.csv.p)
        memory_wipe(h.text.csv.p, h.text.csv.len);
    buf_release(&h.text.json);
    buf_release(&h.text.csv);
    idlist_release(&h.others);
    arena_release(&h.mem);
    return rc;
}
