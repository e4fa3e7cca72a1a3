/* SPDX-License-Identifier: EUPL-1.2 */
/* What the examples for monitoring name, the server gives; and the manual says what it counts. */
#include "central_house.h"

#include <jansson.h>
#include <regex.h>

#define RULES "assets/monitoring/acht.rules.yaml"
#define DASHBOARD "assets/monitoring/acht.dashboard.json"
#define MANUAL "assets/man/acht-central.1"
#define NAME "acht_[a-z_]+"

static struct {
    struct buf metrics, rules, dashboard, manual;
} files;

static void read_file(struct buf *out, const char *path)
{
    *out = (struct buf)BUF_INIT(LIM_PAGE);
    OK(buf_read_file(out, path, &err));
}

static int set_up(void **unused)
{
    (void)unused;
    struct house h;
    struct http_response rs;
    struct http_request rq = house_request("GET", "/metrics", "");
    house_open(&h);
    assert_int_equal(house_send(&h, &rq, &rs), 200);
    files.metrics = (struct buf)BUF_INIT(LIM_PAGE);
    buf_add(&files.metrics, rs.body.p, rs.body.len);
    response_release(&rs);
    house_close(&h);
    read_file(&files.rules, RULES);
    read_file(&files.dashboard, DASHBOARD);
    read_file(&files.manual, MANUAL);
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    buf_release(&files.metrics);
    buf_release(&files.rules);
    buf_release(&files.dashboard);
    buf_release(&files.manual);
    return 0;
}

static bool gives(const char *name)
{
    char head[128];
    snprintf(head, sizeof(head), "# TYPE %s ", name);
    return strstr(files.metrics.p, head);
}

static bool explains(const char *name)
{
    char item[128];
    snprintf(item, sizeof(item), "\n.It Li %s\n", name);
    return strstr(files.manual.p, item);
}

/* Calls see with every metric that stands in a text; returns how many there are. */
static int each_name(const char *text, void (*see)(const char *name))
{
    regex_t pattern;
    regmatch_t at;
    char name[100];
    int n = 0;
    assert_int_equal(regcomp(&pattern, NAME, REG_EXTENDED), 0);
    for (; regexec(&pattern, text, 1, &at, 0) == 0; text += at.rm_eo, n++) {
        snprintf(name, sizeof(name), "%.*s", (int)(at.rm_eo - at.rm_so), text + at.rm_so);
        see(name);
    }
    regfree(&pattern);
    return n;
}

static void must_be_given(const char *name)
{
    if (!gives(name))
        fail_msg("the server does not give %s", name);
}

static void must_be_explained(const char *name)
{
    if (!explains(name))
        fail_msg("%s does not say what %s is", MANUAL, name);
}

static void the_rules_name_what_there_is(void **unused)
{
    (void)unused;
    assert_in_range(each_name(files.rules.p, must_be_given), 10, 100);
    assert_false(gives("acht_kiosk")); /* control: half a name is none */
}

static void the_dashboard_names_what_there_is(void **unused)
{
    (void)unused;
    size_t i, k;
    int names = 0;
    json_t *panel, *target;
    json_t *all = json_loads(files.dashboard.p, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(all);
    json_array_foreach(json_object_get(all, "panels"), i, panel)
    {
        assert_true(json_is_string(json_object_get(panel, "title")));
        json_array_foreach(json_object_get(panel, "targets"), k, target)
        {
            const char *expr = json_string_value(json_object_get(target, "expr"));
            assert_non_null(expr);
            names += each_name(expr, must_be_given);
        }
    }
    assert_in_range(names, 20, 200);
    json_decref(all);
}

static void the_manual_explains_all(void **unused)
{
    (void)unused;
    assert_in_range(each_name(files.metrics.p, must_be_explained), 60, 2000);
}

/* Labels tell of kinds, never of somebody or some place: these, and no other. */
static void labels_are_of_kinds(void **unused)
{
    (void)unused;
    static const char *const labels[] = {
        "path", "status", "verdict", "outcome", "type", "state", "cause", "hours", "by"};
    for (const char *at = files.metrics.p; (at = strpbrk(at, "{,"));) {
        bool known = false;
        size_t len = strspn(++at, "abcdefghijklmnopqrstuvwxyz_");
        for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
            known |= strlen(labels[i]) == len && memcmp(labels[i], at, len) == 0;
        if (len > 0 && at[len] == '=' && !known)
            fail_msg("a label that is not known: %.20s", at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rules_name_what_there_is),
        cmocka_unit_test(the_dashboard_names_what_there_is),
        cmocka_unit_test(the_manual_explains_all),
        cmocka_unit_test(labels_are_of_kinds),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
