/* SPDX-License-Identifier: EUPL-1.2 */
/* Who stands at the kiosk of allowed_world.h, what he did there, and who was there before. */
#ifndef ACHT_TESTS_ALLOWED_VISITS_H
#define ACHT_TESTS_ALLOWED_VISITS_H

#include "allowed_world.h"
#include "model/number.h"

/* Asks for a course that is gone from the catalogue afterwards. */
static inline void ask_for(
    struct world *w, enum who_is whose, enum action action, enum what course, enum what number)
{
    struct house *h = &w->h;
    char id[16];
    (void)snprintf(id, sizeof(id), "c-%d", w->canaries);
    add_course(h->f, id, new_word(w, course, whose));
    apply(h->f, "2");
    (void)store_changed(h->k.store);
    (void)str_copy(h->k.state.words, LIM_WORDS, new_word(w, course + 1, whose));
    assert_string_equal(act_with(h, action, (struct with){.course = id}), "saved");
    char shown[LIM_ID];
    const char *entry = last_entry(h).id;
    request_number(entry, shown);
    plant(w, number, whose, shown);
    add_id(w, entry);
    add_tombstone(h->f, TYPE_COURSE, id);
    apply(h->f, "3");
    (void)store_changed(h->k.store);
    kiosk_stale(&h->k);
}

/* What is typed and chosen on the way; the secrets are not finished yet. */
static inline void type_all(struct world *w, enum who_is whose, const char *digits)
{
    struct state *st = &w->h.k.state;
    char part[8];
    (void)str_copy(st->search.text, LIM_QUERY, new_word(w, SEARCHED, whose));
    (void)str_copy(st->search.chosen[FACET_provider], LIM_LABEL, new_word(w, NARROWED, whose));
    (void)str_copy(st->words, LIM_WORDS, new_word(w, TYPED, whose));
    (void)str_copy(st->pin, LIM_PIN + 1, digits);
    (void)str_copy(st->new_pin, LIM_PIN + 1, digits + 1);
    (void)str_copy(st->again, LIM_PIN + 1, digits + 2);
    (void)str_copy(st->code, LIM_CODE + 1, digits);
    (void)str_copy(st->language, LANGUAGE_CODE, "nl");
    (void)snprintf(part, sizeof(part), "%.4s", digits + 2); /* of all of them */
    plant(w, PIN_TYPED, whose, part);
}

static inline void badge_event(struct world *w, enum who_is who)
{
    struct event ev = {.kind = EVENT_BADGE, .text = people[who].badge};
    kiosk_handle(&w->h.k, &ev);
    assert_string_equal(w->h.k.state.session.person, people[who].id);
}

/* Somebody who leaves everything lying about. */
static inline void last_visit(struct world *w, enum who_is who)
{
    int first = w->canaries;
    open_offline(&w->h, people[who].badge);
    ask_for(w, who, ACTION_ask_privately, PRIVATE_NOW_COURSE, PRIVATE_NOW_NUMBER);
    type_all(w, who, "91826437");
    for (int i = first; i < w->canaries; i++)
        w->canary[i].last = true;
    char words[LIM_WORDS + 1];
    (void)str_copy(words, sizeof(words), w->h.k.state.words);
    ask_for(w, who, ACTION_ask, COURSE_BEFORE, NUMBER_BEFORE);
    (void)str_copy(w->h.k.state.words, LIM_WORDS, words);
}

#define LETTER_ROW                                                                                 \
    "{\"type\":\"request\",\"id\":\"%s\",\"person\":\"%s\",\"course\":\"c1\",\"title\":\"%s\","    \
    "\"words\":\"%s\",\"state\":\"placed\",\"reason\":\"none\",\"holder\":\"nobody\",\"asked_"     \
    "at\":"                                                                                        \
    "\"2026-11-24T08:00:00Z\",\"since\":\"2026-11-24T08:00:00Z\",\"judged_at\":"                   \
    "\"2026-11-24T08:00:00Z\"}\n"

static inline void letter_row(struct world *w, enum who_is whose, struct buf *lines)
{
    const char *id = new_word(w, PRIVATE_NUMBER, whose);
    const char *title = new_word(w, PRIVATE_COURSE, whose);
    const char *words = new_word(w, PRIVATE_WORDS, whose);
    add_id(w, id);
    buf_printf(lines, LETTER_ROW, id, people[whose].id, title, words);
}

/* The own route's letter, in which somebody else's row has got by mistake. */
static inline void send_letter(struct world *w, enum who_is who, const struct entry *sign_in)
{
    struct house *h = &w->h;
    struct buf lines = BUF_INIT(LIM_BOX), box = BUF_INIT(LIM_BOX);
    letter_row(w, who, &lines);
    letter_row(w, BART_IS, &lines);
    buf_printf(&lines,
        "{\"look\":{\"who\":\"%s\",\"name\":\"%s\",\"what\":\"opened\",\"at\":"
        "\"2026-11-24T09:00:00Z\"}}\n",
        who_answers(who)->id, who_answers(who)->name);
    assert_int_equal(
        seal_text(record_text(&sign_in->fields, SIGN_IN_key), lines.p, lines.len, &box), 0);
    struct record *r = add_record(h->f, TYPE_LETTER, sign_in->id);
    record_set_text(r, LETTER_visit, r->id);
    record_set_text(r, LETTER_box, box.p);
    apply(h->f, "4");
    (void)store_changed(h->k.store);
    kiosk_watch(&h->k);
    assert_true(h->k.visit->letter.count == 3);
    buf_release(&lines);
    buf_release(&box);
}

static inline void prove(struct world *w, enum who_is who, enum proof_of_visit proof)
{
    struct house *h = &w->h;
    if (proof == VISIT_NO_PIN)
        assert_string_equal(type_pin(h, ""), "no_pin");
    if (proof < VISIT_CHECKING)
        return;
    MUST(cache_set_contact(
        h->f->sync, proof == VISIT_UNPROVEN ? "no_network" : "ok", clock_now(), err));
    assert_string_equal(type_pin(h, PIN), "checking");
    struct entry e = last_entry(h);
    if (proof == VISIT_PROVEN) {
        server_says(h, "accepted", "none");
        send_letter(w, who, &e);
    }
    if (proof == VISIT_UNPROVEN)
        kiosk_watch(&h->k);
}

/* Somebody of that part stands there, after another visit, and has done and typed all he may. */
static inline void come(struct world *w, enum part part)
{
    enum who_is who = parts[part].is;
    last_visit(w, BART_IS);
    if (who == NO_ONE)
        (void)act(&w->h, ACTION_end_session);
    else
        badge_event(w, who);
    prove(w, who, parts[part].proof);
    if (who != NO_ONE)
        ask_for(w, who, ACTION_ask, COURSE_NOW, NUMBER_NOW);
    if (parts[part].proof >= VISIT_UNPROVEN)
        ask_for(w, who, ACTION_ask_privately, PRIVATE_NOW_COURSE, PRIVATE_NOW_NUMBER);
    type_all(w, who, "73514280");
    plant(w, CODE_MADE, who, CODE);
    (void)str_copy(w->h.k.state.language, LANGUAGE_CODE, "en");
    assert_int_equal(proof_now(&w->h), parts[part].proof);
}

/* ---- whether all of that is there to be seen ---- */

static inline void take_file(const struct world *w, const char *name, struct buf *out)
{
    char path[200];
    (void)snprintf(path, sizeof(path), "%s/%s", w->h.f->data, name);
    MUST(buf_read_file(out, path, err));
}

static inline bool in_files(enum what what)
{
    return what == NAME || what == TEAM || what == PERSON_ID || what == BADGE_HASH ||
           what == TERMINAL || (what >= COURSE_BEFORE && what <= NUMBER_NOW && what != DAY_BEFORE);
}

static inline bool is_told(const struct buf *files, const char *text)
{
    char tail[NUMBER_TAIL + 1];
    if (request_number_read(text, tail) == 0) /* of a request: told as the end of its id */
        text = tail;
    return memmem(files->p, files->len, text, strlen(text)) != NULL;
}

/* A value that is nowhere would be found on no screen, whatever the screens do. */
static inline void must_be_planted(const struct world *w)
{
    struct buf files = BUF_INIT(1 << 26);
    take_file(w, "cache.db", &files);
    take_file(w, "journal.db", &files);
    for (int i = 0; i < w->canaries; i++) {
        const struct canary *c = &w->canary[i];
        if (in_files(c->what) && !is_told(&files, c->text))
            fail_msg("%s (%s) was never told to the kiosk", c->text, what_names[c->what]);
    }
    buf_release(&files);
}

static inline void world_close(struct world *w)
{
    void *fixture = w->h.f;
    kiosk_close(&w->h.k);
    assert_int_equal(fixture_end(&fixture), 0);
}

#endif
