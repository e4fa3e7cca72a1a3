/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/export_text.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "central/json_text.h"

void export_begin(struct export_text *t, const char *company, const char *person, int64_t now)
{
    char at[32];
    instant_format(now, at);
    buf_init(&t->json, EXPORT_MAX);
    buf_init(&t->csv, EXPORT_MAX);
    buf_putc(&t->json, '{');
    json_member(&t->json, "company", company);
    json_member(&t->json, "person", person);
    json_member(&t->json, "as_of", at);
    buf_puts(&t->csv, "section,id,field,value\r\n");
}

void export_section(struct export_text *t, const char *name)
{
    t->section = name;
    buf_puts(&t->json, ",\n");
    json_quoted(&t->json, name);
    buf_puts(&t->json, ":[");
}

void export_object(struct export_text *t, const char *id)
{
    str_copy(t->id, sizeof(t->id), id);
    buf_puts(&t->json, t->json.p[t->json.len - 1] == '[' ? "\n{" : ",\n{");
    if (*id)
        json_member(&t->json, "id", id);
}

void export_value(struct export_text *t, const char *name, const char *value)
{
    if (!*value)
        return;
    json_member(&t->json, name, value);
    csv_cell(&t->csv, t->section);
    buf_putc(&t->csv, ',');
    csv_cell(&t->csv, t->id);
    buf_putc(&t->csv, ',');
    csv_cell(&t->csv, name);
    buf_putc(&t->csv, ',');
    csv_cell(&t->csv, value);
    buf_puts(&t->csv, "\r\n");
}

void export_instant(struct export_text *t, const char *name, int64_t instant)
{
    char text[32] = "";
    if (instant != NO_NUMBER)
        instant_format(instant, text);
    export_value(t, name, text);
}

static void number_text(const struct field *f, int64_t number, char out[LIM_ID])
{
    switch (f->kind) {
    case KIND_ENUM:
        choice_name(f->choices, number, out);
        break;
    case KIND_BOOL:
        str_copy(out, LIM_ID, number ? "yes" : "no");
        break;
    case KIND_DATE:
        date_format(number, out);
        break;
    case KIND_INSTANT:
        instant_format(number, out);
        break;
    case KIND_MONEY:
    case KIND_DECIMAL:
        snprintf(out, LIM_ID, "%lld.%02d", (long long)(number / 100), (int)(number % 100));
        break;
    default:
        snprintf(out, LIM_ID, "%lld", (long long)number);
        break;
    }
}

void export_fields(struct export_text *t, const struct record *r)
{
    for (int f = 0; f < r->type->count; f++) {
        const struct field *field = &r->type->fields[f];
        char number[LIM_ID];
        if (strcmp(field->name, "pin") == 0)
            continue;
        if (kind_is_text(field->kind)) {
            export_value(t, field->name, record_text(r, f));
        } else if (record_number(r, f) != NO_NUMBER) {
            number_text(field, record_number(r, f), number);
            export_value(t, field->name, number);
        }
    }
}

void export_object_end(struct export_text *t)
{
    buf_putc(&t->json, '}');
}

void export_section_end(struct export_text *t)
{
    buf_puts(&t->json, "]");
}

void export_end(struct export_text *t)
{
    buf_puts(&t->json, "}\n");
}
