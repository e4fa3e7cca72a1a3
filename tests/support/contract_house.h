/* SPDX-License-Identifier: EUPL-1.2 */
/* The server's answers without sockets, held to the contract; what breaks it ends the program. */
#ifndef TESTS_SUPPORT_CONTRACT_HOUSE_H
#define TESTS_SUPPORT_CONTRACT_HOUSE_H

#include "base/mem.h"
#include "central/route.h"
#include "proto/wire.h"
#include "support/contract.h"

/* headers: room for 4; the message lives as long as these and the answer. */
static inline struct contract_message contract_message_of(
    const struct http_response *rs, struct contract_header headers[4], char seconds[16])
{
    const struct contract_header all[] = {{"ETag", rs->etag}, {"Allow", rs->allow},
        {WIRE_MARK_HEADER, rs->mark}, {"Retry-After", rs->retry_after ? seconds : NULL}};
    struct contract_message m = {
        .type = rs->type, .headers = headers, .body = rs->body.p, .len = rs->body.len};
    snprintf(seconds, 16, "%d", rs->retry_after);
    for (int i = 0; i < 4; i++)
        if (all[i].value && *all[i].value)
            headers[m.header_count++] = all[i];
    return m;
}

static inline int contract_keeps(const struct contract *c, const struct http_request *rq,
    const struct http_response *rs, struct err *err)
{
    char seconds[16];
    struct contract_header headers[4];
    struct contract_message m = contract_message_of(rs, headers, seconds);
    return rs->later ? 0 : contract_answer(c, rq->method, rq->path, rs->status, &m, err);
}

static inline void contract_hold(const struct http_request *rq, const struct http_response *rs)
{
    struct err err = {0};
    if (contract_keeps(contract_here(), rq, rs, &err) < 0)
        BUG("%s", err.msg);
}

#endif
