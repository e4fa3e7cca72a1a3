/* SPDX-License-Identifier: EUPL-1.2 */
/* Who it is, and the own things around it: badge, PIN, data. */
#include <string.h>

#include "base/clock.h"
#include "kiosk/effects.h"

/* ---- the badge ---- */

static int begin_session(struct kiosk *k, const struct record *person, struct err *err)
{
    struct session *s = &k->state.session;
    int64_t role = record_number(person, PERSON_role);
    visit_open(k, person->id);
    *s = (struct session){.identified = true, .proof = VISIT_CLAIMED};
    str_copy(s->person, sizeof(s->person), person->id);
    str_copy(s->name, sizeof(s->name), record_text(person, PERSON_name));
    str_copy(s->team, sizeof(s->team), record_text(person, PERSON_team));
    s->role = role == NO_NUMBER ? ROLE_worker : (enum role)role;
    if (store_is_deputy(k->store, person->id, date_from_instant(k->now), &s->deputy, err) < 0)
        return -1;
    return journal_last(k->store, &s->began, err);
}

/* What was typed and found before belongs to who then shows a badge; of somebody who was known here
 * before, nothing may be seen. */
static const char *greet(struct kiosk *k, const struct record *person, struct err *err)
{
    struct state *st = &k->state;
    bool known = st->session.identified;
    if (known && strcmp(st->session.person, person->id) == 0)
        return "identified";
    if (known) {
        state_forget(st);
        str_copy(st->language, sizeof(st->language), k->language);
    }
    if (begin_session(k, person, err) < 0) {
        state_forget(st);
        return "store_failed";
    }
    return known ? "another_person" : "identified";
}

const char *effect_identify(struct kiosk *k)
{
    struct state *st = &k->state;
    char hashes[BADGE_FORMS][DIGEST_HEX];
    struct rowset found = {0};
    struct err err = {0};
    const char *outcome;
    int forms = k->enrolled ? badge_hashes(k->enrolment.badge_key, st->badge, hashes) : 0;
    if (!k->enrolled)
        outcome = "not_enrolled";
    else if (forms == 0)
        outcome = "no_badge";
    else if (store_badge(k->store, hashes, forms, &found, &err) < 0)
        outcome = "store_failed";
    else if (found.count == 0)
        outcome = "unknown_badge";
    else
        outcome = greet(k, &found.rows[0], &err);
    memory_wipe(st->badge, sizeof(st->badge));
    memory_wipe(hashes, sizeof(hashes));
    arena_wipe(&found.mem);
    return outcome;
}

const char *effect_end_session(struct kiosk *k)
{
    state_forget(&k->state);
    visit_end(k);
    str_copy(k->state.language, sizeof(k->state.language), k->language);
    return "ended";
}

/* ---- the PIN ---- */

static int write_sign_in(struct kiosk *k, struct err *err)
{
    struct visit *v = k->visit;
    struct record fields;
    struct draft d = {.fields = &fields, .proof = &v->proof};
    seal_keys_make(&v->keys);
    record_init(&fields, TYPE_SIGN_IN);
    record_set_text(&fields, SIGN_IN_person, k->state.session.person);
    record_set_text(&fields, SIGN_IN_key, v->keys.public_key);
    if (pins_add(k->store, &d, k->enrolment.kiosk, k->now, k->mono, err) < 0)
        return -1;
    str_copy(v->sign_in, sizeof(v->sign_in), d.id);
    v->asked = k->mono;
    return 0;
}

/* Takes the typed PIN away from where it was typed. */
static const char *check_pin(struct kiosk *k)
{
    struct session *s = &k->state.session;
    struct err err = {0};
    visit_forget_pin(k->visit);
    str_copy(k->visit->proof.pin, sizeof(k->visit->proof.pin), k->state.pin);
    if (!k->rehearsal && write_sign_in(k, &err) < 0) {
        visit_forget_pin(k->visit);
        s->proof = VISIT_CLAIMED;
        return effect_failed(&err);
    }
    s->proof = VISIT_CHECKING;
    return "checking";
}

static const char *pin_outcome(struct kiosk *k)
{
    struct state *st = &k->state;
    struct err err = {0};
    int64_t seconds = 0;
    if (!st->session.identified || !k->enrolled)
        return "store_failed";
    if (!st->pin[0]) {
        visit_forget_pin(k->visit);
        st->session.proof = VISIT_NO_PIN;
        return "no_pin";
    }
    if (!pin_valid(st->pin))
        return "not_six_digits";
    if (pins_wait(k->store, st->session.person, k->now, k->mono, &seconds, &err) < 0)
        return effect_failed(&err);
    st->wait_seconds = (int)seconds;
    return seconds > 0 ? "slow_down" : check_pin(k);
}

const char *effect_enter_pin(struct kiosk *k)
{
    const char *outcome = pin_outcome(k);
    memory_wipe(k->state.pin, sizeof(k->state.pin));
    kiosk_stale(k);
    return outcome;
}

/* ---- setting a PIN ---- */

static bool is_code(const char *text)
{
    size_t len = strlen(text);
    return (len == LIM_CODE || len == LIM_PIN) && strspn(text, "0123456789") == len;
}

/* The code that was typed, else the PIN of the visit. */
static const char *secret_of(const struct kiosk *k)
{
    return k->state.code[0] ? k->state.code : k->visit->proof.pin;
}

static const char *write_pin(struct kiosk *k, struct proof *proof)
{
    struct record fields;
    struct draft d = {.fields = &fields, .proof = proof};
    struct err err = {0};
    record_init(&fields, TYPE_SET_PIN);
    record_set_text(&fields, SET_PIN_person, k->state.session.person);
    str_copy(proof->pin, sizeof(proof->pin), k->state.new_pin);
    str_copy(proof->secret, sizeof(proof->secret), secret_of(k));
    if (!k->rehearsal && pins_add(k->store, &d, k->enrolment.kiosk, k->now, k->mono, &err) < 0)
        return effect_failed(&err);
    /* What this visit does from here on comes to the server after the change. */
    if (visit_pinned(k) && strcmp(proof->secret, k->visit->proof.pin) == 0)
        str_copy(k->visit->proof.pin, sizeof(k->visit->proof.pin), proof->pin);
    kiosk_stale(k);
    return "saved";
}

static const char *set_pin(struct kiosk *k)
{
    const struct state *st = &k->state;
    struct err err = {0};
    int64_t seconds = 0;
    if (!st->session.identified || !k->enrolled)
        return "store_failed";
    if (!pin_valid(st->new_pin))
        return "not_six_digits";
    if (pin_common(st->new_pin))
        return "common_pin";
    if (strcmp(st->new_pin, st->again) != 0)
        return "not_equal";
    if (pins_wait(k->store, st->session.person, k->now, k->mono, &seconds, &err) < 0)
        return effect_failed(&err);
    if (seconds > 0)
        return "slow_down";
    if (!is_code(secret_of(k)))
        return "bad_code";
    struct proof *proof = secret_alloc(sizeof(*proof));
    const char *outcome = write_pin(k, proof);
    secret_free(proof);
    return outcome;
}

/* Whether only another new PIN is wanted: the code that was typed is good for that, too. */
static bool chooses_again(const char *outcome)
{
    static const char *const outcomes[] = {"not_six_digits", "common_pin", "not_equal"};
    for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
        if (strcmp(outcome, outcomes[i]) == 0)
            return true;
    return false;
}

const char *effect_set_pin(struct kiosk *k)
{
    struct state *st = &k->state;
    const char *outcome = set_pin(k);
    memory_wipe(st->new_pin, sizeof(st->new_pin));
    memory_wipe(st->again, sizeof(st->again));
    if (!chooses_again(outcome))
        memory_wipe(st->code, sizeof(st->code));
    return outcome;
}

/* ---- the own data ---- */

const char *effect_wish(struct kiosk *k, int wish)
{
    struct record fields;
    record_init(&fields, TYPE_WISH);
    record_set_text(&fields, WISH_person, k->state.session.person);
    record_set_number(&fields, WISH_wish, wish);
    return visit_pinned(k) ? effect_write_one(k, &fields, false) : "store_failed";
}
