/* SPDX-License-Identifier: EUPL-1.2 */
/* CSV as RFC 4180 has it, read as a stream: quoted newlines, "" for a quote, LF or CRLF, a BOM. */
#ifndef ACHT_CENTRAL_CSV_H
#define ACHT_CENTRAL_CSV_H

#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"

#define CSV_CHUNK 65536

struct csv {
    FILE *in;     /* borrowed */
    int64_t row;  /* of the row just read, as a spreadsheet counts: the header is 1 */
    int64_t line; /* where that row starts in the file */
    int count;    /* its fields */
    /* private */
    size_t start[LIM_CSV_COLUMNS]; /* of each field in text, where each ends with NUL */
    struct buf text;
    int64_t next_line;
    size_t at, have;
    char chunk[CSV_CHUNK + 1]; /* ends with NUL at `have` */
};

enum csv_result {
    CSV_ROW,
    CSV_END,
    CSV_BAD,    /* this row cannot be read; the reader goes on with the next line */
    CSV_FAILED, /* the file cannot be read */
};

void csv_start(struct csv *c, FILE *in);
void csv_release(struct csv *c);

/* Reads the next row that is not blank. err tells why it is BAD or FAILED. */
enum csv_result csv_next(struct csv *c, struct err *err);

/* Field i of the row; "" past its end. Valid until the next row. */
const char *csv_field(const struct csv *c, int i);

#endif
