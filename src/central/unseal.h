/* SPDX-License-Identifier: EUPL-1.2 */
/* Reading an entry that was kept, also when only the server can. */
#ifndef ACHT_CENTRAL_UNSEAL_H
#define ACHT_CENTRAL_UNSEAL_H

#include "central/secrets.h"
#include "proto/codec.h"

/* Reads the entry of a kept body, and what is inside when it is sealed; texts live in mem. secrets
 * NULL: what is sealed stays so. Returns -1 for what is no readable entry. */
int entry_unseal(const struct secrets *secrets, const char *body, struct arena *mem,
    struct entry *e) ACHT_NODISCARD;

#endif
