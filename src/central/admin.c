/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/admin.h"

#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "central/audit.h"

/* ---- kiosks ---- */

static int check_name(const char *what, const char *name, struct err *err)
{
    struct buf safe = BUF_INIT(LIM_TEXT);
    bool good = utf8_valid(name, strlen(name)) &&
                utf8_sanitize(&safe, name, strlen(name), false) == 0 && safe.len > 0 &&
                safe.len < LIM_ID && strcmp(safe.p, name) == 0;
    buf_release(&safe);
    if (!good)
        return err_set(
            err, ERR_USAGE, "the name of a %s is a plain text of 1 to %d bytes", what, LIM_ID - 1);
    return 0;
}

/* Handles are few enough to meet twice. */
static int make_code(struct database *db, int64_t now, char text[CODE_TEXT],
    struct enrol_code *code, struct err *err)
{
    struct kiosk other;
    struct enrol_code taken;
    int rc;
    do {
        code_make(now, text, code);
        rc = database_kiosk_by_code(db, code->handle, &other, &taken, err);
    } while (rc > 0);
    return rc;
}

static int add_kiosk(
    struct database *db, int64_t now, char text[CODE_TEXT], struct kiosk *kiosk, struct err *err)
{
    char badge_key[KEY_HEX];
    struct enrol_code code;
    if (database_company(db, kiosk->company, badge_key, err) < 0 ||
        make_code(db, now, text, &code, err) < 0)
        return -1;
    memory_wipe(badge_key, sizeof(badge_key));
    if (company_publish(db, kiosk->company, err) < 0 ||
        database_kiosk_add(db, kiosk, &code, err) < 0)
        return -1;
    struct audit_line line = {AUDIT_kiosk_added, now, "", "", "", kiosk->id};
    return audit_add(db, kiosk->company, &line, err);
}

int admin_add_kiosk(struct database *db, const char *name, const char *company, const char *site,
    int64_t now, char code[CODE_TEXT], struct kiosk *kiosk, struct err *err)
{
    if (check_name("kiosk", name, err) < 0 || (*site && check_name("site", site, err) < 0))
        return -1;
    if (!id_valid(company))
        return err_set(err, ERR_USAGE, "'%.60s' cannot name a company", company);
    *kiosk = (struct kiosk){.contact = NO_NUMBER};
    str_copy(kiosk->name, sizeof(kiosk->name), name);
    str_copy(kiosk->company, sizeof(kiosk->company), company);
    str_copy(kiosk->site, sizeof(kiosk->site), site);
    if (database_begin(db, err) < 0)
        return -1;
    if (add_kiosk(db, now, code, kiosk, err) == 0 && database_commit(db, err) == 0)
        return 0;
    database_rollback(db);
    return -1;
}

/* Of the kiosks, the one that was meant. */
struct revoked {
    const char *name;
    struct kiosk kiosk;
};

static void see_revoked(void *context, const struct kiosk *k)
{
    struct revoked *r = context;
    if (strcmp(k->id, r->name) == 0 || strcmp(k->name, r->name) == 0)
        r->kiosk = *k;
}

static int revoke(struct database *db, const char *name, int64_t now, struct err *err)
{
    struct revoked r = {.name = name};
    int rc = database_kiosk_revoke(db, name, err);
    if (rc == 0)
        return err_set(err, ERR_NOT_FOUND, "there is no kiosk %.80s", name);
    if (rc < 0 || database_kiosks(db, see_revoked, &r, err) < 0)
        return -1;
    struct audit_line line = {AUDIT_kiosk_revoked, now, "", "", "", r.kiosk.id};
    return audit_add(db, r.kiosk.company, &line, err);
}

int admin_revoke_kiosk(struct database *db, const char *name, struct err *err)
{
    if (database_begin(db, err) < 0)
        return -1;
    if (revoke(db, name, clock_now(), err) == 0 && database_commit(db, err) == 0)
        return 0;
    database_rollback(db);
    return -1;
}

/* ---- lists ---- */

static void cell(FILE *out, const char *text, int width)
{
    int pad = width - utf8_width(text);
    fprintf(out, "%s%*s", text, pad > 0 ? pad + 2 : 2, "");
}

static void instant_cell(FILE *out, int64_t instant)
{
    char text[32] = "never";
    if (instant != NO_NUMBER)
        instant_format(instant, text);
    cell(out, text, 20);
}

static void see_kiosk(void *context, const struct kiosk *k)
{
    FILE *out = context;
    cell(out, k->id, 36);
    cell(out, k->company, 16);
    cell(out, k->revoked ? "revoked" : k->enrolled ? "enrolled" : "waiting", 8);
    instant_cell(out, k->contact);
    fprintf(out, "%s\n", k->name);
}

int admin_list_kiosks(struct database *db, FILE *out, struct err *err)
{
    cell(out, "ID", 36);
    cell(out, "COMPANY", 16);
    cell(out, "STATE", 8);
    cell(out, "LAST CONTACT", 20);
    fprintf(out, "NAME\n");
    return database_kiosks(db, see_kiosk, out, err);
}

struct request_list {
    struct database *db;
    FILE *out;
    bool json;
    int64_t count;
    int rc;
    struct err *err;
    struct arena mem;
};

static void json_row(struct request_list *l, const char *company, const char *body)
{
    fprintf(l->out, "%s\n{\"company\":\"%s\",%s", l->count ? "," : "", company, body + 1);
}

static const char *person_name(
    struct request_list *l, const char *company, const char *id, struct record *person)
{
    int rc = database_get(l->db, company, TYPE_PERSON, id, &l->mem, person, l->err);
    if (rc < 0)
        l->rc = -1;
    return rc > 0 ? record_text(person, PERSON_name) : "?";
}

static void text_row(struct request_list *l, const char *company, const char *body)
{
    struct record r, person;
    char state[LIM_ID], reason[LIM_ID];
    if (record_from_json(body, strlen(body), &l->mem, &r, l->err) != 0) {
        l->rc = err_set(l->err, ERR_CORRUPT, "a request cannot be read back");
        return;
    }
    choice_name(r.type->fields[REQUEST_state].choices, record_number(&r, REQUEST_state), state);
    choice_name(r.type->fields[REQUEST_reason].choices, record_number(&r, REQUEST_reason), reason);
    instant_cell(l->out, record_number(&r, REQUEST_asked_at));
    cell(l->out, company, 16);
    cell(l->out, state, 8);
    cell(l->out, reason, 15);
    cell(l->out, person_name(l, company, record_text(&r, REQUEST_person), &person), 24);
    fprintf(l->out, "%s\n", record_text(&r, REQUEST_title));
}

static void see_request(void *context, const char *company, const char *body)
{
    struct request_list *l = context;
    arena_clear(&l->mem);
    if (l->rc == 0 && l->json)
        json_row(l, company, body);
    else if (l->rc == 0)
        text_row(l, company, body);
    l->count++;
}

static void list_head(const struct request_list *l)
{
    if (l->json) {
        fputc('[', l->out);
        return;
    }
    cell(l->out, "ASKED", 20);
    cell(l->out, "COMPANY", 16);
    cell(l->out, "STATE", 8);
    cell(l->out, "REASON", 15);
    cell(l->out, "PERSON", 24);
    fprintf(l->out, "COURSE\n");
}

int admin_list_requests(
    struct database *db, const char *company, bool json, FILE *out, struct err *err)
{
    struct request_list l = {.db = db, .out = out, .json = json, .err = err};
    if (company && !id_valid(company))
        return err_set(err, ERR_USAGE, "'%.60s' cannot name a company", company);
    list_head(&l);
    if (database_each(db, TYPE_REQUEST, company, see_request, &l, err) < 0)
        l.rc = -1;
    if (json)
        fprintf(out, "%s]\n", l.count ? "\n" : "");
    arena_release(&l.mem);
    return l.rc;
}
