/* SPDX-License-Identifier: EUPL-1.2 */
/* A request is found by the number that people read on the screen, as well as by its id. */
#include "court_house.h"

static struct house house;

/* What the fund's command prints about a request, or NULL and the error in *code and msg. */
static char *shown(const char *number, bool fund, struct err *err)
{
    const struct request_filter filter = {.company = "amber", .fund = fund};
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    int rc = admin_show_request(house.central.db, number, &filter, NOW, out, err);
    fclose(out);
    if (rc < 0) {
        free(text);
        return NULL;
    }
    return text;
}

static void expect_shown(const char *number, const char *what)
{
    struct err err = {0};
    char *text = shown(number, false, &err);
    if (!text || !strstr(text, what))
        fail_msg("%s: %s", number, text ? text : err.msg);
    free(text);
}

static void expect_error(const char *number, enum err_code code, const char *what)
{
    struct err err = {0};
    assert_null(shown(number, false, &err));
    assert_int_equal(err.code, code);
    assert_non_null(strstr(err.msg, what));
}

static void a_number_finds_its_request(void **unused)
{
    (void)unused;
    struct err err = {0};
    EXPECT(ACT(&house, .type = TYPE_ASK, .id = 77, .person = "wim"), accepted, none);
    EXPECT(ACT(&house, .type = TYPE_ASK, .id = 78, .person = "wil", .own = true), accepted, none);
    expect_shown("01936c5e-0000-7000-8000-000000000077", "0000-003Q");
    expect_shown("0000-003Q", "wim");
    expect_shown("oooo003q", "wim");
    expect_error("0000-003T", ERR_NOT_FOUND, "there is no request 0000-003T");
    expect_error("0000-003R", ERR_NOT_FOUND, "there is no request 0000-003R"); /* the own route */
    char *text = shown("0000-003R", true, &err);
    assert_non_null(text);
    free(text);
}

static void two_with_one_number_are_named(void **unused)
{
    (void)unused;
    struct docket_row row;
    EXPECT(ACT(&house, .type = TYPE_ASK, .id = 80, .person = "wim"), accepted, none);
    row = court_row(&house, 80);
    (void)str_copy(row.id, sizeof(row.id), "01936c5e-0000-7000-8000-990000000080");
    OK(database_begin(house.central.db, &err));
    OK(docket_save(house.central.db, &row, &err));
    OK(database_commit(house.central.db, &err));
    expect_error("0000-0040", ERR_USAGE,
        "01936c5e-0000-7000-8000-000000000080, 01936c5e-0000-7000-"
        "8000-990000000080");
    expect_shown("01936c5e-0000-7000-8000-000000000080", "0000-0040");
}

static int open_house(void **unused)
{
    (void)unused;
    house_open(&house);
    court_fill(&house);
    return 0;
}

static int close_house(void **unused)
{
    (void)unused;
    house_close(&house);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_number_finds_its_request, open_house, close_house),
        cmocka_unit_test_setup_teardown(two_with_one_number_are_named, open_house, close_house),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
