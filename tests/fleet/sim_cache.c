/* SPDX-License-Identifier: EUPL-1.2 */
/* The cache of a light store: see sim_store.c. */
#include <stdlib.h>
#include <string.h>

#include "fleet/sim_inner.h"

/* ---- records as hashes ---- */

static uint64_t mix(uint64_t h, const char *p, size_t len)
{
    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)p[i]) * 0x100000001b3u; /* FNV-1a */
    return h;
}

#define MIX_START 0xcbf29ce484222325u

static struct held held_of(const struct record *r, struct buf *line)
{
    const char *type = r->type->name;
    uint64_t name = mix(mix(MIX_START, type, strlen(type) + 1), r->id, strlen(r->id));
    buf_clear(line);
    if (record_to_json(r, line) < 0)
        BUG("a record is too long");
    return (struct held){name, mix(MIX_START, line->p, line->len)};
}

static size_t room_for(int count)
{
    size_t room = 1;
    while (room < (size_t)count)
        room *= 2;
    return room;
}

struct holding holding_copy(const struct holding *h)
{
    struct holding copy = {mem_array(room_for(h->count), sizeof(*h->v)), h->count};
    if (h->count > 0)
        memcpy(copy.v, h->v, sizeof(*h->v) * (size_t)h->count);
    return copy;
}

/* Where it stands, or would stand. */
static int place_of(const struct holding *h, uint64_t name)
{
    int low = 0, high = h->count;
    while (low < high) {
        int half = low + (high - low) / 2;
        if (h->v[half].name < name)
            low = half + 1;
        else
            high = half;
    }
    return low;
}

static void hold(struct holding *h, struct held x, bool gone)
{
    int i = place_of(h, x.name);
    bool there = i < h->count && h->v[i].name == x.name;
    size_t after = sizeof(x) * (size_t)(h->count - i);
    if (there && gone) {
        memmove(h->v + i, h->v + i + 1, after - sizeof(x));
        h->count--;
    } else if (there) {
        h->v[i] = x;
    } else if (!gone) {
        if (h->count == 0 || room_for(h->count) == (size_t)h->count) /* full */
            h->v = mem_realloc(h->v, sizeof(x) * room_for(h->count + 1));
        memmove(h->v + i + 1, h->v + i, after);
        h->v[i] = x;
        h->count++;
    }
}

/* ---- in place of the store's ---- */

WRAP(int, cache_cursor, struct store *s, char cursor[LIM_CURSOR], struct err *err)
{
    const struct light *l = light_of(s);
    if (!l)
        return __real_cache_cursor(s, cursor, err);
    str_copy(cursor, LIM_CURSOR, l->cursor);
    return 0;
}

WRAP(int, cache_restart, struct store *s, struct err *err)
{
    struct light *l = light_of(s);
    if (!l)
        return __real_cache_restart(s, err);
    l->cursor[0] = '\0';
    l->coming.count = 0;
    l->restarted = true;
    return 0;
}

WRAP(int, cache_apply, struct store *s, const struct record *records, int count, const char *next,
    struct err *err)
{
    struct light *l = light_of(s);
    if (!l)
        return __real_cache_apply(s, records, count, next, err);
    if (fault_now(l->machine, FAULT_full))
        return err_set(err, ERR_FULL, "the disk is full");
    struct buf line = BUF_INIT(LIM_LINE);
    for (int i = 0; i < count; i++)
        hold(l->restarted ? &l->coming : &l->holding, held_of(&records[i], &line), records[i].gone);
    buf_release(&line);
    str_copy(l->cursor, sizeof(l->cursor), next);
    return 0;
}

WRAP(int, cache_finish, struct store *s, int64_t now, struct err *err)
{
    struct light *l = light_of(s);
    if (!l)
        return __real_cache_finish(s, now, err);
    if (l->restarted) {
        mem_free(l->holding.v);
        l->holding = l->coming;
        l->coming = (struct holding){0};
        l->restarted = false;
    }
    l->finished = now;
    return 0;
}

WRAP(int, cache_set_contact, struct store *s, const char *cause, int64_t now, struct err *err)
{
    return light_of(s) ? 0 : __real_cache_set_contact(s, cause, now, err);
}

WRAP(int, store_fetched, struct store *s, int64_t *fetched, struct err *err)
{
    const struct light *l = light_of(s);
    if (!l)
        return __real_store_fetched(s, fetched, err);
    *fetched = l->finished;
    return 0;
}
