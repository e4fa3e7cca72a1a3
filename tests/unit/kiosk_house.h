/* SPDX-License-Identifier: EUPL-1.2 */
/* A kiosk with three people and two requests, and the hands of who stands before it. */
#ifndef ACHT_TESTS_KIOSK_HOUSE_H
#define ACHT_TESTS_KIOSK_HOUSE_H

#include "store_fixture.h"

#include "base/digest.h"
#include "base/seal.h"
#include "kiosk/kiosk.h"
#include "model/request.h"
#include "proto/codec.h"

#define PIN "483920"
#define KEY "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define ANNA "0004718236"
#define BART "04A3B2C1"
#define SOFIE "0009152047"

struct house {
    struct fixture *f;
    struct kiosk k;
    struct seal_keys keys;
};

static inline void add_person(
    struct fixture *f, const char *id, const char *name, enum role role, const char *badge)
{
    struct record *r = add_record(f, TYPE_PERSON, id);
    char hash[DIGEST_HEX];
    assert_int_equal(badge_hash(KEY, badge, hash), 0);
    record_set_text(r, PERSON_name, name);
    record_set_text(r, PERSON_team, "weld");
    record_set_number(r, PERSON_role, role);
    record_set_text(r, PERSON_badge, arena_strdup(&f->mem, hash));
}

static inline void add_request(
    struct fixture *f, const char *id, const char *person, enum request_state at)
{
    struct record *r = add_record(f, TYPE_REQUEST, id);
    record_set_text(r, REQUEST_person, person);
    record_set_text(r, REQUEST_course, "c1");
    record_set_text(r, REQUEST_title, "Lassen");
    record_set_number(r, REQUEST_state, at);
    record_set_number(r, REQUEST_reason, REASON_none);
    record_set_number(r, REQUEST_holder, request_holder(at, false));
    record_set_number(r, REQUEST_asked_at, 1000);
    record_set_number(r, REQUEST_since, 1000);
    record_set_number(r, REQUEST_judged_at, 1000);
}

static inline void fill(struct house *h)
{
    struct fixture *f = h->f;
    seal_keys_make(&h->keys);
    struct record *company = add_record(f, TYPE_COMPANY, "company");
    record_set_text(company, COMPANY_seal_key, h->keys.public_key);
    record_set_number(company, COMPANY_answer_days, 5);
    add_person(f, "anna", "Anna", ROLE_worker, ANNA);
    add_person(f, "bart", "Bart", ROLE_worker, BART);
    add_person(f, "sofie", "Sofie", ROLE_supervisor, SOFIE);
    add_course(f, "c1", "Lassen");
    add_request(f, "r-anna", "anna", REQUEST_asked);
    add_request(f, "r-bart", "bart", REQUEST_seen);
    apply(f, "1");
    MUST(cache_set_contact(f->sync, "ok", clock_now(), err));
}

static inline void enrol(const struct fixture *f)
{
    struct enrolment e = {.server = "http://127.0.0.1:1",
        .server_id = "s1",
        .kiosk = "k1",
        .name = "Hal",
        .company = "co",
        .badge_key = KEY};
    memset(e.token, 'a', LIM_TOKEN);
    MUST(enrolment_save(f->data, &e, err));
}

static inline int house_start(void **state)
{
    char share[400];
    void *fixture;
    struct house *h = mem_alloc(sizeof(*h));
    const char *build = getenv("ACHT_BUILD");
    if (fixture_start_open(&fixture) < 0)
        return -1;
    h->f = fixture;
    fill(h);
    enrol(h->f);
    (void)snprintf(share, sizeof(share), "%s/share/acht", build ? build : "build");
    MUST(kiosk_open(&h->k, share, h->f->data, "en", err));
    *state = h;
    return 0;
}

static inline int house_end(void **state)
{
    struct house *h = *state;
    void *fixture = h->f;
    kiosk_close(&h->k);
    int rc = fixture_end(&fixture);
    free(h);
    return rc;
}

/* ---- hands ---- */

struct with {
    const char *course, *request, *because, *day, *person;
};

static inline void set_param(struct effect *e, enum param p, const char *text)
{
    (void)str_copy(e->param[p], LIM_PARAM, text ? text : "");
}

static inline const char *act_with(struct house *h, enum action action, struct with w)
{
    struct effect e = {.wanted = true, .action = action};
    set_param(&e, PARAM_course, w.course);
    set_param(&e, PARAM_request, w.request);
    set_param(&e, PARAM_because, w.because);
    set_param(&e, PARAM_day, w.day);
    set_param(&e, PARAM_person, w.person);
    return kiosk_effect(&h->k, &e);
}

static inline const char *act(struct house *h, enum action action)
{
    return act_with(h, action, (struct with){0});
}

static inline const char *show_badge(struct house *h, const char *badge)
{
    (void)str_copy(h->k.state.badge, sizeof(h->k.state.badge), badge);
    return act(h, ACTION_identify);
}

static inline const char *type_pin(struct house *h, const char *pin)
{
    (void)str_copy(h->k.state.pin, sizeof(h->k.state.pin), pin);
    return act(h, ACTION_enter_pin);
}

static inline struct entry last_entry(struct house *h)
{
    struct pending *p;
    int count, damaged;
    struct entry e;
    MUST(journal_pending(h->f->sync, 0, 200, 1000000, &h->f->mem, &p, &count, &damaged, err));
    assert_true(count > 0);
    MUST(entry_from_json(p[count - 1].bytes, p[count - 1].len, &h->f->mem, &e, err));
    return e;
}

static inline void server_says(struct house *h, const char *kind, const char *reason)
{
    struct pending *p;
    int count, damaged;
    MUST(journal_pending(h->f->sync, 0, 200, 1000000, &h->f->mem, &p, &count, &damaged, err));
    for (int i = 0; i < count; i++)
        MUST(journal_settle(h->f->sync, p[i].id, p[i].hash, kind, reason, clock_now(), err));
    (void)store_changed(h->k.store);
    kiosk_watch(&h->k);
}

static inline enum proof_of_visit proof_now(const struct house *h)
{
    return h->k.state.session.proof;
}

/* Without network: the PIN is taken as typed. */
static inline void open_offline(struct house *h, const char *badge)
{
    MUST(cache_set_contact(h->f->sync, "no_network", clock_now(), err));
    assert_string_equal(show_badge(h, badge), "identified");
    assert_string_equal(type_pin(h, PIN), "checking");
    kiosk_watch(&h->k);
    assert_int_equal(proof_now(h), VISIT_UNPROVEN);
}

static inline int rows_of(struct house *h, enum query query, const char *request)
{
    char param[PARAMS_COUNT][LIM_PARAM] = {{0}};
    (void)str_copy(param[PARAM_request], LIM_PARAM, request);
    MUST(kiosk_query(&h->k, query, param, 0, 48, &h->f->rs, err));
    return h->f->rs.count;
}

static inline bool is_zero(const void *p, size_t len)
{
    const unsigned char *bytes = p;
    for (size_t i = 0; i < len; i++)
        if (bytes[i])
            return false;
    return true;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, house_start, house_end)

#endif
