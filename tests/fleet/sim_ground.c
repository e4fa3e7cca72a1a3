/* SPDX-License-Identifier: EUPL-1.2 */
/* The ground that a fleet stands on: companies, people, courses and enrolled kiosks. */
#include <stdio.h>
#include <string.h>

#include "central/admin.h"
#include "central/sql.h"
#include "fleet/sim_inner.h"

static int put(struct sim *f, const char *company, const char *text, struct err *err)
{
    struct arena mem = {0};
    struct record r;
    enum put_result result;
    int rc = record_from_json(text, strlen(text), &mem, &r, err);
    if (rc == 0)
        rc = database_put(f->central.db, company, "fleet", &r, false, &result, err);
    arena_release(&mem);
    return rc;
}

static int put_courses(struct sim *f, struct err *err)
{
    char text[512];
    int rc = put(f, "",
        "{\"type\":\"source\",\"id\":\"fleet\",\"name\":\"made up\","
        "\"checked\":\"2026-11-24T02:00:00Z\"}",
        err);
    for (int i = 0; i < f->options.courses && rc == 0; i++) {
        snprintf(text, sizeof(text),
            "{\"type\":\"course\",\"id\":\"fleet-c%d\",\"source\":\"fleet\","
            "\"title\":\"Course %d\",\"provider\":\"P\",\"form\":\"online\"}",
            i, i);
        rc = put(f, "", text, err);
    }
    return rc;
}

static int put_people(struct sim *f, const char *company, struct err *err)
{
    char text[512];
    int rc = 0;
    for (int i = 0; i < f->options.people && rc == 0; i++) {
        snprintf(text, sizeof(text),
            "{\"type\":\"person\",\"id\":\"p%d\",\"name\":\"Person %d\","
            "\"role\":\"worker\",\"badge\":\"%064d\"}",
            i, i, i);
        rc = put(f, company, text, err);
    }
    return rc;
}

/* Its token is made here: of a code that is typed there is nothing to learn. */
static int enrol(struct sim *f, struct machine *k, struct err *err)
{
    struct kiosk kiosk;
    char code[CODE_TEXT], hash[DIGEST_HEX], company[LIM_ID];
    company_name(machine_company(k), company);
    random_key_hex(k->token);
    sha256_hex(k->token, strlen(k->token), hash);
    if (admin_add_kiosk(f->central.db, k->name, company, "", f->start, code, &kiosk, err) < 0 ||
        database_kiosk_enrol(f->central.db, kiosk.id, hash, err) < 0)
        return -1;
    return str_copy(k->id, sizeof(k->id), kiosk.id);
}

static int fill_company(struct sim *f, int company, struct err *err)
{
    int first = company * f->options.per_company, n = f->options.per_company;
    char name[LIM_ID];
    company_name(company, name);
    for (int i = first; i < first + n && i < f->options.kiosks; i++)
        if (enrol(f, &f->machines[i], err) < 0)
            return -1;
    return put_people(f, name, err);
}

static int begin_and(
    struct sim *f, int (*fill)(struct sim *, int, struct err *), int n, struct err *err)
{
    if (database_group_begin(f->central.db, err) < 0)
        return -1;
    return database_group_commit(f->central.db, fill(f, n, err), err);
}

static int fill_courses(struct sim *f, int unused, struct err *err)
{
    (void)unused;
    return put_courses(f, err);
}

static int open_secrets(struct sim *f, struct err *err)
{
    char path[LIM_URL];
    if (f->options.secrets)
        str_copy(path, sizeof(path), f->options.secrets);
    else if (sql_is_url(f->database))
        return err_set(err, ERR_USAGE, "a database that is not a file needs its secrets' file");
    else
        snprintf(path, sizeof(path), "%.400s.secrets", f->database);
    return secrets_open(f->central.db, path, &f->secrets, err);
}

int ground_open(struct sim *f, struct err *err)
{
    if (database_open(&f->central.db, f->database, err) < 0 || open_secrets(f, err) < 0 ||
        database_count(f->central.db, TYPE_REQUEST, &f->requests_before, err) < 0)
        return -1;
    f->central.secrets = &f->secrets;
    int rc = begin_and(f, fill_courses, 0, err);
    for (int i = 0; i < f->companies && rc == 0; i++)
        rc = begin_and(f, fill_company, i, err);
    return rc;
}
