/* SPDX-License-Identifier: EUPL-1.2 */
/* Cells of a CSV file as values of declared fields, and rows that cannot be read. */
#ifndef ACHT_CENTRAL_VALUES_H
#define ACHT_CENTRAL_VALUES_H

#include <stdio.h>

#include "model/record.h"

/* Reads text as a value of the field: lists split by ';', amounts like 1250.00, dates like
 * 2027-01-12, 1/0 or yes/no, a choice by its name; empty means not given. Texts are made safe and
 * live in mem. Checks the field's need and limit. */
int value_parse(const struct field *f, const char *text, struct arena *mem, union value *out,
    struct err *err) ACHT_NODISCARD;

/* An amount with at most two decimals, in hundredths. */
int hundredths_parse(const char *text, int64_t *out, struct err *err) ACHT_NODISCARD;

/* Where bad rows are told, as "FILE:ROW: column X: reason". */
struct problems {
    FILE *out; /* NULL: only counted */
    const char *file;
    int64_t rows;
};

void problems_add(struct problems *p, int64_t row, const struct err *err);

#endif
