/* SPDX-License-Identifier: EUPL-1.2 */
/* A house whose people have PINs: entries with seals, and what the judge says of them. */
#ifndef ACHT_TESTS_CENTRAL_PINS_H
#define ACHT_TESTS_CENTRAL_PINS_H

#include "central/court.h"
#include "central/people.h"
#include "central/pin.h"
#include "central_house.h"
#include "proto/proof.h"

#define SECOND INT64_C(1000)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

#define PIN_ANNA "483516"
#define PIN_SARA "739105"

/* The key of every visit in these tests. */
#define VISIT_KEY "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"

struct act {
    enum type_id type;
    const char *person, *pin, *secret; /* pin NULL: nothing is sealed */
    const char *worker;                /* give_code */
    int64_t at;                        /* 0: NOW */
};

/* Sets every needed field that says nothing of importance here. */
static inline void act_fill(struct record *r, const struct act *a, struct arena *mem)
{
    struct seal_keys visit;
    seal_keys_from_secret(VISIT_KEY, &visit);
    record_set_text(r, type_field(r->type, "person"), a->person);
    if (a->type == TYPE_SIGN_IN)
        record_set_text(r, SIGN_IN_key, arena_strdup(mem, visit.public_key));
    if (a->type == TYPE_GIVE_CODE)
        record_set_text(r, GIVE_CODE_worker, a->worker);
    if (a->type == TYPE_ASK) {
        record_set_text(r, ASK_course, "mig");
        record_set_text(r, ASK_title, "MIG");
    }
}

/* An entry like this of the kiosk, sealed; its texts live in mem. */
static inline struct entry act_entry(
    struct house *h, const struct kiosk *kiosk, const struct act *a, struct arena *mem)
{
    static int64_t seq;
    char id[UUID_TEXT];
    uuid7(a->at ? a->at : NOW, id);
    struct entry e = {.id = arena_strdup(mem, id),
        .kiosk = kiosk->id,
        .epoch = "e",
        .seq = ++seq,
        .made_at = a->at ? a->at : NOW};
    record_init(&e.fields, a->type);
    e.fields.id = e.id;
    act_fill(&e.fields, a, mem);
    if (a->pin) {
        struct proof proof = {0};
        str_copy(proof.pin, sizeof(proof.pin), a->pin);
        str_copy(proof.secret, sizeof(proof.secret), a->secret ? a->secret : "");
        OK(proof_seal(&proof, h->secrets.keys.public_key, &e, mem, &err));
    }
    return e;
}

static inline void act_add(
    struct house *h, const struct kiosk *kiosk, const struct act *a, struct buf *body)
{
    struct arena mem = {0};
    struct entry e = act_entry(h, kiosk, a, &mem);
    assert_int_equal(entry_to_json(&e, body), 0);
    buf_putc(body, '\n');
    arena_release(&mem);
}

/* Judges a body as one batch; returns the number of verdicts. */
static inline int judge_body(struct house *h, const struct kiosk *kiosk, const char *body,
    size_t len, int64_t now, struct verdict *out, struct judge_counts *counts)
{
    struct buf lines = BUF_INIT(LIM_PAGE);
    const struct hearing hearing = {h->central.db, &h->secrets, kiosk, now, NO_NUMBER, HASHES_MAX};
    int n = 0;
    *counts = (struct judge_counts){0};
    OK(judge_batch(&hearing, body, len, &lines, counts, &err));
    for (const char *line = lines.p; *line; line += strcspn(line, "\n") + 1)
        OK(verdict_from_json(line, strcspn(line, "\n"), &out[n++], &err));
    buf_release(&lines);
    return n;
}

/* One entry, made and judged at the same time. */
static inline struct verdict act_counted(
    struct house *h, const struct kiosk *kiosk, const struct act *a, struct judge_counts *counts)
{
    struct verdict v;
    struct buf body = BUF_INIT(LIM_BODY);
    act_add(h, kiosk, a, &body);
    assert_int_equal(judge_body(h, kiosk, body.p, body.len, a->at ? a->at : NOW, &v, counts), 1);
    buf_release(&body);
    return v;
}

static inline struct verdict act(struct house *h, const struct kiosk *kiosk, struct act a)
{
    struct judge_counts counts;
    return act_counted(h, kiosk, &a, &counts);
}

#define expect_accepted(v) expect_verdict(__LINE__, v, VERDICT_accepted, REASON_none)
#define expect_refused(v, reason) expect_verdict(__LINE__, v, VERDICT_refused, reason)
static inline void expect_verdict(
    int line, struct verdict v, enum verdict_kind kind, enum reason reason)
{
    char got[LIM_ID], want[LIM_ID];
    choice_name(REASONS, v.reason, got);
    choice_name(REASONS, reason, want);
    if (v.kind != kind || v.reason != reason)
        fail_msg("line %d: verdict %d %s instead of %d %s", line, v.kind, got, kind, want);
}

/* Gives somebody a PIN, as if it had been set at that time. */
static inline void house_pin(struct house *h, const char *person, const char *pin, int64_t at)
{
    char claim[DIGEST_HEX];
    struct kept_pin kept = {.set_at = at};
    pin_claim(&h->secrets, PIN_SECRET, "amber", person, pin, claim);
    OK(slow_hash(claim, kept.hash, &err));
    OK(database_begin(h->central.db, &err));
    OK(database_pin_put(h->central.db, "amber", person, &kept, NOW, &err));
    OK(database_commit(h->central.db, &err));
}

/* Two kiosks of amber, b among them; anna and aad work for sara, wim for nobody, cor is contact. */
static inline void house_people(struct house *h)
{
    house_open(h);
    house_fill(h);
    house_put(h, "amber", "roster",
        "{'type':'person','id':'anna','name':'Anna','team':'T','role':'worker'," BADGE "}");
    house_put(h, "amber", "roster",
        "{'type':'person','id':'aad','name':'Aad','team':'T','role':'worker'," BADGE "}");
    house_put(h, "amber", "roster",
        "{'type':'person','id':'wim','name':'Wim','team':'U','role':'worker'," BADGE "}");
    house_put(h, "amber", "roster",
        "{'type':'person','id':'sara','name':'Sara','team':'T','role':'supervisor'," BADGE "}");
    house_put(h, "amber", "roster",
        "{'type':'person','id':'cor','name':'Cor','role':'contact'," BADGE "}");
    str_copy(h->b.company, sizeof(h->b.company), "amber");
}

/* How many notices of this kind somebody has. */
static inline int notices(struct house *h, const char *person, const char *kind)
{
    int n = 0;
    char who[LIM_ID + 16], what[LIM_ID + 16];
    struct buf dump = BUF_INIT(LIM_PAGE);
    snprintf(who, sizeof(who), "\"person\":\"%s\"", person);
    snprintf(what, sizeof(what), "\"kind\":\"%s\"", kind);
    house_dump(h, TYPE_NOTICE, &dump);
    for (char *line = strtok(dump.p, "\n"); line; line = strtok(NULL, "\n"))
        n += strstr(line, who) && strstr(line, what);
    buf_release(&dump);
    return n;
}

#endif
