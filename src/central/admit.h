/* SPDX-License-Identifier: EUPL-1.2 */
/* Who asks, and whether he may: tokens and limits. */
#ifndef ACHT_CENTRAL_ADMIT_H
#define ACHT_CENTRAL_ADMIT_H

#include "central/route.h"

/* How old a token gets before its kiosk is asked for a new one. */
#define TOKEN_LIFE (30 * 24 * 60 * 60 * INT64_C(1000))

/* The kiosk that asks, by its token: the one in use, or the one announced (api_token.c), which is
 * in use from now on. false: it is not to be served, and rs says why; or rs->later, because that
 * must be written and c only reads. */
bool admit(struct central *c, const struct http_request *rq, struct kiosk *kiosk,
    struct http_response *rs);

/* Charges the address for what was asked in vain. When it has done so too often, the answer becomes
 * 429. */
void admit_in_vain(struct central *c, const struct http_request *rq, struct http_response *rs);

/* Whether this address may try an enrolment code; if not, the answer is 429. Codes that are right
 * cost nothing. */
bool admit_code(struct central *c, const struct http_request *rq, struct http_response *rs);
void admit_wrong_code(struct central *c, const struct http_request *rq);

/* A token or a mark shows that there are two of this kiosk: told in the log, and in the audit trail
 * at most once an hour. */
void admit_copied(
    struct central *c, const struct http_request *rq, const struct kiosk *kiosk, const char *why);

#endif
