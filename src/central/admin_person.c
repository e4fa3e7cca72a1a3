/* SPDX-License-Identifier: EUPL-1.2 */
/* One-time codes for people, given at the shell. */
#include <string.h>

#include "central/admin.h"
#include "central/audit.h"
#include "central/people.h"
#include "central/pin.h"

static int choose_company(
    struct database *db, const char *company, char out[LIM_ID], struct err *err)
{
    struct arena mem = {0};
    const char **ids;
    int64_t count = 0, found = -1;
    int rc = database_companies(db, &mem, &ids, &count, err);
    for (int64_t i = 0; rc == 0 && i < count; i++)
        if (company ? strcmp(ids[i], company) == 0 : count == 1)
            found = i;
    if (rc == 0 && found >= 0)
        str_copy(out, LIM_ID, ids[found]);
    arena_release(&mem);
    if (rc < 0 || found >= 0)
        return rc;
    if (company || count == 0)
        return err_set(err, ERR_NOT_FOUND, "there is no company %.60s", company ? company : "yet");
    return err_set(
        err, ERR_USAGE, "there are %lld companies: say which with --company", (long long)count);
}

static int find_person(struct database *db, const char *company, const char *badge,
    struct arena *mem, struct record *who, struct err *err)
{
    char key[KEY_HEX], hash[DIGEST_HEX];
    if (database_company(db, company, key, err) < 0)
        return -1;
    int rc = badge_hash(key, badge, hash) < 0
                 ? 0
                 : database_person_by_badge(db, company, hash, mem, who, err);
    memory_wipe(key, sizeof(key));
    return rc == 0 ? err_set(err, ERR_NOT_FOUND, "nobody of %s has this badge", company) : rc;
}

static int give_code(struct database *db, const struct secrets *secrets, const char *badge,
    int64_t now, struct arena *mem, struct admin_code *out, struct err *err)
{
    struct record who;
    char digits[LIM_CODE + 1];
    record_init(&who, TYPE_PERSON);
    if (find_person(db, out->company, badge, mem, &who, err) < 0)
        return -1;
    const struct audit_line line = {.event = AUDIT_code_given,
        .at = now,
        .actor = "",
        .subject = who.id,
        .request = "",
        .kiosk = ""};
    pin_code_make(digits);
    pin_code_show(digits, out->text);
    str_copy(out->name, sizeof(out->name), record_text(&who, PERSON_name));
    out->expires = now + PIN_CODE_LIFE;
    int rc = pin_code_keep(db, secrets, out->company, who.id, digits, now, err);
    memory_wipe(digits, sizeof(digits));
    return rc < 0 ? -1 : audit_add(db, out->company, &line, err);
}

int admin_person_code(struct database *db, const struct secrets *secrets, const char *badge,
    const char *company, int64_t now, struct admin_code *out, struct err *err)
{
    struct arena mem = {0};
    *out = (struct admin_code){0};
    if (choose_company(db, company, out->company, err) < 0 || database_begin(db, err) < 0)
        return -1;
    int rc = give_code(db, secrets, badge, now, &mem, out, err);
    if (rc == 0)
        rc = database_commit(db, err);
    if (rc < 0)
        database_rollback(db);
    arena_release(&mem);
    return rc;
}
