/* SPDX-License-Identifier: EUPL-1.2 */
/* The statements that stand in a compiled library, as the compiler has put their pieces together.
 */
#ifndef TESTS_SUPPORT_SQL_TEXTS_H
#define TESTS_SUPPORT_SQL_TEXTS_H

typedef void sql_see_text(void *context, const char *sql);

/* Sees each text in the file that begins as a statement begins. Ends the program when there is no
 * such file. */
void sql_texts(const char *path, sql_see_text *see, void *context);

#endif
