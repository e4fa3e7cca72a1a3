/* SPDX-License-Identifier: EUPL-1.2 */
/* Inside proto: one JSON object on one line, written in a fixed order and read with suspicion. */
#ifndef ACHT_PROTO_LINE_H
#define ACHT_PROTO_LINE_H

#include <jansson.h>

#include "base/buf.h"

/* Writing. line_open() returns where the object starts; line_close() takes it off again, and
 * returns -1, when it did not fit. */
size_t line_open(struct buf *out);
void line_text(struct buf *out, const char *key, const char *text);
void line_number(struct buf *out, const char *key, int64_t number);
void line_bool(struct buf *out, const char *key, bool yes);
void line_key(struct buf *out, const char *key);
void line_string(struct buf *out, const char *text, size_t len); /* quoted and escaped */
int line_close(struct buf *out, size_t start);

/* Reads text as one object of at most LIM_LINE bytes and LIM_JSON_DEPTH levels without duplicate
 * members. NULL on error; else the caller ends it with json_decref(). */
json_t *line_parse(const char *text, size_t len, struct err *err);

/* A member of the wanted kind: 0, 1 when it is not there, or -1. Texts belong to the object. */
int line_get_text(
    const json_t *object, const char *key, const char **text, struct err *err) ACHT_NODISCARD;
int line_get_number(
    const json_t *object, const char *key, int64_t *number, struct err *err) ACHT_NODISCARD;
int line_get_bool(const json_t *object, const char *key, bool *yes, struct err *err) ACHT_NODISCARD;

#endif
