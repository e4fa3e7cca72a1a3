/* SPDX-License-Identifier: EUPL-1.2 */
/* from a file to PostgreSQL and back. Every row is there, with what it had; a kiosk goes on
 * with its token and its cursor, and what it sent before is answered as before. */
#include "central_house.h"

#include "central/move.h"

enum { PEOPLE = 40, COURSES = 1000, COURSES_LONG = 100000 };

static int courses(void)
{
    return getenv("ACHT_LONG") ? COURSES_LONG : COURSES;
}

struct seen {
    struct moved_table table[64];
    char name[64][LIM_ID];
    int count;
    int64_t rows;
};

static void keep(void *context, const struct moved_table *t)
{
    struct seen *seen = context;
    seen->table[seen->count] = *t;
    str_copy(seen->name[seen->count++], LIM_ID, t->name);
    seen->rows += t->rows;
}

static void put_many(struct house *h)
{
    OK(database_begin(h->central.db, &err));
    h->central.db->grouped = true;
    for (int i = 0; i < courses(); i++) {
        char line[300];
        snprintf(line, sizeof(line),
            "{'type':'course','id':'c%d','source':'s','title':'Lassen \xc3\xa9\xe2\x82\xac\\n%d',"
            "'provider':'P','form':'online'}",
            i, i);
        house_put(h, "", "s", line);
    }
    for (int i = 0; i < PEOPLE; i++) {
        char line[256];
        snprintf(line, sizeof(line),
            "{'type':'person','id':'p%d','name':'P','role':'worker'," BADGE "}", i);
        house_put(h, i % 2 ? "amber" : "beril", "roster", line);
    }
    OK(house_sql(h->central.db,
        "INSERT INTO pin_try VALUES ('amber', 'k', 'anna', 1);"
        "INSERT INTO pin_try VALUES ('amber', 'k', 'anna', 1);"
        "INSERT INTO step (company, id, request, kiosk, kind, at, received_at, person, route,"
        " relation, proven, sealed, because, words, place) VALUES ('amber', 'x', 'y', 'k', 'ask',"
        " -5, 1, 'anna', 'own', 'worker', 1, 1, 'none', '', 'in')",
        &err));
    h->central.db->grouped = false;
    OK(database_commit(h->central.db, &err));
}

static void post(struct house *h, struct buf *verdicts)
{
    struct buf body = BUF_INIT(LIM_BODY);
    struct http_response rs;
    for (int i = 1; i < PEOPLE; i += 2) {
        char id[16], person[16];
        snprintf(id, sizeof(id), "%d", i);
        snprintf(person, sizeof(person), "p%d", i);
        house_ask(&h->a, &(struct ask){id, person, "mig", NULL, NULL}, &body);
    }
    assert_int_equal(house_post(h, "/v1/journal", TOKEN_A, body.p, body.len, &rs), 200);
    buf_clear(verdicts);
    buf_puts(verdicts, rs.body.p);
    response_release(&rs);
    buf_release(&body);
}

/* Where a kiosk stands that has everything. */
static void read_to_the_end(struct house *h, char cursor[LIM_CURSOR])
{
    for (;;) {
        struct http_response rs;
        struct trailer t;
        size_t lines;
        struct http_request rq = house_request("GET", "/v1/feed", TOKEN_A);
        rq.cursor = cursor;
        assert_int_equal(house_send(h, &rq, &rs), 200);
        OK(trailer_check(rs.body.p, rs.body.len, &lines, &t, &err));
        str_copy(cursor, LIM_CURSOR, t.next);
        response_release(&rs);
        if (!t.more)
            return;
    }
}

static int ask_feed(struct house *h, const char *cursor)
{
    struct http_response rs;
    char etag[LIM_CURSOR + 2];
    struct http_request rq = house_request("GET", "/v1/feed", TOKEN_A);
    snprintf(etag, sizeof(etag), "\"%s\"", cursor);
    rq.cursor = cursor;
    rq.if_none_match = etag;
    int status = house_send(h, &rq, &rs);
    response_release(&rs);
    return status;
}

static void move(const char *from, const char *to, struct seen *seen)
{
    struct sql *a, *b;
    memset(seen, 0, sizeof(*seen));
    OK(sql_open(&a, from, &err));
    OK(sql_open(&b, to, &err));
    OK(move_all(a, b, keep, seen, &err));
    sql_close(a);
    sql_close(b);
}

static void expect_the_same(const struct seen *a, const struct seen *b)
{
    assert_int_equal(a->count, b->count);
    for (int i = 0; i < a->count; i++) {
        assert_string_equal(a->name[i], b->name[i]);
        assert_int_equal(a->table[i].rows, b->table[i].rows);
        assert_string_equal(a->table[i].digest, b->table[i].digest);
    }
}

/* The house as it is, with its database in another place. */
static void live_in(struct house *h, const char *where)
{
    database_close(h->central.db);
    OK(database_open(&h->central.db, where, &err));
}

/* What a kiosk that has everything meets in the new place. */
static void go_on(struct house *h, const char *cursor, const struct buf *verdicts)
{
    struct buf again = BUF_INIT(LIM_BODY);
    assert_int_equal(ask_feed(h, cursor), 304);
    h->central.counts = (struct central_counts){0};
    post(h, &again);
    assert_string_equal(again.p, verdicts->p);
    assert_int_equal(h->central.counts.judged.again, PEOPLE / 2);
    house_put(h, "", "s",
        "{'type':'course','id':'new','source':'s','title':'N','provider':'P','form':'online'}");
    assert_int_equal(ask_feed(h, cursor), 200);
    buf_release(&again);
}

static void no_kiosk_notices(void **unused)
{
    (void)unused;
    static struct seen out, back;
    struct house h;
    char schema[24], where[256], third[80], id[LIM_ID], cursor[LIM_CURSOR] = "";
    struct buf verdicts = BUF_INIT(LIM_BODY);
    house_open(&h);
    live_in(&h, h.path);
    house_fill(&h);
    put_many(&h);
    post(&h, &verdicts);
    read_to_the_end(&h, cursor);
    str_copy(id, sizeof(id), database_server_id(h.central.db));
    database_close(h.central.db);
    house_schema_take(schema, where, sizeof(where));
    move(h.path, where, &out);
    snprintf(third, sizeof(third), "%s.csv", h.path); /* the house's end takes it away */
    move(where, third, &back);
    expect_the_same(&out, &back);
    print_message(
        "A-17: %lld rows of %d tables to PostgreSQL and back\n", (long long)out.rows, out.count);
    assert_true(out.rows > courses() + PEOPLE);
    OK(database_open(&h.central.db, where, &err));
    assert_string_equal(database_server_id(h.central.db), id);
    go_on(&h, cursor, &verdicts);
    database_close(h.central.db);
    h.central.db = NULL;
    house_schema(schema)->used = false;
    buf_release(&verdicts);
    house_close(&h);
}

static void only_an_empty_one_is_moved_to(void **unused)
{
    (void)unused;
    static struct seen seen, once;
    struct house h;
    struct sql *from, *to;
    char schema[24], where[256];
    struct err why = {0};
    house_open(&h);
    live_in(&h, h.path);
    house_fill(&h);
    database_close(h.central.db);
    house_schema_take(schema, where, sizeof(where));
    move(h.path, where, &once);
    OK(sql_open(&from, h.path, &err));
    OK(sql_open(&to, where, &err));
    memset(&seen, 0, sizeof(seen));
    assert_int_equal(move_all(from, to, keep, &seen, &why), -1);
    assert_int_equal(why.code, ERR_CONFIG);
    assert_non_null(strstr(why.msg, "not empty"));
    assert_int_equal(seen.count, 0);
    sql_close(from);
    sql_close(to);
    house_schema(schema)->used = false;
    house_schema_take(schema, where, sizeof(where));
    move(h.path, where, &seen); /* what was refused changed nothing */
    expect_the_same(&once, &seen);
    h.central.db = NULL;
    house_schema(schema)->used = false;
    house_close(&h);
}

/* The control: a row that changes on its way is found, and then nothing was moved. */
static void a_changed_row_is_found(void **unused)
{
    (void)unused;
    static struct seen seen;
    struct house h;
    struct sql *from, *to;
    char schema[24], where[256], sql[400];
    struct err why = {0};
    house_open(&h);
    live_in(&h, h.path);
    house_fill(&h);
    database_close(h.central.db);
    house_schema_take(schema, where, sizeof(where));
    OK(sql_open(&to, where, &err));
    snprintf(sql, sizeof(sql),
        "SET search_path = %s; CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $f$"
        " BEGIN NEW.seq := NEW.seq + 100; RETURN NEW; END $f$; CREATE TRIGGER spoil BEFORE INSERT"
        " ON record FOR EACH ROW WHEN (NEW.id = 'tig') EXECUTE FUNCTION spoil()",
        schema);
    house_postgres(sql);
    OK(sql_open(&from, h.path, &err));
    memset(&seen, 0, sizeof(seen));
    assert_int_equal(move_all(from, to, keep, &seen, &why), -1);
    assert_int_equal(why.code, ERR_CORRUPT);
    assert_non_null(strstr(why.msg, "record"));
    snprintf(sql, sizeof(sql),
        "SET search_path = %s; DROP TRIGGER spoil ON record;"
        " DROP FUNCTION spoil",
        schema);
    house_postgres(sql);
    memset(&seen, 0, sizeof(seen));
    OK(move_all(from, to, keep, &seen, &err)); /* it is empty still */
    sql_close(from);
    sql_close(to);
    h.central.db = NULL;
    house_schema(schema)->used = false;
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_kiosk_notices),
        cmocka_unit_test(only_an_empty_one_is_moved_to),
        cmocka_unit_test(a_changed_row_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
