/* SPDX-License-Identifier: EUPL-1.2 */
/* Inside the API: what its routes share. */
#ifndef ACHT_CENTRAL_API_H
#define ACHT_CENTRAL_API_H

#include "central/route.h"

route_handler api_enrol, api_journal, api_feed, api_token, api_report, api_health, api_ready,
    api_metrics;

/* Answers 503 or 500 for a failure of the database; api_failed() logs it as well: its words stay
 * here. */
void api_failure(const struct err *err, struct http_response *rs);
void api_failed(struct central *c, const struct err *err, struct http_response *rs);

/* A line of the log; see log.h. */
void api_log(struct central *c, const char *fmt, ...) ACHT_PRINTF(2, 3);

/* Answers /readyz with what stands in the way. */
void api_not_ready(const struct err *why, struct http_response *rs);
/* What it says when the writer does not get on. */
#define READY_STUCK "the writer is stuck: one transaction, or another program, keeps the database"

/* Ends a page of NDJSON with this trailer; its digest is made here unless it is known. */
void api_end_page(struct http_response *rs, struct trailer *t);

#define TRAILER_ROOM 512 /* bytes kept free for the trailer */

#endif
