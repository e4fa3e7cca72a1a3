/* SPDX-License-Identifier: EUPL-1.2 */
/* Visits at a kiosk: the program with the tests' hooks in a terminal, on a data directory that is
 * enrolled at the real server of a rig, with the demo catalogue and people. What does not hold
 * fails the test with the screen. */
#ifndef TESTS_SUPPORT_VISIT_H
#define TESTS_SUPPORT_VISIT_H

#include "support/pty.h"
#include "support/rig.h"

/* Badges of the demo people: readers send the long ones; the short ones are typed. */
#define SANNE "0004718236"
#define PIET "0009152047"
#define DELROY "0013370861"
#define JOOST "7104718236"
#define AGNIESZKA "1002"
#define YOUSSEF "1003"
#define OLEH "1006"

/* A course of the tests' own whose dates do not pass; it is the only one of its theme. */
#define FAR_COURSE "nl-far-001"
#define FAR_TITLE "Zandsmeden"

struct visit {
    struct rig *rig;
    char data[RIG_PATH];
    struct pty *pty;
};

struct visit_how {
    const char *language; /* NULL: as the kiosk is */
    const char *term;     /* NULL: xterm-256color */
    const char *program;  /* NULL: the one with hooks; else of $ACHT_BUILD */
    const char *before;   /* shell words before the program, "" when NULL */
    int rows, cols;       /* 0: 24 x 80 */
};

/* A server with the demo catalogue and people. */
void visit_rig(struct rig *r);

/* The tests' own course again, with this many dates; 0: it is gone. */
void visit_far_course(struct rig *r, int dates);

/* A kiosk of its own, enrolled and synced once. */
void visit_enrol(struct visit *v, struct rig *r);

/* Starts the program and waits until the start screen is there. */
void visit_start(struct visit *v, const struct visit_how *how);
void visit_end(struct visit *v);

/* enrol and start as it comes. */
void visit_begin(struct visit *v, struct rig *r);

/* acht-sync --once on its data: the exit code. Then the kiosk looks at its files. */
int visit_sync(struct visit *v);

/* Keys and words split by blanks, as acht show has them ("_" is a blank that is typed); #1234 comes
 * from the badge reader. */
void visit_press(struct visit *v, const char *keys);

void visit_pass_time(struct visit *v, int seconds);

/* Waits until the wall clock shows another second: entries carry whole ones. */
void visit_next_second(void);

/* The number that stands before the choice with this text. */
const char *visit_digit(struct visit *v, const char *text);

/* Whether the screen has this text, line ends and runs of blanks read as one blank. */
bool visit_sees(struct visit *v, const char *text);

#define SEE(v, text) visit_see(v, text, true, __FILE__, __LINE__)
#define SEE_NOT(v, text) visit_see(v, text, false, __FILE__, __LINE__)
#define HOLDS(v, what) visit_must(v, what, #what, __FILE__, __LINE__)
void visit_see(struct visit *v, const char *text, bool seen, const char *file, int line);
void visit_must(struct visit *v, bool holds, const char *what, const char *file, int line);

/* Runs acht-central with these arguments (ended by NULL, at most 8) and --database; its output. */
void visit_central(struct rig *r, const char *const args[], struct buf *out);

/* Lines of the server's list of requests that have this text: a person's name, a course's. */
int visit_requests(struct rig *r, const char *with);

/* Runs the program as --plain with these lines as its input; what it said. */
void visit_plain(struct visit *v, const char *language, const char *lines, struct buf *out);

#endif
