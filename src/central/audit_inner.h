/* SPDX-License-Identifier: EUPL-1.2 */
/* What the writing and the checking of the trail share. */
#ifndef ACHT_CENTRAL_AUDIT_INNER_H
#define ACHT_CENTRAL_AUDIT_INNER_H

#include "central/audit.h"
#include "central/database_rights.h"
#include "model/keep.h"

#define AUDIT_LINE 2048 /* bytes of an exported line */
#define AUDIT_SALT 32   /* hexadecimal digits: ids are too few to be hidden by a digest alone */

int audit_event_of(const char *name); /* or -1 */
enum keep_kind audit_keep(enum audit_event event);
void audit_detail(const struct audit_row *row, char out[DIGEST_HEX]);
void audit_hash(const struct audit_row *row, char out[DIGEST_HEX]);

#endif
