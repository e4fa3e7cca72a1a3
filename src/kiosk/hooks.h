/* SPDX-License-Identifier: EUPL-1.2 */
/* What the tests need to drive the kiosk without sleeping: when it has nothing left to do, and a
 * clock that they can move. Compiled only with ACHT_TEST_HOOKS; a released program has none of it.
 *
 * ACHT_TEST_CLOCK_FD names a pipe with lines like "+61000": milliseconds that the monotonic clock
 * jumps ahead; a line like "@-3600000" says by how many the wall clock is off from then on.
 * ACHT_TEST_IDLE_FD names a pipe that gets a byte whenever the kiosk is about to
 * block: the number of lines read so far, modulo 256. A test that writes a key and then the line
 * "+0" knows by the new number that the key has been dealt with.
 *
 * A "!" in place of a line hangs the loop for ever. ACHT_TEST_CRASH=1 in the environment makes the
 * program crash when it starts to draw.
 *
 * The loop does, on each turn:
 *     now = clock_monotonic() + hooks_clock_offset();
 *     if (poll(fds, count, 0) == 0) {       fds holds hooks_fd() too; poll skips -1
 *         hooks_about_to_block();
 *         poll(fds, count, timeout);
 *     } */
#ifndef ACHT_KIOSK_HOOKS_H
#define ACHT_KIOSK_HOOKS_H

#include <stdint.h>

#ifdef ACHT_TEST_HOOKS

int hooks_fd(void); /* readable when the clock is to be moved; -1 when there is none */
int64_t hooks_clock_offset(void); /* reads what waits there, never blocks */
int64_t hooks_wall_offset(void);
void hooks_about_to_block(void);
void hooks_crash(void);

#else

static inline int hooks_fd(void)
{
    return -1;
}

static inline int64_t hooks_clock_offset(void)
{
    return 0;
}

static inline int64_t hooks_wall_offset(void)
{
    return 0;
}

static inline void hooks_about_to_block(void)
{
}

static inline void hooks_crash(void)
{
}

#endif
#endif
