/* SPDX-License-Identifier: EUPL-1.2 */
/* How often somebody may ask. Each kiosk, company and address has a bucket that fills steadily and
 * holds as much as comes in ten minutes (of wrong codes: in an hour), so that whoever was quiet may
 * ask many times in a row. In memory and in a fixed table; every process counts for itself, and
 * starts with full buckets. Safe in several threads. */
#ifndef ACHT_CENTRAL_THROTTLE_H
#define ACHT_CENTRAL_THROTTLE_H

#include <stddef.h>
#include <stdint.h>

enum limit { LIMIT_KIOSK, LIMIT_COMPANY, LIMIT_ADDRESS, LIMIT_CODE, LIMITS };

/* How many, 0: as many as they like. Of kiosks, companies and addresses (what is asked without a
 * token or where there is nothing) in a minute; of refused codes from an address in an
 * hour. */
struct rates {
    int64_t of[LIMITS];
};

struct throttle;
struct throttle *throttle_new(const struct rates *rates);
void throttle_free(struct throttle *t); /* NULL is fine */

/* Takes one from the bucket of this kiosk, company or address. 0: it was there; else nothing is
 * taken, and it is so many seconds until there is one again. now: the server's clock, which may
 * be set: then a bucket is at worst empty. t NULL: there are no limits. */
int throttle_take(struct throttle *t, enum limit limit, const char *who, int64_t now);

/* The same, and it stays there. */
int throttle_look(struct throttle *t, enum limit limit, const char *who, int64_t now);

/* Bytes that it takes, whatever happens. */
size_t throttle_bytes(void);

#endif
