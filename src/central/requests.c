/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/requests.h"

#include <string.h>

/* ---- which of several asks for the same counts ---- */

/* A repetition hands its seat on: it was asked for before by the same person. */
static void hand_on_seat(struct docket_row *from, struct docket_row *to)
{
    if (from->seat == SEAT_NONE || to->seat != SEAT_NONE)
        return;
    to->seat = from->seat;
    to->listed = from->listed;
    to->place = from->place;
    to->queued_at = from->queued_at;
    to->given_at = from->given_at;
    to->offered_at = from->offered_at;
    to->delivered_at = from->delivered_at;
    to->shown = from->shown;
    from->seat = SEAT_NONE;
    from->given_at = from->offered_at = from->delivered_at = NO_NUMBER;
}

/* Whether the request was open when the other ask was made: then that is no new one. */
static int was_open(struct database *db, const struct docket_row *row, int64_t at, struct err *err)
{
    struct arena mem = {0};
    struct request_case c;
    int rc = case_load(db, row, &mem, &c, err);
    if (rc == 0) {
        struct request_fold f = case_said(&c, at);
        rc = f.exists && request_open(f.state);
    }
    arena_release(&mem);
    return rc;
}

static int merge_into(
    struct database *db, struct docket_row *row, struct docket_row *first, struct err *err)
{
    str_copy(row->merged, sizeof(row->merged), first ? first->id : "");
    if (first)
        hand_on_seat(row, first);
    row->ready = false;
    row->left_at = NO_NUMBER;
    return docket_save(db, row, err);
}

/* What was merged before is looked at anew: steps of a repetition count for the first only once it
 * is known to be one, or the end would depend on what came in when. */
static int unmerge_group(struct database *db, const struct docket_rows *group, struct err *err)
{
    for (int i = 0; i < group->count; i++) {
        struct docket_row *row = &group->row[i];
        bool merged = *row->merged;
        row->merged[0] = '\0';
        if (merged && docket_save(db, row, err) < 0)
            return -1;
    }
    return 0;
}

/* The ask that was made first counts as long as it is open, whichever came in first. */
static int merge_group(struct database *db, const struct docket_rows *group, struct err *err)
{
    struct docket_row *first = NULL;
    if (unmerge_group(db, group, err) < 0)
        return -1;
    for (int i = 0; i < group->count; i++) {
        struct docket_row *row = &group->row[i];
        int open = first ? was_open(db, first, row->asked_at, err) : 0;
        if (open < 0 || merge_into(db, row, open ? first : NULL, err) < 0)
            return -1;
        if (!open)
            first = row;
    }
    return 0;
}

/* ---- what the steps say ---- */

static int read_said(struct database *db, struct docket_row *row, struct err *err)
{
    struct arena mem = {0};
    struct request_case c;
    int rc = case_load(db, row, &mem, &c, err);
    if (rc == 0) {
        struct request_fold f = case_said(&c, case_last_word(&c));
        row->ready = request_may_have_seat(&f);
        row->left_at = request_gave_back(&f) ? f.since : NO_NUMBER;
        row->agreed_at = f.agreed_at;
        row->run_start = c.run.start;
        row->run_end = c.run.end;
        rc = docket_save(db, row, err);
    }
    arena_release(&mem);
    return rc;
}

static int read_group(struct database *db, const struct docket_rows *group, struct err *err)
{
    if (group->count > 1 && merge_group(db, group, err) < 0)
        return -1;
    for (int i = 0; i < group->count; i++)
        if (!*group->row[i].merged && read_said(db, &group->row[i], err) < 0)
            return -1;
    return 0;
}

/* What the seats of the run may have changed. */
static int read_again(struct database *db, const struct docket_rows *group, struct err *err)
{
    for (int i = 0; i < group->count; i++) {
        struct docket_row *row = &group->row[i];
        char company[LIM_ID], id[LIM_ID];
        str_copy(company, sizeof(company), row->company);
        str_copy(id, sizeof(id), row->id);
        if (docket_find(db, company, id, row, err) < 0)
            return -1;
    }
    return 0;
}

/* of: what became of the one that was asked for. */
static int publish_group(struct database *db, const struct docket_rows *group, int64_t now,
    struct docket_row *of, struct err *err)
{
    for (int i = 0; i < group->count; i++) {
        struct docket_row *row = &group->row[i];
        if (requests_publish(db, row, now, err) < 0)
            return -1;
        if (row != of && strcmp(row->id, of->id) == 0)
            *of = *row;
    }
    return 0;
}

static int settle(
    struct database *db, struct docket_row *row, int64_t now, struct arena *mem, struct err *err)
{
    struct docket_rows group = {.row = row, .count = 1};
    if (row->refused == REASON_none && docket_group(db, row, mem, &group, err) < 0)
        return -1;
    if (row->refused == REASON_none && read_group(db, &group, err) < 0)
        return -1;
    if (*row->run &&
        (requests_seat_run(db, row->run, now, err) < 0 || read_again(db, &group, err) < 0))
        return -1;
    return publish_group(db, &group, now, row, err);
}

int requests_settle_row(struct database *db, struct docket_row *row, int64_t now, struct err *err)
{
    struct arena mem = {0};
    int rc = settle(db, row, now, &mem, err);
    arena_release(&mem);
    return rc;
}

int requests_settle(
    struct database *db, const char *company, const char *id, int64_t now, struct err *err)
{
    struct docket_row row;
    int rc = docket_find(db, company, id, &row, err);
    return rc > 0 ? requests_settle_row(db, &row, now, err) : rc;
}

/* ---- what one step did ---- */

int requests_result(struct database *db, const char *company, const char *request, const char *step,
    int64_t now, enum step_result *out, struct err *err)
{
    struct arena mem = {0};
    struct docket_row row;
    struct request_case c;
    *out = STEP_TOO_LATE;
    int rc = docket_find(db, company, request, &row, err);
    if (rc > 0 && *row.merged) {
        char first[LIM_ID];
        str_copy(first, sizeof(first), row.merged);
        rc = docket_find(db, company, first, &row, err);
    }
    if (rc > 0)
        rc = case_load(db, &row, &mem, &c, err);
    if (rc == 0 && row.refused == REASON_none) {
        case_fold(&c, now);
        for (int i = 0; i < c.steps.count; i++)
            if (strcmp(c.steps.step[i].step.id, step) == 0)
                *out = c.result[i];
    }
    arena_release(&mem);
    return rc < 0 ? -1 : 0;
}

/* ---- letters ---- */

/* 1: added; 0: there is no room for it. */
static int add_line(const struct record *r, struct buf *lines)
{
    size_t start = lines->len;
    if (record_to_json(r, lines) == 0 && buf_putc(lines, '\n') == 0)
        return 1;
    lines->overflow = false;
    buf_truncate(lines, start);
    return 0;
}

static int add_own(struct database *db, struct docket_row *row, struct buf *lines, struct err *err)
{
    struct arena mem = {0};
    struct request_case c;
    struct record r;
    int rc = case_load(db, row, &mem, &c, err);
    if (rc == 0) {
        case_fold(&c, row->judged_at);
        requests_record(&c, &r);
        rc = add_line(&r, lines);
    }
    arena_release(&mem);
    if (rc <= 0 || row->seat != SEAT_OFFERED || row->shown)
        return rc;
    row->shown = true;
    return docket_save(db, row, err) < 0 ? -1 : 1;
}

int requests_own(struct database *db, const char *company, const char *person, struct buf *lines,
    struct err *err)
{
    struct arena mem = {0};
    struct docket_rows rows;
    int rc = docket_own(db, company, person, &mem, &rows, err);
    bool room = rc == 0;
    for (int i = 0; room && i < rows.count; i++) {
        rc = add_own(db, &rows.row[i], lines, err);
        room = rc > 0;
    }
    arena_release(&mem);
    return rc < 0 ? -1 : 0;
}
