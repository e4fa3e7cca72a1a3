/* SPDX-License-Identifier: EUPL-1.2 */
/* Inside proto: the declared fields of a record or entry as members of a line. */
#ifndef ACHT_PROTO_FIELDS_H
#define ACHT_PROTO_FIELDS_H

#include "model/record.h"
#include "proto/line.h"

/* Adds every given field in the order of the declaration. */
void fields_write(const struct record *r, struct buf *out);

/* Sets the fields of r, whose type is set, from the members of object. Texts live in mem. */
int fields_read(
    const json_t *object, struct arena *mem, struct record *r, struct err *err) ACHT_NODISCARD;

#endif
