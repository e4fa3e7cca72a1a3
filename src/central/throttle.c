/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/throttle.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"

#define SLOTS 32768 /* of each kind: twice the kiosks of a country; a power of two */
#define NEAR 16     /* slots where one may stand */

static const struct {
    int64_t per;   /* milliseconds in which the rate comes */
    int64_t holds; /* of these times, what the bucket holds */
} kinds[LIMITS] = {
    [LIMIT_KIOSK] = {60 * 1000, 10},
    [LIMIT_COMPANY] = {60 * 1000, 10},
    [LIMIT_ADDRESS] = {60 * 1000, 10},
    [LIMIT_CODE] = {60 * 60 * 1000, 1},
};

/* The generic cell rate algorithm: full_at is when the bucket will be full again. */
struct slot {
    uint64_t who;
    int64_t full_at; /* microseconds */
};

struct throttle {
    struct rates rates;
    uint64_t key[KEY_BYTES / 8]; /* nobody can choose whose slot he shares */
    pthread_mutex_t lock;
    struct slot slot[LIMITS][SLOTS];
};

struct throttle *throttle_new(const struct rates *rates)
{
    struct throttle *t = mem_alloc(sizeof(*t));
    t->rates = *rates;
    random_bytes(t->key, sizeof(t->key));
    pthread_mutex_init(&t->lock, NULL);
    return t;
}

void throttle_free(struct throttle *t)
{
    if (t)
        pthread_mutex_destroy(&t->lock);
    free(t);
}

size_t throttle_bytes(void)
{
    return sizeof(struct throttle);
}

static uint64_t name_of(const struct throttle *t, const char *who)
{
    char hex[DIGEST_HEX], half[17];
    struct sha256 s;
    sha256_start(&s);
    sha256_add(&s, t->key, sizeof(t->key));
    sha256_add(&s, who, strlen(who));
    sha256_end(&s, hex);
    memcpy(half, hex, 16);
    half[16] = '\0';
    return strtoull(half, NULL, 16);
}

/* Where this one stands, or may stand: a slot that is full again is free. When there is none, the
 * one that is full soonest is given up. */
static struct slot *find(struct slot *slots, uint64_t who, int64_t now)
{
    struct slot *best = NULL;
    for (uint64_t i = 0; i < NEAR; i++) {
        struct slot *s = &slots[(who + i) % SLOTS];
        if (s->who == who)
            return s;
        if (!best || s->full_at < best->full_at)
            best = s;
    }
    *best = (struct slot){who, now};
    return best;
}

static int ask(struct throttle *t, enum limit limit, const char *who, int64_t now, bool take)
{
    if (!t || t->rates.of[limit] == 0)
        return 0;
    int64_t step = kinds[limit].per * 1000 / t->rates.of[limit], wait;
    int64_t depth = kinds[limit].per * 1000 * kinds[limit].holds;
    uint64_t name = name_of(t, who);
    now *= 1000;
    pthread_mutex_lock(&t->lock);
    struct slot *s = find(t->slot[limit], name, now);
    if (s->full_at < now)
        s->full_at = now;
    if (s->full_at > now + depth) /* the clock was set back */
        s->full_at = now + depth;
    wait = s->full_at + step - (now + depth);
    if (wait <= 0 && take)
        s->full_at += step;
    pthread_mutex_unlock(&t->lock);
    return wait <= 0 ? 0 : (int)((wait + 999999) / 1000000);
}

int throttle_take(struct throttle *t, enum limit limit, const char *who, int64_t now)
{
    return ask(t, limit, who, now, true);
}

int throttle_look(struct throttle *t, enum limit limit, const char *who, int64_t now)
{
    return ask(t, limit, who, now, false);
}
