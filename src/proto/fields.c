/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/fields.h"

#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "model/local.h"

static void write_list(const char *list, struct buf *out)
{
    size_t len;
    const char *element;
    buf_putc(out, '[');
    for (int i = 0; (element = list_element(list, i, &len)); i++) {
        if (i > 0)
            buf_putc(out, ',');
        line_string(out, element, len);
    }
    buf_putc(out, ']');
}

static void write_local(const char *local, struct buf *out)
{
    struct local_line line;
    buf_putc(out, '{');
    for (int i = 0; local_line(local, i, &line); i++) {
        if (i > 0)
            buf_putc(out, ',');
        line_string(out, line.lang, line.lang_len);
        buf_putc(out, ':');
        line_string(out, line.text, line.len);
    }
    buf_putc(out, '}');
}

static void write_text(const struct field *f, const char *text, struct buf *out)
{
    if (!*text)
        return;
    if (f->kind != KIND_LIST && f->kind != KIND_LOCAL) {
        line_text(out, f->name, text);
        return;
    }
    line_key(out, f->name);
    if (f->kind == KIND_LIST)
        write_list(text, out);
    else
        write_local(text, out);
}

static void write_number(const struct field *f, int64_t number, struct buf *out)
{
    char text[LIM_ID];
    if (number == NO_NUMBER)
        return;
    switch (f->kind) {
    case KIND_ENUM:
        choice_name(f->choices, number, text);
        line_text(out, f->name, text);
        break;
    case KIND_BOOL:
        line_bool(out, f->name, number != 0);
        break;
    case KIND_DATE:
        date_format(number, text);
        line_text(out, f->name, text);
        break;
    case KIND_INSTANT:
        instant_format(number, text);
        line_text(out, f->name, text);
        break;
    default:
        line_number(out, f->name, number);
    }
}

void fields_write(const struct record *r, struct buf *out)
{
    for (int i = 0; i < r->type->count; i++) {
        const struct field *f = &r->type->fields[i];
        if (kind_is_text(f->kind))
            write_text(f, r->value[i].text, out);
        else
            write_number(f, r->value[i].number, out);
    }
}

/* Only the longest texts have paragraphs; a newline anywhere else would break a row on the screen.
 */
static bool has_paragraphs(const struct field *f)
{
    return f->kind == KIND_TEXT && f->limit == LIM_TEXT;
}

static int add_elements(
    const json_t *array, const struct field *f, struct buf *list, struct err *err)
{
    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *element = json_array_get(array, i);
        if (!json_is_string(element))
            return err_set(err, ERR_DATA, "%s has an element that is not a text", f->name);
        size_t before = list->len;
        if (before > 0)
            buf_putc(list, '\n');
        size_t start = list->len;
        utf8_sanitize(list, json_string_value(element), json_string_length(element), false);
        if (list->len == start)
            buf_truncate(list, before);
    }
    return 0;
}

static int read_list(const json_t *member, const struct field *f, struct arena *mem,
    const char **text, struct err *err)
{
    if (!json_is_array(member))
        return err_set(err, ERR_DATA, "%s is not a list", f->name);
    struct buf list = BUF_INIT(LIM_LINE);
    int rc = add_elements(member, f, &list, err);
    if (rc == 0)
        *text = arena_strndup(mem, list.p, list.len);
    buf_release(&list);
    return rc;
}

static int add_languages(json_t *object, const struct field *f, struct buf *local, struct err *err)
{
    const char *lang;
    json_t *text;
    json_object_foreach(object, lang, text)
    {
        if (!json_is_string(text))
            return err_set(err, ERR_DATA, "%s has a text that is none", f->name);
        size_t before = local->len;
        buf_printf(local, "%s%s:", before > 0 ? "\n" : "", lang);
        size_t start = local->len;
        utf8_sanitize(local, json_string_value(text), json_string_length(text), false);
        if (local->len == start)
            buf_truncate(local, before);
    }
    return 0;
}

static int read_local(
    json_t *member, const struct field *f, struct arena *mem, const char **text, struct err *err)
{
    if (!json_is_object(member))
        return err_set(err, ERR_DATA, "%s is not an object of texts", f->name);
    struct buf local = BUF_INIT(LIM_LINE);
    int rc = add_languages(member, f, &local, err);
    if (rc == 0)
        *text = arena_strndup(mem, local.p, local.len);
    buf_release(&local);
    return rc;
}

static int read_text(
    json_t *member, const struct field *f, struct arena *mem, const char **text, struct err *err)
{
    if (f->kind == KIND_LIST)
        return read_list(member, f, mem, text, err);
    if (f->kind == KIND_LOCAL)
        return read_local(member, f, mem, text, err);
    if (!json_is_string(member))
        return err_set(err, ERR_DATA, "%s is not a text", f->name);
    struct buf safe = BUF_INIT(LIM_LINE);
    const char *s = json_string_value(member);
    size_t len = json_string_length(member);
    if (f->kind == KIND_TEXT)
        utf8_sanitize(&safe, s, len, has_paragraphs(f));
    else
        buf_add(&safe, s, len);
    *text = arena_strndup(mem, safe.p, safe.len);
    buf_release(&safe);
    return 0;
}

/* Numbers that travel as texts. */
static int read_named(const json_t *member, const struct field *f, int64_t *number, struct err *err)
{
    if (!json_is_string(member))
        return err_set(err, ERR_DATA, "%s is not a text", f->name);
    const char *s = json_string_value(member);
    struct err why = {0};
    int rc = 0;
    if (f->kind == KIND_DATE)
        rc = date_parse(s, number, &why);
    else if (f->kind == KIND_INSTANT)
        rc = instant_parse(s, number, &why);
    else
        rc = (*number = choice_index(f->choices, s, strlen(s))) < 0 ? -1 : 0;
    if (rc < 0)
        return err_set(err, ERR_DATA, "%s has a value that is not known: '%.40s'", f->name, s);
    return 0;
}

static int read_number(
    const json_t *member, const struct field *f, int64_t *number, struct err *err)
{
    if (f->kind == KIND_ENUM || f->kind == KIND_DATE || f->kind == KIND_INSTANT)
        return read_named(member, f, number, err);
    if (f->kind == KIND_BOOL) {
        if (!json_is_boolean(member))
            return err_set(err, ERR_DATA, "%s is not true or false", f->name);
        *number = json_is_true(member);
        return 0;
    }
    if (!json_is_integer(member))
        return err_set(err, ERR_DATA, "%s is not a whole number", f->name);
    *number = json_integer_value(member);
    if (*number == NO_NUMBER)
        return err_set(err, ERR_DATA, "%s is out of range", f->name);
    return 0;
}

int fields_read(const json_t *object, struct arena *mem, struct record *r, struct err *err)
{
    for (int i = 0; i < r->type->count; i++) {
        const struct field *f = &r->type->fields[i];
        json_t *member = json_object_get(object, f->name);
        if (!member)
            continue;
        int rc = kind_is_text(f->kind) ? read_text(member, f, mem, &r->value[i].text, err)
                                       : read_number(member, f, &r->value[i].number, err);
        if (rc < 0)
            return -1;
    }
    return 0;
}
