/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "central/fleet.h"

/* What is printed, and how much of the screen is left for it. */
struct page {
    const struct fleet *f;
    const struct fleet_view *view;
    FILE *out;
    int lines; /* still free; without end when all are wanted */
};

static void print_line(struct page *p, const char *fmt, ...) ACHT_PRINTF(2, 3);
static void print_line(struct page *p, const char *fmt, ...)
{
    char text[1024];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    fprintf(p->out, "%.*s\n", (int)utf8_clip(text, FLEET_COLUMNS), text);
    p->lines--;
}

static bool is_whole(const struct fleet_view *view)
{
    return view->all || view->cause != FLEET_none;
}

/* ---- the head ---- */

static void print_head(struct page *p)
{
    char night[16], since[32], now[32];
    const int *n = p->f->states;
    int expected = n[FLEET_synced] + n[FLEET_late] + n[FLEET_missing] + n[FLEET_never];
    date_format(p->f->night, night);
    instant_format_local(night_start(p->f->night), since);
    instant_format_local(p->f->now, now);
    print_line(p, "Night of %s, since %s; now %s", night, since, now);
    print_line(p, "expected %d: synced %d, late 1 night %d, missing 2 or more %d, never %d",
        expected, n[FLEET_synced], n[FLEET_late], n[FLEET_missing], n[FLEET_never]);
    if (n[FLEET_revoked] > 0)
        print_line(p, "revoked, and not expected: %d", n[FLEET_revoked]);
}

static void print_gap(struct page *p, const struct stretch *gap)
{
    char since[32], until[32];
    instant_format_local(gap->since, since);
    instant_format_local(gap->until, until);
    print_line(p, "No server was there from %s to %s.", since, until);
}

static void print_serving(struct page *p)
{
    const struct fleet *f = p->f;
    enum { SHOWN = 3 };
    if (!f->night_run)
        print_line(p, "NO NIGHT RUN: a server was there for %d minutes of the night's %d.",
            (int)(f->served / 60000), NIGHT_HOURS * 60);
    if (f->stale)
        print_line(p, "NO SERVER IS THERE NOW: what follows is as of when it was.");
    int first = f->gap_count > SHOWN && !p->view->all ? f->gap_count - SHOWN : 0;
    for (int i = first; i < f->gap_count; i++)
        print_gap(p, &f->gaps[i]);
}

/* ---- places ---- */

static int by_last(const void *a, const void *b)
{
    const struct fleet_place *x = a, *y = b;
    return x->last < y->last ? -1 : x->last > y->last;
}

static void print_place(struct page *p, const struct fleet_place *place)
{
    char last[32];
    instant_format_local(place->last, last);
    const struct kiosk *k = &place->first->kiosk;
    if (place->all)
        print_line(p, "  %s  %d kiosks: all of %s", last, place->kiosks, k->company);
    else
        print_line(p, "  %s  %d kiosks of %s: the whole site %s", last, place->kiosks, k->company,
            *k->site ? k->site : "without a name");
}

static void print_places(struct page *p, int most)
{
    int count = p->f->place_count;
    if (count == 0)
        return;
    qsort(p->f->places, (size_t)count, sizeof(*p->f->places), by_last);
    print_line(p, "place (%d): nothing heard of any kiosk there: line or power; last sync", count);
    for (int i = 0; i < count && i < most; i++)
        print_place(p, &p->f->places[i]);
}

/* ---- kiosks ---- */

static int oldest_first(const void *a, const void *b)
{
    const struct fleet_kiosk *x = *(const struct fleet_kiosk *const *)a;
    const struct fleet_kiosk *y = *(const struct fleet_kiosk *const *)b;
    if (x->kiosk.synced != y->kiosk.synced)
        return x->kiosk.synced < y->kiosk.synced ? -1 : 1;
    return x < y ? -1 : x > y;
}

static void print_kiosk(struct page *p, const struct fleet_kiosk *k)
{
    char last[32] = "never";
    if (k->kiosk.synced != NO_NUMBER)
        instant_format_local(k->kiosk.synced, last);
    print_line(p, "  %-20s  %s%s%s: %s", last, k->kiosk.company, *k->kiosk.site ? ", " : "",
        k->kiosk.site, k->kiosk.name);
}

static void print_cause(struct page *p, enum fleet_cause cause, int most)
{
    char name[LIM_ID];
    int n = 0, count = p->f->causes[cause];
    const struct fleet_kiosk **list = mem_array((size_t)count + 1, sizeof(struct fleet_kiosk *));
    for (int i = 0; i < p->f->count; i++)
        if (p->f->kiosks[i].cause == cause && !p->f->kiosks[i].placed)
            list[n++] = &p->f->kiosks[i];
    qsort(list, (size_t)n, sizeof(struct fleet_kiosk *), oldest_first);
    choice_name(FLEET_CAUSES, cause, name);
    print_line(p, "%s (%d): %s", name, count, fleet_cause_says(cause));
    for (int i = 0; i < n && i < most; i++)
        print_kiosk(p, list[i]);
    free(list);
}

static bool is_shown(const struct page *p, enum fleet_cause cause)
{
    bool wanted = p->view->cause == FLEET_none || p->view->cause == cause;
    return wanted && p->f->causes[cause] > 0;
}

/* The lines that are left are shared: every cause has its heading, and as many of its oldest. */
static int share_of(const struct page *p)
{
    int groups = p->view->cause == FLEET_none && p->f->place_count > 0;
    for (int c = FLEET_none + 1; c < FLEET_CAUSES_COUNT; c++)
        groups += is_shown(p, (enum fleet_cause)c);
    if (is_whole(p->view))
        return p->f->count;
    return groups > 0 ? (p->lines - 1 - groups) / groups : 0;
}

static void print_named(struct page *p)
{
    int most = share_of(p);
    if (p->view->cause == FLEET_none)
        print_places(p, most);
    for (int c = FLEET_none + 1; c < FLEET_CAUSES_COUNT; c++)
        if (is_shown(p, (enum fleet_cause)c))
            print_cause(p, (enum fleet_cause)c, most);
}

void fleet_text(const struct fleet *f, const struct fleet_view *view, FILE *out)
{
    struct page p = {f, view, out, FLEET_LINES};
    print_head(&p);
    print_serving(&p);
    if (!is_whole(view) && (!f->night_run || f->stale)) {
        print_line(&p, "No kiosk is named for that. All who did not sync: --all");
        return;
    }
    print_named(&p);
    if (!is_whole(view))
        print_line(&p, "The oldest of each stand here. All of one: --cause NAME; everybody: --all");
}
