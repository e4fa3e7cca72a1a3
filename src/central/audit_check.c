/* SPDX-License-Identifier: EUPL-1.2 */
/* Reading the trail: its heads, whether it is as it was written, and the export. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "central/audit_inner.h"
#include "central/json_text.h"

/* ---- heads ---- */

struct head_walk {
    struct audit_head head;
    audit_see_head *see;
    void *context;
};

static int see_row_for_head(void *context, const struct audit_row *row, struct err *err)
{
    (void)err;
    struct head_walk *w = context;
    if (w->head.seq > 0 && strcmp(w->head.company, row->company) != 0)
        w->see(w->context, &w->head);
    str_copy(w->head.company, sizeof(w->head.company), row->company);
    str_copy(w->head.hash, sizeof(w->head.hash), row->hash);
    w->head.seq = row->seq;
    return 0;
}

int audit_heads(
    struct database *db, const char *company, audit_see_head *see, void *context, struct err *err)
{
    struct head_walk w = {.see = see, .context = context};
    if (database_audit_each(db, company, INT64_MIN, see_row_for_head, &w, err) < 0)
        return -1;
    if (w.head.seq > 0)
        see(context, &w.head);
    return 0;
}

/* "COMPANY SEQ HASH", where - is the fund, or a hash alone. */
static int read_head(char *line, struct audit_head *head, struct err *err)
{
    char *rest;
    const char *company = strtok_r(line, " \t\r", &rest);
    const char *seq = strtok_r(NULL, " \t\r", &rest);
    const char *hash = strtok_r(NULL, " \t\r", &rest);
    *head = (struct audit_head){0};
    if (!seq)
        hash = company;
    else
        head->seq = strtoll(seq, NULL, 10);
    if (!hash || !hex_valid(hash, DIGEST_HEX / 2) || (seq && head->seq <= 0))
        return err_set(err, ERR_DATA, "'%.60s' is no head of an audit trail", company);
    if (seq && strcmp(company, "-") != 0)
        str_copy(head->company, sizeof(head->company), company);
    str_copy(head->hash, sizeof(head->hash), hash);
    return 0;
}

int audit_heads_read(
    const char *text, struct arena *mem, struct audit_head **out, int *count, struct err *err)
{
    int lines = 1;
    for (const char *c = text; (c = strchr(c, '\n')); c++)
        lines++;
    *out = arena_alloc(mem, (size_t)lines * sizeof(**out));
    *count = 0;
    char *rest = NULL;
    for (char *line = strtok_r(arena_strdup(mem, text), "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest))
        if (line[strspn(line, " \t\r")] && read_head(line, &(*out)[(*count)++], err) < 0)
            return -1;
    if (*count == 0)
        return err_set(err, ERR_DATA, "there is no head of an audit trail in it");
    return 0;
}

/* ---- whether it is as it was written ---- */

struct check {
    const char *company; /* NULL: all */
    const struct audit_head *heads;
    int head_count;
    bool *met; /* by head */
    int64_t now;
    char at[LIM_ID], last[DIGEST_HEX]; /* where the chain is: company, hash */
    int64_t seq;
    bool begun;
    struct audit_fault *fault;
    bool found;
};

static int blame(struct check *c, const char *company, int64_t seq, const char *what)
{
    str_copy(c->fault->company, sizeof(c->fault->company), company);
    c->fault->seq = seq;
    c->fault->what = what;
    c->found = true;
    return 1;
}

static bool is_empty(const struct audit_row *r)
{
    return !*r->salt && !*r->actor && !*r->subject && !*r->request && !*r->kiosk;
}

/* What may have been emptied by now. */
static bool may_be_empty(const struct check *c, const struct audit_row *r)
{
    int event = audit_event_of(r->event);
    return event >= 0 && r->at < keep_before(audit_keep((enum audit_event)event), c->now);
}

static const char *wrong_with(const struct check *c, const struct audit_row *r)
{
    char digest[DIGEST_HEX];
    if (strcmp(r->prev, c->last) != 0)
        return "it does not follow the line before it";
    audit_hash(r, digest);
    if (strcmp(r->hash, digest) != 0)
        return "it is not as it was written";
    audit_detail(r, digest);
    if (strcmp(r->detail, digest) == 0)
        return NULL;
    if (!is_empty(r))
        return "whom it names is not as it was written";
    return may_be_empty(c, r) ? NULL : "it was emptied before its time";
}

static const char *wrong_with_heads(struct check *c, const struct audit_row *r)
{
    for (int i = 0; i < c->head_count; i++) {
        const struct audit_head *h = &c->heads[i];
        bool same = strcmp(h->hash, r->hash) == 0;
        bool there = h->seq == r->seq && strcmp(h->company, r->company) == 0;
        c->met[i] |= same && (there || h->seq == 0);
        if (there && !same)
            return "another line stood here when the head was kept";
    }
    return NULL;
}

/* Heads of this company (of any: "") that no line was. */
static int blame_unmet(struct check *c)
{
    for (int i = 0; i < c->head_count; i++) {
        const struct audit_head *h = &c->heads[i];
        bool here = h->seq == 0 || !c->company || strcmp(h->company, c->company) == 0;
        if (here && !c->met[i])
            return blame(c, h->company, h->seq, "it was cut off with what followed it");
    }
    return 0;
}

static void start_chain(struct check *c, const char *company)
{
    str_copy(c->at, sizeof(c->at), company);
    c->last[0] = '\0';
    c->seq = 0;
    c->begun = true;
}

static int check_row(void *context, const struct audit_row *r, struct err *err)
{
    (void)err;
    struct check *c = context;
    if (!c->begun || strcmp(c->at, r->company) != 0)
        start_chain(c, r->company);
    if (r->seq != c->seq + 1)
        return blame(c, r->company, c->seq + 1, "it is missing");
    const char *what = wrong_with(c, r);
    if (!what)
        what = wrong_with_heads(c, r);
    if (what)
        return blame(c, r->company, r->seq, what);
    str_copy(c->last, sizeof(c->last), r->hash);
    c->seq = r->seq;
    return 0;
}

int audit_verify(struct database *db, const char *company, const struct audit_head *heads,
    int head_count, int64_t now, struct audit_fault *fault, struct err *err)
{
    struct check c = {.company = company,
        .heads = heads,
        .head_count = head_count,
        .met = mem_array((size_t)head_count + 1, sizeof(bool)),
        .now = now,
        .fault = fault};
    int rc = database_audit_each(db, company, INT64_MIN, check_row, &c, err);
    if (rc == 0 && !c.found)
        (void)blame_unmet(&c);
    mem_free(c.met);
    return rc < 0 ? -1 : c.found;
}

/* ---- export ---- */

/* Texts are ids and names of events; an edited table may hold anything instead. */
static void add_text(struct buf *b, const char *name, const char *text)
{
    char cut[DIGEST_HEX]; /* with all texts of a line, less than AUDIT_LINE */
    (void)str_copy(cut, sizeof(cut), text);
    json_member(b, name, cut);
}

static int write_row(void *context, const struct audit_row *r, struct err *err)
{
    FILE *out = context;
    char at[32];
    struct buf line = BUF_INIT(AUDIT_LINE);
    instant_format(r->at, at);
    buf_putc(&line, '{');
    add_text(&line, "company", r->company);
    buf_printf(&line, ",\"seq\":%lld", (long long)r->seq);
    add_text(&line, "event", r->event);
    add_text(&line, "at", at);
    add_text(&line, "actor", r->actor);
    add_text(&line, "subject", r->subject);
    add_text(&line, "request", r->request);
    add_text(&line, "kiosk", r->kiosk);
    add_text(&line, "hash", r->hash);
    fprintf(out, "%s}\n", line.p);
    buf_release(&line);
    return ferror(out) ? err_set(err, ERR_IO, "the audit trail cannot be written") : 0;
}

static void write_head(void *context, const struct audit_head *head)
{
    struct buf line = BUF_INIT(AUDIT_LINE);
    buf_putc(&line, '{');
    add_text(&line, "head", head->company);
    buf_printf(&line, ",\"seq\":%lld", (long long)head->seq);
    add_text(&line, "hash", head->hash);
    fprintf(context, "%s}\n", line.p);
    buf_release(&line);
}

int audit_export(
    struct database *db, const char *company, int64_t since, FILE *out, struct err *err)
{
    if (database_audit_each(db, company, since, write_row, out, err) < 0)
        return -1;
    return audit_heads(db, company, write_head, out, err);
}
