/* SPDX-License-Identifier: EUPL-1.2 */
#include "main/acht_status.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "model/cause.h"
#include "ui/cause_words.h"

static json_t *instant_json(int64_t instant)
{
    char text[32];
    if (instant == NO_NUMBER)
        return json_null();
    instant_format(instant, text);
    return json_string(text);
}

static json_t *journal_json(const struct store_status *s)
{
    json_t *o = json_pack("{s:I, s:I, s:I, s:I}", "damaged_entries", (json_int_t)s->damaged,
        "times_saved", (json_int_t)s->damages, "entries_saved", (json_int_t)s->saved,
        "entries_lost", (json_int_t)s->lost);
    json_object_set_new(o, "saved_at", instant_json(s->saved_at));
    return o;
}

static void print_json(const struct kiosk *k, const struct store_status *s)
{
    char disk[LIM_ID];
    choice_name(DISKS, s->disk, disk);
    json_t *o = json_pack("{s:b, s:s, s:I, s:I, s:I, s:I, s:s}", "enrolled", k->enrolled, "kiosk",
        k->enrolled ? k->enrolment.kiosk : "", "courses", (json_int_t)s->courses, "runs",
        (json_int_t)s->runs, "people", (json_int_t)s->people, "waiting", (json_int_t)s->waiting,
        "cause", s->cause);
    json_object_set_new(o, "stuck", json_integer((json_int_t)s->stuck));
    json_object_set_new(o, "oldest_waiting", instant_json(s->oldest_waiting));
    json_object_set_new(o, "disk", json_string(disk));
    json_object_set_new(o, "journal", journal_json(s));
    json_object_set_new(o, "catalogue", instant_json(s->finished));
    json_object_set_new(o, "contact", instant_json(s->contact));
    json_object_set_new(o, "rebuilt", json_integer((json_int_t)s->rebuilt));
    json_dumpf(o, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(o);
}

static void print_instant(const char *label, int64_t instant)
{
    char text[32] = "never";
    if (instant != NO_NUMBER)
        instant_format(instant, text);
    printf("%-18s %s\n", label, text);
}

/* Only what somebody should know of: on most terminals nothing of it ever happens. */
static void print_health(const struct kiosk *k, const struct store_status *s)
{
    if (s->disk != DISK_fine)
        printf("%-18s %s\n", "nothing is noted", store_disk_reason(k->store));
    if (s->cache_damaged)
        printf("%-18s %s\n", "catalogue damaged", "the next sync fetches it again");
    if (s->rebuilt > 0)
        printf("%-18s %lld times, and fetched again\n", "catalogue broken", (long long)s->rebuilt);
    if (s->damaged > 0)
        printf("%-18s %lld waiting, kept back\n", "damaged requests", (long long)s->damaged);
    if (s->damages == 0)
        return;
    print_instant("journal damaged", s->saved_at);
    printf("%-18s %lld saved, %lld known to be lost; the old file is in quarantine/\n", "",
        (long long)s->saved, (long long)s->lost);
}

static void print_lines(const struct kiosk *k, const struct store_status *s)
{
    printf("%-18s %s\n", "kiosk", k->enrolled ? k->enrolment.name : "not enrolled");
    printf("%-18s %lld courses, %lld dates, %lld people\n", "catalogue", (long long)s->courses,
        (long long)s->runs, (long long)s->people);
    print_instant("fetched", s->finished);
    print_instant("last contact", s->contact);
    const char *why = cause_sentence(choice_index(CAUSES, s->cause, strlen(s->cause)));
    printf("%-18s %s%s%s\n", "what came of it", s->cause[0] ? s->cause : "nothing yet",
        *why ? ": " : "", why);
    printf("%-18s %lld\n", "waiting", (long long)s->waiting);
    if (s->stuck > 0)
        printf("%-18s %lld, which the server does not take\n", "of these", (long long)s->stuck);
    if (s->waiting > 0)
        print_instant("oldest waiting", s->oldest_waiting);
    print_health(k, s);
}

void print_status(const struct kiosk *k, const struct store_status *s, bool json)
{
    if (json)
        print_json(k, s);
    else
        print_lines(k, s);
}
