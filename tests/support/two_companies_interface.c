/* SPDX-License-Identifier: EUPL-1.2 */
/* The third act: the functions of database.h and its parts, called for one company where the other
 * has the same. */
#include "central/database_rights.h"
#include "central/people.h"
#include "support/two_companies.h"

void play_interface(struct play *p)
{
    play_scene(p, "the interface");
}
