/* SPDX-License-Identifier: EUPL-1.2 */
/* assets/api/openapi.yaml says what the server does: its addresses, its types, its answers. */
#include "central_house.h"

#include "central/openapi.h"

#define DOCUMENT "assets/api/openapi.yaml" /* tests run from the top of the repository */

static struct buf document = BUF_INIT(OPENAPI_MAX);

static int read_document(void **unused)
{
    (void)unused;
    OK(buf_read_file(&document, DOCUMENT, &err));
    return 0;
}

static int release_document(void **unused)
{
    (void)unused;
    buf_release(&document);
    return 0;
}

/* The part of text from a line that is `head` to the next line that is indented no deeper. */
static void section(const char *text, const char *head, struct buf *out)
{
    size_t indent = strspn(head, " "), len = strlen(head);
    bool inside = false;
    for (const char *line = text; *line;) {
        size_t n = strcspn(line, "\n");
        bool deeper = strspn(line, " ") > indent || n == 0;
        if (inside && !deeper)
            break;
        if (inside)
            buf_add(out, line, n + (line[n] == '\n'));
        inside |= n >= len && memcmp(line, head, len) == 0;
        line += n + (line[n] == '\n');
    }
}

static void every_route_is_documented(void **unused)
{
    (void)unused;
    for (const struct route *r = routes; r->method; r++) {
        char head[64], method[16];
        struct buf part = BUF_INIT(OPENAPI_MAX);
        snprintf(head, sizeof(head), "  %s:", r->path);
        snprintf(method, sizeof(method), "    %s:\n", r->method);
        for (char *c = method; *c; c++)
            *c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
        section(document.p, head, &part);
        if (!strstr(part.p, method))
            fail_msg("%s %s is not in the document", r->method, r->path);
        bool kiosks_only = strstr(part.p, "security: [{kiosk: []}]");
        assert_int_equal(kiosks_only, r->kiosks_only);
        buf_release(&part);
    }
}

static const struct route *find_route(const char *path, size_t len)
{
    const struct route *r = routes;
    while (r->method && (strlen(r->path) != len || memcmp(r->path, path, len) != 0))
        r++;
    return r->method ? r : NULL;
}

static void every_documented_path_is_a_route(void **unused)
{
    (void)unused;
    int paths = 0, known = 0;
    struct buf part = BUF_INIT(OPENAPI_MAX);
    section(document.p, "paths:", &part);
    for (const char *line = part.p; *line; line += strcspn(line, "\n") + 1) {
        if (strncmp(line, "  /", 3) != 0)
            continue;
        paths++;
        if (!find_route(line + 2, strcspn(line + 2, ":\n")))
            fail_msg("there is no route for %.40s", line);
    }
    while (routes[known].method)
        known++;
    assert_int_equal(paths, known);
    buf_release(&part);
}

static void schemas_are_those_of_the_declared_types(void **unused)
{
    (void)unused;
    struct buf want = BUF_INIT(OPENAPI_MAX);
    openapi_schemas(&want);
    assert_false(want.overflow);
    if (!strstr(document.p, want.p))
        fail_msg(
            "%s is not up to date: put the output of `acht-central openapi` into it", DOCUMENT);
    buf_release(&want);
}

static void reasons_and_verdicts_are_listed(void **unused)
{
    (void)unused;
    static const char *const choices[] = {VERDICTS, REASONS};
    static const char *const members[] = {"        verdict: {enum: [", "        reason: {enum: ["};
    for (int i = 0; i < 2; i++) {
        struct buf want = BUF_INIT(LIM_LINE);
        buf_puts(&want, members[i]);
        for (const char *c = choices[i]; *c; c++)
            buf_add(&want, *c == '|' ? ", " : c, *c == '|' ? 2 : 1);
        buf_puts(&want, "]}");
        assert_non_null(strstr(document.p, want.p));
        buf_release(&want);
    }
}

/* ---- answers ---- */

/* Every needed member of the schema is in the answer. */
static void expect_needed(const char *schema, const char *json, size_t len)
{
    char head[64];
    struct buf part = BUF_INIT(OPENAPI_MAX);
    snprintf(head, sizeof(head), "    %s:", schema);
    section(document.p, head, &part);
    const char *at = strstr(part.p, "      required: [");
    assert_non_null(at);
    at += strlen("      required: [");
    for (size_t n; *at != ']' && *at != '\n'; at += n + strspn(at + n, ", ")) {
        char member[LIM_ID + 4];
        n = strcspn(at, ",]");
        snprintf(member, sizeof(member), "\"%.*s\":", (int)n, at);
        if (!memmem(json, len, member, strlen(member)))
            fail_msg("%s: no %s in %.*s", schema, member, (int)len, json);
    }
    buf_release(&part);
}

/* Every member of the answer's first level is in the schema. */
static void expect_documented(const char *schema, const char *json, size_t len)
{
    char head[64];
    int depth = 0;
    struct buf part = BUF_INIT(OPENAPI_MAX);
    snprintf(head, sizeof(head), "    %s:", schema);
    section(document.p, head, &part);
    for (size_t i = 0; i < len; i++) {
        depth += json[i] == '{' || json[i] == '[';
        depth -= json[i] == '}' || json[i] == ']';
        if (json[i] != '"')
            continue;
        size_t n = 1;
        while (json[i + n] != '"')
            n += json[i + n] == '\\' ? 2 : 1;
        char member[LIM_TEXT];
        snprintf(member, sizeof(member), "\n        %.*s:", (int)n - 1, json + i + 1);
        if (depth == 1 && json[i + n + 1] == ':' && !strstr(part.p, member))
            fail_msg("%s does not list %s", schema, member);
        i += n;
    }
    buf_release(&part);
}

static void expect(const char *schema, const char *json, size_t len)
{
    expect_needed(schema, json, len);
    expect_documented(schema, json, len);
}

static void real_feeds_and_verdicts_have_the_members(void **unused)
{
    (void)unused;
    struct house h;
    struct http_response rs;
    struct buf body = BUF_INIT(LIM_BODY);
    size_t len;
    house_open(&h);
    house_fill(&h);
    static const struct ask ask = {"1", "anna", "mig", "soon", NULL};
    house_ask(&h.a, &ask, &body);
    expect("ask", body.p, body.len);
    house_post(&h, "/v1/journal", TOKEN_A, body.p, body.len, &rs);
    const char *line = house_line(&rs, 0, &len);
    expect("verdict", line, len);
    line = house_line(&rs, 1, &len);
    expect("trailer", line, len);
    response_release(&rs);
    struct http_request rq = house_request("GET", "/v1/feed", TOKEN_A);
    house_send(&h, &rq, &rs);
    for (int i = 0; (line = house_line(&rs, i, &len)); i++) {
        char type[LIM_ID] = "trailer";
        if (strncmp(line, "{\"type\":\"", 9) == 0)
            snprintf(type, sizeof(type), "%.*s", (int)strcspn(line + 9, "\""), line + 9);
        expect(type, line, len);
    }
    response_release(&rs);
    house_send(&h, &(struct http_request){.method = "GET", .path = "/", .authorization = ""}, &rs);
    expect("error", rs.body.p, rs.body.len);
    response_release(&rs);
    buf_release(&body);
    house_close(&h);
}

static void real_enrolments_and_states_have_the_members(void **unused)
{
    (void)unused;
    struct house h;
    struct kiosk kiosk;
    struct http_response rs;
    struct buf body = BUF_INIT(LIM_LINE);
    char code[CODE_TEXT];
    house_open(&h);
    OK(admin_add_kiosk(h.central.db, "Hal 3", "amber", "", NOW, code, &kiosk, &err));
    assert_int_equal(code_to_json(code, &body), 0);
    expect("code", body.p, body.len);
    assert_int_equal(house_post(&h, "/v1/enrol", "", body.p, body.len, &rs), 200);
    expect("enrolment", rs.body.p, rs.body.len);
    response_release(&rs);
    static const char *const states[] = {"/healthz", "/readyz"};
    for (int i = 0; i < 2; i++) {
        struct http_request rq = house_request("GET", states[i], "");
        house_send(&h, &rq, &rs);
        expect("status", rs.body.p, rs.body.len);
        response_release(&rs);
    }
    buf_release(&body);
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_route_is_documented),
        cmocka_unit_test(every_documented_path_is_a_route),
        cmocka_unit_test(schemas_are_those_of_the_declared_types),
        cmocka_unit_test(reasons_and_verdicts_are_listed),
        cmocka_unit_test(real_feeds_and_verdicts_have_the_members),
        cmocka_unit_test(real_enrolments_and_states_have_the_members),
    };
    return cmocka_run_group_tests(tests, read_document, release_document);
}
