/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/codec.h"
#include "proto/fields.h"

int report_to_json(const struct record *r, struct buf *out)
{
    size_t start = line_open(out);
    fields_write(r, out);
    return line_close(out, start);
}

int report_from_json(
    const char *text, size_t len, struct arena *mem, struct record *r, struct err *err)
{
    json_t *object = line_parse(text, len, err);
    if (!object)
        return -1;
    record_init(r, TYPE_REPORT);
    r->id = r->type->name; /* it has none of its own: whose it is the token says */
    int rc = fields_read(object, mem, r, err);
    if (rc == 0)
        rc = record_check(r, err);
    json_decref(object);
    return rc;
}
