/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "central/audit.h"
#include "central/erase.h"
#include "central/import_common.h"
#include "central/people.h"
#include "central/person_id.h"
#include "central/secrets.h"

#define ROSTER "roster" /* the source of all people */

enum cell { BADGE, NAME, TEAM, ROLE, SITE, LANGUAGE, FROM, TO, CELLS };
static const char *const cell_names[CELLS] = {
    "badge", "name", "team", "role", "site", "language", "from", "to"};

struct roster {
    struct database *db;
    const char *company;
    char badge_key[KEY_HEX];
    struct import_job *job;
    struct import_result *result;
    struct import_count *count;
    struct reader in;
    int place[CELLS];     /* in the file, or -1 */
    struct idset people;  /* in the feed today */
    struct idset members; /* all in the file */
    bool unsure;
    struct arena row;
};

static int bind_cells(struct roster *r, struct err *err)
{
    for (int c = 0; c < CELLS; c++)
        r->place[c] = -1;
    for (int i = 0; i < r->in.csv->count; i++) {
        const char *name = csv_field(r->in.csv, i);
        int c = 0;
        while (c < CELLS && strcmp(cell_names[c], name) != 0)
            c++;
        if (c == CELLS)
            return err_set(err, ERR_DATA, "column '%.60s' is not known", name);
        if (r->place[c] >= 0)
            return err_set(err, ERR_DATA, "column %s stands there twice", name);
        r->place[c] = i;
    }
    for (int c = BADGE; c <= ROLE; c++)
        if (r->place[c] < 0)
            return err_set(err, ERR_DATA, "column %s is missing", cell_names[c]);
    return 0;
}

static const char *cell(const struct roster *r, enum cell c)
{
    return csv_field(r->in.csv, r->place[c]);
}

static int read_badge(struct roster *r, struct record *person, struct err *err)
{
    char hash[DIGEST_HEX], id[PERSON_ID];
    if (person_id_of_badge(r->badge_key, cell(r, BADGE), hash, id) < 0)
        return err_set(err, ERR_DATA, "column badge: not a badge number");
    person->id = arena_strdup(&r->row, id);
    record_set_text(person, PERSON_badge, arena_strdup(&r->row, hash));
    return 0;
}

static int read_fields(struct roster *r, struct record *person, struct err *err)
{
    static const struct {
        enum cell cell;
        int field;
    } fields[] = {{NAME, PERSON_name}, {TEAM, PERSON_team}, {ROLE, PERSON_role}};
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        struct err why = {0};
        int f = fields[i].field;
        if (value_parse(&person->type->fields[f], cell(r, fields[i].cell), &r->row,
                &person->value[f], &why) < 0)
            return column_err(err, cell_names[fields[i].cell], &why);
    }
    return 0;
}

static int read_day(struct roster *r, enum cell c, int64_t otherwise, int64_t *day, struct err *err)
{
    struct err why = {0};
    *day = otherwise;
    if (*cell(r, c) && date_parse(cell(r, c), day, &why) < 0)
        return column_err(err, cell_names[c], &why);
    return 0;
}

/* ---- what kiosks do not get ---- */

static int add_site(struct buf *sites, const char *name, size_t len)
{
    const size_t space = strspn(name, " ");
    name += space < len ? space : len;
    len -= space < len ? space : len;
    while (len > 0 && name[len - 1] == ' ')
        len--;
    if (len == 0)
        return 0;
    if (len >= LIM_ID || (sites->len && buf_putc(sites, '\n') < 0))
        return -1;
    return buf_add(sites, name, len);
}

/* "Hal 1; Hal 2" as a list. */
static int read_sites(struct roster *r, struct member *m, struct err *err)
{
    struct buf safe = BUF_INIT(LIM_TEXT), sites = BUF_INIT(LIM_TEXT);
    const char *text = cell(r, SITE);
    int rc = utf8_sanitize(&safe, text, strlen(text), false);
    for (const char *at = safe.p; rc == 0 && *at;) {
        size_t len = strcspn(at, ";");
        rc = add_site(&sites, at, len);
        at += len + (at[len] == ';');
    }
    m->sites = arena_strdup(&r->row, sites.p);
    buf_release(&safe);
    buf_release(&sites);
    if (rc < 0)
        return err_set(err, ERR_DATA, "column site: a site is too long");
    return 0;
}

static bool is_language(const char *code)
{
    static const char codes[] =
        "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv "
        "cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr "
        "ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw "
        "ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv "
        "ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr "
        "ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi "
        "yo za zh zu ";
    char word[4];
    snprintf(word, sizeof(word), "%.2s ", code);
    return strlen(code) == 2 && code[0] >= 'a' && code[0] <= 'z' && code[1] >= 'a' &&
           code[1] <= 'z' && strstr(codes, word);
}

static int read_member(
    struct roster *r, const struct record *person, struct member *m, struct err *err)
{
    struct buf body = BUF_INIT(LIM_LINE);
    *m =
        (struct member){.person = person->id, .language = arena_strdup(&r->row, cell(r, LANGUAGE))};
    if (*m->language && !is_language(m->language))
        return err_set(
            err, ERR_DATA, "column language: '%.40s' is not a code like nl", m->language);
    if (read_day(r, FROM, NO_NUMBER, &m->first, err) < 0 ||
        read_day(r, TO, NO_NUMBER, &m->last, err) < 0 || read_sites(r, m, err) < 0)
        return -1;
    int rc = record_to_json(person, &body);
    m->body = arena_strdup(&r->row, body.p);
    buf_release(&body);
    return rc < 0 ? err_set(err, ERR_DATA, "the row is too long") : 0;
}

/* ---- rows ---- */

/* Somebody who only moved has changed, though what kiosks get of him is the same. */
static int load_person(
    struct roster *r, const struct record *person, const struct member *m, struct err *err)
{
    int64_t moved, same = r->count->same;
    if (database_member_put(r->db, r->company, m, r->job->now, &moved, err) < 0)
        return -1;
    if (!member_on(m, date_from_instant(r->job->now)))
        return 0;
    idset_add(&r->people, person->id, LOADED);
    int rc = import_put(r->db, r->company, ROSTER, person, r->job->dry_run, r->count, err);
    if (rc == 0 && moved && r->count->same > same) {
        r->count->same--;
        r->count->changed++;
    }
    return rc > 0 ? err_set(err, ERR_DATA, "column badge: belongs to another source") : rc;
}

static int load_row(struct roster *r, struct err *err)
{
    struct record person;
    struct member member;
    record_init(&person, TYPE_PERSON);
    if (read_badge(r, &person, err) < 0) {
        r->unsure = true;
        return -1;
    }
    if (idset_flags(&r->members, person.id) & LOADED)
        return err_set(err, ERR_DATA, "column badge: stands there twice");
    idset_add(&r->members, person.id, NAMED);
    if (read_fields(r, &person, err) < 0 || read_member(r, &person, &member, err) < 0) {
        idset_add(&r->people, person.id, NAMED);
        return -1;
    }
    idset_add(&r->members, person.id, LOADED);
    int erased = erase_known(r->db, r->company, person.id, err);
    r->result->erased += erased > 0;
    if (erased != 0)
        return erased < 0 ? -1 : 0;
    return load_person(r, &person, &member, err);
}

static int load_rows(struct roster *r, struct err *err)
{
    for (int64_t n = 0;; n++) {
        struct err bad = {0};
        arena_clear(&r->row);
        enum csv_result got = csv_next(r->in.csv, &bad);
        if (got == CSV_END)
            return n == 0 ? reader_no_rows(r->job->path, err) : 0;
        if (got == CSV_ROW && load_row(r, &bad) == 0)
            continue;
        if (got == CSV_FAILED || bad.code != ERR_DATA)
            return err_set(err, bad.code, "%s: %s", r->job->path, bad.msg);
        r->unsure |= got == CSV_BAD;
        problems_add(&r->job->problems, r->in.csv->row, &bad);
    }
}

static int sweep_members(struct roster *r, struct err *err)
{
    struct arena mem = {0};
    const char **ids;
    int64_t count = 0;
    int rc = database_members(r->db, r->company, &mem, &ids, &count, err);
    for (int64_t i = 0; rc == 0 && i < count; i++)
        if (!idset_flags(&r->members, ids[i]))
            rc = database_member_remove(r->db, r->company, ids[i], r->job->now, err);
    arena_release(&mem);
    return rc;
}

static int load_file(struct roster *r, struct import_result *result, struct err *err)
{
    if (database_company(r->db, r->company, r->badge_key, err) < 0 ||
        company_publish(r->db, r->company, err) < 0 || load_rows(r, err) < 0)
        return -1;
    struct audit_line line = {AUDIT_imported, r->job->now, "", "", "", ""};
    if (!r->job->dry_run && audit_add(r->db, r->company, &line, err) < 0)
        return -1;
    result->kept = r->unsure;
    if (r->unsure)
        return 0;
    if (sweep_members(r, err) < 0)
        return -1;
    return import_sweep(
        r->db, r->company, ROSTER, TYPE_PERSON, &r->people, r->job->dry_run, r->count, err);
}

/* A dry run is rolled back, since it may have to make the company first. */
static int load_within_transaction(struct roster *r, struct import_result *result, struct err *err)
{
    if (database_begin(r->db, err) < 0)
        return -1;
    int rc = load_file(r, result, err);
    if (rc == 0 && !r->job->dry_run)
        rc = database_commit(r->db, err);
    if (rc < 0 || r->job->dry_run)
        database_rollback(r->db);
    return rc;
}

int import_people(struct database *db, const char *company, struct import_job *job,
    struct import_result *result, struct err *err)
{
    struct roster r = {
        .db = db, .company = company, .job = job, .result = result, .count = &result->people};
    struct err why = {0};
    *result = (struct import_result){0};
    if (!id_valid(company))
        return err_set(err, ERR_USAGE, "'%.60s' cannot name a company", company);
    int rc = reader_open(&r.in, job->path, err);
    if (rc == 0 && bind_cells(&r, &why) < 0)
        rc = err_set(err, ERR_DATA, "%s:1: %s", job->path, why.msg);
    if (rc == 0)
        rc = load_within_transaction(&r, result, err);
    reader_close(&r.in);
    idset_release(&r.people);
    idset_release(&r.members);
    arena_release(&r.row);
    memory_wipe(r.badge_key, sizeof(r.badge_key));
    return rc;
}
