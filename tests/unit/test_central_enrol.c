/* SPDX-License-Identifier: EUPL-1.2 */
/* Enrolment: a code works once, for a quarter of an hour, and bears four mistakes. */
#include "house_files.h"

#include "central/code.h"

/* Posts a code at a moment; fills e on 200. */
static int enrol(struct house *h, const char *code, int64_t now, struct enrolment *e)
{
    struct buf body = BUF_INIT(LIM_LINE);
    struct http_response rs;
    struct http_request rq = house_request("POST", "/v1/enrol", "");
    assert_int_equal(code_to_json(code, &body), 0);
    rq.body = body.p;
    rq.len = body.len;
    rq.now = now;
    int status = house_send(h, &rq, &rs);
    if (status == 200)
        OK(enrolment_from_json(rs.body.p, rs.body.len, e, &err));
    else
        assert_non_null(strstr(rs.body.p, "\"error\""));
    response_release(&rs);
    buf_release(&body);
    return status;
}

static void add(struct house *h, char code[CODE_TEXT], struct kiosk *kiosk)
{
    OK(admin_add_kiosk(h->central.db, "Hal 3", "amber", "", NOW, code, kiosk, &err));
}

static int feed_status(struct house *h, const char *token)
{
    struct http_response rs;
    struct http_request rq = house_request("GET", "/v1/feed", token);
    int status = house_send(h, &rq, &rs);
    response_release(&rs);
    return status;
}

static void a_code_works_once(void **unused)
{
    (void)unused;
    struct house h;
    struct kiosk kiosk;
    struct enrolment e;
    char code[CODE_TEXT];
    house_open(&h);
    add(&h, code, &kiosk);
    assert_int_equal(enrol(&h, code, NOW + MINUTE, &e), 200);
    assert_string_equal(e.kiosk, kiosk.id);
    assert_string_equal(e.name, "Hal 3");
    assert_string_equal(e.company, "amber");
    assert_string_equal(e.server_id, database_server_id(h.central.db));
    assert_int_equal(feed_status(&h, e.token), 200);
    assert_int_equal(enrol(&h, code, NOW + MINUTE, &e), 403);
    house_close(&h);
}

static void codes_are_forgiving_to_the_eye(void **unused)
{
    (void)unused;
    struct enrol_code code, typed;
    char text[CODE_TEXT], other[40];
    code_make(NOW, text, &code);
    assert_int_equal(code_read(text, &typed), 0);
    assert_true(code_opens(&code, &typed, NOW));
    snprintf(other, sizeof(other), " %.3s %s ", text, text + 3);
    for (char *c = other; *c; c++)
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c == '0' ? 'o' : *c == '1' ? 'l' : *c);
    assert_int_equal(code_read(other, &typed), 0);
    assert_true(code_opens(&code, &typed, NOW));
    static const char *const bad[] = {"", "123", "7K3QNX-9FMRA-2TV8", "7K3QNX-9FMRA-2TV8CC",
        "7K3QNX-9FMRA-2TV8U", "7K3QNX_9FMRA_2TV8C", "7K3QNX-9FMRA-2TV8\xC3\x89"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(code_read(bad[i], &typed), -1);
}

static void codes_grow_old(void **unused)
{
    (void)unused;
    static const struct {
        int64_t after;
        int status;
    } cases[] = {{15 * MINUTE - 1, 200}, {15 * MINUTE, 403}, {60 * MINUTE, 403}, {-1, 200},
        {-24 * 60 * MINUTE - 1, 403} /* set back */};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct house h;
        struct kiosk kiosk;
        struct enrolment e;
        char code[CODE_TEXT];
        house_open(&h);
        add(&h, code, &kiosk);
        assert_int_equal(enrol(&h, code, NOW + cases[i].after, &e), cases[i].status);
        house_close(&h);
    }
}

/* The code with its last letter changed: the same handle, another secret. */
static void spoil(const char code[CODE_TEXT], char out[CODE_TEXT])
{
    str_copy(out, CODE_TEXT, code);
    out[CODE_TEXT - 2] = out[CODE_TEXT - 2] == '2' ? '3' : '2';
}

static void four_mistakes_are_borne_and_a_fifth_not(void **unused)
{
    (void)unused;
    for (int mistakes = 4; mistakes <= 5; mistakes++) {
        struct house h;
        struct kiosk kiosk;
        struct enrolment e;
        char code[CODE_TEXT], wrong[CODE_TEXT];
        house_open(&h);
        add(&h, code, &kiosk);
        spoil(code, wrong);
        for (int i = 0; i < mistakes; i++)
            assert_int_equal(enrol(&h, wrong, NOW, &e), 403);
        assert_int_equal(enrol(&h, code, NOW, &e), mistakes < 5 ? 200 : 403);
        add(&h, code, &kiosk); /* a new code starts anew */
        assert_int_equal(enrol(&h, code, NOW, &e), 200);
        house_close(&h);
    }
}

static void a_kiosk_can_be_enrolled_anew(void **unused)
{
    (void)unused;
    struct house h;
    struct kiosk first, second;
    struct enrolment e, f;
    char old[CODE_TEXT], code[CODE_TEXT];
    house_open(&h);
    add(&h, old, &first);
    assert_int_equal(enrol(&h, old, NOW, &e), 200);
    add(&h, old, &first);
    add(&h, code, &second);
    assert_string_equal(second.id, first.id);
    assert_int_equal(enrol(&h, old, NOW, &f), 403); /* the newer code counts */
    assert_int_equal(feed_status(&h, e.token), 200);
    assert_int_equal(enrol(&h, code, NOW, &f), 200);
    assert_string_equal(f.badge_key, e.badge_key);
    assert_int_equal(feed_status(&h, e.token), 401);
    assert_int_equal(feed_status(&h, f.token), 200);
    house_close(&h);
}

static void revoking(void **unused)
{
    (void)unused;
    struct house h;
    struct kiosk a, b;
    struct enrolment e;
    struct err why = {0};
    char code[CODE_TEXT];
    house_open(&h);
    add(&h, code, &a);
    assert_int_equal(enrol(&h, code, NOW, &e), 200);
    add(&h, code, &a);
    OK(admin_revoke_kiosk(h.central.db, "Hal 3", &err));
    assert_int_equal(feed_status(&h, e.token), 401);
    assert_int_equal(enrol(&h, code, NOW, &e), 403); /* its waiting code is dead, too */
    assert_int_equal(admin_revoke_kiosk(h.central.db, "Hal 4", &why), -1);
    assert_int_equal(why.code, ERR_NOT_FOUND);
    err_clear(&why);
    OK(admin_add_kiosk(h.central.db, "Hal 3", "beril", "", NOW, code, &b, &err));
    assert_int_equal(admin_revoke_kiosk(h.central.db, "Hal 3", &why), -1);
    assert_int_equal(why.code, ERR_USAGE);
    OK(admin_revoke_kiosk(h.central.db, b.id, &err));
    house_close(&h);
}

static void only_hashes_are_kept(void **unused)
{
    (void)unused;
    struct house h;
    struct kiosk kiosk;
    struct enrolment e = {0};
    char code[CODE_TEXT], next[CODE_TEXT];
    house_open(&h);
    add(&h, code, &kiosk);
    assert_int_equal(enrol(&h, code, NOW, &e), 200);
    add(&h, next, &kiosk);
    database_close(h.central.db);
    h.central.db = NULL;
    assert_int_equal(house_hits(&h, e.token), 0);
    assert_int_equal(house_hits(&h, next + 7), 0);
    assert_true(house_hits(&h, kiosk.id) > 0);
    house_close(&h);
}

static void bodies_and_names_that_make_no_sense(void **unused)
{
    (void)unused;
    static const char *const bodies[] = {"", "{}", "[]", "{\"code\":7}", "{\"code\":\"\"}",
        "{\"code\":\"a\",\"code\":\"b\"}", "code=7K3QNX"};
    static const char *const names[] = {"", " Hal", "a  b", "a\nb", "\x1b[1m", "\xFF",
        "0123456789012345678901234567890123456789012345678901234567890123"};
    struct house h;
    struct kiosk kiosk;
    struct http_response rs;
    char code[CODE_TEXT];
    house_open(&h);
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        assert_int_equal(house_post(&h, "/v1/enrol", "", bodies[i], strlen(bodies[i]), &rs), 400);
        response_release(&rs);
    }
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct err err = {0};
        assert_int_equal(
            admin_add_kiosk(h.central.db, names[i], "amber", "", NOW, code, &kiosk, &err), -1);
        assert_int_equal(err.code, ERR_USAGE);
    }
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_works_once),
        cmocka_unit_test(codes_are_forgiving_to_the_eye),
        cmocka_unit_test(codes_grow_old),
        cmocka_unit_test(four_mistakes_are_borne_and_a_fifth_not),
        cmocka_unit_test(a_kiosk_can_be_enrolled_anew),
        cmocka_unit_test(revoking),
        cmocka_unit_test(only_hashes_are_kept),
        cmocka_unit_test(bodies_and_names_that_make_no_sense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
