/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/openapi.h"

#include <string.h>

#include "model/keep.h"

static void add_choices(const char *choices, struct buf *out)
{
    buf_puts(out, "type: string, enum: [");
    for (const char *at = choices; *at;) {
        size_t n = strcspn(at, "|");
        buf_printf(out, "%s%.*s", at == choices ? "" : ", ", (int)n, at);
        at += n + (at[n] == '|');
    }
    buf_putc(out, ']');
}

static void add_kind(const struct field *f, struct buf *out)
{
    long long limit = f->limit;
    switch (f->kind) {
    case KIND_TEXT:
        buf_printf(out, "type: string, maxLength: %lld", limit);
        break;
    case KIND_REF:
        buf_printf(out, "type: string, maxLength: %d, x-refers-to: %s", LIM_ID - 1, f->choices);
        break;
    case KIND_HASH:
        buf_printf(out, "type: string, pattern: '^[0-9a-f]{%lld}$'", limit);
        break;
    case KIND_ENUM:
        add_choices(f->choices, out);
        break;
    case KIND_LIST:
        buf_printf(out, "type: array, maxItems: %d, items: {type: string, maxLength: %lld}",
            LIM_LIST, limit);
        break;
    case KIND_LOCAL:
        buf_printf(out,
            "type: object, maxProperties: %d, additionalProperties: {type: string, maxLength: "
            "%lld}",
            LIM_LANGUAGES, limit);
        break;
    case KIND_BOOL:
        buf_puts(out, "type: boolean");
        break;
    case KIND_DATE:
        buf_puts(out, "type: string, format: date");
        break;
    case KIND_INSTANT:
        buf_puts(out, "type: string, format: date-time");
        break;
    case KIND_INT:
    case KIND_DECIMAL:
    case KIND_MONEY:
        buf_printf(out, "type: integer, minimum: 0, maximum: %lld", limit);
        break;
    }
}

static const char *unit(enum field_kind kind)
{
    return kind == KIND_DECIMAL ? " (hundredths)" : kind == KIND_MONEY ? " (cents)" : "";
}

static void add_field(const struct field *f, struct buf *out)
{
    buf_printf(out, "        %s: {", f->name);
    add_kind(f, out);
    if (f->purpose != PURPOSE_NOBODY)
        buf_printf(out, ", x-personal-for: %s", purpose_words(f->purpose)->name);
    buf_printf(out, ", description: \"%s%s\"}\n", f->says, unit(f->kind));
}

static void add_envelope(const struct type *t, struct buf *out)
{
    if (t->class == CLASS_RECORD) {
        buf_printf(out, "        type: {const: %s}\n", t->name);
        buf_puts(out, "        id: {$ref: '#/components/schemas/id'}\n");
        return;
    }
    if (t->class == CLASS_REPORT)
        return;
    buf_printf(out, "        kind: {const: %s}\n", t->name);
    buf_puts(out, "        id: {type: string, format: uuid, description: \"UUIDv7\"}\n"
                  "        kiosk: {$ref: '#/components/schemas/id'}\n"
                  "        epoch: {$ref: '#/components/schemas/id'}\n"
                  "        seq: {type: integer, minimum: 1}\n"
                  "        made_at: {type: string, format: date-time}\n");
}

static void add_type(const struct type *t, struct buf *out)
{
    static const char *const envelope[] = {
        [CLASS_RECORD] = "type, id",
        [CLASS_ENTRY] = "kind, id, kiosk, epoch, seq, made_at",
        [CLASS_REPORT] = "",
    };
    const char *comma = *envelope[t->class] ? ", " : "";
    buf_printf(out, "    %s:\n      description: \"%s\"\n      type: object\n", t->name, t->says);
    buf_printf(out, "      required: [%s", envelope[t->class]);
    for (int i = 0; i < t->count; i++) {
        if (!t->fields[i].needed)
            continue;
        buf_printf(out, "%s%s", comma, t->fields[i].name);
        comma = ", ";
    }
    buf_puts(out, "]\n      properties:\n");
    add_envelope(t, out);
    for (int i = 0; i < t->count; i++)
        add_field(&t->fields[i], out);
}

static void add_union(const char *name, enum type_class class, struct buf *out)
{
    buf_printf(out, "    %s:\n      oneOf:\n", name);
    for (int i = 0; i < TYPES_COUNT; i++) {
        const struct type *t = type_get((enum type_id)i);
        if (t->class == class)
            buf_printf(out, "        - {$ref: '#/components/schemas/%s'}\n", t->name);
    }
    if (class == CLASS_RECORD)
        buf_puts(out, "        - {$ref: '#/components/schemas/tombstone'}\n");
}

void openapi_schemas(struct buf *out)
{
    buf_puts(out, OPENAPI_BEGIN);
    add_union("record", CLASS_RECORD, out);
    add_union("entry", CLASS_ENTRY, out);
    for (int i = 0; i < TYPES_COUNT; i++)
        if (type_get((enum type_id)i)->class != CLASS_VIEW)
            add_type(type_get((enum type_id)i), out);
    buf_puts(out, OPENAPI_END);
}
