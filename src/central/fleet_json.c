/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/clock.h"
#include "central/fleet.h"
#include "central/json_text.h"

static void comma(struct buf *out)
{
    char last = out->len ? out->p[out->len - 1] : '{';
    if (last != '{' && last != '[')
        buf_putc(out, ',');
}

static void number(struct buf *out, const char *name, int64_t n)
{
    comma(out);
    buf_printf(out, "\"%s\":%lld", name, (long long)n);
}

static void truth(struct buf *out, const char *name, bool yes)
{
    comma(out);
    buf_printf(out, "\"%s\":%s", name, yes ? "true" : "false");
}

/* Left out when there is none. */
static void instant(struct buf *out, const char *name, int64_t at)
{
    char text[32];
    if (at == NO_NUMBER)
        return;
    instant_format(at, text);
    json_member(out, name, text);
}

static void choice(struct buf *out, const char *name, const char *choices, int64_t index)
{
    char text[LIM_ID];
    choice_name(choices, index, text);
    json_member(out, name, text);
}

static void add_counts(const struct fleet *f, struct buf *out)
{
    char name[LIM_ID];
    number(out, "expected", f->count - f->states[FLEET_revoked]);
    for (int i = 0; i < FLEET_STATES_COUNT; i++) {
        choice_name(FLEET_STATES, i, name);
        number(out, name, f->states[i]);
    }
}

static void add_gaps(const struct fleet *f, struct buf *out)
{
    truth(out, "night_run", f->night_run);
    truth(out, "serving", !f->stale);
    buf_puts(out, ",\"gaps\":[");
    for (int i = 0; i < f->gap_count; i++) {
        comma(out);
        buf_putc(out, '{');
        instant(out, "from", f->gaps[i].since);
        instant(out, "to", f->gaps[i].until);
        buf_putc(out, '}');
    }
    buf_putc(out, ']');
}

static void add_places(const struct fleet *f, struct buf *out)
{
    buf_puts(out, ",\"places\":[");
    for (int i = 0; i < f->place_count; i++) {
        const struct fleet_place *p = &f->places[i];
        comma(out);
        buf_putc(out, '{');
        json_member(out, "company", p->first->kiosk.company);
        if (!p->all)
            json_member(out, "site", p->first->kiosk.site);
        number(out, "kiosks", p->kiosks);
        choice(out, "state", FLEET_STATES, p->missing ? FLEET_missing : FLEET_late);
        instant(out, "last_sync", p->last);
        buf_putc(out, '}');
    }
    buf_putc(out, ']');
}

static void add_said(const struct fleet_kiosk *k, struct buf *out)
{
    buf_puts(out, ",\"said\":{");
    instant(out, "at", k->received_at);
    json_member(out, "version", k->version);
    choice(out, "disk", DISKS, k->disk);
    number(out, "waiting", k->waiting);
    instant(out, "oldest", k->oldest);
    number(out, "stuck", k->stuck);
    number(out, "lost", k->lost);
    number(out, "failures", k->failures);
    instant(out, "failing_until", k->failing_until);
    number(out, "starts", k->starts);
    if (k->free != NO_NUMBER)
        number(out, "free", k->free);
    if (k->clock != NO_NUMBER)
        number(out, "clock_ahead", k->clock / 1000);
    buf_putc(out, '}');
}

static void add_kiosk(const struct fleet_kiosk *k, struct buf *out)
{
    buf_putc(out, '{');
    json_member(out, "id", k->kiosk.id);
    json_member(out, "company", k->kiosk.company);
    json_member(out, "site", k->kiosk.site);
    json_member(out, "name", k->kiosk.name);
    choice(out, "state", FLEET_STATES, k->state);
    choice(out, "cause", FLEET_CAUSES, k->cause);
    truth(out, "with_its_place", k->placed);
    instant(out, "last_sync", k->kiosk.synced);
    instant(out, "last_contact", k->kiosk.contact);
    if (k->reported)
        add_said(k, out);
    buf_putc(out, '}');
}

#define KIOSK_ROOM 4096 /* a kiosk's object */

/* One at a time: there may be many. */
static void print_kiosks(const struct fleet *f, FILE *out)
{
    const char *before = "\n";
    struct buf text = BUF_INIT(KIOSK_ROOM);
    for (int i = 0; i < f->count; i++) {
        if (f->kiosks[i].cause == FLEET_none)
            continue;
        buf_clear(&text);
        add_kiosk(&f->kiosks[i], &text);
        fprintf(out, "%s%s", before, text.p);
        before = ",\n";
    }
    buf_release(&text);
}

void fleet_json(const struct fleet *f, FILE *out)
{
    char night[16];
    struct buf text = BUF_INIT((size_t)(f->place_count + FLEET_GAPS + 1) * 512);
    date_format(f->night, night);
    buf_putc(&text, '{');
    json_member(&text, "night", night);
    instant(&text, "now", f->now);
    add_counts(f, &text);
    add_gaps(f, &text);
    add_places(f, &text);
    fprintf(out, "%s,\n\"kiosks\":[", text.p);
    print_kiosks(f, out);
    fputs("]}\n", out);
    buf_release(&text);
}
