/* SPDX-License-Identifier: EUPL-1.2 */
/* U-08: a kiosk that cannot start is started again and again, as its unit has it. The test is the
 * service manager. */
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "kiosk/starts.h"
#include "support/pty.h"
#include "support/temp.h"

#define SORRY_NL "Dit scherm werkt nu niet."
#define SORRY_EN "This terminal is not working now."
#define CALL_NL "Bel IT."

static char dir[TEMP_PATH], data[TEMP_PATH + 8], runtime[TEMP_PATH + 32], file[TEMP_PATH + 8];

static int set_up(void **unused)
{
    (void)unused;
    temp_make(dir);
    snprintf(data, sizeof(data), "%s/data", dir);
    snprintf(runtime, sizeof(runtime), "RUNTIME_DIRECTORY=%s", dir);
    snprintf(file, sizeof(file), "%s/starts", dir);
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    temp_remove(dir);
    return 0;
}

static struct pty *start_of(char *program, const char *setting, int cols)
{
    static char command[] = "kiosk", option[] = "--data";
    char more[64];
    snprintf(more, sizeof(more), "%s", setting ? setting : "ACHT_TEST_NOTHING=1");
    char *argv[] = {program, command, option, data, NULL};
    char *env[] = {runtime, more, NULL};
    return pty_start(argv, env, 20, cols);
}

static struct pty *start(const char *setting, int cols)
{
    char program[PATH_MAX];
    snprintf(program, sizeof(program), "%s/bin-hooks/acht", getenv("ACHT_BUILD"));
    return start_of(program, setting, cols);
}

/* A copy of the program without what belongs beside it in `share`. */
static void install_half(char program[PATH_MAX], char share[PATH_MAX])
{
    struct buf bytes = BUF_INIT(64 << 20);
    struct err err = {0};
    snprintf(program, PATH_MAX, "%s/bin-hooks/acht", getenv("ACHT_BUILD"));
    assert_int_equal(buf_read_file(&bytes, program, &err), 0);
    snprintf(share, PATH_MAX, "%s/share", dir);
    snprintf(program, PATH_MAX, "%s/bin", dir);
    assert_int_equal(mkdir(program, 0700), 0);
    snprintf(program, PATH_MAX, "%s/bin/acht", dir);
    int fd = open(program, O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
    assert_int_equal(write(fd, bytes.p, bytes.len), (ssize_t)bytes.len);
    close(fd);
    buf_release(&bytes);
}

/* One start that crashes; whether people saw the picture before. */
static bool crash(void)
{
    struct pty *p = start("ACHT_TEST_CRASH=1", 40);
    bool sorry = pty_wait_idle(p) == PTY_IDLE;
    if (sorry) {
        assert_true(pty_contains(p, SORRY_NL) && pty_contains(p, SORRY_EN));
        assert_true(pty_contains(p, CALL_NL));
        (void)pty_advance(p, STARTS_SORRY_MS);
    }
    assert_int_equal(pty_exit_status(p), 128 + SIGSEGV);
    pty_free(p);
    return sorry;
}

static void after_five_crashes_there_is_a_calm_picture(void **unused)
{
    (void)unused;
    int sorry = 0, crashes = 100;
    for (int i = 0; i < crashes; i++) {
        bool calm = crash();
        assert_int_equal(calm, i >= LIM_STARTS);
        sorry += calm;
    }
    printf("%d crashes at the start, %d times the picture\n", crashes, sorry);
    struct pty *p = start(NULL, 132);
    assert_int_equal(pty_wait_idle(p), PTY_IDLE); /* the picture still */
    assert_true(pty_contains(p, SORRY_NL));
    assert_int_equal(pty_key(p, "C-c"), PTY_IDLE); /* no key ends it */
    assert_int_equal(pty_key(p, "Enter"), PTY_IDLE);
    assert_int_equal(pty_advance(p, STARTS_SORRY_MS), PTY_IDLE);
    assert_false(pty_contains(p, SORRY_NL));
    assert_true(pty_contains(p, "acht")); /* the kiosk, at the start or where a late Enter led */
    assert_int_equal(access(file, F_OK), 0);
    assert_int_equal(pty_advance(p, STARTS_STEADY_MS), PTY_IDLE);
    assert_int_not_equal(access(file, F_OK), 0); /* it stays: all is forgotten */
    pty_kill(p, SIGKILL);
    pty_free(p);
    assert_false(crash());
}

static void the_picture_says_why(void **unused)
{
    (void)unused;
    char program[PATH_MAX], share[PATH_MAX], whole[PATH_MAX];
    install_half(program, share);
    snprintf(whole, sizeof(whole), "%s/share", getenv("ACHT_BUILD"));
    unlink(file);
    for (int i = 0; i < LIM_STARTS; i++) {
        struct pty *p = start_of(program, NULL, 132);
        assert_int_not_equal(pty_exit_status(p), 0);
        pty_free(p);
    }
    struct pty *p = start_of(program, NULL, 132);
    assert_int_equal(pty_wait_idle(p), PTY_IDLE);
    assert_true(pty_contains(p, "IT: "));
    assert_true(pty_contains(p, share));
    assert_int_equal(symlink(whole, share), 0); /* IT has helped */
    assert_int_equal(pty_advance(p, STARTS_SORRY_MS), PTY_IDLE);
    assert_true(pty_contains(p, "Druk op een toets"));
    pty_kill(p, SIGTERM);
    assert_int_equal(pty_exit_status(p), 0);
    assert_int_not_equal(access(file, F_OK), 0);
    pty_free(p);
}

static void a_termination_ends_the_picture(void **unused)
{
    (void)unused;
    int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    dprintf(fd, "99999999999999999999\n\033[2Jx");
    close(fd);
    struct pty *p = start(NULL, 132);
    assert_int_equal(pty_wait_idle(p), PTY_IDLE);
    assert_true(pty_contains(p, SORRY_NL) && pty_contains(p, "IT: ?[2Jx"));
    pty_kill(p, SIGTERM);
    assert_int_equal(pty_exit_status(p), 128 + SIGTERM); /* which systemd takes for a good end */
    pty_free(p);
    p = start(NULL, 132);
    assert_int_equal(pty_wait_idle(p), PTY_IDLE);
    pty_hang_up(p);
    assert_int_not_equal(pty_exit_status(p), -1);
    pty_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_five_crashes_there_is_a_calm_picture),
        cmocka_unit_test(the_picture_says_why),
        cmocka_unit_test(a_termination_ends_the_picture),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
