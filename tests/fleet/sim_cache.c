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

/* The first failure after a success begins a new row of them. */
static void count_failure(struct light *l, enum cause why, int64_t now)
{
    if (l->met == CAUSE_ok) {
        l->failures = 0;
        l->since = now;
    }
    l->failures++;
    l->why = why;
    l->until = now;
}

WRAP(int, cache_set_contact, struct store *s, const char *cause, int64_t now, struct err *err)
{
    struct light *l = light_of(s);
    if (!l)
        return __real_cache_set_contact(s, cause, now, err);
    enum cause met = (enum cause)choice_index(CAUSES, cause, strlen(cause));
    if (met != CAUSE_ok)
        count_failure(l, met, now);
    l->met = met;
    return 0;
}

WRAP(int, store_fetched, struct store *s, int64_t *fetched, struct err *err)
{
    const struct light *l = light_of(s);
    if (!l)
        return __real_store_fetched(s, fetched, err);
    *fetched = l->finished;
    return 0;
}

/* ---- what a kiosk says of itself ---- */

#define MUCH_MIB 10000 /* of free space */

static void report_failures(const struct light *l, struct record *r)
{
    if (l->failures == 0)
        return;
    record_set_number(r, REPORT_cause, l->why);
    record_set_number(r, REPORT_failures, l->failures);
    record_set_number(r, REPORT_failing_since, l->since);
    record_set_number(r, REPORT_failing_until, l->until);
}

WRAP(int, store_report, struct store *s, struct record *r, struct err *err)
{
    const struct light *l = light_of(s);
    if (!l)
        return __real_store_report(s, r, err);
    bool full = fault_now(l->machine, FAULT_full) != NULL;
    record_set_number(r, REPORT_waiting, l->count);
    if (l->count > 0)
        record_set_number(r, REPORT_oldest, l->entries[0]->at - l->entries[0]->at % SIM_HOUR);
    record_set_number(r, REPORT_stuck, journal_stuck_count(s));
    record_set_number(r, REPORT_damaged, 0);
    record_set_number(r, REPORT_catalogue, l->finished);
    record_set_number(r, REPORT_disk, full ? DISK_full : DISK_fine);
    record_set_number(r, REPORT_free, full ? 0 : MUCH_MIB);
    record_set_number(r, REPORT_rebuilt, 0);
    record_set_number(r, REPORT_lost, 0);
    report_failures(l, r);
    return 0;
}

WRAP(int, cache_said, struct store *s, char digest[DIGEST_HEX], struct err *err)
{
    const struct light *l = light_of(s);
    if (!l)
        return __real_cache_said(s, digest, err);
    str_copy(digest, DIGEST_HEX, l->said);
    return 0;
}

WRAP(int, cache_set_said, struct store *s, const char *digest, struct err *err)
{
    struct light *l = light_of(s);
    if (!l)
        return __real_cache_set_said(s, digest, err);
    if (fault_now(l->machine, FAULT_full))
        return err_set(err, ERR_FULL, "the disk is full");
    str_copy(l->said, sizeof(l->said), digest);
    return 0;
}
