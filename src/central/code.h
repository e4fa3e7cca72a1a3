/* SPDX-License-Identifier: EUPL-1.2 */
/* Enrolment codes: "7K3QNX-9FMRA-2TV8C", read aloud and typed by people. The first group finds the
 * kiosk, so that wrong tries can be counted; the other two are 50 random bits. */
#ifndef ACHT_CENTRAL_CODE_H
#define ACHT_CENTRAL_CODE_H

#include "central/database.h"

#define CODE_LIFE (15 * 60 * INT64_C(1000))
#define CODE_BACK (24 * 60 * 60 * INT64_C(1000)) /* so far a clock may be set back meanwhile */
#define CODE_TRIES 5
#define CODE_TEXT 19

/* A fresh code, and what the database keeps of it. */
void code_make(int64_t now, char text[CODE_TEXT], struct enrol_code *code);

/* Reads what somebody typed: either case, with or without separators, O for 0, I and L for 1. Sets
 * handle and hash. Returns -1 when it cannot be a code. */
int code_read(const char *typed, struct enrol_code *code) ACHT_NODISCARD;

/* Whether the typed code opens the kept one now. */
bool code_opens(const struct enrol_code *kept, const struct enrol_code *typed, int64_t now);

#endif
