/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/line.h"

#include <inttypes.h>
#include <string.h>

size_t line_open(struct buf *out)
{
    size_t start = out->len;
    buf_putc(out, '{');
    return start;
}

static void put_escaped(struct buf *out, unsigned char c)
{
    if (c == '\n')
        buf_puts(out, "\\n");
    else if (c == '\t')
        buf_puts(out, "\\t");
    else if (c < 0x20)
        buf_printf(out, "\\u%04x", c);
    else
        buf_printf(out, "\\%c", c);
}

void line_string(struct buf *out, const char *text, size_t len)
{
    buf_putc(out, '"');
    size_t plain = 0;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buf_add(out, text + plain, i - plain);
        put_escaped(out, c);
        plain = i + 1;
    }
    buf_add(out, text + plain, len - plain);
    buf_putc(out, '"');
}

void line_key(struct buf *out, const char *key)
{
    if (out->len && out->p[out->len - 1] != '{')
        buf_putc(out, ',');
    line_string(out, key, strlen(key));
    buf_putc(out, ':');
}

void line_text(struct buf *out, const char *key, const char *text)
{
    line_key(out, key);
    line_string(out, text, strlen(text));
}

void line_number(struct buf *out, const char *key, int64_t number)
{
    line_key(out, key);
    buf_printf(out, "%" PRId64, number);
}

void line_bool(struct buf *out, const char *key, bool yes)
{
    line_key(out, key);
    buf_puts(out, yes ? "true" : "false");
}

int line_close(struct buf *out, size_t start)
{
    buf_putc(out, '}');
    if (!out->overflow)
        return 0;
    buf_truncate(out, start);
    return -1;
}

/* The deepest nesting of text, whether or not it is JSON: jansson alone would go down 2048 levels.
 */
static int nesting(const char *text, size_t len)
{
    int depth = 0, deepest = 0;
    bool quoted = false;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (quoted && c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == '{' || c == '[') && ++depth > deepest)
            deepest = depth;
        else if (!quoted && (c == '}' || c == ']'))
            depth--;
    }
    return deepest;
}

json_t *line_parse(const char *text, size_t len, struct err *err)
{
    if (len > LIM_LINE) {
        err_set(err, ERR_DATA, "a line is longer than %d bytes", LIM_LINE);
        return NULL;
    }
    if (nesting(text, len) > LIM_JSON_DEPTH) {
        err_set(err, ERR_DATA, "a line is nested deeper than %d levels", LIM_JSON_DEPTH);
        return NULL;
    }
    /* jansson's own message quotes the text, which may be personal; the place is enough. */
    json_error_t why;
    json_t *object = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
    if (!object)
        err_set(err, ERR_DATA, "a line is not JSON at byte %d", why.position);
    else if (!json_is_object(object)) {
        err_set(err, ERR_DATA, "a line is not a JSON object");
        json_decref(object);
        object = NULL;
    }
    return object;
}

int line_get_text(const json_t *object, const char *key, const char **text, struct err *err)
{
    const json_t *member = json_object_get(object, key);
    if (!member)
        return 1;
    if (!json_is_string(member))
        return err_set(err, ERR_DATA, "%s is not a text", key);
    *text = json_string_value(member);
    return 0;
}

int line_get_number(const json_t *object, const char *key, int64_t *number, struct err *err)
{
    const json_t *member = json_object_get(object, key);
    if (!member)
        return 1;
    if (!json_is_integer(member))
        return err_set(err, ERR_DATA, "%s is not a whole number", key);
    *number = json_integer_value(member);
    return 0;
}

int line_get_bool(const json_t *object, const char *key, bool *yes, struct err *err)
{
    const json_t *member = json_object_get(object, key);
    if (!member)
        return 1;
    if (!json_is_boolean(member))
        return err_set(err, ERR_DATA, "%s is not true or false", key);
    *yes = json_is_true(member);
    return 0;
}
