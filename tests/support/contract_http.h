/* SPDX-License-Identifier: EUPL-1.2 */
/* One request over a connection of its own to a server on loopback, and its answer with all its
 * headers. */
#ifndef TESTS_SUPPORT_CONTRACT_HTTP_H
#define TESTS_SUPPORT_CONTRACT_HTTP_H

#include <stdint.h>

#include "base/buf.h"
#include "support/contract.h"

struct contract_answered {
    int status; /* 0: none came */
    struct contract_message m;
    struct contract_header header[16];
    struct buf in; /* holds all of it */
};

/* Content-Length is that of the body unless it is among the headers. The caller releases the
 * answer. */
void contract_http(int port, const char *method, const char *target,
    const struct contract_message *request, struct contract_answered *out);
void contract_http_release(struct contract_answered *a);

#endif
