/* SPDX-License-Identifier: EUPL-1.2 */
/* Three companies of two sites each in one database, with everything that can be known of them; an
 * entry of any kind; and what is kept of whom. All PINs are the same, and slow hashes are fast
 * (tests.mk). */
#ifndef ACHT_TESTS_TENANTS_H
#define ACHT_TESTS_TENANTS_H

#include "central/audit.h"
#include "central_pins.h"

enum { COMPANIES = 3, SITES = 2, TENANT_IDS = 24 };
static const char *const company_names[COMPANIES] = {"amber", "beril", "coral"};
static const char *const site_names[SITES] = {"north", "south"};

struct tenant {
    struct kiosk kiosk[SITES];
    char token[SITES][KEY_HEX];
    char mark[SITES][UUID_TEXT]; /* that is kept of each */
    char cursor[LIM_CURSOR], etag[LIM_CURSOR + 2];
    char id[TENANT_IDS][LIM_ID]; /* that others have no business with */
    int ids;
    char supervisor[LIM_ID], worker[LIM_ID], colleague[LIM_ID], request[UUID_TEXT];
};

struct tenants {
    struct house house;
    struct tenant company[COMPANIES];
};

static inline void tenant_id(struct tenant *t, const char *id)
{
    assert_true(t->ids < TENANT_IDS);
    str_copy(t->id[t->ids++], LIM_ID, id);
}

static inline void tenant_kiosks(struct tenants *all, int c)
{
    struct tenant *t = &all->company[c];
    for (int s = 0; s < SITES; s++) {
        char code[CODE_TEXT], name[32], hash[DIGEST_HEX];
        struct database *db = all->house.central.db;
        snprintf(name, sizeof(name), "%s-%s-hal", company_names[c], site_names[s]);
        OK(admin_add_kiosk(
            db, name, company_names[c], site_names[s], NOW, code, &t->kiosk[s], &err));
        memset(t->token[s], '0' + 2 * c + s, KEY_HEX - 1);
        sha256_hex(t->token[s], strlen(t->token[s]), hash);
        OK(database_begin(db, &err));
        OK(database_kiosk_enrol(db, t->kiosk[s].id, hash, &err));
        OK(database_commit(db, &err));
        tenant_id(t, t->kiosk[s].id);
        tenant_id(t, name);
    }
}

static inline void tenant_person(
    struct tenants *all, int c, const char *what, const char *role, char id[LIM_ID])
{
    char line[300], claim[DIGEST_HEX];
    struct kept_pin pin = {.set_at = NOW - DAY};
    struct database *db = all->house.central.db;
    snprintf(id, LIM_ID, "%s-%s", company_names[c], what);
    snprintf(line, sizeof(line),
        "{'type':'person','id':'%s','name':'%s','team':'T','role':'%s'," BADGE "}", id, id, role);
    house_put(&all->house, company_names[c], "roster", line);
    pin_claim(&all->house.secrets, PIN_SECRET, company_names[c], id, PIN_ANNA, claim);
    OK(slow_hash(claim, pin.hash, &err));
    OK(database_begin(db, &err));
    OK(database_pin_put(db, company_names[c], id, &pin, NOW, &err));
    OK(database_commit(db, &err));
    tenant_id(&all->company[c], id);
}

static inline void tenant_records(struct tenants *all, int c)
{
    static const char *const lines[] = {
        "{'type':'delegation','id':'%s-leave','person':'%s-boss','deputy':'%s-mate',"
        "'start':'2026-11-20','end':'2026-11-30'}",
        "{'type':'notice','id':'%s-notice','person':'%s-worker','kind':'pin_set','kiosk':'%s',"
        "'at':'2026-11-24T02:00:00Z'}",
        "{'type':'letter','id':'%s-letter','visit':'%s-visit','box':'%s-box'}"};
    static const char *const ids[] = {"leave", "notice", "letter", "visit"};
    const char *name = company_names[c];
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        char line[300];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(line, sizeof(line), lines[i], name, name, name);
#pragma GCC diagnostic pop
        house_put(&all->house, name, "judge", line);
    }
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        char id[LIM_ID];
        snprintf(id, sizeof(id), "%s-%s", name, ids[i]);
        tenant_id(&all->company[c], id);
    }
}

static inline bool tenant_decides(const struct type *type)
{
    return type_field(type, "worker") >= 0 || type_field(type, "deputy") >= 0 ||
           type == type_get(TYPE_SEE) || type == type_get(TYPE_DECIDE) ||
           type == type_get(TYPE_ABSENT);
}

/* Its own of this name, or NULL. */
static inline const char *tenant_own(
    const struct tenant *t, const struct type *type, const char *name, const char *key)
{
    const struct {
        const char *name, *own;
    } all[] = {{"course", "mig"}, {"title", "MIG"}, {"worker", t->colleague},
        {"deputy", t->colleague}, {"request", t->request}, {"key", key},
        {"person", tenant_decides(type) ? t->supervisor : t->worker}};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        if (strcmp(all[i].name, name) == 0)
            return all[i].own;
    return NULL;
}

/* An entry of this type that its company would take: everything in it is its own. */
static inline void tenant_fields(const struct tenant *t, struct record *r, struct arena *mem)
{
    struct seal_keys visit;
    seal_keys_from_secret(VISIT_KEY, &visit);
    for (int i = 0; i < r->type->count; i++) {
        const struct field *f = &r->type->fields[i];
        const char *own = tenant_own(t, r->type, f->name, visit.public_key);
        if (own)
            record_set_text(r, i, arena_strdup(mem, own));
        else if (f->kind == KIND_DATE && f->needed)
            record_set_number(r, i, date_from_instant(NOW) + 1);
        else if (f->needed && !kind_is_text(f->kind))
            record_set_number(r, i, 0);
    }
}

static inline void tenant_secret(const struct type *type, struct proof *p)
{
    str_copy(p->pin, sizeof(p->pin), PIN_ANNA);
    if (type == type_get(TYPE_SET_PIN)) {
        str_copy(p->pin, sizeof(p->pin), PIN_SARA);
        str_copy(p->secret, sizeof(p->secret), PIN_ANNA);
    }
    if (type == type_get(TYPE_GIVE_CODE))
        str_copy(p->secret, sizeof(p->secret), "4829130567");
}

/* The line of an entry of this type made at a kiosk, with a right PIN. field: one that has this
 * value instead, or -1. */
static inline void tenant_entry(const struct tenants *all, int c, int site, enum type_id type,
    const char *id, int field, const char *value, struct buf *line)
{
    struct arena mem = {0};
    const struct tenant *t = &all->company[c];
    struct entry e = {.id = id, .kiosk = t->kiosk[site].id, .epoch = "e", .seq = 1, .made_at = NOW};
    struct proof proof = {0};
    record_init(&e.fields, type);
    e.fields.id = id;
    tenant_fields(t, &e.fields, &mem);
    if (field >= 0)
        record_set_text(&e.fields, field, value);
    tenant_secret(type_get(type), &proof);
    if (type_field(e.fields.type, "pin") >= 0 && field != type_field(e.fields.type, "pin"))
        OK(proof_seal(&proof, all->house.secrets.keys.public_key, &e, &mem, &err));
    assert_int_equal(entry_to_json(&e, line), 0);
    buf_putc(line, '\n');
    arena_release(&mem);
}

/* Asks in the name of a kiosk; the answer is as the contract says. */
static inline struct http_request tenant_request(
    const struct tenants *all, int c, int site, const char *method, const char *path)
{
    return house_request(method, path, all->company[c].token[site]);
}

static inline void tenant_ask(struct tenants *all, int c)
{
    struct tenant *t = &all->company[c];
    struct buf line = BUF_INIT(LIM_LINE);
    struct http_response rs;
    snprintf(t->request, UUID_TEXT, "01936c5e-0000-7000-8000-0000000%c0001", company_names[c][0]);
    tenant_entry(all, c, 0, TYPE_ASK, t->request, -1, NULL, &line);
    struct http_request rq = tenant_request(all, c, 0, "POST", "/v1/journal");
    rq.body = line.p;
    rq.len = line.len;
    assert_int_equal(house_send(&all->house, &rq, &rs), 200);
    assert_non_null(strstr(rs.body.p, "\"accepted\""));
    response_release(&rs);
    buf_release(&line);
    tenant_id(t, t->request);
}

/* What each kiosk has of the feed, and the mark that is kept of it. */
static inline void tenant_contact(struct tenants *all, int c)
{
    struct tenant *t = &all->company[c];
    for (int s = 0; s < SITES; s++) {
        struct trailer trailer;
        struct http_response rs;
        size_t lines;
        char mark[LIM_TEXT];
        snprintf(t->mark[s], UUID_TEXT, "%s-%s-mark", company_names[c], site_names[s]);
        snprintf(mark, sizeof(mark), "e - %s", t->mark[s]);
        struct http_request rq = tenant_request(all, c, s, "GET", "/v1/feed");
        rq.mark = mark;
        assert_int_equal(house_send(&all->house, &rq, &rs), 200);
        OK(trailer_check(rs.body.p, rs.body.len, &lines, &trailer, &err));
        str_copy(t->cursor, sizeof(t->cursor), trailer.next);
        str_copy(t->etag, sizeof(t->etag), rs.etag);
        response_release(&rs);
        tenant_id(t, t->mark[s]);
    }
}

static inline void tenants_open(struct tenants *all)
{
    *all = (struct tenants){0};
    house_open(&all->house);
    house_put(&all->house, "", "s",
        "{'type':'source','id':'s','name':'S','checked':'2026-11-24T02:00:00Z'}");
    house_put(&all->house, "", "s",
        "{'type':'course','id':'mig','source':'s','title':'MIG','provider':'P','form':'online'}");
    for (int c = 0; c < COMPANIES; c++) {
        struct tenant *t = &all->company[c];
        char contact[LIM_ID];
        tenant_kiosks(all, c);
        tenant_person(all, c, "worker", "worker", t->worker);
        tenant_person(all, c, "mate", "worker", t->colleague);
        tenant_person(all, c, "boss", "supervisor", t->supervisor);
        tenant_person(all, c, "contact", "contact", contact);
        tenant_records(all, c);
        tenant_ask(all, c);
    }
    for (int c = 0; c < COMPANIES; c++)
        tenant_contact(all, c);
}

/* ---- what is kept ---- */

/* All rows of a table that are of this company, in an order of their own. hidden: columns that are
 * left out, as " table.column table.column ". */
static inline void tenant_rows(struct database *db, const char *table, const char *company,
    const char *hidden, struct buf *out)
{
    char columns[1024] = "", order[256] = "";
    int count = 0;
    bool has_company = false;
    struct sql_stmt *s = sql_columns(db->sql);
    struct err err = {0};
    sql_text(s, 1, table);
    while (sql_step(s, &err) > 0) {
        char name[2 * LIM_ID];
        const char *column = sql_get_text(s, 0);
        snprintf(name, sizeof(name), " %s.%s ", table, column);
        has_company |= strcmp(column, "company") == 0;
        if (strstr(hidden, name))
            continue;
        size_t at = strlen(columns), by = strlen(order);
        snprintf(columns + at, sizeof(columns) - at, "%s%s", count ? "," : "", column);
        snprintf(order + by, sizeof(order) - by, "%s%d", count ? "," : "", count + 1);
        count++;
    }
    if (!has_company)
        return;
    char sql[2048];
    snprintf(sql, sizeof(sql), "SELECT %s FROM %s WHERE company = ?1 ORDER BY %s", columns, table,
        order);
    s = sql_stmt_made(db->sql, sql);
    sql_text(s, 1, company);
    while (sql_step(s, &err) > 0) {
        buf_puts(out, table);
        for (int i = 0; i < count; i++)
            buf_printf(out, "|%s", sql_get_text(s, i));
        buf_putc(out, '\n');
    }
    assert_int_equal(err.code, ERR_NONE);
}

/* All rows of all tables that are of a company, and the marks of its kiosks. */
static inline void tenant_kept(struct tenants *all, int c, const char *hidden, struct buf *out)
{
    static char tables[32][LIM_ID];
    static int count;
    struct database *db = all->house.central.db;
    struct err why = {0};
    if (count == 0) {
        struct sql_stmt *s = sql_tables(db->sql);
        while (sql_step(s, &why) > 0)
            str_copy(tables[count++], LIM_ID, sql_get_text(s, 0));
    }
    for (int i = 0; i < count; i++)
        tenant_rows(db, tables[i], company_names[c], hidden, out);
    for (int s = 0; s < SITES; s++) {
        char name[2 * LIM_ID], mark[UUID_TEXT] = "";
        snprintf(name, sizeof(name), "mark %s", all->company[c].kiosk[s].id);
        OK(database_meta_get(db, name, mark, sizeof(mark), &err));
        buf_printf(out, "%s|%s\n", name, mark);
    }
    assert_false(out->overflow);
}

#endif
