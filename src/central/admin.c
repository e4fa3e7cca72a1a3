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
    if (strchr(site, ';'))
        return err_set(err, ERR_USAGE, "a kiosk stands at one site");
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
    cell(out, k->site, 16);
    fprintf(out, "%s\n", k->name);
}

int admin_list_kiosks(struct database *db, FILE *out, struct err *err)
{
    cell(out, "ID", 36);
    cell(out, "COMPANY", 16);
    cell(out, "STATE", 8);
    cell(out, "LAST CONTACT", 20);
    cell(out, "SITE", 16);
    fprintf(out, "NAME\n");
    return database_kiosks(db, see_kiosk, out, err);
}
