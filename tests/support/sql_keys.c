/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/sql_keys.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"

#define COMPANY "company"

/* The column among others in a list, and the comma that goes with it. */
static const char *find_company(const char *list, const char *end, size_t *len)
{
    const char *at = memmem(list, (size_t)(end - list), COMPANY, strlen(COMPANY));
    if (!at)
        return NULL;
    *len = strlen(COMPANY ", ");
    return strncmp(at, COMPANY ", ", *len) == 0 && at + *len < end ? at : at - 2;
}

static void name_of(const char *at, char name[SQL_KEY_NAME])
{
    snprintf(name, SQL_KEY_NAME, "%.*s", (int)strcspn(at, " ("), at);
}

/* The list after a mark, if it holds a company among other columns. */
static bool read_key(const char *schema, const char *open, const char *table, struct sql_key *k)
{
    size_t ignored;
    const char *end = strchr(open, ')');
    if (!end)
        BUG("a list without an end: %s", open);
    *k = (struct sql_key){(size_t)(open + 1 - schema), (size_t)(end - schema), ""};
    name_of(table, k->table);
    return find_company(open + 1, end, &ignored) && memchr(open, ',', (size_t)(end - open));
}

static const char *after(const char *at, const char *mark)
{
    return strncmp(at, mark, strlen(mark)) == 0 ? at + strlen(mark) : NULL;
}

int sql_keys(const char *schema, struct sql_key out[SQL_KEYS])
{
    int count = 0;
    const char *table = "", *found, *open;
    for (const char *at = schema; *at && count < SQL_KEYS; at++) {
        if ((found = after(at, "CREATE TABLE ")))
            table = found;
        open = NULL;
        if (after(at, "PRIMARY KEY (") || after(at, "UNIQUE ("))
            open = strchr(at, '(');
        if (after(at, "UNIQUE INDEX ")) {
            table = strstr(at, " ON ") + strlen(" ON ");
            open = strchr(table, '(');
        }
        count += open && read_key(schema, open, table, &out[count]);
    }
    return count;
}

static void write_without(const char *text, const char *list, const char *end, struct buf *out)
{
    size_t len = 0;
    const char *company = find_company(list, end, &len);
    if (!company)
        BUG("no company in %s", list);
    (void)buf_printf(out, "%.*s%s", (int)(company - text), text, company + len);
}

void sql_keys_without(const char *schema, const struct sql_key *k, struct buf *out)
{
    write_without(schema, schema + k->start, schema + k->end, out);
}

void sql_keys_adapt(
    const char *schema, const struct sql_key *k, const char *statement, struct buf *out)
{
    char into[SQL_KEY_NAME + 16], conflict[200];
    snprintf(into, sizeof(into), "INTO %s (", k->table);
    snprintf(conflict, sizeof(conflict), "ON CONFLICT (%.*s)", (int)(k->end - k->start),
        schema + k->start);
    const char *at = strstr(statement, into) ? strstr(statement, conflict) : NULL;
    if (at)
        write_without(statement, at, at + strlen(conflict), out);
    else
        (void)buf_puts(out, statement);
}
