/* SPDX-License-Identifier: EUPL-1.2 */
/* A play about two companies in one database whose people, requests, entries, kiosks' names, sites
 * and badges are called the same, as far as the schema lets them: whoever forgets to say whose a
 * thing is takes that of the other. Everything that can be seen is told as text. */
#ifndef TESTS_SUPPORT_TWO_COMPANIES_H
#define TESTS_SUPPORT_TWO_COMPANIES_H

#include "unit/court_house.h"

enum { HALL_3, HALL_4, OFFICE, KIOSKS }; /* sites north, south, all */

struct play {
    struct house house;
    const char *dir;
    struct kiosk kiosk[2][KIOSKS]; /* of amber and of beril */
    char token[2][KIOSKS][KEY_HEX];
    char cursor[2][KIOSKS][LIM_CURSOR];
    int64_t now;
    struct buf told;
    struct buf rows[2];         /* of each company, at the end of the last scene */
    char digest[2][DIGEST_HEX]; /* of these */
    /* Called at the end of each scene with everything that was told until then. */
    void (*look)(void *context, const struct buf *told);
    void *context;
};

/* Plays all of it in an empty directory, the clock and all random numbers being the caller's. */
void play_all(struct play *p);
#define PLAY_DATABASE "central.db" /* there, in the end */

/* Its acts, each as its callers are: the interface itself in a database of its own, because it
 * makes what nobody else makes; then people at kiosks, and an operator. */
void play_interface(struct play *p);
void play_entries(struct play *p); /* these two are parts of it */
void play_standings(struct play *p);
void play_people(struct play *p);
void play_operator(struct play *p);

/* ---- for those who play ---- */

extern const char *const play_company[2];
void play_tell(struct play *p, const char *fmt, ...) ACHT_PRINTF(2, 3);
/* Ends a scene: what the kiosks get now, and all rows. No kiosk may get a name of the other
 * company.
 */
void play_scene(struct play *p, const char *name);
/* The same, of a scene in which only this company did something: no row of the other may change. */
void play_scene_of(struct play *p, int company, const char *name);
void play_pin(int company, const char *person, char pin[LIM_PIN + 1]);
/* What a function of the server writes into a file. */
FILE *play_file(char **text, size_t *len);

#endif
