/* SPDX-License-Identifier: EUPL-1.2 */
/* Directories for one test. What goes wrong ends the test. */
#ifndef TESTS_SUPPORT_TEMP_H
#define TESTS_SUPPORT_TEMP_H

#define TEMP_PATH 256

void temp_make(char dir[TEMP_PATH]); /* a new one, empty */
void temp_remove(const char *dir);   /* with all that is in it */

#endif
