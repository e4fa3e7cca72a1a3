/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/direct.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "central/admin.h"
#include "support/contract_house.h"
#include "support/contract_sync.h"

static void must(int rc, const struct err *err)
{
    if (rc < 0)
        BUG("%s", err->msg);
}

/* ---- the database ---- */

static void open_database(struct direct *d)
{
    struct err err = {0};
    must(database_open(&d->central.db, d->path, &err), &err);
    must(secrets_bind(d->central.db, &d->secrets, "secrets", &err), &err);
    d->central.secrets = &d->secrets;
}

static void put(struct direct *d, const char *company, const char *text)
{
    struct arena mem = {0};
    struct record r;
    struct err err = {0};
    enum put_result result;
    must(record_from_json(text, strlen(text), &mem, &r, &err), &err);
    must(database_put(d->central.db, company, "s", &r, false, &result, &err), &err);
    arena_release(&mem);
}

static void fill(struct direct *d, int people, int courses)
{
    char text[512];
    struct err err = {0};
    must(database_begin(d->central.db, &err), &err);
    put(d, "",
        "{\"type\":\"source\",\"id\":\"s\",\"name\":\"S\","
        "\"checked\":\"2026-11-24T02:00:00Z\"}");
    for (int i = 0; i < people; i++) {
        snprintf(text, sizeof(text),
            "{\"type\":\"person\",\"id\":\"p%d\",\"name\":\"Person %d\","
            "\"role\":\"worker\",\"badge\":\"%064d\"}",
            i, i, i);
        put(d, "acme", text);
    }
    for (int i = 0; i < courses; i++) {
        snprintf(text, sizeof(text),
            "{\"type\":\"course\",\"id\":\"c%d\",\"source\":\"s\","
            "\"title\":\"Course %d\",\"provider\":\"P\",\"form\":\"online\"}",
            i, i);
        put(d, "", text);
    }
    must(database_commit(d->central.db, &err), &err);
}

void direct_open(struct direct *d, const char *dir, int people, int courses, FILE *log)
{
    struct kiosk kiosk;
    struct err err = {0};
    char code[CODE_TEXT];
    *d = (struct direct){.central = {.log = log}};
    snprintf(d->path, sizeof(d->path), "%.200s/central.db", dir);
    seal_keys_make(&d->secrets.keys);
    random_key_hex(d->secrets.pepper);
    open_database(d);
    must(
        admin_add_kiosk(d->central.db, "first", "acme", "", clock_now(), code, &kiosk, &err), &err);
    fill(d, people, courses);
}

void direct_close(struct direct *d)
{
    database_close(d->central.db);
    d->central.db = NULL;
}

void copy_file(const char *from, const char *to)
{
    char chunk[1 << 16];
    size_t n;
    FILE *in = fopen(from, "r"), *out = fopen(to, "w");
    if (!in || !out)
        BUG("cannot copy %s to %s", from, to);
    while ((n = fread(chunk, 1, sizeof(chunk), in)) > 0)
        if (fwrite(chunk, 1, n, out) != n)
            BUG("cannot write %s", to);
    fclose(in);
    if (fclose(out) != 0)
        BUG("cannot write %s", to);
}

void direct_backup(struct direct *d, const char *to)
{
    direct_close(d); /* which leaves all of it in the one file */
    copy_file(d->path, to);
    open_database(d);
}

void direct_restore(struct direct *d, const char *from)
{
    direct_close(d);
    copy_file(from, d->path);
    open_database(d);
}

/* ---- the line ---- */

static void read_answer(struct direct *d, const struct http_response *rs, struct response *r)
{
    r->status = rs->status;
    str_copy(r->type, sizeof(r->type), rs->type ? rs->type : "");
    str_copy(r->server_id, sizeof(r->server_id), database_server_id(d->central.db));
    str_copy(r->mark, sizeof(r->mark), rs->mark);
    r->renew = rs->renew && rs->status < 400;
    buf_add(&r->body, rs->body.p, rs->body.len);
}

static int exchange(struct transport *t, const struct request *q, struct response *r,
    enum cause *cause, struct err *err)
{
    (void)err;
    *cause = CAUSE_ok;
    struct direct_line *line = (struct direct_line *)t;
    struct http_response rs;
    char path[LIM_URL], cursor[LIM_CURSOR] = "", tag[LIM_CURSOR + 2] = "";
    line->requests++;
    contract_hold_request(q, *line->authorization);
    str_copy(path, sizeof(path), q->path);
    char *query = strchr(path, '?');
    if (query) {
        *query = '\0';
        str_copy(cursor, sizeof(cursor), query + strlen("?cursor=")); /* digits, letters, dots */
    }
    if (q->known && *q->known)
        snprintf(tag, sizeof(tag), "\"%s\"", q->known);
    char other[128];
    snprintf(other, sizeof(other), "Bearer %s", q->token ? q->token : "");
    struct http_request rq = {.method = q->type ? "POST" : "GET",
        .path = path,
        .cursor = cursor,
        .authorization = q->token ? other : line->authorization,
        .if_none_match = tag,
        .body = q->body ? q->body : "",
        .len = q->len,
        .now = t->now ? t->now(t) : clock_now(),
        .clock = q->clock ? q->clock : NO_NUMBER,
        .mark = q->mark && !line->unmarked ? q->mark : ""};
    response_init(&rs);
    if (line->revoked)
        response_error(&rs, 401, ERROR_REVOKED, "this kiosk was revoked");
    else
        route(&rq, &line->server->central, &rs);
    contract_hold(&rq, &rs);
    read_answer(line->server, &rs, r);
    response_release(&rs);
    return 0;
}

void direct_enrol(struct direct *d, const char *name, struct enrolment *e, struct direct_line *line)
{
    struct kiosk kiosk;
    struct err err = {0};
    char code[CODE_TEXT], hash[DIGEST_HEX];
    *e = (struct enrolment){0};
    *line = (struct direct_line){.base = {.exchange = exchange}, .server = d};
    must(admin_add_kiosk(d->central.db, name, "acme", "", clock_now(), code, &kiosk, &err), &err);
    random_key_hex(e->token);
    random_key_hex(e->badge_key);
    sha256_hex(e->token, strlen(e->token), hash);
    must(database_begin(d->central.db, &err), &err);
    must(database_kiosk_enrol(d->central.db, kiosk.id, hash, &err), &err);
    must(database_commit(d->central.db, &err), &err);
    str_copy(e->kiosk, sizeof(e->kiosk), kiosk.id);
    str_copy(e->name, sizeof(e->name), name);
    str_copy(e->company, sizeof(e->company), "acme");
    str_copy(e->server_id, sizeof(e->server_id), database_server_id(d->central.db));
    snprintf(line->authorization, sizeof(line->authorization), "Bearer %s", e->token);
}
