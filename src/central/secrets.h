/* SPDX-License-Identifier: EUPL-1.2 */
/* What the server knows and no database of its may tell: the key that opens sealed PINs and the
 * pepper of their hashes, in a credential file of their own. */
#ifndef ACHT_CENTRAL_SECRETS_H
#define ACHT_CENTRAL_SECRETS_H

#include "base/seal.h"
#include "central/database.h"

struct secrets {
    struct seal_keys keys;
    char pepper[KEY_HEX];
};

/* Reads the file: `seal_key=HEX` and `pepper=HEX`, a line each. One that others may read is
 * refused, and so is one that is damaged (ERR_CONFIG). When there is none and create is set, it is
 * made: mode 0600, atomically, on the disk before this returns; of two that make it at the same
 * time both have the same. */
int secrets_load(
    const char *path, bool create, struct secrets *out, struct err *err) ACHT_NODISCARD;

/* The secrets of this database. The first ones that it meets become its own (and are made, when
 * there is no file); others are refused from then on, and so is a file that was lost: all PINs
 * would be wrong. */
int secrets_open(
    struct database *db, const char *path, struct secrets *out, struct err *err) ACHT_NODISCARD;

/* Makes these the secrets of the database, or checks that they are. path is for the sentence. */
int secrets_bind(
    struct database *db, const struct secrets *s, const char *path, struct err *err) ACHT_NODISCARD;

/* Puts the company's record into its feed, when it is new or the key has changed. Nothing is put
 * while the database has met no secrets: secrets_bind() does that for all companies. Within a
 * transaction. */
int company_publish(struct database *db, const char *company, struct err *err) ACHT_NODISCARD;

#endif
