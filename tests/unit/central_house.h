/* SPDX-License-Identifier: EUPL-1.2 */
/* A server without sockets, with a database of its own: two companies, a catalogue, two kiosks. */
#ifndef ACHT_TESTS_CENTRAL_HOUSE_H
#define ACHT_TESTS_CENTRAL_HOUSE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "central/admin.h"
#include "central/database_inner.h"
#include "central/people.h"
#include "central/route.h"
#include "house_postgres.h"
#include "support/contract_house.h"

#define NOW INT64_C(1795521600000) /* 2026-11-24T12:00:00Z */
#define MINUTE INT64_C(60000)
#define TOKEN_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define TOKEN_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

struct house {
    char dir[32], path[64];
    char where[256]; /* what it is opened with: the path, or a URL with a schema of its own */
    char schema[24];
    struct central central;
    struct secrets secrets;
    struct kiosk a, b; /* of companies "amber" and "beril" */
};

#define OK(call)                                                                                   \
    do {                                                                                           \
        struct err err = {0};                                                                      \
        if ((call) < 0)                                                                            \
            fail_msg("%s:%d: %s", __FILE__, __LINE__, err.msg);                                    \
    } while (0)

/* The same in every house. */
static inline void house_secrets(struct secrets *s)
{
    seal_keys_from_secret(TOKEN_B, &s->keys);
    str_copy(s->pepper, sizeof(s->pepper), TOKEN_A);
}

/* ACHT_BACK_END=postgres: not in a file. */
static inline void house_where(struct house *h)
{
    str_copy(h->where, sizeof(h->where), h->path);
    if (house_is_postgres())
        house_schema_take(h->schema, h->where, sizeof(h->where));
}

/* How often a test that repeats itself does so: less where each round goes to another program. */
static inline int house_rounds(int n)
{
    return house_is_postgres() && n > 20 ? n / 20 : n;
}

/* Of a list of cases, each n-th there. */
static inline int house_every(int n)
{
    return house_is_postgres() ? n : 1;
}

static inline void house_open(struct house *h)
{
    *h = (struct house){.dir = "/dev/shm/acht-central-XXXXXX"}; /* many small commits */
    if (!mkdtemp(h->dir)) {
        str_copy(h->dir, sizeof(h->dir), "/tmp/acht-central-XXXXXX");
        assert_non_null(mkdtemp(h->dir));
    }
    snprintf(h->path, sizeof(h->path), "%s/central.db", h->dir);
    house_where(h);
    OK(database_open(&h->central.db, h->where, &err));
    house_secrets(&h->secrets);
    h->central.secrets = &h->secrets;
    h->central.pages = pages_new();
    OK(secrets_bind(h->central.db, &h->secrets, "secrets", &err));
}

static inline void house_close(struct house *h)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-writer", ".csv", ".map"};
    database_close(h->central.db);
    pages_free(h->central.pages);
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        char file[80];
        snprintf(file, sizeof(file), "%s%s", h->path, endings[i]);
        unlink(file);
    }
    rmdir(h->dir);
    if (house_is_postgres())
        house_schema(h->schema)->used = false;
}

/* Statements, split by ';', within a transaction. */
static inline int house_sql(struct database *db, const char *text, struct err *err)
{
    int rc = 0;
    while (rc == 0 && *text) {
        char one[2048];
        size_t len = strcspn(text, ";");
        if (len >= sizeof(one))
            return err_set(err, ERR_USAGE, "a statement of the test is too long");
        snprintf(one, sizeof(one), "%.*s", (int)len, text);
        text += len + (text[len] == ';');
        if (strspn(one, " ") < len)
            rc = sql_run(sql_stmt_made(db->sql, one), err);
    }
    return rc;
}

static inline void house_kiosk(
    struct house *h, const char *company, const char *token, struct kiosk *kiosk)
{
    char code[CODE_TEXT], hash[DIGEST_HEX];
    OK(admin_add_kiosk(h->central.db, "Hal 3", company, "", NOW, code, kiosk, &err));
    sha256_hex(token, strlen(token), hash);
    OK(database_begin(h->central.db, &err));
    OK(database_kiosk_enrol(h->central.db, kiosk->id, hash, &err));
    OK(database_commit(h->central.db, &err));
}

/* Puts a record that is given as its line of JSON, with ' for ". */
static inline void house_put(
    struct house *h, const char *company, const char *source, const char *line)
{
    char text[1024];
    struct arena mem = {0};
    struct record r;
    enum put_result result;
    str_copy(text, sizeof(text), line);
    for (char *c = text; (c = strchr(c, '\''));)
        *c = '"';
    OK(record_from_json(text, strlen(text), &mem, &r, &err));
    OK(database_begin(h->central.db, &err));
    OK(database_put(h->central.db, company, source, &r, false, &result, &err));
    if (r.type == type_get(TYPE_PERSON)) { /* who always was what he is */
        struct member m = {
            .person = r.id, .first = NO_NUMBER, .last = NO_NUMBER, .body = r.gone ? "{}" : text};
        OK(database_standing_put(h->central.db, company, &m, 0, &err));
    }
    OK(database_commit(h->central.db, &err));
    arena_release(&mem);
}

#define BADGE "'badge':'0000000000000000000000000000000000000000000000000000000000000000'"

/* The two companies, three people, two courses, and runs of every kind. */
static inline void house_fill(struct house *h)
{
    house_kiosk(h, "amber", TOKEN_A, &h->a);
    house_kiosk(h, "beril", TOKEN_B, &h->b);
    house_put(h, "amber", "roster",
        "{'type':'person','id':'anna','name':'Anna','role':'worker'," BADGE "}");
    house_put(h, "amber", "roster",
        "{'type':'person','id':'aad','name':'Aad','role':'worker'," BADGE "}");
    house_put(h, "beril", "roster",
        "{'type':'person','id':'bea','name':'Bea','role':'worker'," BADGE "}");
    house_put(h, "", "s", "{'type':'source','id':'s','name':'S','checked':'2026-11-24T02:00:00Z'}");
    house_put(h, "", "s",
        "{'type':'course','id':'mig','source':'s','title':'MIG','provider':'P','form':'online'}");
    house_put(h, "", "s",
        "{'type':'course','id':'tig','source':'s','title':'TIG','provider':'P','form':'online'}");
    house_put(h, "", "s",
        "{'type':'run','id':'soon','course':'mig','start':'2026-12-01','seats_left':4}");
    house_put(h, "", "s",
        "{'type':'run','id':'full','course':'mig','start':'2026-12-01','seats_left':0}");
    house_put(h, "", "s", "{'type':'run','id':'today','course':'mig','start':'2026-11-24'}");
    house_put(h, "", "s", "{'type':'run','id':'past','course':'mig','start':'2026-11-23'}");
    house_put(h, "", "s", "{'type':'run','id':'other','course':'tig'}");
}

/* ---- entries ---- */

struct ask {
    const char *id; /* its last digits */
    const char *person, *course, *run, *made_at;
};

/* The line of an ask made on this kiosk. */
static inline void house_ask(const struct kiosk *kiosk, const struct ask *a, struct buf *out)
{
    char id[UUID_TEXT];
    snprintf(id, sizeof(id), "01936c5e-0000-7000-8000-%012d", (int)strtol(a->id, NULL, 10));
    struct entry e = {.id = id, .kiosk = kiosk->id, .epoch = "e", .seq = 1};
    OK(instant_parse(a->made_at ? a->made_at : "2026-11-24T10:00:00Z", &e.made_at, &err));
    record_init(&e.fields, TYPE_ASK);
    e.fields.id = id;
    record_set_text(&e.fields, ASK_person, a->person);
    record_set_text(&e.fields, ASK_course, a->course);
    record_set_text(&e.fields, ASK_run, a->run ? a->run : "");
    record_set_text(&e.fields, ASK_title, "A title");
    assert_int_equal(entry_to_json(&e, out), 0);
    buf_putc(out, '\n');
}

/* ---- requests ---- */

static inline struct http_request house_request(
    const char *method, const char *path, const char *token)
{
    static char authorization[128];
    snprintf(authorization, sizeof(authorization), "Bearer %s", token);
    return (struct http_request){.method = method,
        .path = path,
        .cursor = "",
        .authorization = *token ? authorization : "",
        .if_none_match = "",
        .body = "",
        .now = NOW,
        .clock = NO_NUMBER,
        .slow = SLOW_NOW};
}

/* Asks, and leaves the answer, which is as the contract says, in rs, which the caller releases. */
static inline int house_send(
    struct house *h, const struct http_request *rq, struct http_response *rs)
{
    response_init(rs);
    route(rq, &h->central, rs);
    contract_hold(rq, rs);
    return rs->status;
}

static inline int house_post(struct house *h, const char *path, const char *token, const char *body,
    size_t len, struct http_response *rs)
{
    struct http_request rq = house_request("POST", path, token);
    rq.body = body;
    rq.len = len;
    return house_send(h, &rq, rs);
}

/* Line i of an answer, without its newline; NULL past the end. */
static inline const char *house_line(const struct http_response *rs, int i, size_t *len)
{
    const char *at = rs->body.p;
    for (; i > 0 && *at; i--)
        at += strcspn(at, "\n") + 1;
    *len = strcspn(at, "\n");
    return *at ? at : NULL;
}

/* Everything of a type that stands in the end, as sorted lines. */
static inline int house_compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

struct house_lines {
    char *line[64];
    int count;
};

static inline void house_see(void *context, const char *company, const char *body)
{
    struct house_lines *lines = context;
    struct buf line = BUF_INIT(LIM_LINE);
    buf_printf(&line, "%s %s\n", company, body);
    lines->line[lines->count++] = buf_take(&line);
}

static inline void house_dump(struct house *h, enum type_id type, struct buf *out)
{
    struct house_lines lines = {0};
    OK(database_each(h->central.db, type, NULL, house_see, &lines, &err));
    qsort(lines.line, (size_t)lines.count, sizeof(lines.line[0]), house_compare);
    for (int i = 0; i < lines.count; i++) {
        buf_puts(out, lines.line[i]);
        free(lines.line[i]);
    }
}

#endif
