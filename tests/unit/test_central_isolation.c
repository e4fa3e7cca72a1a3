/* SPDX-License-Identifier: EUPL-1.2 */
/* every address x every id of another company, wherever an id can stand: path, cursor, ETag,
 * mark, token, body, every field of every entry, the entry's own id. The answer is the one that an
 * id gets which nobody has, and what is kept of the others stays as it is. (Conditions that a
 * statement may have forgotten: faults/forgotten_where.c.) */
#include "tenants.h"

#include "support/made_up.h"

static struct tenants all;

/* One call: where an id stands, which one, and whose kiosk asks. */
struct call {
    const struct route *route;
    int attacker, site;
    const char *id; /* of another company, or one that nobody has */
    enum type_id type;
    int field; /* of the entry; below 0: one of these */
};
enum { NO_FIELD = -1, ENTRY_ID = -2, ENTRY_KIOSK = -3 };

struct outcome {
    int status;
    char text[2048]; /* without the id, and without what follows from the bytes alone */
};

static struct {
    int calls, leaks, looks, last;
    const char *why;
} seen;

/* The filter is off: a handler believes what the request says of whose it is. */
static bool off;

/* ---- one call ---- */

static void leave_out(char *text, const char *what)
{
    size_t n = strlen(what);
    for (char *at = text; n && (at = strstr(at, what));)
        memmove(at, at + n, strlen(at + n) + 1);
}

/* Digests and hashes are those of the bytes, which hold the id. */
static void leave_out_digests(char *text)
{
    for (char *at = text; *at; at++) {
        size_t n = strspn(at, "0123456789abcdef");
        if (n >= 64)
            memmove(at, at + 64, strlen(at + 64) + 1);
    }
}

static bool names_another(const char *text, int attacker)
{
    for (int c = 0; c < COMPANIES; c++)
        if (c != attacker && strstr(text, company_names[c]))
            return true;
    return false;
}

static int owner_of(const char *id)
{
    for (int c = 0; c < COMPANIES; c++)
        for (int i = 0; i < all.company[c].ids; i++)
            if (strcmp(all.company[c].id[i], id) == 0)
                return c;
    return -1;
}

static void send(const struct call *call, const struct http_request *rq, struct http_response *rs)
{
    int owner = owner_of(call->id);
    if (!off || !call->route->kiosks_only || owner < 0) {
        house_send(&all.house, rq, rs);
        return;
    }
    struct kiosk lying = all.company[call->attacker].kiosk[call->site];
    str_copy(lying.company, sizeof(lying.company), company_names[owner]);
    response_init(rs);
    call->route->handle(&all.house.central, rq, &lying, rs);
}

/* Nothing of it stays; kept: what the others have meanwhile, if not NULL. */
static void try(const struct call *call, struct http_request *rq, struct outcome *out,
    struct buf kept[COMPANIES])
{
    struct http_response rs;
    struct database *db = all.house.central.db;
    OK(database_group_begin(db, &err));
    all.house.central.counts = (struct central_counts){0};
    send(call, rq, &rs);
    out->status = rs.status;
    snprintf(out->text, sizeof(out->text), "%s %s %s %s", rs.type ? rs.type : "", rs.etag, rs.mark,
        rs.body.p);
    leave_out(out->text, call->id);
    leave_out_digests(out->text);
    bool foreign =
        names_another(rs.body.p, call->attacker) && names_another(out->text, call->attacker);
    if (foreign)
        seen.why = "it tells of another";
    for (int c = 0; kept && c < COMPANIES; c++) {
        buf_clear(&kept[c]);
        if (c != call->attacker)
            tenant_kept(&all, c, "", &kept[c]);
    }
    struct err rolled_back = {0};
    assert_int_equal(database_group_commit(db, -1, &rolled_back), -1);
    response_release(&rs);
}

/* ---- where an id can stand ---- */

/* Fills rq; texts live in line. */
typedef void place(const struct call *call, struct http_request *rq, struct buf *line);

static void in_path(const struct call *call, struct http_request *rq, struct buf *line)
{
    buf_printf(line, "%s/%s", call->route->path, call->id);
    rq->path = line->p;
}

static void in_token(const struct call *call, struct http_request *rq, struct buf *line)
{
    buf_printf(line, "Bearer %s", call->id);
    rq->authorization = line->p;
}

static void in_cursor(const struct call *call, struct http_request *rq, struct buf *line)
{
    (void)line;
    rq->cursor = call->id;
}

static void in_etag(const struct call *call, struct http_request *rq, struct buf *line)
{
    buf_printf(line, "\"%s\"", call->id);
    rq->if_none_match = line->p;
    rq->cursor = all.company[call->attacker].cursor;
}

static void in_mark(const struct call *call, struct http_request *rq, struct buf *line)
{
    buf_printf(line, "e %s next", call->id);
    rq->mark = line->p;
}

static void in_mark_next(const struct call *call, struct http_request *rq, struct buf *line)
{
    buf_printf(line, "%s - %s", call->id, call->id);
    rq->mark = line->p;
}

/* In every member that a body may have, and in some that it may not. */
static void in_body(const struct call *call, struct http_request *rq, struct buf *line)
{
    buf_printf(line,
        "{\"code\":\"%s\",\"kiosk\":\"%s\",\"company\":\"%s\",\"site\":\"%s\",\"id\":\"%s\"}\n",
        call->id, call->id, call->id, call->id, call->id);
    rq->body = line->p;
    rq->len = line->len;
}

static void in_entry(const struct call *call, struct http_request *rq, struct buf *line)
{
    const char *id = "01936c5e-0000-7000-8000-00000000ffff";
    struct tenants asking = all; /* whose kiosk it says it is */
    if (call->field == ENTRY_KIOSK)
        str_copy(asking.company[call->attacker].kiosk[call->site].id, LIM_ID, call->id);
    tenant_entry(&asking, call->attacker, call->site, call->type,
        call->field == ENTRY_ID ? call->id : id, call->field, call->id, line);
    rq->body = line->p;
    rq->len = line->len;
}

/* ---- the matrix: every route has its lines ---- */

static void in_next_token(const struct call *call, struct http_request *rq, struct buf *line)
{
    char hash[DIGEST_HEX];
    sha256_hex(call->id, strlen(call->id), hash);
    buf_printf(line, "{\"token_hash\":\"%s\",\"kiosk\":\"%s\"}\n", hash, call->id);
    rq->body = line->p;
    rq->len = line->len;
}

static void in_report(const struct call *call, struct http_request *rq, struct buf *line)
{
    buf_printf(line,
        "{\"version\":\"1\",\"waiting\":0,\"stuck\":0,\"damaged\":0,\"disk\":\"fine\",\"starts\":0,"
        "\"rebuilt\":0,\"lost\":0,\"kiosk\":\"%s\",\"company\":\"%s\"}\n",
        call->id, call->id);
    rq->body = line->p;
    rq->len = line->len;
}

static const struct line {
    const char *path;
    place *places[8];
    bool entries; /* and every field of every entry */
} lines[] = {
    {"/v1/enrol", {in_path, in_body}, false},
    {"/v1/journal", {in_path, in_token, in_mark, in_mark_next, in_body}, true},
    {"/v1/feed", {in_path, in_token, in_cursor, in_etag, in_mark, in_mark_next, in_body}, false},
    {"/v1/token", {in_path, in_token, in_mark, in_mark_next, in_body, in_next_token}, false},
    {"/v1/status", {in_path, in_token, in_mark, in_mark_next, in_body, in_report}, false},
    {"/healthz", {in_path, in_body}, false},
    {"/readyz", {in_path, in_body}, false},
    {"/metrics", {in_path, in_body}, false},
};

static const struct line *line_of(const struct route *r)
{
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        if (strcmp(lines[i].path, r->path) == 0)
            return &lines[i];
    fail_msg("A-01: %s %s has no line in the matrix of this test", r->method, r->path);
    return NULL;
}

/* As long as the other, and of the same form. */
static void nobodys(const char *id, char out[LIM_ID])
{
    str_copy(out, LIM_ID, id);
    char *last = out + strlen(out) - 1;
    *last = *last == 'f' ? 'e' : *last == '9' ? '8' : *last == 'z' ? 'y' : (char)(*last + 1);
}

static struct buf before[COMPANIES], after[COMPANIES];

static void found(const struct call *call, const char *why, const char *detail)
{
    seen.leaks += seen.last != seen.calls; /* each call once */
    seen.last = seen.calls;
    if (!off)
        fail_msg("A-01: %s %s of %s with %s (type %d, field %d): %s: %.900s", call->route->method,
            call->route->path, company_names[call->attacker], call->id, (int)call->type,
            call->field, why, detail);
}

/* With an id of another company it is as with one that nobody has. */
static void check(const struct call *call, place *put)
{
    struct outcome theirs, none;
    char nobody[LIM_ID];
    struct buf line = BUF_INIT(LIM_LINE);
    struct http_request rq =
        tenant_request(&all, call->attacker, call->site, call->route->method, call->route->path);
    put(call, &rq, &line);
    bool looks = seen.calls++ % house_every(9) == 0;
    seen.looks += looks;
    seen.why = NULL;
    try(call, &rq, &theirs, looks ? after : NULL);
    if (seen.why)
        found(call, seen.why, theirs.text);
    for (int c = 0; looks && c < COMPANIES; c++)
        if (c != call->attacker && strcmp(before[c].p, after[c].p) != 0)
            found(call, "what is kept of another changed", after[c].p);
    nobodys(call->id, nobody);
    struct call other = *call;
    other.id = nobody;
    buf_clear(&line);
    rq = tenant_request(&all, call->attacker, call->site, call->route->method, call->route->path);
    put(&other, &rq, &line);
    try(&other, &rq, &none, NULL);
    if (theirs.status != none.status || strcmp(theirs.text, none.text) != 0)
        found(call, theirs.text, none.text);
    buf_release(&line);
}

/* ---- all of it ---- */

static bool is_uuid_place(const struct call *call)
{
    return call->field == ENTRY_ID;
}

static void check_entries(struct call *call)
{
    for (int t = 0; t < TYPES_COUNT; t++) {
        const struct type *type = type_get((enum type_id)t);
        call->type = (enum type_id)t;
        if (type->class != CLASS_ENTRY)
            continue;
        for (call->field = ENTRY_KIOSK; call->field < type->count; call->field++) {
            bool ref = call->field >= 0 && type->fields[call->field].kind == KIND_REF;
            bool own = call->field == NO_FIELD || (call->field >= 0 && !ref) ||
                       (is_uuid_place(call) && !uuid_valid(call->id));
            if (!own)
                check(call, in_entry);
        }
    }
    call->field = NO_FIELD;
}

static void check_id(struct call *call)
{
    const struct line *line = line_of(call->route);
    for (int p = 0; line->places[p]; p++)
        check(call, line->places[p]);
    if (line->entries)
        check_entries(call);
}

/* Ids of both other companies, or their cursors and ETags. */
static void check_route(const struct route *r, int attacker, int site)
{
    struct call call = {.route = r, .attacker = attacker, .site = site, .field = NO_FIELD};
    for (int c = 0; c < COMPANIES; c++) {
        const struct tenant *t = &all.company[c];
        for (int i = site; c != attacker && i < t->ids; i += SITES) {
            call.id = t->id[i];
            check_id(&call);
        }
        call.id = t->cursor;
        for (int p = 0; c != attacker && line_of(r)->places[p]; p++)
            if (line_of(r)->places[p] == in_cursor || line_of(r)->places[p] == in_etag)
                check(&call, line_of(r)->places[p]);
    }
}

static void check_all(int attackers)
{
    seen.calls = seen.leaks = seen.looks = seen.last = 0;
    for (const struct route *r = routes; r->method; r++)
        for (int c = 0; c < attackers; c++)
            for (int s = 0; s < (house_is_postgres() ? 1 : SITES); s++)
                check_route(r, c, s);
}

static int setup(void **unused)
{
    (void)unused;
    made_up_begin(NOW);
    tenants_open(&all);
    for (int c = 0; c < COMPANIES; c++) {
        buf_init(&before[c], LIM_PAGE);
        buf_init(&after[c], LIM_PAGE);
        tenant_kept(&all, c, "", &before[c]);
    }
    return 0;
}

static int teardown(void **unused)
{
    (void)unused;
    for (int c = 0; c < COMPANIES; c++) {
        buf_release(&before[c]);
        buf_release(&after[c]);
    }
    house_close(&all.house);
    return 0;
}

static void nobody_reaches_another_company(void **unused)
{
    (void)unused;
    check_all(COMPANIES);
    print_message("A-01: %d calls of %d companies, what is kept of the others looked at %d times: "
                  "0 leaks\n",
        seen.calls, COMPANIES, seen.looks);
    assert_true(seen.calls >= 2000);
}

/* The entries of each company's own people are taken: what is refused above is refused for whose it
 * is. */
static void the_same_of_ones_own_is_taken(void **unused)
{
    (void)unused;
    int taken = 0, types = 0;
    for (int t = 0; t < TYPES_COUNT; t++) {
        struct call call = {.type = (enum type_id)t, .field = NO_FIELD, .id = ""};
        struct buf line = BUF_INIT(LIM_LINE);
        struct outcome out;
        if (type_get((enum type_id)t)->class != CLASS_ENTRY)
            continue;
        struct http_request rq = tenant_request(&all, 0, 0, "POST", "/v1/journal");
        in_entry(&call, &rq, &line);
        call.route = route_find(&rq);
        try(&call, &rq, &out, NULL);
        types++;
        taken += strstr(out.text, "accepted") != NULL;
        buf_release(&line);
    }
    print_message("%d of %d kinds of entries are taken from one's own\n", taken, types);
    assert_true(taken >= 8);
}

static void without_the_filter_it_leaks(void **unused)
{
    (void)unused;
    off = true;
    check_all(1);
    off = false;
    print_message("control: without the filter %d of %d calls leak\n", seen.leaks, seen.calls);
    assert_true(seen.leaks > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_reaches_another_company),
        cmocka_unit_test(the_same_of_ones_own_is_taken),
        cmocka_unit_test(without_the_filter_it_leaks),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
