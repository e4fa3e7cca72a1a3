/* SPDX-License-Identifier: EUPL-1.2 */
/* The two texts of an export while they are written: JSON by sections, CSV with a row per value. */
#ifndef ACHT_CENTRAL_EXPORT_TEXT_H
#define ACHT_CENTRAL_EXPORT_TEXT_H

#include "base/buf.h"
#include "model/record.h"

#define EXPORT_MAX ((size_t)256 * 1024 * 1024)

struct export_text {
    struct buf json, csv;
    const char *section;
    char id[LIM_ID]; /* of the present object */
};

void export_begin(struct export_text *t, const char *company, const char *person, int64_t now);
void export_section(struct export_text *t, const char *name);
void export_object(struct export_text *t, const char *id);
void export_value(struct export_text *t, const char *name, const char *value);
void export_instant(struct export_text *t, const char *name, int64_t instant);
/* All fields that are given but the sealed PIN. */
void export_fields(struct export_text *t, const struct record *r);
void export_object_end(struct export_text *t);
void export_section_end(struct export_text *t);
void export_end(struct export_text *t);

#endif
