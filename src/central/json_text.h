/* SPDX-License-Identifier: EUPL-1.2 */
/* Writing small JSON objects and CSV cells. */
#ifndef ACHT_CENTRAL_JSON_TEXT_H
#define ACHT_CENTRAL_JSON_TEXT_H

#include "base/buf.h"

/* Adds the text, made safe, as a JSON string. */
void json_quoted(struct buf *out, const char *text);

/* Adds "name":"text", with a comma before it when another member stands there. */
void json_member(struct buf *out, const char *name, const char *text);

/* Adds the text as a quoted cell that no spreadsheet takes for a formula. */
void csv_cell(struct buf *out, const char *text);

#endif
