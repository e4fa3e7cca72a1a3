/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/fund.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "proto/codec.h"
#include "support/measure.h"

static void check(int rc, const struct err *err)
{
    if (rc < 0)
        die(err->msg);
}

static void put(struct database *db, const char *company, const char *text)
{
    struct arena mem = {0};
    struct record r;
    struct err err = {0};
    enum put_result result;
    check(record_from_json(text, strlen(text), &mem, &r, &err), &err);
    check(database_put(db, company, "s", &r, false, &result, &err), &err);
    arena_release(&mem);
}

static void add_people(struct database *db, const char *company)
{
    for (int i = 0; i < FUND_PEOPLE; i++) {
        char line[300];
        snprintf(line, sizeof(line),
            "{\"type\":\"person\",\"id\":\"p%d\",\"name\":\"Person %d\",\"team\":\"t%d\","
            "\"role\":\"%s\",\"badge\":\"%064d\"}",
            i, i, i / 10, i % 10 ? "worker" : "supervisor", i);
        put(db, company, line);
    }
}

static void add_kiosk(struct fund *f, struct database *db, int i)
{
    struct err err = {0};
    struct kiosk *k = &f->kiosk[i];
    struct enrol_code code = {.expires = clock_now()};
    char hash[DIGEST_HEX];
    snprintf(k->name, sizeof(k->name), "Hal %d", i);
    snprintf(k->company, sizeof(k->company), "c%d", i % FUND_COMPANIES);
    snprintf(code.handle, sizeof(code.handle), "h%d", i);
    random_key_hex(code.hash);
    random_key_hex(f->token[i]);
    sha256_hex(f->token[i], LIM_TOKEN, hash);
    check(database_kiosk_add(db, k, &code, &err), &err);
    check(database_kiosk_enrol(db, k->id, hash, &err), &err);
}

void fund_add(struct fund *f, const char *where, bool courses)
{
    struct database *db;
    struct err err = {0};
    char text[300], key[KEY_HEX];
    check(database_open(&db, where, &err), &err);
    check(database_begin(db, &err), &err);
    put(db, "",
        "{\"type\":\"source\",\"id\":\"s\",\"name\":\"S\",\"checked\":\"2026-11-24T02:00:00Z\"}");
    for (int i = 0; courses && i < FUND_COURSES; i++) {
        snprintf(text, sizeof(text),
            "{\"type\":\"course\",\"id\":\"course%d\",\"source\":\"s\",\"title\":\"Course %d\","
            "\"provider\":\"P\",\"form\":\"online\"}",
            i, i);
        put(db, "", text);
    }
    for (int i = 0; i < FUND_COMPANIES; i++) {
        snprintf(text, sizeof(text), "c%d", i);
        check(database_company(db, text, key, &err), &err);
        add_people(db, text);
    }
    for (int i = 0; i < FUND_KIOSKS; i++)
        add_kiosk(f, db, i);
    check(database_commit(db, &err), &err);
    database_close(db);
}
