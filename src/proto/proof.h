/* SPDX-License-Identifier: EUPL-1.2 */
/* The PIN in an entry: sealed to the server's key and bound to all other bytes of the entry, so
 * that it proves this entry and no other, on this kiosk and at this time. */
#ifndef ACHT_PROTO_PROOF_H
#define ACHT_PROTO_PROOF_H

#include "base/seal.h"
#include "model/record.h"

/* What is sealed. Wiped by whoever made one. */
struct proof {
    char pin[LIM_PIN + 1];     /* set_pin: the new one */
    char secret[LIM_CODE + 1]; /* set_pin: the one-time code or the old PIN; give_code: the code */
};

/* Whether text is LIM_PIN digits; and whether it is one of those that many people choose
 * (ascending, repeated, dates of birth years ...): refused wherever a PIN is set. */
bool pin_valid(const char *text);
bool pin_common(const char *pin);

/* Seals the proof into the `pin` field of the entry, whose envelope and other fields are complete;
 * the text lives in mem. Returns -1 when the entry has no such field, or is too long. */
int proof_seal(const struct proof *p, const char *public_key, struct entry *e, struct arena *mem,
    struct err *err) ACHT_NODISCARD;

enum proof_result {
    PROOF_NONE,  /* the entry carries none */
    PROOF_OPEN,  /* *p is what was sealed for exactly this entry */
    PROOF_WRONG, /* damaged, sealed to another key, or of another entry */
};
enum proof_result proof_open(const struct seal_keys *k, const struct entry *e, struct proof *p);

#endif
