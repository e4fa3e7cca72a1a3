/* SPDX-License-Identifier: EUPL-1.2 */
#include "kiosk/hooks.h"

#ifdef ACHT_TEST_HOOKS

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

static struct {
    bool ready;
    int clock, idle;
    unsigned char lines;
    int64_t offset, wall, number; /* number: of the line that is being read */
    bool of_wall, negative;       /* this line's */
} hooks;

static int inherited(const char *name)
{
    const char *text = getenv(name);
    return text ? (int)strtol(text, NULL, 10) : -1;
}

static void prepare(void)
{
    if (hooks.ready)
        return;
    hooks.ready = true;
    hooks.clock = inherited("ACHT_TEST_CLOCK_FD");
    hooks.idle = inherited("ACHT_TEST_IDLE_FD");
}

int hooks_fd(void)
{
    prepare();
    return hooks.clock;
}

static void take(char c)
{
    if (c == '!')
        for (;;)
            pause();
    if (c >= '0' && c <= '9') {
        hooks.number = hooks.number * 10 + (c - '0');
    } else if (c == '\n' && hooks.of_wall) {
        hooks.wall = hooks.negative ? -hooks.number : hooks.number;
    } else if (c == '\n') {
        hooks.offset += hooks.number;
    }
    hooks.of_wall = c == '@' || (hooks.of_wall && c != '\n');
    hooks.negative = c == '-' || (hooks.negative && c != '\n');
    if (c == '\n') {
        hooks.number = 0;
        hooks.lines++;
    }
}

int64_t hooks_clock_offset(void)
{
    struct pollfd p = {.fd = hooks_fd(), .events = POLLIN};
    while (poll(&p, 1, 0) > 0) {
        char c;
        if (read(p.fd, &c, 1) != 1) {
            hooks.clock = -1; /* the test is gone */
            break;
        }
        take(c);
    }
    return hooks.offset;
}

int64_t hooks_wall_offset(void)
{
    return hooks.wall;
}

void hooks_about_to_block(void)
{
    prepare();
    if (hooks.idle >= 0 && write(hooks.idle, &hooks.lines, 1) != 1)
        hooks.idle = -1;
}

void hooks_crash(void)
{
    if (getenv("ACHT_TEST_CRASH"))
        raise(SIGSEGV);
}

#endif
