/* SPDX-License-Identifier: EUPL-1.2 */
/* The state of the catalogue and of the journal, in words. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ui/cause_words.h"
#include "ui/format.h"
#include "ui/parts.h"

struct phrase clock_wrong_words(void)
{
    struct phrase p;
    /* TRANSLATORS: in place of the date and time */
    snprintf(p.text, sizeof(p.text), "%s", _("clock is wrong"));
    return p;
}

/* What nobody can do here now, and a letter and digit for who looks after the terminal. */
static void disk_line(struct pen *p, int64_t disk)
{
    struct phrase line;
    if (disk == DISK_full)
        snprintf(line.text, sizeof(line.text), "%s",
            _("Nothing can be asked now: the disk is full. Tell your supervisor: D1."));
    else
        snprintf(line.text, sizeof(line.text),
            _("Nothing can be asked now: something is wrong with the disk. Tell your supervisor: "
              "D%d."),
            (int)disk);
    pen_wrap(p, STYLE_WARN, line.text, 3);
}

/* A sentence that is good to know: whole, or not where it does not fit. */
static void good_line(struct pen *p, const char *text)
{
    if (p->row + wrap_height(text, p->width) <= p->end)
        pen_wrap(p, STYLE_DIM, text, 0);
}

static void courses_line(struct pen *p, const struct record *s)
{
    struct phrase line, soon_words;
    int64_t courses = record_number(s, SUMMARY_courses), soon = record_number(s, SUMMARY_soon);
    snprintf(soon_words.text, sizeof(soon_words.text),
        P_("%s starts within six weeks.", "%s start within six weeks.", soon),
        format_number(soon).text);
    snprintf(line.text, sizeof(line.text), P_("%s course.", "%s courses.", courses),
        format_number(courses).text);
    size_t len = strlen(line.text);
    snprintf(line.text + len, sizeof(line.text) - len, " %s", soon_words.text);
    good_line(p, line.text);
}

static void updated_line(struct pen *p, const struct view *v, const struct record *s)
{
    struct phrase line;
    snprintf(line.text, sizeof(line.text), _("Last updated: %s."),
        format_seen(record_number(s, SUMMARY_checked), v->now).text);
    good_line(p, line.text);
}

static void damaged_line(struct pen *p)
{
    pen_wrap(
        p, STYLE_WARN, _("The courses were damaged. They come again when there is network."), 2);
}

static void catalogue_lines(struct pen *p, const struct view *v, const struct record *s)
{
    if (record_number(s, SUMMARY_checked) == NO_NUMBER) {
        good_line(p, _("The catalogue is not here yet. It comes when there is network."));
        return;
    }
    courses_line(p, s);
    if (record_number(s, SUMMARY_clock_wrong) != 1)
        updated_line(p, v, s);
}

static void waiting_line(struct pen *p, int64_t waiting)
{
    struct phrase line;
    snprintf(line.text, sizeof(line.text),
        P_("%lld request waits to be sent.", "%lld requests wait to be sent.", waiting),
        (long long)waiting);
    pen_wrap(p, STYLE_WARN, line.text, 2);
}

static void stuck_line(struct pen *p, int64_t stuck)
{
    struct phrase line;
    snprintf(line.text, sizeof(line.text),
        P_("The server does not take %lld request; it is kept here. Please tell IT.",
            "The server does not take %lld requests; they are kept here. Please tell IT.", stuck),
        (long long)stuck);
    pen_wrap(p, STYLE_WARN, line.text, 3);
}

/* Between this terminal and the server. A wrong clock explains what comes of the last try. */
static void server_line(struct pen *p, const struct record *s)
{
    if (record_number(s, SUMMARY_clock_wrong) == 1)
        pen_wrap(p, STYLE_WARN, _("The clock here is wrong: dates may not be right."), 2);
    else
        pen_wrap(p, STYLE_WARN, cause_sentence(record_number(s, SUMMARY_cause)), 3);
}

/* What is wrong, the worst first: the disk, the courses, the clock or the server; then what is not
 * sent; then what is good to know, as far as there is room. */
void summary_card(struct pen *p, const struct view *v, const struct record *s)
{
    int64_t disk = record_number(s, SUMMARY_disk), stuck = record_number(s, SUMMARY_stuck);
    int64_t waiting = record_number(s, SUMMARY_waiting) - stuck; /* for the next sync */
    bool disk_wrong = disk != NO_NUMBER && disk != DISK_fine;
    bool damaged = record_number(s, SUMMARY_damaged) == 1;
    bool clock_wrong = record_number(s, SUMMARY_clock_wrong) == 1;
    if (disk_wrong)
        disk_line(p, disk);
    else if (damaged)
        damaged_line(p);
    server_line(p, s);
    if (stuck > 0)
        stuck_line(p, stuck);
    if (waiting > 0)
        waiting_line(p, waiting);
    if (!disk_wrong && !damaged)
        catalogue_lines(p, v, s);
    if (waiting + stuck == 0 && disk == DISK_fine && !clock_wrong)
        good_line(p, _("All requests are sent."));
}
