/* SPDX-License-Identifier: EUPL-1.2 */
/* The two schemas are one: the same tables with the same columns in the same order. */
#include "central_house.h"

#include "central/schema.h"

static void describe(struct sql *sql, struct buf *out)
{
    char table[64][LIM_ID];
    int count = 0;
    struct err err = {0};
    struct sql_stmt *s = sql_tables(sql);
    while (sql_step(s, &err) > 0 && count < 64)
        str_copy(table[count++], LIM_ID, sql_get_text(s, 0));
    for (int i = 0; i < count; i++) {
        buf_printf(out, "\n%s:", table[i]);
        s = sql_columns(sql);
        sql_text(s, 1, table[i]);
        while (sql_step(s, &err) > 0)
            buf_printf(out, " %s", sql_get_text(s, 0));
    }
    assert_string_equal(err.msg, "");
}

static void both_schemas_are_the_same(void **unused)
{
    (void)unused;
    struct house h;
    struct database *file;
    struct buf postgres = BUF_INIT(LIM_LINE), sqlite = BUF_INIT(LIM_LINE);
    house_open(&h);
    OK(database_open(&file, h.path, &err));
    describe(h.central.db->sql, &postgres);
    describe(file->sql, &sqlite);
    assert_non_null(strstr(sqlite.p, "\nmeta: name value"));
    assert_non_null(strstr(sqlite.p, "\nrecord: type id company source seq"));
    assert_string_equal(postgres.p, sqlite.p);
    assert_int_equal(schema_postgres[schema_postgres_count - 1].version,
        schema_sqlite[schema_sqlite_count - 1].version);
    buf_release(&postgres);
    buf_release(&sqlite);
    database_close(file);
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_schemas_are_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
