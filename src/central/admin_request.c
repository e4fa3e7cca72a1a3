/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "central/admin_inner.h"
#include "central/requests.h"
#include "model/number.h"

struct request_list {
    struct database *db;
    const struct request_filter *filter;
    FILE *out;
    int64_t count;
    struct arena mem; /* of the present row */
    struct err *err;
};

static void cell(FILE *out, const char *text, int width)
{
    int pad = width - utf8_width(text);
    fprintf(out, "%s%*s", text, pad > 0 ? pad + 2 : 2, "");
}

static void choice_cell(FILE *out, const char *choices, int64_t choice, int width)
{
    char name[LIM_ID];
    choice_name(choices, choice, name);
    cell(out, name, width);
}

static void instant_cell(FILE *out, int64_t instant)
{
    char text[32] = "-";
    if (instant != NO_NUMBER)
        instant_format(instant, text);
    cell(out, text, 20);
}

static void number_cell(FILE *out, const char *id)
{
    char number[LIM_ID];
    request_number(id, number);
    cell(out, number, 9);
}

/* The name of a person of the company, or the id of one who is gone. */
static int person_cell(struct request_list *l, const char *company, const char *id)
{
    struct record person;
    int rc = database_get(l->db, company, TYPE_PERSON, id, &l->mem, &person, l->err);
    cell(l->out, rc > 0 ? record_text(&person, PERSON_name) : id, 24);
    return rc < 0 ? -1 : 0;
}

static int check_filter(const struct request_filter *f, struct err *err)
{
    if (f->company && !id_valid(f->company))
        return err_set(err, ERR_USAGE, "'%.60s' cannot name a company", f->company);
    if (f->state && choice_index(REQUEST_STATES, f->state, strlen(f->state)) < 0)
        return err_set(err, ERR_USAGE, "'%.60s' is no state of a request", f->state);
    return 0;
}

/* ---- the list ---- */

static void json_row(struct request_list *l, const struct docket_row *row, const char *record)
{
    fprintf(l->out, "%s\n{\"company\":\"%s\",%s%s", l->count ? "," : "", row->company,
        row->route == ROUTE_own ? "\"route\":\"own\"," : "", record + 1);
}

static int text_row(struct request_list *l, const struct docket_row *row, const struct record *r)
{
    instant_cell(l->out, row->asked_at);
    number_cell(l->out, row->id);
    cell(l->out, row->company, 16);
    choice_cell(l->out, REQUEST_STATES, record_number(r, REQUEST_state), 12);
    choice_cell(l->out, REASONS, row->refused, 15);
    if (person_cell(l, row->company, row->person) < 0)
        return -1;
    fprintf(l->out, "%s%s\n", row->title, row->route == ROUTE_own ? " (own)" : "");
    return 0;
}

static int show_row(struct request_list *l, const struct docket_row *row, const struct record *r)
{
    struct buf line = BUF_INIT(LIM_LINE);
    int rc = 0;
    if (!l->filter->json)
        rc = text_row(l, row, r);
    else if (record_to_json(r, &line) == 0)
        json_row(l, row, line.p);
    buf_release(&line);
    l->count++;
    return rc;
}

static int list_row(struct request_list *l, const struct docket_row *row)
{
    struct request_case c;
    struct record r;
    arena_clear(&l->mem);
    if (case_load(l->db, row, &l->mem, &c, l->err) < 0)
        return -1;
    case_fold(&c, row->judged_at);
    requests_record(&c, &r);
    const char *state = l->filter->state;
    if (state &&
        record_number(&r, REQUEST_state) != choice_index(REQUEST_STATES, state, strlen(state)))
        return 0;
    return show_row(l, row, &r);
}

static void list_head(const struct request_list *l)
{
    if (l->filter->json) {
        fputc('[', l->out);
        return;
    }
    cell(l->out, "ASKED", 20);
    cell(l->out, "NUMBER", 9);
    cell(l->out, "COMPANY", 16);
    cell(l->out, "STATE", 12);
    cell(l->out, "REASON", 15);
    cell(l->out, "PERSON", 24);
    fprintf(l->out, "COURSE\n");
}

int admin_list_requests(
    struct database *db, const struct request_filter *filter, FILE *out, struct err *err)
{
    struct arena mem = {0};
    struct docket_rows rows;
    struct request_list l = {.db = db, .filter = filter, .out = out, .err = err};
    if (check_filter(filter, err) < 0)
        return -1;
    list_head(&l);
    int rc = docket_all(db, filter->company, filter->fund, &mem, &rows, err);
    for (int i = 0; rc == 0 && i < rows.count; i++)
        rc = list_row(&l, &rows.row[i]);
    if (filter->json)
        fprintf(out, "%s]\n", l.count ? "\n" : "");
    arena_release(&l.mem);
    arena_release(&mem);
    return rc;
}

/* ---- what is held ---- */

static int held_row(struct request_list *l, const struct docket_step *d)
{
    const char *where = d->where == STEP_HELD ? "held" : "given_up";
    char kind[LIM_ID], at[32];
    choice_name(STEP_KINDS, (int)d->step.kind, kind);
    instant_format(d->received_at, at);
    arena_clear(&l->mem);
    if (l->filter->json) {
        fprintf(l->out,
            "%s\n{\"company\":\"%s\",\"entry\":\"%s\",\"kind\":\"%s\",\"person\":\"%s\","
            "\"request\":\"%s\",\"kiosk\":\"%s\",\"received_at\":\"%s\",\"state\":\"%s\"}",
            l->count++ ? "," : "", d->company, d->step.id, kind, d->step.person, d->request,
            d->kiosk, at, where);
        return 0;
    }
    cell(l->out, at, 20);
    cell(l->out, d->company, 16);
    cell(l->out, where, 8);
    cell(l->out, kind, 8);
    if (person_cell(l, d->company, d->step.person) < 0)
        return -1;
    fprintf(l->out, "%s\n", d->request);
    return 0;
}

static void held_head(const struct request_list *l)
{
    if (l->filter->json) {
        fputc('[', l->out);
        return;
    }
    cell(l->out, "CAME IN", 20);
    cell(l->out, "COMPANY", 16);
    cell(l->out, "STATE", 8);
    cell(l->out, "WHAT", 8);
    cell(l->out, "PERSON", 24);
    fprintf(l->out, "REQUEST\n");
}

int admin_list_held(
    struct database *db, const struct request_filter *filter, FILE *out, struct err *err)
{
    struct arena mem = {0};
    struct docket_steps held;
    struct request_list l = {.db = db, .filter = filter, .out = out, .err = err};
    if (check_filter(filter, err) < 0)
        return -1;
    held_head(&l);
    int rc = docket_held(db, filter->company, NULL, &mem, &held, err);
    for (int i = 0; rc == 0 && i < held.count; i++)
        if (filter->fund || !held.step[i].sealed)
            rc = held_row(&l, &held.step[i]);
    if (filter->json)
        fprintf(out, "%s]\n", l.count ? "\n" : "");
    arena_release(&l.mem);
    arena_release(&mem);
    return rc;
}

/* ---- one request ---- */

/* What a step did, in words. */
static const char *did(enum step_result result)
{
    static const char *const words[] = {
        [STEP_TAKEN] = "counts",
        [STEP_REPEATED] = "says what stood there",
        [STEP_OBJECTED] = "an objection: another answer came first",
        [STEP_NOT_ALLOWED] = "is not this person's to do",
        [STEP_NOT_PROVEN] = "needs a PIN",
        [STEP_INCOMPLETE] = "lacks a reason or a day",
        [STEP_TOO_LATE] = "means nothing at that time",
    };
    return words[result];
}

static int verdict_of(struct request_list *l, const struct docket_step *d, char verdict[2 * LIM_ID])
{
    struct verdict v;
    char kind[LIM_ID], reason[LIM_ID];
    int rc = database_entry_find(l->db, d->company, d->step.id, &v, l->err);
    str_copy(verdict, 2 * LIM_ID, "-");
    if (rc <= 0)
        return rc;
    choice_name(VERDICTS, v.kind, kind);
    choice_name(REASONS, v.reason, reason);
    snprintf(verdict, 2 * LIM_ID, "%s%s%s", kind, v.reason == REASON_none ? "" : " ",
        v.reason == REASON_none ? "" : reason);
    return 0;
}

static int step_row(struct request_list *l, const struct docket_step *d, enum step_result result)
{
    char verdict[2 * LIM_ID], kind[LIM_ID], at[32];
    if (verdict_of(l, d, verdict) < 0)
        return -1;
    choice_name(STEP_KINDS, (int)d->step.kind, kind);
    instant_format(d->step.at, at);
    if (l->filter->json) {
        fprintf(l->out,
            "%s\n{\"entry\":\"%s\",\"at\":\"%s\",\"kind\":\"%s\",\"person\":\"%s\","
            "\"kiosk\":\"%s\",\"proven\":%s,\"verdict\":\"%s\",\"why\":\"%s\"}",
            l->count++ ? "," : "", d->step.id, at, kind, d->step.person, d->kiosk,
            d->step.proven ? "true" : "false", verdict, did(result));
        return 0;
    }
    cell(l->out, at, 20);
    cell(l->out, kind, 9);
    if (person_cell(l, d->company, d->step.person) < 0)
        return -1;
    cell(l->out, d->step.proven ? "PIN" : "badge", 5);
    cell(l->out, verdict, 20);
    fprintf(l->out, "%s\n", did(result));
    return 0;
}

static int show_steps(struct request_list *l, const struct request_case *c)
{
    if (!l->filter->json) {
        cell(l->out, "AT", 20);
        cell(l->out, "STEP", 9);
        cell(l->out, "PERSON", 24);
        cell(l->out, "BY", 5);
        cell(l->out, "VERDICT", 20);
        fprintf(l->out, "WHY\n");
    }
    for (int i = 0; i < c->steps.count; i++)
        if (step_row(l, &c->steps.step[i], c->result[i]) < 0)
            return -1;
    return 0;
}

static int show_request(struct request_list *l, const struct docket_row *row, int64_t now)
{
    struct request_case c;
    struct record r;
    struct buf line = BUF_INIT(LIM_LINE);
    if (case_load(l->db, row, &l->mem, &c, l->err) < 0)
        return -1;
    case_fold(&c, now);
    requests_record(&c, &r);
    int rc = 0;
    l->count = 0;
    if (l->filter->json && record_to_json(&r, &line) == 0) {
        fprintf(l->out, "{\"company\":\"%s\",\"request\":%s,\n\"steps\":[", row->company, line.p);
        rc = show_steps(l, &c);
        fprintf(l->out, "]}\n");
    } else {
        list_head(l);
        rc = text_row(l, row, &r);
        fputc('\n', l->out);
        if (rc == 0)
            rc = show_steps(l, &c);
    }
    buf_release(&line);
    return rc;
}

int admin_show_request(struct database *db, const char *id, const struct request_filter *filter,
    int64_t now, FILE *out, struct err *err)
{
    struct arena mem = {0};
    struct docket_rows rows;
    struct request_list l = {.db = db, .filter = filter, .out = out, .err = err};
    if (check_filter(filter, err) < 0)
        return -1;
    int rc = admin_find_request(db, id, filter, &mem, &rows, err);
    for (int i = 0; rc == 0 && i < rows.count; i++)
        rc = show_request(&l, &rows.row[i], now);
    arena_release(&l.mem);
    arena_release(&mem);
    return rc;
}
