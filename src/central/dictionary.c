/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/dictionary.h"

#include "central/json_text.h"
#include "central/kept.h"

struct item {
    const char *type, *field, *says;
    enum purpose purpose;
    enum keep_kind keep;
    const char *where;
};
typedef void see_item(struct buf *out, const struct item *item);

static const char *where_is(enum type_class class)
{
    switch (class) {
    case CLASS_RECORD:
        return "server; kiosks of the person's sites (cache.db)";
    case CLASS_ENTRY:
        return "server; the kiosk where it was made (journal.db), there for 7 days after the "
               "verdict";
    case CLASS_REPORT:
        return "server";
    default:
        return "the screen only";
    }
}

static void each_type(struct buf *out, see_item *see)
{
    for (int t = 0; t < TYPES_COUNT; t++) {
        const struct type *type = type_get((enum type_id)t);
        for (int f = 0; f < type->count; f++) {
            const struct field *field = &type->fields[f];
            struct item item = {type->name, field->name, field->says, field->purpose,
                keep_of_type((enum type_id)t), where_is(type->class)};
            if (field->purpose != PURPOSE_NOBODY)
                see(out, &item);
        }
    }
}

static void each_table(struct buf *out, see_item *see)
{
    for (const struct kept_table *t = kept_tables; t->name; t++)
        for (const struct kept_column *c = t->columns; c->name; c++) {
            struct item item = {t->name, c->name, c->says, c->purpose, t->keep, "server"};
            see(out, &item);
        }
}

static void how_long(enum keep_kind kind, struct buf *out)
{
    const struct keep *keep = keep_get(kind);
    if (keep->days)
        buf_printf(out, "%d day%s ", keep->days, keep->days == 1 ? "" : "s");
    buf_puts(out, keep->from);
}

static void text_item(struct buf *out, const struct item *i)
{
    const struct purpose_words *p = purpose_words(i->purpose);
    buf_printf(out, "%s.%s: %s\n    why: %s\n    seen by: %s\n    kept: ", i->type, i->field,
        i->says, p->says, p->seen_by);
    how_long(i->keep, out);
    buf_printf(out, "\n    where: %s\n", i->where);
}

void dictionary_text(struct buf *out)
{
    each_type(out, text_item);
    buf_puts(out, "\nTables of the server\n\n");
    each_table(out, text_item);
}

static void json_item(struct buf *out, const struct item *i)
{
    const struct purpose_words *p = purpose_words(i->purpose);
    struct buf kept = BUF_INIT(256);
    how_long(i->keep, &kept);
    buf_puts(out, out->len > 1 ? ",\n{" : "\n{");
    json_member(out, "type", i->type);
    json_member(out, "field", i->field);
    json_member(out, "says", i->says);
    json_member(out, "purpose", p->name);
    json_member(out, "why", p->says);
    json_member(out, "seen_by", p->seen_by);
    json_member(out, "rule", keep_get(i->keep)->name);
    json_member(out, "kept", kept.p);
    json_member(out, "where", i->where);
    buf_putc(out, '}');
    buf_release(&kept);
}

void dictionary_json(struct buf *out)
{
    buf_putc(out, '[');
    each_type(out, json_item);
    each_table(out, json_item);
    buf_puts(out, "\n]\n");
}
