/* SPDX-License-Identifier: EUPL-1.2 */
/* Copies: a kiosk whose disk was cloned or restored, or a server whose database was. */
#ifndef ACHT_CENTRAL_MARK_H
#define ACHT_CENTRAL_MARK_H

#include "central/route.h"

/* Compares the mark that a kiosk sends with the last one kept, and puts the answer's header in rs
 * (WIRE_MARK_HEADER). One that does not follow, or is not sent, is an alarm. A failure leaves the
 * header out: then the kiosk sends the same mark again. */
void mark_check(struct central *c, const struct http_request *rq, const struct kiosk *kiosk,
    struct http_response *rs);

#endif
