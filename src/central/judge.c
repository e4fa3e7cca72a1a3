/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/judge.h"

#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"

#define SOURCE_OF_REQUESTS "judge"

static struct judgement refuse(enum reason reason)
{
    return (struct judgement){VERDICT_refused, reason, EFFECT_ADD};
}

struct judgement judge_decide(const struct facts *f)
{
    if (!f->person_known)
        return (struct judgement){VERDICT_refused, REASON_unknown_person, EFFECT_NONE};
    if (!f->course_known)
        return refuse(REASON_course_gone);
    if (f->run_wanted && !f->run_known)
        return refuse(REASON_run_gone);
    if (f->run_wanted && f->run_start != NO_NUMBER && f->run_start < f->asked_on)
        return refuse(REASON_run_started);
    if (f->asked_before && !f->older)
        return (struct judgement){VERDICT_merged, REASON_none, EFFECT_NONE};
    enum effect effect = f->asked_before ? EFFECT_REPLACE : EFFECT_ADD;
    if (f->run_wanted && f->seats_left == 0)
        return (struct judgement){VERDICT_held, REASON_seats_full, effect};
    return (struct judgement){VERDICT_accepted, REASON_none, effect};
}

/* ---- one entry ---- */

/* Everything while one batch is judged. */
struct court {
    struct database *db;
    const struct kiosk *kiosk;
    int64_t now;
    struct buf *lines;
    struct judge_counts *counts;
    struct arena mem; /* of the present entry */
};

static const char *ask_text(const struct entry *e, int field)
{
    return record_text(&e->fields, field);
}

static int64_t asked_at(const struct court *c, const struct entry *e)
{
    return e->made_at < c->now ? e->made_at : c->now;
}

static int look_up_run(struct court *c, const struct entry *e, struct facts *f, struct err *err)
{
    struct record run;
    f->run_wanted = *ask_text(e, ASK_run);
    if (!f->run_wanted)
        return 0;
    int rc = database_get(c->db, "", TYPE_RUN, ask_text(e, ASK_run), &c->mem, &run, err);
    if (rc <= 0)
        return rc;
    f->run_known = strcmp(record_text(&run, RUN_course), ask_text(e, ASK_course)) == 0;
    f->run_start = record_number(&run, RUN_start);
    f->seats_left = record_number(&run, RUN_seats_left);
    return 0;
}

static int look_up_before(struct court *c, const struct entry *e, struct facts *f,
    struct open_ask *before, struct err *err)
{
    int rc = database_open_ask(c->db, c->kiosk->company, ask_text(e, ASK_person),
        ask_text(e, ASK_course), ask_text(e, ASK_run), before, err);
    f->asked_before = rc > 0;
    if (rc > 0)
        f->older = e->made_at < before->made_at ||
                   (e->made_at == before->made_at && strcmp(e->id, before->id) < 0);
    return rc < 0 ? -1 : 0;
}

static int look_up(struct court *c, const struct entry *e, struct facts *f, struct open_ask *before,
    struct err *err)
{
    struct record found;
    *f = (struct facts){.run_start = NO_NUMBER, .seats_left = NO_NUMBER};
    f->asked_on = date_from_instant(asked_at(c, e));
    int person = database_get(
        c->db, c->kiosk->company, TYPE_PERSON, ask_text(e, ASK_person), &c->mem, &found, err);
    int course =
        database_get(c->db, "", TYPE_COURSE, ask_text(e, ASK_course), &c->mem, &found, err);
    f->person_known = person > 0;
    f->course_known = course > 0;
    if (person < 0 || course < 0 || look_up_run(c, e, f, err) < 0)
        return -1;
    return look_up_before(c, e, f, before, err);
}

/* ---- what a judgement does ---- */

static enum request_state state_of(enum verdict_kind kind)
{
    return kind == VERDICT_held      ? REQUEST_held
           : kind == VERDICT_refused ? REQUEST_refused
                                     : REQUEST_asked;
}

static int put_request(
    struct court *c, const struct entry *e, const struct judgement *j, struct err *err)
{
    struct record r;
    enum put_result ignored;
    record_init(&r, TYPE_REQUEST);
    r.id = e->id;
    record_set_text(&r, REQUEST_person, ask_text(e, ASK_person));
    record_set_text(&r, REQUEST_course, ask_text(e, ASK_course));
    record_set_text(&r, REQUEST_run, ask_text(e, ASK_run));
    record_set_text(&r, REQUEST_title, ask_text(e, ASK_title));
    record_set_number(&r, REQUEST_state, state_of(j->kind));
    record_set_number(&r, REQUEST_reason, j->reason);
    record_set_number(&r, REQUEST_asked_at, asked_at(c, e));
    record_set_number(&r, REQUEST_judged_at, c->now);
    if (record_check(&r, err) < 0)
        return -1;
    return database_put(c->db, c->kiosk->company, SOURCE_OF_REQUESTS, &r, false, &ignored, err);
}

static int drop_request(struct court *c, const char *id, struct err *err)
{
    struct record r;
    enum put_result ignored;
    record_init(&r, TYPE_REQUEST);
    r.id = id;
    r.gone = true;
    if (database_ask_close(c->db, c->kiosk->company, id, err) < 0)
        return -1;
    return database_put(c->db, c->kiosk->company, SOURCE_OF_REQUESTS, &r, false, &ignored, err);
}

static int take_effect(struct court *c, const struct entry *e, const struct judgement *j,
    const struct open_ask *before, struct err *err)
{
    if (j->effect == EFFECT_NONE)
        return 0;
    if (j->effect == EFFECT_REPLACE && drop_request(c, before->id, err) < 0)
        return -1;
    return put_request(c, e, j, err);
}

static int judge_ask(
    struct court *c, const struct entry *e, struct kept_entry *kept, struct err *err)
{
    struct facts facts;
    struct open_ask before;
    if (look_up(c, e, &facts, &before, err) < 0)
        return -1;
    struct judgement j = judge_decide(&facts);
    kept->verdict.kind = j.kind;
    kept->verdict.reason = j.reason;
    kept->open = j.effect != EFFECT_NONE && j.kind != VERDICT_refused;
    kept->person = ask_text(e, ASK_person);
    kept->course = ask_text(e, ASK_course);
    kept->run = ask_text(e, ASK_run);
    return take_effect(c, e, &j, &before, err);
}

/* ---- from bytes to a verdict ---- */

/* What is kept of bytes that are no text: the hash is still that of the bytes themselves. */
static const char *kept_body(struct court *c, const char *line, size_t len)
{
    if (!memchr(line, '\0', len) && utf8_valid(line, len))
        return arena_strndup(&c->mem, line, len);
    struct buf safe = BUF_INIT(4 * (size_t)LIM_BODY);
    utf8_sanitize(&safe, line, len, true);
    const char *body = arena_strndup(&c->mem, safe.p, safe.len);
    buf_release(&safe);
    return body;
}

static int set_aside(struct court *c, struct kept_entry *kept, enum reason reason, struct err *err)
{
    kept->verdict.kind = VERDICT_refused;
    kept->verdict.reason = reason;
    c->counts->alarms += reason != REASON_malformed;
    return database_set_aside(c->db, kept, err);
}

/* 1: seen before, and the verdict is in kept; 0: it is new. */
static int seen_before(struct court *c, struct kept_entry *kept, struct err *err)
{
    struct verdict before;
    int rc = database_entry_find(c->db, c->kiosk->company, kept->verdict.id, &before, err);
    if (rc <= 0)
        return rc;
    if (strcmp(before.hash, kept->verdict.hash) != 0)
        return set_aside(c, kept, REASON_changed_bytes, err) < 0 ? -1 : 1;
    kept->verdict = before;
    c->counts->again++;
    return 1;
}

static int judge_entry(
    struct court *c, const char *line, size_t len, struct kept_entry *kept, struct err *err)
{
    struct entry e;
    struct err why = {0};
    int kind = entry_from_json(line, len, &c->mem, &e, &why);
    str_copy(kept->verdict.id, sizeof(kept->verdict.id), e.id);
    kept->made_at = e.made_at;
    if (!*e.id)
        return set_aside(c, kept, REASON_malformed, err);
    if (*e.kiosk && strcmp(e.kiosk, c->kiosk->id) != 0)
        return set_aside(c, kept, REASON_not_this_kiosk, err);
    int seen = seen_before(c, kept, err);
    if (seen != 0)
        return seen < 0 ? -1 : 0;
    kept->verdict.kind = VERDICT_refused;
    kept->verdict.reason = kind > 0 ? REASON_unknown_kind : REASON_malformed;
    if (kind == 0 && judge_ask(c, &e, kept, err) < 0)
        return -1;
    return database_entry_keep(c->db, kept, err);
}

static int judge_line(struct court *c, const char *line, size_t len, struct err *err)
{
    struct kept_entry kept = {.company = c->kiosk->company,
        .kiosk = c->kiosk->id,
        .received_at = c->now,
        .made_at = NO_NUMBER};
    arena_clear(&c->mem);
    sha256_hex(line, len, kept.verdict.hash);
    kept.body = kept_body(c, line, len);
    if (judge_entry(c, line, len, &kept, err) < 0)
        return -1;
    c->counts->by_kind[kept.verdict.kind]++;
    if (verdict_to_json(&kept.verdict, c->lines) < 0 || buf_putc(c->lines, '\n') < 0)
        return err_set(err, ERR_DATA, "the verdicts do not fit into one answer");
    return 0;
}

static int judge_lines(struct court *c, const char *body, size_t len, struct err *err)
{
    for (size_t at = 0; at < len;) {
        const char *end = memchr(body + at, '\n', len - at);
        size_t n = end ? (size_t)(end - (body + at)) : len - at;
        if (judge_line(c, body + at, n, err) < 0)
            return -1;
        at += n + 1;
    }
    return 0;
}

int judge_batch(struct database *db, const struct kiosk *kiosk, const char *body, size_t len,
    int64_t now, struct buf *lines, struct judge_counts *counts, struct err *err)
{
    struct court c = {.db = db, .kiosk = kiosk, .now = now, .lines = lines, .counts = counts};
    if (database_begin(db, err) < 0)
        return -1;
    int rc = judge_lines(&c, body, len, err);
    if (rc == 0)
        rc = database_kiosk_contact(db, kiosk->id, now, err);
    if (rc == 0)
        rc = database_commit(db, err);
    if (rc < 0)
        database_rollback(db);
    arena_release(&c.mem);
    return rc;
}
