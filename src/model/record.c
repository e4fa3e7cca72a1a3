/* SPDX-License-Identifier: EUPL-1.2 */
#include "model/record.h"

#include <string.h>

#include "base/utf8.h"
#include "model/local.h"

void record_init(struct record *r, enum type_id type)
{
    record_init_type(r, type_get(type));
}

void record_init_type(struct record *r, const struct type *type)
{
    r->type = type;
    r->id = "";
    r->gone = false;
    for (int i = 0; i < type->count; i++) {
        if (kind_is_text(type->fields[i].kind))
            r->value[i].text = "";
        else
            r->value[i].number = NO_NUMBER;
    }
}

static void demand(const struct record *r, int field, bool text)
{
    if (field < 0 || field >= r->type->count || kind_is_text(r->type->fields[field].kind) != text)
        BUG("%s has no %s field %d", r->type->name, text ? "text" : "number", field);
}

const char *record_text(const struct record *r, int field)
{
    demand(r, field, true);
    return r->value[field].text;
}

int64_t record_number(const struct record *r, int field)
{
    demand(r, field, false);
    return r->value[field].number;
}

void record_set_text(struct record *r, int field, const char *text)
{
    demand(r, field, true);
    r->value[field].text = text;
}

void record_set_number(struct record *r, int field, int64_t number)
{
    demand(r, field, false);
    r->value[field].number = number;
}

bool id_valid(const char *id)
{
    size_t n = strlen(id);
    if (n == 0 || n >= LIM_ID)
        return false;
    for (const char *s = id; *s; s++)
        if (*s <= ' ' || *s >= 0x7F || *s == '"' || *s == '\\')
            return false;
    return true;
}

static int check_list(const char *list, const struct field *f, struct err *err)
{
    if (list_count(list) > LIM_LIST)
        return err_set(err, ERR_DATA, "%s has more than %d elements", f->name, LIM_LIST);
    size_t len;
    for (int i = 0; list_element(list, i, &len); i++)
        if ((int64_t)len > f->limit)
            return err_set(err, ERR_DATA, "an element of %s is longer than %lld bytes", f->name,
                (long long)f->limit);
    return 0;
}

static int check_text(const char *text, const struct field *f, struct err *err)
{
    if (!*text)
        return f->needed ? err_set(err, ERR_DATA, "%s is missing", f->name) : 0;
    if (!utf8_valid(text, strlen(text)))
        return err_set(err, ERR_DATA, "%s is not UTF-8", f->name);
    if (f->kind == KIND_LIST)
        return check_list(text, f, err);
    if (f->kind == KIND_LOCAL)
        return local_check(text, f->limit, f->name, err);
    if (f->kind == KIND_REF && !id_valid(text))
        return err_set(err, ERR_DATA, "%s is not an id", f->name);
    if (f->kind == KIND_HASH && strspn(text, "0123456789abcdef") != (size_t)f->limit)
        return err_set(err, ERR_DATA, "%s is not a hash", f->name);
    if ((int64_t)strlen(text) > f->limit)
        return err_set(err, ERR_DATA, "%s is longer than %lld bytes", f->name, (long long)f->limit);
    return 0;
}

static int check_number(int64_t n, const struct field *f, struct err *err)
{
    if (n == NO_NUMBER)
        return f->needed ? err_set(err, ERR_DATA, "%s is missing", f->name) : 0;
    char name[LIM_ID];
    bool in_range;
    switch (f->kind) {
    case KIND_ENUM:
        choice_name(f->choices, n, name);
        in_range = n >= 0 && name[0];
        break;
    case KIND_BOOL:
        in_range = n == 0 || n == 1;
        break;
    case KIND_DATE: /* 1900-01-01 to 2199-12-31 */
        in_range = n >= -25567 && n <= 84005;
        break;
    case KIND_INSTANT:
        in_range = n >= 0 && n <= INT64_C(7258118400000); /* 2200-01-01 */
        break;
    default:
        in_range = n >= 0 && n <= f->limit;
    }
    if (!in_range)
        return err_set(err, ERR_DATA, "%s is out of range", f->name);
    return 0;
}

int field_check(const struct field *f, const union value *v, struct err *err)
{
    return kind_is_text(f->kind) ? check_text(v->text, f, err) : check_number(v->number, f, err);
}

int record_check(const struct record *r, struct err *err)
{
    if (!id_valid(r->id))
        return err_set(err, ERR_DATA, "%s has no valid id", r->type->name);
    if (r->gone)
        return 0;
    for (int i = 0; i < r->type->count; i++)
        if (field_check(&r->type->fields[i], &r->value[i], err) < 0)
            return -1;
    return 0;
}

const char *list_element(const char *list, int i, size_t *len)
{
    if (!*list)
        return NULL;
    for (; i > 0; i--) {
        list = strchr(list, '\n');
        if (!list)
            return NULL;
        list++;
    }
    *len = strcspn(list, "\n");
    return list;
}

int list_count(const char *list)
{
    int n = *list ? 1 : 0;
    for (; *list; list++)
        n += *list == '\n';
    return n;
}

void rowset_start(struct rowset *rs, int capacity)
{
    arena_clear(&rs->mem);
    rs->rows = arena_alloc(&rs->mem, sizeof(*rs->rows) * (size_t)capacity);
    rs->count = 0;
    rs->first = rs->total = 0;
}

struct record *rowset_add(struct rowset *rs, enum type_id type)
{
    struct record *r = &rs->rows[rs->count++];
    record_init(r, type);
    return r;
}

void rowset_release(struct rowset *rs)
{
    arena_release(&rs->mem);
    *rs = (struct rowset){0};
}
