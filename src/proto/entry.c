/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/clock.h"
#include "proto/codec.h"
#include "proto/fields.h"

int entry_to_json(const struct entry *e, struct buf *out)
{
    char made_at[32];
    instant_format(e->made_at, made_at);
    size_t start = line_open(out);
    line_text(out, "kind", e->fields.type->name);
    line_text(out, "id", e->id);
    line_text(out, "kiosk", e->kiosk);
    line_text(out, "epoch", e->epoch);
    line_number(out, "seq", e->seq);
    line_text(out, "made_at", made_at);
    fields_write(&e->fields, out);
    return line_close(out, start);
}

/* An id of the envelope, "" when it is missing or no id. */
static const char *read_id(const json_t *object, const char *key, struct arena *mem)
{
    const char *id = "";
    if (line_get_text(object, key, &id, NULL) != 0 || !id_valid(id))
        return "";
    return arena_strdup(mem, id);
}

static void read_envelope(const json_t *object, struct arena *mem, struct entry *e)
{
    const char *made_at = "";
    struct err ignored = {0};
    e->id = read_id(object, "id", mem);
    if (!uuid_valid(e->id))
        e->id = "";
    e->kiosk = read_id(object, "kiosk", mem);
    e->epoch = read_id(object, "epoch", mem);
    if (line_get_number(object, "seq", &e->seq, NULL) != 0)
        e->seq = NO_NUMBER;
    if (line_get_text(object, "made_at", &made_at, NULL) != 0 ||
        instant_parse(made_at, &e->made_at, &ignored) < 0)
        e->made_at = NO_NUMBER;
}

static int check_envelope(const struct entry *e, struct err *err)
{
    if (!*e->id)
        return err_set(err, ERR_DATA, "id is not a UUIDv7");
    if (!*e->kiosk)
        return err_set(err, ERR_DATA, "kiosk is not an id");
    if (!*e->epoch)
        return err_set(err, ERR_DATA, "epoch is not an id");
    if (e->seq < 1)
        return err_set(err, ERR_DATA, "seq is not a number from 1");
    if (e->made_at < 0)
        return err_set(err, ERR_DATA, "made_at is not an instant");
    return 0;
}

static int read_entry(const json_t *object, struct arena *mem, struct entry *e, struct err *err)
{
    const char *kind = NULL;
    read_envelope(object, mem, e);
    if (line_get_text(object, "kind", &kind, err) != 0)
        return err_set(err, ERR_DATA, "an entry has no kind");
    if (check_envelope(e, err) < 0)
        return -1;
    const struct type *declared = type_find(kind, CLASS_ENTRY);
    if (!declared)
        return 1;
    record_init_type(&e->fields, declared);
    e->fields.id = e->id;
    if (fields_read(object, mem, &e->fields, err) < 0)
        return -1;
    return record_check(&e->fields, err);
}

int entry_from_json(
    const char *line, size_t len, struct arena *mem, struct entry *e, struct err *err)
{
    *e = (struct entry){.id = "", .kiosk = "", .epoch = "", .seq = NO_NUMBER, .made_at = NO_NUMBER};
    json_t *object = line_parse(line, len, err);
    if (!object)
        return -1;
    int rc = read_entry(object, mem, e, err);
    json_decref(object);
    return rc;
}
