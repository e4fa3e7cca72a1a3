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

/* Another company has this request under the same id. */
static void copy_to_beril(int id)
{
    struct docket_row row = court_row(&house, id);
    (void)str_copy(row.company, sizeof(row.company), "beril");
    OK(database_begin(house.central.db, &err));
    OK(docket_save(house.central.db, &row, &err));
    OK(database_commit(house.central.db, &err));
}

static int count_text(const char *text, const char *what)
{
    int count = 0;
    for (; (text = strstr(text, what)); text++)
        count++;
    return count;
}

static void two_companies_have_one_number(void **unused)
{
    (void)unused;
    const struct request_filter all = {.json = true};
    char *text = NULL;
    size_t size;
    EXPECT(ACT(&house, .type = TYPE_ASK, .id = 81, .person = "wim"), accepted, none);
    copy_to_beril(81);
    const struct docket_row row = court_row(&house, 81);
    const struct docket_step d = {.company = "beril",
        .request = row.id,
        .kiosk = "k",
        .step = {.kind = STEP_ASK, .id = "s", .person = "p", .worker = "p", .words = ""}};
    OK(database_begin(house.central.db, &err));
    OK(docket_add_step(house.central.db, &d, &err));
    OK(database_commit(house.central.db, &err));
    FILE *out = open_memstream(&text, &size);
    OK(admin_show_request(house.central.db, "0000-0041", &all, NOW, out, &err));
    fclose(out);
    assert_int_equal(count_text(text, "{\"company\":"), 2);
    assert_int_equal(count_text(text, "\"steps\":[\n{"), 2);
    free(text);
}

static void place(const char *number, const char *company, enum err_code code, const char *what)
{
    struct err err = {0};
    assert_int_equal(admin_place_request(house.central.db, number, company, NOW, &err), -1);
    if (err.code != code || !strstr(err.msg, what))
        fail_msg("%s", err.msg);
}

static void a_number_places_its_request(void **unused)
{
    (void)unused;
    house_put(&house, "", "s", "{'type':'run','id':'any','course':'mig','start':'2026-12-21'}");
    ACT(&house, .type = TYPE_ASK, .id = 82, .person = "wim", .run = "any");
    place("0000-0042", NULL, ERR_DATA, "request 0000-0042 cannot be placed");
    ACT(&house, .type = TYPE_DECIDE, .id = 83, .person = "ans", .request = 82);
    copy_to_beril(82);
    place("0000-0042", NULL, ERR_USAGE, "2 companies have a request 0000-0042");
    place("0000-0043", "amber", ERR_NOT_FOUND, "there is no request 0000-0043");
    OK(admin_place_request(house.central.db, "oooo 0042", "amber", NOW, &err));
    assert_int_equal(court_row(&house, 82).seat, SEAT_PLACED);
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
        cmocka_unit_test_setup_teardown(two_companies_have_one_number, open_house, close_house),
        cmocka_unit_test_setup_teardown(a_number_places_its_request, open_house, close_house),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
