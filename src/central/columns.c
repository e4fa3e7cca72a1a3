/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/columns.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"

static struct column columns[COLUMNS_MAX];
static int count;

static void add(enum type_id type, int field, const char *prefix, const char *name, bool needed)
{
    struct column *c = &columns[count++];
    snprintf(c->name, sizeof(c->name), "%s%s", prefix, name);
    c->type = type;
    c->field = field;
    c->needed = needed;
}

/* `own` is the field that the file itself gives: the course's source, the run's course. */
static void add_type(enum type_id id, int own, const char *prefix)
{
    const struct type *type = type_get(id);
    add(id, COLUMN_ID, prefix, "key", id == TYPE_COURSE);
    for (int i = 0; i < type->count; i++) {
        const struct field *f = &type->fields[i];
        bool euro = f->kind == KIND_MONEY;
        char name[LIM_ID];
        snprintf(name, sizeof(name), "%s%s", f->name, euro ? "_eur" : "");
        if (i != own)
            add(id, i, prefix, name, f->needed && id == TYPE_COURSE);
    }
}

int columns_get(const struct column **out)
{
    if (count == 0) {
        add_type(TYPE_COURSE, COURSE_source, "");
        add_type(TYPE_RUN, RUN_course, "run_");
    }
    *out = columns;
    return count;
}

int column_named(const char *name)
{
    const struct column *c;
    int n = columns_get(&c);
    for (int i = 0; i < n; i++)
        if (strcmp(c[i].name, name) == 0)
            return i;
    return -1;
}

int column_of(enum type_id type, int field)
{
    const struct column *c;
    int n = columns_get(&c);
    for (int i = 0; i < n; i++)
        if (c[i].type == type && c[i].field == field)
            return i;
    BUG("no column for field %d of type %d", field, (int)type);
}
