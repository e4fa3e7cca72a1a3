/* SPDX-License-Identifier: EUPL-1.2 */
/* What the engine asks of a store, done twice: a program that is linked with --wrap for these
 * functions (tests.mk) gets them here, and a store of files goes on to the real ones. A light one
 * remembers of a record what it hashes to, and forgets an entry with its verdict; so it cannot send
 * again what a restored server has lost. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "fleet/sim_inner.h"

static const char light_kind;

struct light *light_of(struct store *s)
{
    struct light *l = (struct light *)(void *)s;
    return l->kind == &light_kind ? l : NULL;
}

struct store *light_store(struct light *l)
{
    return (struct store *)(void *)l;
}

void light_start(struct light *l, struct machine *machine, int64_t now)
{
    *l = (struct light){.kind = &light_kind, .machine = machine, .finished = NO_NUMBER};
    uuid7(now, l->epoch);
}

void light_release(struct light *l)
{
    for (int i = 0; i < l->count; i++)
        mem_free(l->entries[i]);
    mem_free(l->entries);
    mem_free(l->holding.v);
    mem_free(l->coming.v);
    l->entries = NULL;
    l->holding = l->coming = (struct holding){0};
    l->count = 0;
}

static int check_disk(const struct light *l, struct err *err)
{
    return fault_now(l->machine, FAULT_full) ? err_set(err, ERR_FULL, "the disk is full") : 0;
}

/* ---- the journal ---- */

static void add_entry(struct light *l, const char *id, int64_t now, const struct buf *bytes)
{
    struct light_entry *e = mem_alloc(sizeof(*e) + bytes->len);
    e->seq = l->last;
    e->made = l->machine->sim->made_count;
    e->at = now;
    e->len = bytes->len;
    str_copy(e->id, sizeof(e->id), id);
    sha256_hex(bytes->p, bytes->len, e->hash);
    memcpy(e->bytes, bytes->p, bytes->len);
    l->entries = mem_realloc(l->entries, sizeof(struct light_entry *) * (size_t)(l->count + 1));
    l->entries[l->count++] = e;
}

/* As journal_append() does it, for a light store; made: its place in the list. */
WRAP(int, journal_append, struct store *s, const struct record *fields, const char *kiosk,
    int64_t now, char id[UUID_TEXT], struct err *err)
{
    struct light *l = light_of(s);
    if (!l)
        return __real_journal_append(s, fields, kiosk, now, id, err);
    if (check_disk(l, err) < 0)
        return -1;
    struct buf bytes = BUF_INIT(LIM_LINE);
    uuid7(now, id);
    struct entry e = {id, kiosk, l->epoch, ++l->last, now, *fields};
    e.fields.id = id;
    if (entry_to_json(&e, &bytes) < 0)
        BUG("an entry is too long");
    add_entry(l, id, now, &bytes);
    buf_release(&bytes);
    return 0;
}

static struct pending as_sent(const struct light_entry *e)
{
    return (struct pending){e->seq, e->id, e->hash, e->bytes, e->len};
}

WRAP(int, journal_pending, struct store *s, int64_t after, int max, size_t max_bytes,
    struct arena *mem, struct pending **out, int *count, int *damaged, struct err *err)
{
    const struct light *l = light_of(s);
    if (!l)
        return __real_journal_pending(s, after, max, max_bytes, mem, out, count, damaged, err);
    size_t bytes = 0;
    *out = arena_alloc(mem, sizeof(**out) * (size_t)(l->count + 1));
    *count = *damaged = 0;
    for (int i = 0; i < l->count && *count < max; i++) {
        const struct light_entry *e = l->entries[i];
        if (e->seq <= after || e->tried > 0)
            continue;
        bytes += e->len + 1;
        if (bytes > max_bytes)
            break;
        (*out)[(*count)++] = as_sent(e);
    }
    return 0;
}

static int find_entry(const struct light *l, const char *id)
{
    for (int i = 0; i < l->count; i++)
        if (strcmp(l->entries[i]->id, id) == 0)
            return i;
    return -1;
}

static void end_waiting(struct light *l, int i, int verdict)
{
    struct sim *f = l->machine->sim;
    f->made[l->entries[i]->made].verdict = verdict;
    f->counts.settled++;
    mem_free(l->entries[i]);
    l->count--;
    memmove(
        l->entries + i, l->entries + i + 1, sizeof(struct light_entry *) * (size_t)(l->count - i));
}

WRAP(int, journal_settle, struct store *s, const char *id, const char *hash, const char *kind,
    const char *reason, int64_t now, struct err *err)
{
    struct light *l = light_of(s);
    if (!l)
        return __real_journal_settle(s, id, hash, kind, reason, now, err);
    int i = find_entry(l, id);
    if (i < 0 || strcmp(l->entries[i]->hash, hash) != 0)
        return 0;
    end_waiting(l, i, choice_index(VERDICTS, kind, strlen(kind)));
    return 1;
}

WRAP(int, journal_begin, struct store *s, struct err *err)
{
    const struct light *l = light_of(s);
    return l ? check_disk(l, err) : __real_journal_begin(s, err);
}

WRAP(int, journal_commit, struct store *s, struct err *err)
{
    return light_of(s) ? 0 : __real_journal_commit(s, err);
}

WRAP(int64_t, journal_waiting, struct store *s)
{
    const struct light *l = light_of(s);
    return l ? l->count : __real_journal_waiting(s);
}

WRAP(int, journal_forget, struct store *s, int64_t before, struct err *err)
{
    return light_of(s) ? 0 : __real_journal_forget(s, before, err);
}

WRAP(int, journal_stick, struct store *s, const char *id, int status, int64_t now, struct err *err)
{
    struct light *l = light_of(s);
    if (!l)
        return __real_journal_stick(s, id, status, now, err);
    int i = find_entry(l, id);
    if (i >= 0)
        l->entries[i]->tried = now;
    return 0;
}

WRAP(int, journal_stuck, struct store *s, int64_t now, struct arena *mem, struct pending *out,
    int *count, struct err *err)
{
    const struct light *l = light_of(s);
    if (!l)
        return __real_journal_stuck(s, now, mem, out, count, err);
    const struct light_entry *oldest = NULL;
    for (int i = 0; i < l->count; i++) {
        const struct light_entry *e = l->entries[i];
        if (e->tried > 0 && e->tried != now && (!oldest || e->tried < oldest->tried))
            oldest = e;
    }
    *count = oldest != NULL;
    if (oldest)
        *out = as_sent(oldest);
    return 0;
}

WRAP(int64_t, journal_stuck_count, struct store *s)
{
    const struct light *l = light_of(s);
    int64_t n = 0;
    if (!l)
        return __real_journal_stuck_count(s);
    for (int i = 0; i < l->count; i++)
        n += l->entries[i]->tried > 0;
    return n;
}

WRAP(int, journal_mark, struct store *s, int64_t now, struct mark *out, struct err *err)
{
    struct light *l = light_of(s);
    if (!l)
        return __real_journal_mark(s, now, out, err);
    if (check_disk(l, err) < 0)
        return -1;
    if (!l->next[0])
        uuid7(now, l->next);
    str_copy(out->epoch, sizeof(out->epoch), l->epoch);
    str_copy(out->before, sizeof(out->before), l->before);
    str_copy(out->next, sizeof(out->next), l->next);
    return 0;
}

WRAP(int, journal_mark_last, struct store *s, struct mark *out, struct err *err)
{
    const struct light *l = light_of(s);
    if (!l)
        return __real_journal_mark_last(s, out, err);
    str_copy(out->epoch, sizeof(out->epoch), l->epoch);
    str_copy(out->before, sizeof(out->before), l->before);
    str_copy(out->next, sizeof(out->next), l->next[0] ? l->next : l->before);
    return 0;
}

WRAP(int, journal_marked, struct store *s, const struct mark *m, struct err *err)
{
    struct light *l = light_of(s);
    if (!l)
        return __real_journal_marked(s, m, err);
    str_copy(l->before, sizeof(l->before), m->next);
    l->next[0] = '\0';
    return 0;
}

WRAP(int, journal_renew, struct store *s, int64_t now, struct err *err)
{
    struct light *l = light_of(s);
    if (!l)
        return __real_journal_renew(s, now, err);
    uuid7(now, l->epoch);
    l->before[0] = l->next[0] = '\0';
    return 0;
}
