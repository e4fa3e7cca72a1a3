/* SPDX-License-Identifier: EUPL-1.2 */
/* The sync's requests without sockets, held to the contract; what breaks it ends the program. */
#ifndef TESTS_SUPPORT_CONTRACT_SYNC_H
#define TESTS_SUPPORT_CONTRACT_SYNC_H

#include <inttypes.h>

#include "base/mem.h"
#include "proto/wire.h"
#include "support/contract.h"
#include "sync/transport.h"

static inline int contract_sent(
    const struct contract *c, const struct request *q, bool enrolled, struct err *err)
{
    char clock[32], known[LIM_CURSOR + 2];
    struct contract_header headers[5];
    const struct contract_header all[] = {{"Authorization", enrolled ? "Bearer" : NULL},
        {WIRE_PROTOCOL_HEADER, WIRE_PROTOCOL}, {WIRE_CLOCK_HEADER, q->clock ? clock : NULL},
        {WIRE_MARK_HEADER, q->mark}, {"If-None-Match", q->known && *q->known ? known : NULL}};
    struct contract_message m = {
        .type = q->type, .headers = headers, .body = q->body ? q->body : "", .len = q->len};
    snprintf(clock, sizeof(clock), "%" PRId64, q->clock);
    snprintf(known, sizeof(known), "\"%s\"", q->known ? q->known : "");
    for (int i = 0; i < 5; i++)
        if (all[i].value)
            headers[m.header_count++] = all[i];
    return contract_request(c, q->type ? "POST" : "GET", q->path, &m, err);
}

static inline void contract_hold_request(const struct request *q, bool enrolled)
{
    struct err err = {0};
    if (contract_sent(contract_here(), q, enrolled, &err) < 0)
        BUG("%s", err.msg);
}

#endif
