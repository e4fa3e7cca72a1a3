/* SPDX-License-Identifier: EUPL-1.2 */
/* The number of a request for people: it leads back to the id, however somebody writes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/number.h"

#define HEAD "019af000-0000-7000-8000-00"

static void a_number_is_two_groups_of_four(void **unused)
{
    static const struct {
        const char *id, *number;
    } given[] = {
        {HEAD "0000000000", "0000-0000"},
        {HEAD "0000000001", "0000-0001"},
        {HEAD "ffffffffff", "ZZZZ-ZZZZ"},
        {HEAD "8000000000", "G000-0000"},
        {HEAD "0123456789", "04HM-ASW9"},
        {"r-anna", "r-anna"}, /* no UUID */
        {"019af000-0000-7000-8000-00012345678X", "019af000-0000-7000-8000-00012345678X"},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
        char number[LIM_ID];
        request_number(given[i].id, number);
        assert_string_equal(number, given[i].number);
    }
}

static void any_number_leads_back_to_the_end_of_its_id(void **unused)
{
    (void)unused;
    for (int i = 0; i < 1000; i++) {
        char id[LIM_ID], number[LIM_ID], tail[NUMBER_TAIL + 1];
        unsigned long long bits = (unsigned long long)i * 1099511627 % 1099511627776ULL;
        snprintf(id, sizeof(id), HEAD "%010llx", bits);
        request_number(id, number);
        assert_int_equal(request_number_read(number, tail), 0);
        assert_string_equal(tail, id + strlen(id) - NUMBER_TAIL);
    }
}

static void a_number_is_read_as_people_write_it(void **unused)
{
    static const char *const same[] = {
        "04HM-ASW9", "04hm-asw9", "04HMASW9", "04hm asw9", "O4HM-ASW9", " 04 hm as w9 "};
    static const char *const ones[] = {"0000-0001", "OOOO-OOOl", "oooo-oooi", "0000000I"};
    static const char *const none[] = {"", "-", "04HM-ASW", "04HM-ASW99", "04HM-ASWU", "04HM_ASW9",
        "019af000-0000-7000-8000-000123456789", "r-anna", "04HM-AS\xC3\xA9"};
    char tail[NUMBER_TAIL + 1];
    (void)unused;
    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
        assert_int_equal(request_number_read(same[i], tail), 0);
        assert_string_equal(tail, "0123456789");
    }
    for (size_t i = 0; i < sizeof(ones) / sizeof(ones[0]); i++) {
        assert_int_equal(request_number_read(ones[i], tail), 0);
        assert_string_equal(tail, "0000000001");
    }
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        assert_int_equal(request_number_read(none[i], tail), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_two_groups_of_four),
        cmocka_unit_test(any_number_leads_back_to_the_end_of_its_id),
        cmocka_unit_test(a_number_is_read_as_people_write_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
