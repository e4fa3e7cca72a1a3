/* SPDX-License-Identifier: EUPL-1.2 */
/* Where a program finds its files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/paths.h"

static void what_is_given_goes_before_the_environment(void **unused)
{
    (void)unused;
    unsetenv("ACHT_DATA");
    assert_string_equal(paths_data(NULL), "/var/lib/acht");
    assert_string_equal(paths_data("here"), "here");
    setenv("ACHT_DATA", "there", 1);
    assert_string_equal(paths_data(NULL), "there");
    assert_string_equal(paths_data("here"), "here");
    setenv("ACHT_DATA", "", 1);
    assert_string_equal(paths_data(NULL), "/var/lib/acht");
}

static void a_path_fits_or_is_refused(void **unused)
{
    (void)unused;
    char dir[PATH_ROOM + 1], out[PATH_ROOM];
    struct err err = {0};
    memset(dir, 'x', sizeof(dir));
    dir[PATH_ROOM - 3] = '\0';
    assert_int_equal(paths_join(out, dir, "a", &err), 0);
    assert_int_equal(strlen(out), PATH_ROOM - 1);
    assert_int_equal(paths_join(out, dir, "ab", &err), -1);
    assert_int_equal(err.code, ERR_CONFIG);
}

static void what_came_with_the_program_is_beside_it(void **unused)
{
    (void)unused;
    char exe[PATH_ROOM], share[PATH_ROOM];
    struct err err = {0};
    assert_non_null(realpath("/proc/self/exe", exe));
    assert_int_equal(paths_share(share, &err), 0);
    char *tail = strstr(share, "/share/acht");
    assert_non_null(tail);
    assert_string_equal(tail, "/share/acht");
    assert_memory_equal(share, exe, (size_t)(tail - share));
    assert_null(strchr(strchr(exe + (tail - share) + 1, '/') + 1, '/'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_given_goes_before_the_environment),
        cmocka_unit_test(a_path_fits_or_is_refused),
        cmocka_unit_test(what_came_with_the_program_is_beside_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
