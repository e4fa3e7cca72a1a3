/* SPDX-License-Identifier: EUPL-1.2 */
/* A visit: from the badge until the person is gone, and what the server says of the PIN. */
#include <string.h>

#include "base/clock.h"
#include "kiosk/effects.h"

#define PATIENCE 4000 /* milliseconds until nobody is expected to confirm the PIN any more */
#define LETTER 15000  /* ... until a letter may still come any moment */
#define LOOK_OFTEN 100

/* ---- begin and end ---- */

void visit_forget_pin(struct visit *v)
{
    memory_wipe(&v->proof, sizeof(v->proof));
    memory_wipe(&v->keys, sizeof(v->keys));
    memory_wipe(v->sign_in, sizeof(v->sign_in));
    arena_wipe(&v->letter.mem);
    v->letter = (struct rowset){0};
    v->answered = false;
    v->asked = 0;
}

void visit_end(struct kiosk *k)
{
    struct visit *v = k->visit;
    visit_forget_pin(v);
    arena_wipe(&v->mem);
    memory_wipe(v, sizeof(*v));
    for (int d = 0; d < LIM_DATA; d++) {
        arena_wipe(&k->rows[d].mem);
        k->rows[d] = (struct rowset){0};
    }
    memory_wipe(&k->fetched, sizeof(k->fetched));
    memory_wipe(k->corrected, sizeof(k->corrected));
}

void visit_open(struct kiosk *k, const char *person)
{
    visit_end(k);
    str_copy(k->visit->person, sizeof(k->visit->person), person);
}

void visit_follow(struct kiosk *k)
{
    if (strcmp(k->visit->person, k->state.session.person) != 0)
        visit_end(k);
}

bool visit_pinned(const struct kiosk *k)
{
    enum proof_of_visit proof = k->state.session.proof;
    return proof == VISIT_UNPROVEN || proof == VISIT_PROVEN;
}

static void copy_record(struct record *r, struct arena *mem)
{
    for (int i = 0; i < r->type->count; i++)
        if (kind_is_text(r->type->fields[i].kind))
            r->value[i].text = arena_strdup(mem, r->value[i].text);
}

void visit_keep(struct visit *v, const struct draft *d, int64_t now)
{
    if (v->owns == v->room) {
        int room = v->room ? v->room * 2 : 8;
        struct local *more = arena_alloc(&v->mem, sizeof(*more) * (size_t)room);
        if (v->owns > 0)
            memcpy(more, v->own, sizeof(*more) * (size_t)v->owns);
        v->own = more;
        v->room = room;
    }
    struct local *l = &v->own[v->owns++];
    *l = (struct local){
        arena_strdup(&v->mem, d->id), d->seq, *d->fields, now, NO_NUMBER, "", "", true};
    l->fields.id = l->id;
    copy_record(&l->fields, &v->mem);
}

struct viewer kiosk_viewer(const struct kiosk *k)
{
    const struct session *s = &k->state.session;
    const struct visit *v = k->visit;
    return (struct viewer){
        .person = s->person,
        .name = s->name,
        .team = s->team,
        .role = s->role,
        .pinned = visit_pinned(k),
        .proven = s->proof == VISIT_PROVEN,
        .began = s->began,
        .today = date_from_instant(k->now),
        .letter = s->proof == VISIT_PROVEN ? &v->letter : NULL,
        .own = v->own,
        .owns = v->owns,
    };
}

/* ---- the letter ---- */

static int line_to_row(const char *line, size_t len, struct rowset *rs)
{
    struct record r;
    struct err ignored = {0};
    int rc = look_from_json(line, len, &rs->mem, &r, &ignored);
    if (rc == 1)
        rc = record_from_json(line, len, &rs->mem, &r, &ignored);
    if (rc == 0 && (r.type == type_get(TYPE_REQUEST) || r.type == type_get(TYPE_LOOK)))
        *rowset_add(rs, TYPE_LOOK) = r;
    return rc;
}

static int count_lines(const struct buf *text)
{
    int n = 1;
    for (size_t i = 0; i < text->len; i++)
        n += text->p[i] == '\n';
    return n;
}

static void read_letter(struct visit *v, const struct buf *text)
{
    arena_wipe(&v->letter.mem);
    v->letter = (struct rowset){0};
    rowset_start(&v->letter, count_lines(text));
    for (size_t at = 0; at < text->len;) {
        const char *end = memchr(text->p + at, '\n', text->len - at);
        size_t len = end ? (size_t)(end - (text->p + at)) : text->len - at;
        if (len > 0)
            (void)line_to_row(text->p + at, len, &v->letter);
        at += len + 1;
    }
    v->letter.total = v->letter.count;
    v->answered = true;
}

static void look_for_letter(struct kiosk *k)
{
    struct visit *v = k->visit;
    struct arena mem = {0};
    struct err ignored = {0};
    const char *box;
    struct buf text = BUF_INIT(LIM_BOX);
    if (store_letter(k->store, v->sign_in, &mem, &box, &ignored) == 0 && box &&
        seal_open(&v->keys, box, &text) == 0) {
        read_letter(v, &text);
        kiosk_stale(k);
    }
    memory_wipe(text.p, text.len);
    buf_release(&text);
    arena_wipe(&mem);
}

/* The server knows what was asked on the own route here; only a letter says more. */
static void settle_own(struct kiosk *k)
{
    struct visit *v = k->visit;
    char kind[LIM_ID], reason[LIM_ID];
    struct err ignored = {0};
    for (int i = 0; i < v->owns; i++) {
        struct local *l = &v->own[i];
        if (l->settled_at != NO_NUMBER ||
            journal_verdict(k->store, l->id, kind, reason, &ignored) < 0 || !kind[0])
            continue;
        l->settled_at = INT64_MAX; /* no download brings it */
        l->kind = arena_strdup(&v->mem, kind);
        l->reason = arena_strdup(&v->mem, reason);
        kiosk_stale(k);
    }
}

/* ---- the check of the PIN ---- */

static void tell(struct kiosk *k, enum proof_of_visit proof, const char *what)
{
    struct event ev = {.kind = EVENT_WORLD, .text = what};
    k->state.session.proof = proof;
    if (proof == VISIT_CLAIMED)
        visit_forget_pin(k->visit);
    kiosk_stale(k);
    kiosk_handle(k, &ev);
}

/* Whether the server may still be expected to answer in a moment. */
static bool may_answer(const struct kiosk *k)
{
    char cause[LIM_ID];
    struct err ignored = {0};
    return !k->rehearsal && k->mono - k->visit->asked < PATIENCE &&
           store_contact(k->store, cause, &ignored) == 0 && strcmp(cause, "ok") == 0;
}

static void watch_check(struct kiosk *k)
{
    char kind[LIM_ID] = "", reason[LIM_ID];
    struct err ignored = {0};
    bool checking = k->state.session.proof == VISIT_CHECKING;
    if (k->visit->sign_in[0] &&
        journal_verdict(k->store, k->visit->sign_in, kind, reason, &ignored) < 0)
        kind[0] = '\0';
    if (strcmp(kind, "accepted") == 0)
        tell(k, VISIT_PROVEN, "proven");
    else if (strcmp(kind, "refused") == 0)
        tell(k, VISIT_CLAIMED, "wrong_pin");
    else if (checking && !may_answer(k))
        tell(k, VISIT_UNPROVEN, "unproven");
}

void kiosk_watch(struct kiosk *k)
{
    enum proof_of_visit proof = k->state.session.proof;
    settle_own(k);
    if (proof == VISIT_CHECKING || (proof == VISIT_UNPROVEN && k->visit->sign_in[0]))
        watch_check(k);
    if (k->state.session.proof == VISIT_PROVEN && k->visit->sign_in[0])
        look_for_letter(k);
}

int kiosk_waits(const struct kiosk *k)
{
    const struct visit *v = k->visit;
    enum proof_of_visit proof = k->state.session.proof;
    bool letter =
        proof == VISIT_PROVEN && v->sign_in[0] && !v->answered && k->mono - v->asked < LETTER;
    return proof == VISIT_CHECKING || letter ? LOOK_OFTEN : -1;
}
