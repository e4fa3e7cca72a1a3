/* SPDX-License-Identifier: EUPL-1.2 */
/* What a person asks for: the screens fill it in, the search answers it. */
#ifndef ACHT_MODEL_SEARCH_INPUT_H
#define ACHT_MODEL_SEARCH_INPUT_H

#include "model/type.h"

#define SORTS "best|soonest|cheapest|shortest"
enum sort { SORT_best, SORT_soonest, SORT_cheapest, SORT_shortest };

#define LIM_LABEL (LIM_ID + 64) /* a facet's value as it is kept */

/* Facet values are kept as labels, because numbers change with the data: a theme, region or
 * provider by name, a form by its choice name, a month as "2027-01", a price band as "0".."5". ""
 * means any. {0} asks for everything. */
struct search_input {
    char text[LIM_QUERY];
    char chosen[FACETS_COUNT][LIM_LABEL];
    enum sort sort;
};

#endif
