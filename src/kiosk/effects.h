/* SPDX-License-Identifier: EUPL-1.2 */
/* Inside the kiosk: what the effects share. Each returns its outcome. */
#ifndef ACHT_KIOSK_EFFECTS_H
#define ACHT_KIOSK_EFFECTS_H

#include "kiosk/kiosk.h"

/* ---- visit.c ---- */

/* Forgets everything of the visit: secrets, letter, what was fetched. state_forget() is apart. */
void visit_end(struct kiosk *k);
/* The PIN was wrong, or another one is typed: forgets it and what it opened. */
void visit_forget_pin(struct visit *v);
/* Ends the visit when the person of the session is not its own any more. */
void visit_follow(struct kiosk *k);
void visit_open(struct kiosk *k, const char *person);
bool visit_pinned(const struct kiosk *k); /* a PIN was typed and not found wrong */
/* Remembers an entry that the journal holds sealed. */
void visit_keep(struct visit *v, const struct draft *d, int64_t now);

/* ---- effects.c ---- */

/* Writes all drafts or none, each with the PIN of the visit if one was typed. */
const char *effect_write(struct kiosk *k, struct draft *drafts, int count);
/* The same for one. */
const char *effect_write_one(struct kiosk *k, const struct record *fields, bool sealed);
const char *effect_failed(const struct err *err); /* disk_full or store_failed */
/* The course as the screen showed it, else as the cache has it; copied into rs. */
const struct record *effect_course(struct kiosk *k, const char *id, struct rowset *rs);

/* ---- effects_visit.c, effects_request.c, effects_decide.c ---- */

const char *effect_identify(struct kiosk *k);
const char *effect_enter_pin(struct kiosk *k);
const char *effect_set_pin(struct kiosk *k);
const char *effect_wish(struct kiosk *k, int wish);
const char *effect_end_session(struct kiosk *k);

const char *effect_ask(struct kiosk *k, const struct effect *e);
const char *effect_ask_privately(struct kiosk *k, const struct effect *e);
const char *effect_withdraw(struct kiosk *k, const struct effect *e);
const char *effect_accept(struct kiosk *k, const struct effect *e, bool agrees);
const char *effect_reply(struct kiosk *k, const struct effect *e);

const char *effect_look(struct kiosk *k, const struct effect *e);
const char *effect_decide(struct kiosk *k, const struct effect *e, enum answer answer);
const char *effect_yes_several(struct kiosk *k, bool marked);
const char *effect_absent(struct kiosk *k, const struct effect *e);
const char *effect_propose(struct kiosk *k, const struct effect *e);
const char *effect_delegate(struct kiosk *k, const struct effect *e);
const char *effect_give_code(struct kiosk *k, const struct effect *e);

#endif
