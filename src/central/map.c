/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/map.h"

#include <string.h>

#include "central/map_parse.h"
#include "central/values.h"

/* ---- from the catalogue's own header ---- */

static int bind_cell(struct map *m, const struct csv *header, int cell, struct err *err)
{
    const char *name = csv_field(header, cell);
    int column = column_named(name);
    if (column < 0)
        return err_set(err, ERR_DATA, "column '%.60s' is not known", name);
    if (m->rules[column].parts)
        return err_set(err, ERR_DATA, "column %s stands there twice", name);
    struct map_part *part = arena_alloc(&m->mem, sizeof(*part));
    part->column = cell;
    m->rules[column] = (struct map_rule){part, 1};
    return 0;
}

static int check_needed(const struct map *m, struct err *err)
{
    const struct column *columns;
    int n = columns_get(&columns);
    for (int i = 0; i < n; i++)
        if (columns[i].needed && !m->rules[i].parts)
            return err_set(err, ERR_DATA, "column %s is missing", columns[i].name);
    return 0;
}

int map_from_header(struct map *m, const struct csv *header, struct err *err)
{
    *m = (struct map){.source = "", .source_name = ""};
    for (int i = 0; i < header->count; i++)
        if (bind_cell(m, header, i, err) < 0)
            return -1;
    return check_needed(m, err);
}

/* ---- from a map file ---- */

int map_load(struct map *m, const char *path, const struct csv *header, struct err *err)
{
    struct buf text = BUF_INIT(LIM_LINE);
    *m = (struct map){.source = "", .source_name = ""};
    int rc = buf_read_file(&text, path, err);
    int line = 0;
    for (char *at = text.p; rc == 0 && *at;) {
        size_t len = strcspn(at, "\n");
        bool last = !at[len];
        at[len] = '\0';
        struct err why = {0};
        line++;
        if (map_parse_line(m, header, at, &why) < 0)
            rc = err_set(err, ERR_DATA, "%s:%d: %s", path, line, why.msg);
        at += len + !last;
    }
    buf_release(&text);
    struct err why = {0};
    if (rc == 0 && check_needed(m, &why) < 0)
        rc = err_set(err, ERR_DATA, "%s: %s", path, why.msg);
    return rc;
}

void map_release(struct map *m)
{
    arena_release(&m->mem);
}

/* ---- the text of a row ---- */

static const char *mapped(const struct map_part *part, const char *text)
{
    const char *other = text;
    for (int i = 0; i < part->pair_count; i++) {
        if (!part->pairs[i].from)
            other = part->pairs[i].to;
        else if (strcmp(part->pairs[i].from, text) == 0)
            return part->pairs[i].to;
    }
    return other;
}

static int add_scaled(
    const struct map_part *part, const char *text, struct buf *out, struct err *err)
{
    int64_t n;
    if (hundredths_parse(text, &n, err) < 0)
        return -1;
    if (n > INT64_MAX / part->factor - MAP_UNIT)
        return err_set(err, ERR_DATA, "'%.40s' is too large", text);
    n = (n * part->factor + MAP_UNIT / 2) / MAP_UNIT;
    return buf_printf(out, "%lld.%02d", (long long)(n / 100), (int)(n % 100));
}

static int add_part(
    const struct map_part *part, const struct csv *row, struct buf *out, struct err *err)
{
    if (part->column < 0)
        return buf_puts(out, part->constant);
    const char *text = mapped(part, csv_field(row, part->column));
    if (part->factor && *text)
        return add_scaled(part, text, out, err);
    return buf_puts(out, text);
}

/* The parts of one alternative, which is empty when it has columns and all of these are. */
static int add_alternative(const struct map_part *parts, int count, const struct csv *row,
    struct buf *out, struct err *err)
{
    bool columns = false, given = false;
    buf_clear(out);
    for (int i = 0; i < count; i++) {
        size_t before = out->len;
        if (add_part(&parts[i], row, out, err) < 0)
            return err_set(err, ERR_DATA, "longer than %zu bytes", out->max);
        columns |= parts[i].column >= 0;
        given |= parts[i].column >= 0 && out->len > before;
    }
    if (columns && !given)
        buf_clear(out);
    return 0;
}

const char *map_text(
    const struct map *m, int column, const struct csv *row, struct buf *scratch, struct err *err)
{
    const struct map_rule *rule = &m->rules[column];
    if (!rule->parts)
        return "";
    const struct map_part *only = rule->parts;
    if (rule->count == 1 && only->column >= 0 && !only->factor)
        return mapped(only, csv_field(row, only->column));
    for (int i = 0, n; i < rule->count; i += n) {
        for (n = 1; i + n < rule->count && !rule->parts[i + n].alternative;)
            n++;
        if (add_alternative(rule->parts + i, n, row, scratch, err) < 0)
            return NULL;
        if (scratch->len)
            break;
    }
    return scratch->p;
}
