/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "proto/codec.h"
#include "proto/line.h"

static const char *safe_text(const json_t *object, const char *key, size_t most, struct arena *mem)
{
    const char *text = "";
    if (line_get_text(object, key, &text, NULL) != 0)
        return "";
    struct buf safe = BUF_INIT(most);
    (void)utf8_sanitize(&safe, text, strlen(text), false);
    const char *kept = arena_strndup(mem, safe.p, safe.len);
    buf_release(&safe);
    return kept;
}

static int read_look(const json_t *look, struct arena *mem, struct record *r, struct err *err)
{
    const char *at = "";
    int64_t when;
    if (line_get_text(look, "at", &at, err) != 0 || instant_parse(at, &when, err) < 0)
        return err_set(err, ERR_DATA, "a look has no time");
    record_init(r, TYPE_LOOK);
    r->id = arena_strdup(mem, at);
    record_set_text(r, LOOK_who, safe_text(look, "name", 120, mem));
    record_set_text(r, LOOK_what, safe_text(look, "what", LIM_ID - 1, mem));
    record_set_number(r, LOOK_at, when);
    return record_check(r, err);
}

int look_from_json(
    const char *line, size_t len, struct arena *mem, struct record *r, struct err *err)
{
    json_t *object = line_parse(line, len, err);
    if (!object)
        return -1;
    const json_t *look = json_object_get(object, "look");
    int rc = json_is_object(look) ? read_look(look, mem, r, err) : 1;
    json_decref(object);
    return rc;
}
