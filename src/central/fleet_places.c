/* SPDX-License-Identifier: EUPL-1.2 */
/* Where everybody is silent it is the line or the power of the place, and one thing to tell. */
#include <string.h>

#include "base/mem.h"
#include "central/fleet.h"

/* Kiosks from first to end, of one company or one of its sites. */
struct span {
    int first, end;
};

static bool takes_part(const struct fleet_kiosk *k)
{
    return k->state != FLEET_never && k->state != FLEET_revoked;
}

static bool is_silent(const struct fleet_kiosk *k, int64_t start)
{
    return k->state != FLEET_synced && k->kiosk.contact < start;
}

static bool find_place(const struct fleet *f, struct span s, struct fleet_place *out)
{
    *out = (struct fleet_place){.missing = true, .last = NO_NUMBER};
    for (int i = s.first; i < s.end; i++) {
        const struct fleet_kiosk *k = &f->kiosks[i];
        if (!takes_part(k))
            continue;
        if (!is_silent(k, night_start(f->night)))
            return false;
        out->first = out->first ? out->first : k;
        out->missing = out->missing && k->state == FLEET_missing;
        out->last = k->kiosk.synced > out->last ? k->kiosk.synced : out->last;
        out->kiosks++;
    }
    return out->kiosks >= PLACE_LEAST;
}

static bool add_place(struct fleet *f, struct span s, bool all)
{
    struct fleet_place place;
    if (!find_place(f, s, &place))
        return false;
    place.all = all;
    f->places = mem_realloc(f->places, (size_t)(f->place_count + 1) * sizeof(*f->places));
    f->places[f->place_count++] = place;
    for (int i = s.first; i < s.end; i++)
        f->kiosks[i].placed = takes_part(&f->kiosks[i]);
    return true;
}

static struct span next_span(const struct fleet *f, int first, int end, bool site)
{
    struct span s = {first, first};
    const struct kiosk *is = &f->kiosks[first].kiosk;
    while (s.end < end && strcmp(f->kiosks[s.end].kiosk.company, is->company) == 0 &&
           (!site || strcmp(f->kiosks[s.end].kiosk.site, is->site) == 0))
        s.end++;
    return s;
}

void fleet_find_places(struct fleet *f)
{
    for (struct span c = {0, 0}; c.end < f->count;) {
        c = next_span(f, c.end, f->count, false);
        if (add_place(f, c, true))
            continue;
        for (struct span s = {c.first, c.first}; s.end < c.end;) {
            s = next_span(f, s.end, c.end, true);
            (void)add_place(f, s, false);
        }
    }
}
