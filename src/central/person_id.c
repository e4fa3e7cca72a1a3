/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/person_id.h"

#include <stdio.h>
#include <string.h>

#include "central/database_rights.h"
#include "central/kept.h"

int person_id_of_badge(
    const char *badge_key, const char *badge, char hash[DIGEST_HEX], char id[PERSON_ID])
{
    char digest[DIGEST_HEX], text[DIGEST_HEX + 8];
    if (badge_hash(badge_key, badge, hash) < 0)
        return -1;
    snprintf(text, sizeof(text), "person %s", hash);
    keyed_hash_hex(badge_key, text, digest);
    str_copy(id, PERSON_ID, digest);
    return 0;
}

/* ---- by badge or id ---- */

struct finding {
    const char *named, *by_badge;
    char *id;
};

static int see_person(void *context, const char *person, struct err *err)
{
    (void)err;
    struct finding *f = context;
    if (strcmp(person, f->named) == 0 || strcmp(person, f->by_badge) == 0)
        str_copy(f->id, LIM_ID, person);
    return 0;
}

static int see_company(void *context, const char *company, struct err *err)
{
    (void)err;
    struct finding *f = context;
    if (strcmp(company, f->named) == 0)
        str_copy(f->id, LIM_ID, company);
    return 0;
}

/* The key is made with the company, so a company that is not there has none. */
static int key_of(struct database *db, const char *company, char key[KEY_HEX], struct err *err)
{
    char found[LIM_ID] = "";
    struct finding f = {.named = company, .id = found};
    if (database_each_company(db, see_company, &f, err) < 0)
        return -1;
    if (!*found)
        return err_set(err, ERR_NOT_FOUND, "there is no company %.60s", company);
    return database_company(db, company, key, err);
}

int person_id_find(
    struct database *db, const char *company, const char *named, char id[LIM_ID], struct err *err)
{
    char key[KEY_HEX], hash[DIGEST_HEX], by_badge[PERSON_ID] = "";
    struct finding f = {named, by_badge, id};
    id[0] = '\0';
    if (key_of(db, company, key, err) < 0)
        return -1;
    if (person_id_of_badge(key, named, hash, by_badge) < 0)
        by_badge[0] = '\0'; /* then it can only be an id */
    memory_wipe(key, sizeof(key));
    if (database_people_ever(db, company, see_person, &f, err) < 0)
        return -1;
    for (const struct kept_table *t = kept_tables; t->name && !*id; t++)
        if (t->person &&
            database_table_people(db, t->name, t->person, company, see_person, &f, err) < 0)
            return -1;
    if (!*id)
        return err_set(
            err, ERR_NOT_FOUND, "company %.60s has nobody with this badge or id", company);
    return 0;
}
