/* SPDX-License-Identifier: EUPL-1.2 */
/* Inside the map: reading its text. */
#ifndef ACHT_CENTRAL_MAP_PARSE_H
#define ACHT_CENTRAL_MAP_PARSE_H

#include "central/map.h"

#define MAP_UNIT INT64_C(1000000) /* a factor of 1 */

/* Adds what one line says; blank lines and comments say nothing. */
int map_parse_line(
    struct map *m, const struct csv *header, const char *line, struct err *err) ACHT_NODISCARD;

#endif
