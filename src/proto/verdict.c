/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "proto/codec.h"
#include "proto/line.h"

int verdict_to_json(const struct verdict *v, struct buf *out)
{
    char name[LIM_ID];
    size_t start = line_open(out);
    line_text(out, "id", v->id);
    line_text(out, "hash", v->hash);
    choice_name(VERDICTS, v->kind, name);
    line_text(out, "verdict", name);
    choice_name(REASONS, v->reason, name);
    line_text(out, "reason", name);
    return line_close(out, start);
}

static int read_choice(
    const json_t *object, const char *key, const char *choices, int *out, struct err *err)
{
    const char *name = "";
    if (line_get_text(object, key, &name, err) < 0)
        return -1;
    *out = choice_index(choices, name, strlen(name));
    if (*out < 0)
        return err_set(err, ERR_DATA, "%s has a value that is not known: '%.40s'", key, name);
    return 0;
}

static int read_verdict(const json_t *object, struct verdict *v, struct err *err)
{
    const char *id = "", *hash = "";
    int kind, reason;
    if (line_get_text(object, "id", &id, err) < 0 || line_get_text(object, "hash", &hash, err) < 0)
        return -1;
    if (*id && !id_valid(id))
        return err_set(err, ERR_DATA, "id of a verdict is not an id");
    if (!hex_valid(hash, 32))
        return err_set(err, ERR_DATA, "hash of a verdict is not a SHA-256");
    if (read_choice(object, "verdict", VERDICTS, &kind, err) < 0 ||
        read_choice(object, "reason", REASONS, &reason, err) < 0)
        return -1;
    memcpy(v->id, id, strlen(id) + 1);
    memcpy(v->hash, hash, DIGEST_HEX);
    v->kind = (enum verdict_kind)kind;
    v->reason = (enum reason)reason;
    return 0;
}

int verdict_from_json(const char *line, size_t len, struct verdict *v, struct err *err)
{
    json_t *object = line_parse(line, len, err);
    if (!object)
        return -1;
    int rc = read_verdict(object, v, err);
    json_decref(object);
    return rc;
}
