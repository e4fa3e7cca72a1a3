/* SPDX-License-Identifier: EUPL-1.2 */
/* How the columns of somebody's CSV file become the columns of a catalogue file.
 *
 * A map file has one line per catalogue column; '#' starts a comment line:
 *
 *     key       = 'nj-' + program_id
 *     provider  = provider | 'not named'
 *     hours     = clock_hours { '0' = '' }
 *     form      = distance { '1' = 'online', * = 'classroom' }
 *     price_eur = total_cost_usd * 0.92
 *     themes    = "CIP title" + ';' + county
 *
 * '+' puts texts one after the other; '|' takes the second when all columns of the first are empty;
 * braces change values, and others stay as they are; a column whose name is no plain word stands
 * in double quotes. \n, \' and \\ may stand in constants. `source` (an id) and `source_name` are
 * given as a constant each: the source's record. */
#ifndef ACHT_CENTRAL_MAP_H
#define ACHT_CENTRAL_MAP_H

#include "base/mem.h"
#include "central/columns.h"
#include "central/csv.h"

struct map_pair {
    const char *from; /* NULL: any other value */
    const char *to;
};

struct map_part {
    bool alternative; /* starts the next alternative */
    int column;       /* of the file, or -1: the constant */
    const char *constant;
    int64_t factor; /* in millionths; 0: none */
    struct map_pair *pairs;
    int pair_count;
};

struct map_rule {
    struct map_part *parts; /* NULL: the file does not give this column */
    int count;
};

struct map {
    struct map_rule rules[COLUMNS_MAX]; /* by catalogue column */
    const char *source, *source_name;   /* "" when the map does not say */
    struct arena mem;
};

/* For a file that has the catalogue's own columns, whose header csv has just read. */
int map_from_header(struct map *m, const struct csv *header, struct err *err) ACHT_NODISCARD;

/* From a map file, for a file whose header csv has just read. */
int map_load(
    struct map *m, const char *path, const struct csv *header, struct err *err) ACHT_NODISCARD;
void map_release(struct map *m);

/* The text of a catalogue column in this row, perhaps made in scratch; "" when the file does not
 * give it. NULL when it cannot be made. */
const char *map_text(
    const struct map *m, int column, const struct csv *row, struct buf *scratch, struct err *err);

#endif
