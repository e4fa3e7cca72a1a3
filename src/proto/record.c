/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/codec.h"
#include "proto/fields.h"

int record_to_json(const struct record *r, struct buf *out)
{
    size_t start = line_open(out);
    line_text(out, "type", r->type->name);
    line_text(out, "id", r->id);
    if (r->gone)
        line_bool(out, "gone", true);
    else
        fields_write(r, out);
    return line_close(out, start);
}

static int read_record(const json_t *object, struct arena *mem, struct record *r, struct err *err)
{
    const char *type = NULL, *id = NULL;
    if (line_get_text(object, "type", &type, err) != 0)
        return err_set(err, ERR_DATA, "a record has no type");
    const struct type *declared = type_find(type, CLASS_RECORD);
    if (!declared)
        return 1;
    record_init_type(r, declared);
    if (line_get_text(object, "id", &id, err) != 0)
        return err_set(err, ERR_DATA, "a %s has no id", declared->name);
    r->id = arena_strdup(mem, id);
    if (line_get_bool(object, "gone", &r->gone, err) < 0)
        return -1;
    if (!r->gone && fields_read(object, mem, r, err) < 0)
        return -1;
    return record_check(r, err);
}

int record_from_json(
    const char *line, size_t len, struct arena *mem, struct record *r, struct err *err)
{
    json_t *object = line_parse(line, len, err);
    if (!object)
        return -1;
    int rc = read_record(object, mem, r, err);
    json_decref(object);
    return rc;
}
