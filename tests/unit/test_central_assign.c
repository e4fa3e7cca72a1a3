/* SPDX-License-Identifier: EUPL-1.2 */
/* members that are not the sender's to set, in every body that writes: they are refused or
 * ignored, and all that is kept is as without them. */
#include "tenants.h"

#include "support/made_up.h"

/* As a program might have them that takes over what it is sent. */
static const char *const members[] = {
    "\"company_id\":\"beril\"",
    "\"company\":\"beril\"",
    "\"tenant\":\"beril\"",
    "\"tenant_id\":\"beril\"",
    "\"site\":\"south\"",
    "\"site_id\":\"south\"",
    "\"sites\":[\"south\"]",
    "\"role\":\"contact\"",
    "\"roles\":[\"supervisor\"]",
    "\"is_admin\":true",
    "\"admin\":true",
    "\"approved\":true",
    "\"approved_by\":\"amber-boss\"",
    "\"answer\":\"yes\"",
    "\"status\":\"seated\"",
    "\"state\":\"placed\"",
    "\"seat\":\"placed\"",
    "\"seats\":100",
    "\"seats_left\":100",
    "\"place\":1",
    "\"verdict\":\"accepted\"",
    "\"reason\":\"none\"",
    "\"proven\":true",
    "\"sealed\":false",
    "\"relation\":\"decider\"",
    "\"merged\":\"\"",
    "\"held\":false",
    "\"ready\":true",
    "\"kiosk\":\"amber-kiosk\"",
    "\"kiosk_id\":\"amber-kiosk\"",
    "\"hash\":\"0\"",
    "\"received_at\":\"2020-01-01T00:00:00Z\"",
    "\"asked_at\":\"2020-01-01T00:00:00Z\"",
    "\"judged_at\":\"2020-01-01T00:00:00Z\"",
    "\"given_at\":\"2020-01-01T00:00:00Z\"",
    "\"queued_at\":0",
    "\"wake\":0",
    "\"holder\":\"fund\"",
    "\"overdue\":true",
    "\"price_paid\":0",
    "\"contribution\":100000000",
    "\"budget\":100000000",
    "\"audience\":\"\"",
    "\"token\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"",
    "\"token_hash\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"",
    "\"badge_key\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"",
    "\"server_id\":\"mine\"",
    "\"revoked\":false",
    "\"expires\":99999999999999",
    "\"tries\":0",
    "\"tokens\":1",
    "\"gone\":true",
    "\"type\":\"course\"",
    "\"__proto__\":{\"role\":\"contact\"}",
    "\"fields\":{\"company\":\"beril\"}",
    "\"$set\":{\"state\":\"placed\"}",
};
enum { MEMBERS = sizeof(members) / sizeof(members[0]) };

static struct tenants all;
static struct {
    int calls, refused, ignored;
} seen;

/* A program that obeys: this is done as well, as a control. */
static const char *obeyed;

/* ---- one call ---- */

/* How much of what begins here was drawn, and is another each time: digests, boxes, keys, ids. */
static size_t drawn(const char *at, size_t hex)
{
    if (strncmp(at, "\"box\":\"", 7) == 0)
        return 7 + strcspn(at + 7, "\"");
    bool fixed = strncmp(at, "01936c5e", 8) == 0;
    return hex >= 64 || (hex == 36 && !fixed) ? hex : 0;
}

static void leave_out_drawn(char *text)
{
    char *to = text;
    for (const char *at = text; *at;) {
        size_t hex = strspn(at, "0123456789abcdef-"), out = drawn(at, hex);
        size_t keep = out ? 0 : hex ? hex : 1;
        memmove(to, at, keep);
        to += keep;
        at += out + keep;
    }
    *to = '\0';
}

struct result {
    int status;
    char *answer, *kept, *left; /* left: without entries themselves */
};

#define OWN_BYTES " entry.body entry.hash "
#define DRAWN                                                                                      \
    " audit.salt audit.hash audit.prev pin.hash pin_code.hash kiosk.token_hash kiosk.code_hash "

static char *kept_now(const char *hidden)
{
    struct buf out = BUF_INIT(4 * (size_t)LIM_PAGE);
    for (int c = 0; c < COMPANIES; c++)
        tenant_kept(&all, c, hidden, &out);
    leave_out_drawn(out.p);
    return buf_take(&out);
}

/* Rows of a request that was refused itself, or of the contact, are not what it did. */
static char *without_lines(const char *kept)
{
    struct buf out = BUF_INIT(4 * (size_t)LIM_PAGE);
    for (const char *line = kept; *line;) {
        size_t n = strcspn(line, "\n") + 1;
        if (strncmp(line, "entry|", 6) != 0 && strncmp(line, "set_aside|", 10) != 0)
            buf_add(&out, line, n);
        line += n;
    }
    return buf_take(&out);
}

static struct result send(const char *path, const char *body)
{
    struct result r;
    struct http_response rs;
    struct err rolled_back = {0};
    struct database *db = all.house.central.db;
    struct http_request rq = tenant_request(&all, 0, 0, "POST", path);
    rq.body = body;
    rq.len = strlen(body);
    OK(database_group_begin(db, &err));
    r.status = house_send(&all.house, &rq, &rs);
    if (obeyed)
        OK(house_sql(db, obeyed, &err));
    leave_out_drawn(rs.body.p);
    r.answer = mem_strdup(rs.body.p);
    r.kept = kept_now(OWN_BYTES DRAWN);
    r.left = without_lines(r.kept);
    assert_int_equal(database_group_commit(db, -1, &rolled_back), -1);
    response_release(&rs);
    seen.calls++;
    return r;
}

static void release(struct result *r)
{
    free(r->answer);
    free(r->kept);
    free(r->left);
}

/* ---- with a member more ---- */

static void with_member(const char *body, const char *member, struct buf *out)
{
    size_t end = strlen(body) - strlen("}\n");
    buf_add(out, body, end);
    buf_printf(out, ",%s}\n", member);
}

static bool same(const struct result *a, const struct result *b)
{
    return a->status == b->status && strcmp(a->answer, b->answer) == 0 &&
           strcmp(a->kept, b->kept) == 0;
}

static bool refused(const struct result *r)
{
    return r->status == 400 || r->status == 403 ||
           (r->status == 200 && strstr(r->answer, "\"refused\",\"reason\":\"malformed\"")) ||
           (r->status == 200 && strstr(r->answer, "not_this_kiosk"));
}

/* false: it had an effect. */
static bool member_is_harmless(const char *path, const char *body, const char *member,
    const struct result *plain, const struct result *nothing)
{
    struct buf line = BUF_INIT(LIM_LINE);
    with_member(body, member, &line);
    struct result r = send(path, line.p);
    bool ignored = same(&r, plain), ended = refused(&r) && strcmp(r.left, nothing->left) == 0;
    seen.ignored += ignored;
    seen.refused += !ignored && ended;
    if (!ignored && !ended && !obeyed)
        fail_msg("A-04: %s with %s: %d %.600s\n%.3000s", path, member, r.status, r.answer, r.kept);
    release(&r);
    buf_release(&line);
    return ignored || ended;
}

/* Each member, in a body that is taken without it. Returns how many did something. */
static int check_body(const char *path, const char *body)
{
    const char *control = obeyed;
    int effects = 0;
    obeyed = NULL;
    struct result plain = send(path, body), nothing = send(path, "{}\n");
    assert_in_range(plain.status, 200, 299);
    obeyed = control;
    for (int m = 0; m < MEMBERS; m += house_every(4))
        effects += !member_is_harmless(path, body, members[m], &plain, &nothing);
    release(&plain);
    release(&nothing);
    return effects;
}

static void enrolment(struct buf *body)
{
    struct kiosk kiosk;
    char code[CODE_TEXT];
    OK(admin_add_kiosk(all.house.central.db, "new", "amber", "north", NOW, code, &kiosk, &err));
    buf_printf(body, "{\"code\":\"%s\"}\n", code);
}

static void entry(enum type_id type, struct buf *body)
{
    const char *id = "01936c5e-0000-7000-8000-00000000ffff";
    if (type != TYPE_SEALED) {
        tenant_entry(&all, 0, 0, type, id, -1, NULL, body);
        return;
    }
    struct buf inner = BUF_INIT(LIM_LINE), box = BUF_INIT(LIM_BOX);
    tenant_entry(&all, 0, 0, TYPE_ASK, id, -1, NULL, &inner);
    assert_int_equal(seal_text(all.house.secrets.keys.public_key, inner.p, inner.len - 1, &box), 0);
    tenant_entry(&all, 0, 0, type, id, SEALED_box, box.p, body);
    buf_release(&inner);
    buf_release(&box);
}

/* Every route that writes has its bodies here. */
static int check_route(const struct route *r)
{
    int effects = 0;
    struct buf body = BUF_INIT(LIM_BODY);
    if (strcmp(r->path, "/v1/enrol") == 0) {
        enrolment(&body);
        effects += check_body(r->path, body.p);
    } else if (strcmp(r->path, "/v1/journal") == 0) {
        for (int t = 0; t < TYPES_COUNT; t++) {
            if (type_get((enum type_id)t)->class != CLASS_ENTRY)
                continue;
            buf_clear(&body);
            entry((enum type_id)t, &body);
            effects += check_body(r->path, body.p);
        }
    } else if (strcmp(r->path, "/v1/token") == 0) {
        effects += check_body(r->path, "{\"token_hash\":\"" TOKEN_A "\"}\n");
    } else if (strcmp(r->path, "/v1/status") == 0) {
        effects += check_body(r->path,
            "{\"version\":\"1\",\"waiting\":0,\"stuck\":0,\"damaged\":0,\"disk\":\"fine\","
            "\"starts\":0,\"rebuilt\":0,\"lost\":0}\n");
    } else {
        fail_msg("A-04: %s %s writes, and has no line in this test", r->method, r->path);
    }
    buf_release(&body);
    return effects;
}

static int check_all(void)
{
    int effects = 0;
    seen.calls = seen.ignored = seen.refused = 0;
    for (const struct route *r = routes; r->method; r++)
        if (strcmp(r->method, "POST") == 0)
            effects += check_route(r);
    return effects;
}

static int setup(void **unused)
{
    (void)unused;
    made_up_begin(NOW);
    tenants_open(&all);
    return 0;
}

static int teardown(void **unused)
{
    (void)unused;
    house_close(&all.house);
    return 0;
}

static void members_of_others_have_no_effect(void **unused)
{
    (void)unused;
    assert_int_equal(check_all(), 0);
    print_message("A-04: %d members x 15 bodies: %d ignored, %d refused, none has an effect\n",
        MEMBERS, seen.ignored, seen.refused);
}

/* What a program would do that takes over what it is sent. */
static void a_program_that_obeys_is_found_out(void **unused)
{
    (void)unused;
    static const char *const obedience[] = {"UPDATE kiosk SET company = 'beril'",
        "UPDATE request SET seat = 'placed'", "UPDATE standing SET role = 'contact'",
        "UPDATE entry SET verdict = 'held'", "UPDATE request SET merged = 'x'"};
    struct buf body = BUF_INIT(LIM_BODY);
    entry(TYPE_WITHDRAW, &body);
    for (size_t i = 0; i < sizeof(obedience) / sizeof(obedience[0]); i++) {
        obeyed = obedience[i];
        int effects = check_body("/v1/journal", body.p);
        assert_true(effects >= MEMBERS / house_every(4) - 1); /* "kiosk" twice is no entry */
    }
    obeyed = NULL;
    buf_release(&body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_of_others_have_no_effect),
        cmocka_unit_test(a_program_that_obeys_is_found_out),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
