/* SPDX-License-Identifier: EUPL-1.2 */
/* PINs and one-time codes: what is hashed, and how many wrong ones are borne. */
#ifndef ACHT_CENTRAL_PIN_H
#define ACHT_CENTRAL_PIN_H

#include "central/people.h"
#include "central/secrets.h"

#define PIN_FREE_TRIES 5 /* in a row, of one person at one kiosk */
#define PIN_WAIT_FIRST (30 * INT64_C(1000))
#define PIN_WAIT_LAST (60 * 60 * INT64_C(1000))

#define PIN_WINDOW (15 * 60 * INT64_C(1000))
#define PIN_KIOSK_TRIES 20 /* within the window: 1,920 a day */

#define SPRAY_KIOSK_PEOPLE 10 /* claimed with wrong PINs at one kiosk within the window */
#define SPRAY_PEOPLE 25       /* the same, in a company */
#define SPRAY_KIOSKS 3        /* kiosks at which one person was claimed */

#define PIN_CODE_LIFE (24 * 60 * 60 * INT64_C(1000))
#define PIN_CODE_TRIES 5
#define PIN_CODE_TEXT 16

/* How long a person must wait at a kiosk after so many wrong PINs in a row: it doubles, and ends.
 */
int64_t pin_wait(int64_t streak);

/* Whether a try at `at` is not even looked at. */
bool pin_slowed(const struct pin_tries *t, int64_t at);

/* Whether these tries, the last one included, are no longer somebody's slips. */
bool pin_sprayed(const struct pin_tries *t);

/* What goes into the slow hash: a fast keyed one of who and what, which tells nothing without the
 * pepper. kind keeps PINs and codes apart. */
enum pin_kind { PIN_SECRET, PIN_CODE };
void pin_claim(const struct secrets *s, enum pin_kind kind, const char *company, const char *person,
    const char *secret, char out[DIGEST_HEX]);

/* A fresh one-time code as its digits, and how it is shown: "482 913 0567". */
void pin_code_make(char digits[LIM_CODE + 1]);
void pin_code_show(const char digits[LIM_CODE + 1], char text[PIN_CODE_TEXT]);
bool pin_code_valid(const char *digits);

/* Keeps the code for the person, from `at` on. The caller has a transaction. */
int pin_code_keep(struct database *db, const struct secrets *s, const char *company,
    const char *person, const char *digits, int64_t at, struct err *err) ACHT_NODISCARD;

/* A slow hash that no PIN opens, for people who are not there. */
extern const char pin_nobody[];

#endif
