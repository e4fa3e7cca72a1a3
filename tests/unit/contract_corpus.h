/* SPDX-License-Identifier: EUPL-1.2 */
/* What travels, to hold a document to: requests and answers over a socket, and lines with every
 * field of every type. */
#ifndef ACHT_TESTS_CONTRACT_CORPUS_H
#define ACHT_TESTS_CONTRACT_CORPUS_H

#include "proto/codec.h"
#include "served.h"
#include "support/contract_http.h"

struct exchange {
    const char *method;
    char target[160];
    struct contract_message asked;
    bool asked_well; /* else the request is not as the document says */
    bool sample;     /* its one line is the first of its kind */
    struct contract_answered answer;
    char *body; /* of the request, or of an answer that was made here; freed */
};

struct corpus {
    struct exchange *all;
    int count;
};
#define CORPUS_MAX 600

/* 0 when all of it is as the document says. */
static inline int exchange_holds(
    const struct contract *c, const struct exchange *x, struct err *err)
{
    if (x->asked_well && contract_request(c, x->method, x->target, &x->asked, err) < 0)
        return -1;
    if (!x->answer.status)
        return 0;
    return contract_answer(c, x->method, x->target, x->answer.status, &x->answer.m, err);
}

static inline struct exchange *corpus_add(
    struct corpus *all, const char *method, const char *target)
{
    assert_true(all->count < CORPUS_MAX);
    struct exchange *x = &all->all[all->count++];
    *x = (struct exchange){.method = method, .asked_well = true};
    str_copy(x->target, sizeof(x->target), target);
    return x;
}

static inline void corpus_free(struct corpus *all)
{
    for (int i = 0; i < all->count; i++) {
        contract_http_release(&all->all[i].answer);
        free(all->all[i].body);
    }
    mem_free(all->all);
}

/* ---- lines that were made here ---- */

static inline void corpus_line(
    struct corpus *all, bool is_entry, bool sample, const char *line, size_t len)
{
    struct exchange *x =
        corpus_add(all, is_entry ? "POST" : "GET", is_entry ? "/v1/journal" : "/v1/feed");
    struct contract_message m = {.type = NDJSON, .len = len};
    static const struct contract_header token = {"Authorization", "Bearer " TOKEN_A};
    m.body = x->body = strndup(line, len);
    x->asked = (struct contract_message){.headers = &token, .header_count = 1, .body = ""};
    x->sample = sample;
    if (is_entry) {
        m.headers = &token;
        m.header_count = 1;
        x->asked = m;
        return;
    }
    x->answer.status = 200;
    x->answer.m = m;
}

/* An answer of POST /v1/journal. */
static inline void corpus_verdict(struct corpus *all, const struct verdict *v)
{
    struct buf line = BUF_INIT(LIM_LINE);
    assert_int_equal(verdict_to_json(v, &line), 0);
    struct exchange *x = corpus_add(all, "POST", "/v1/journal");
    x->asked_well = false;
    x->sample = v->reason == REASON_none;
    x->answer.status = 200;
    x->answer.m = (struct contract_message){.type = NDJSON, .len = line.len};
    x->answer.m.body = x->body = buf_take(&line);
}

static inline void corpus_field(struct record *r, int i, int choice)
{
    const struct field *f = &r->type->fields[i];
    if (f->kind == KIND_HASH)
        record_set_text(r, i, TOKEN_A);
    else if (f->kind == KIND_LOCAL)
        record_set_text(r, i, "nl:een tekst\nen:a text");
    else if (kind_is_text(f->kind))
        record_set_text(r, i, "a-text");
    else
        record_set_number(r, i, f->kind == KIND_ENUM ? choice : 1);
}

static inline int corpus_choices(const struct type *t)
{
    int most = 1;
    for (int i = 0; i < t->count; i++) {
        int n = 1;
        for (const char *c = t->fields[i].choices; t->fields[i].kind == KIND_ENUM && *c; c++)
            n += *c == '|';
        most = n > most ? n : most;
    }
    return most;
}

static inline int corpus_choice(const struct field *f, int choice)
{
    int n = 1;
    for (const char *c = f->choices; *c; c++)
        n += *c == '|';
    return choice < n ? choice : 0;
}

static inline void corpus_asked(struct corpus *all, const char *path, const char *body)
{
    struct exchange *x = corpus_add(all, "POST", path);
    x->sample = true;
    x->body = mem_strdup(body);
    static const struct contract_header kiosk[] = {{"Authorization", "Bearer " TOKEN_A}};
    x->asked = (struct contract_message){.type = JSON, .body = x->body, .len = strlen(body)};
    if (strcmp(path, "/v1/enrol") == 0)
        return;
    x->asked.headers = kiosk;
    x->asked.header_count = 1;
}

/* What a kiosk says of itself, with every field. */
static inline void corpus_report(struct corpus *all, const struct record *r)
{
    struct buf line = BUF_INIT(LIM_LINE);
    assert_int_equal(report_to_json(r, &line), 0);
    corpus_asked(all, "/v1/status", line.p);
    buf_release(&line);
}

/* With every field, and with each choice once. */
static inline void corpus_type(struct corpus *all, const struct type *t)
{
    bool is_entry = t->class == CLASS_ENTRY;
    for (int choice = 0; choice < corpus_choices(t); choice++) {
        struct buf line = BUF_INIT(LIM_LINE);
        struct record r;
        record_init_type(&r, t);
        r.id = "01936c5e-0000-7000-8000-000000000001";
        for (int i = 0; i < t->count; i++)
            corpus_field(&r, i, corpus_choice(&t->fields[i], choice));
        if (t->class == CLASS_REPORT) {
            corpus_report(all, &r);
            buf_release(&line);
            continue;
        }
        struct entry e = {.id = r.id, .kiosk = "k", .epoch = "e", .seq = 1, .made_at = NOW};
        e.fields = r;
        assert_int_equal(is_entry ? entry_to_json(&e, &line) : record_to_json(&r, &line), 0);
        corpus_line(all, is_entry, choice == 0, line.p, line.len);
        buf_release(&line);
    }
}

static inline void corpus_lines(struct corpus *all)
{
    static const char gone[] = "{\"type\":\"run\",\"id\":\"r\",\"gone\":true}";
    struct buf line = BUF_INIT(LIM_LINE);
    struct trailer t = {.count = 1, .later = 1, .digest = TOKEN_A, .next = "x", .more = true};
    for (int i = 0; i < TYPES_COUNT; i++)
        if (type_get((enum type_id)i)->class != CLASS_VIEW)
            corpus_type(all, type_get((enum type_id)i));
    for (int i = 0; i <= (int)REASON_erased; i++) {
        struct verdict v = {"i", TOKEN_A, (enum verdict_kind)(i % 4), (enum reason)i};
        corpus_verdict(all, &v);
    }
    corpus_line(all, false, true, gone, strlen(gone));
    corpus_asked(all, "/v1/enrol", "{\"code\":\"ABCDE-FGHJK\"}");
    corpus_asked(all, "/v1/token", "{\"token_hash\":\"" TOKEN_A "\"}");
    assert_int_equal(trailer_to_json(&t, &line), 0);
    corpus_line(all, false, true, line.p, line.len);
    buf_release(&line);
}

/* ---- over a socket ---- */

#define CORPUS_HEADERS 6

struct asking {
    const char *method, *target, *type, *body;
    struct contract_header headers[CORPUS_HEADERS];
    bool badly;  /* the request is not as the document says */
    bool sample; /* the answer is the first of its kind */
};

static inline struct exchange *corpus_ask(
    struct corpus *all, const struct served *s, const struct asking *a)
{
    struct exchange *x = corpus_add(all, a->method, a->target);
    struct contract_header *kept = mem_array(CORPUS_HEADERS, sizeof(*kept));
    memcpy(kept, a->headers, sizeof(a->headers));
    x->body = (char *)kept; /* its texts are literals or the caller's */
    x->asked =
        (struct contract_message){.type = a->type, .headers = kept, .body = a->body ? a->body : ""};
    x->asked.len = strlen(x->asked.body);
    while (x->asked.header_count < CORPUS_HEADERS && kept[x->asked.header_count].name)
        x->asked.header_count++;
    x->asked_well = !a->badly;
    x->sample = a->sample;
    contract_http(s->port, a->method, a->target, &x->asked, &x->answer);
    return x;
}

#endif
