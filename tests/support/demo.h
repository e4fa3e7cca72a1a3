/* SPDX-License-Identifier: EUPL-1.2 */
/* A kiosk's data directory with the demo catalogue and people, made by the importers and the store
 * alone: no server, and no clock but the one that is given. What goes wrong ends the test. */
#ifndef TESTS_SUPPORT_DEMO_H
#define TESTS_SUPPORT_DEMO_H

#include <stdint.h>

#define DEMO_KIOSK "demo-kiosk"

/* dir must exist; share is the directory of screens/, demo/ and search/. Everything was read and
 * fetched at `now`. */
void demo_fill(const char *dir, const char *share, int64_t now);

/* Enrolled, and nothing fetched yet. */
void demo_enrol(const char *dir);

#endif
