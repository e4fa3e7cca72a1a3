/* SPDX-License-Identifier: EUPL-1.2 */
/* every method at every address of the document and at some hundreds of others, over a
 * socket: only what is published answers anything but 404 and 405. */
#include "served.h"
#include "support/contract_http.h"

static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS",
    "TRACE", "PROPFIND", "QUERY", "get", "Post"};
enum { METHODS = sizeof(methods) / sizeof(methods[0]) };

/* Made of each published address: %s is the address, %p the same without its '/'. */
static const char *const variants[] = {"%s/", "/%s", "%s//", "%s/.", "%s/..", "%s/x", "%s.json",
    "%s.bak", "%s~", "%s;x=1", "%s%%00", "%s%%20", "%s%%3Fcursor=", "%s%%2F", "%s%%2e%%2e", "/.%s",
    "/..%s", "/x/..%s", "/api%s", "/v0%s", "/v2%s", "/V1%s", "/debug%s", "/old%s", "%s:8470",
    "%s\\", "*%s", "http:%s"};
enum { VARIANTS = sizeof(variants) / sizeof(variants[0]) };

/* What people and scanners look for. */
static const char *const others[] = {"/", "//", "/.", "/..", "/../", "/v1", "/v1/", "/v0/feed",
    "/v2/feed", "/v2/journal", "/v1.0/feed", "/v1.1/feed", "/feed", "/journal", "/enrol",
    "/v1/enroll", "/v1/Feed", "/V1/feed", "/v1/FEED", "/HEALTHZ", "/Metrics", "/v1/feeds",
    "/v1/journals", "/v1/kiosks", "/v1/kiosk", "/v1/people", "/v1/person", "/v1/requests",
    "/v1/companies", "/v1/export", "/v1/erase", "/v1/import", "/v1/audit", "/v1/admin", "/v1/token",
    "/v1/revoke", "/v1/secrets", "/v1/metrics", "/v1/healthz", "/v1/readyz", "/health", "/ready",
    "/live", "/livez", "/status", "/stats", "/version", "/info", "/debug", "/debug/vars",
    "/debug/pprof", "/debug/pprof/heap", "/trace", "/test", "/admin", "/admin/", "/console",
    "/login", "/logout", "/user", "/users", "/api", "/api/v1", "/graphql", "/swagger",
    "/swagger.json", "/openapi.yaml", "/openapi.json", "/docs", "/robots.txt", "/favicon.ico",
    "/.well-known/security.txt", "/.git/config", "/.git/HEAD", "/.env", "/.htaccess",
    "/server-status", "/nginx_status", "/actuator", "/actuator/health", "/actuator/env",
    "/phpinfo.php", "/index.php", "/index.html", "/wp-login.php", "/cgi-bin/test", "/etc/passwd",
    "/../etc/passwd", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/central.db",
    "/central.db-wal", "/central.db.secrets", "/backup", "/dump", "/metrics/x", "/%", "/%zz",
    "/%c0%af", "/\xff"};
enum { OTHERS = sizeof(others) / sizeof(others[0]) };

static struct served served;
static struct {
    int calls, paths, published, missing, wrong_method;
} seen;

/* Percent-encoded or not, it is the same address; but no part of it may be left out. */
static bool is_published(const char *path)
{
    for (const struct route *r = routes; r->method; r++)
        if (strcmp(r->path, path) == 0)
            return true;
    return false;
}

static const struct route *published(const char *path)
{
    const struct route *r = routes;
    while (r->method && strcmp(r->path, path) != 0)
        r++;
    return r;
}

static const char *header_of(const struct contract_answered *a, const char *name)
{
    for (int i = 0; i < a->m.header_count; i++)
        if (strcasecmp(a->m.headers[i].name, name) == 0)
            return a->m.headers[i].value;
    return "";
}

/* A right method at a published address is answered; without a token, some with 401. */
static void expect_published(
    const char *method, const char *path, const struct contract_answered *a)
{
    const struct route *r = published(path);
    bool right = strcmp(method, r->method) == 0;
    if (right ? a->status == 404 || a->status == 405 : a->status != 405)
        fail_msg("%s %s: %d", method, path, a->status);
    if (!right)
        assert_string_equal(header_of(a, "Allow"), r->method);
    seen.published += right;
    seen.wrong_method += !right;
}

static void crawl(const char *method, const char *path)
{
    struct err err = {0};
    struct contract_answered a;
    struct contract_message nothing = {.body = ""};
    contract_http(served.port, method, path, &nothing, &a);
    seen.calls++;
    if (is_published(path)) {
        expect_published(method, path, &a);
    } else if (a.status == 404) {
        seen.missing++;
    } else if (a.status != 400 || a.m.len > 0) { /* the library's own, of what is no address */
        fail_msg("%s %s: %d %s", method, path, a.status, a.m.body);
    }
    if (strcmp(method, "HEAD") == 0)
        assert_int_equal(a.m.len, 0);
    else if (a.status != 400 &&
             contract_answer(contract_here(), method, path, a.status, &a.m, &err) < 0)
        fail_msg("%s", err.msg);
    contract_http_release(&a);
}

static void crawl_all(const char *path)
{
    seen.paths++;
    for (int m = 0; m < METHODS; m++)
        crawl(methods[m], path);
}

static void only_what_is_published_answers(void **unused)
{
    (void)unused;
    serve(&served, LIM_PER_ADDRESS);
    for (const struct route *r = routes; r->method; r++) {
        crawl_all(r->path);
        for (int i = 0; i < VARIANTS; i++) {
            char path[160];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            snprintf(path, sizeof(path), variants[i], r->path);
#pragma GCC diagnostic pop
            crawl_all(path);
        }
    }
    for (int i = 0; i < OTHERS; i++)
        crawl_all(others[i]);
    print_message("A-19: %d methods x %d addresses: %d calls, %d published, %d of another method, "
                  "%d not there\n",
        METHODS, seen.paths, seen.calls, seen.published, seen.wrong_method, seen.missing);
    assert_true(seen.paths >= 200);
    stop(&served);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(only_what_is_published_answers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
