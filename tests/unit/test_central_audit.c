/* SPDX-License-Identifier: EUPL-1.2 */
/* The audit trail: what is written, that every edit of it is found (I-15), and that nothing in it
 * or in the log breaks a line (I-16, I-18). */
#include "central_house.h"

#include <unistd.h>

#include "base/log.h"
#include "base/utf8.h"
#include "central/api.h"
#include "central/audit_inner.h"
#include "central/import.h"

enum { LINES = 40, EDITS = 600 };

static const char *const companies[] = {"", "amber", "beril"};

static void add(struct house *h, const char *company, const struct audit_line *line)
{
    OK(database_begin(h->central.db, &err));
    OK(audit_add(h->central.db, company, line, &err));
    OK(database_commit(h->central.db, &err));
}

/* LINES lines for each company, in turns. */
static void fill(struct house *h)
{
    for (int i = 0; i < LINES; i++)
        for (size_t c = 0; c < sizeof(companies) / sizeof(companies[0]); c++) {
            struct audit_line line = {(enum audit_event)(i % AUDIT_COUNT), NOW + i, "sue", "anna",
                "request-1", "kiosk-1"};
            add(h, companies[c], &line);
        }
}

struct heads {
    struct audit_head head[8];
    int count;
};

static void keep_head(void *context, const struct audit_head *head)
{
    struct heads *heads = context;
    heads->head[heads->count++] = *head;
}

static int verify(struct house *h, const struct heads *heads, int64_t now, struct audit_fault *f)
{
    int rc = -1;
    *f = (struct audit_fault){0};
    OK(rc = audit_verify(h->central.db, NULL, heads->head, heads->count, now, f, &err));
    return rc;
}

/* ---- I-15 ---- */

static uint64_t state;

static uint64_t below(uint64_t limit)
{
    state += 0x9e3779b97f4a7c15u;
    uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (z ^ (z >> 31)) % limit;
}

static void seed(int edits)
{
    const char *given = getenv("ACHT_SEED");
    state = given ? strtoull(given, NULL, 10) : (uint64_t)clock_now();
    print_message("ACHT_SEED=%llu, %d edits\n", (unsigned long long)state, edits);
}

static void edit(struct house *h, const char *sql)
{
    struct err err = {0};
    if (house_sql(h->central.db, sql, &err) < 0)
        fail_msg("%s: %s", sql, err.msg);
}

enum kind { CHANGE, DELETE, INSERT, REORDER, TRUNCATE, SWAP, REWRITE, KINDS };

static void change(const char *company, unsigned seq, char *sql, size_t size)
{
    static const char *const columns[] = {
        "event", "actor", "subject", "request", "kiosk", "salt", "detail", "prev", "hash"};
    uint64_t c = below(sizeof(columns) / sizeof(columns[0]) + 1);
    if (c == sizeof(columns) / sizeof(columns[0]))
        snprintf(sql, size, "UPDATE audit SET at = at - 1 WHERE company = '%s' AND seq = %u",
            company, seq);
    else
        snprintf(sql, size, "UPDATE audit SET %s = %s || 'x' WHERE company = '%s' AND seq = %u",
            columns[c], columns[c], company, seq);
}

/* What somebody does who knows how hashes are made, but not that a head is kept elsewhere. */
struct rewriting {
    char prev[DIGEST_HEX];
    struct buf sql;
    unsigned from;
};

static int rewrite_row(void *context, const struct audit_row *row, struct err *err)
{
    (void)err;
    struct rewriting *w = context;
    char hash[DIGEST_HEX];
    struct audit_row r = *row;
    if (r.seq > w->from)
        r.prev = w->prev;
    r.at -= r.seq == w->from;
    audit_hash(&r, hash);
    if (r.seq >= w->from)
        buf_printf(&w->sql,
            "UPDATE audit SET at = %lld, prev = '%s', hash = '%s' WHERE company = '%s'"
            " AND seq = %lld;",
            (long long)r.at, r.prev, hash, r.company, (long long)r.seq);
    str_copy(w->prev, sizeof(w->prev), hash);
    return 0;
}

static void rewrite(struct house *h, const char *company, unsigned seq)
{
    struct rewriting w = {.sql = BUF_INIT(60000), .from = seq};
    OK(database_audit_each(h->central.db, company, 0, rewrite_row, &w, &err));
    edit(h, w.sql.p);
    buf_release(&w.sql);
}

/* Edits at random; the line that must be named is at *seq of *company. */
static void edit_at_random(struct house *h, enum kind kind, const char **company, unsigned *seq)
{
    char sql[1024];
    unsigned other;
    *company = companies[below(3)];
    *seq = 1 + (unsigned)below(LINES);
    switch (kind) {
    case CHANGE:
        change(*company, *seq, sql, sizeof(sql));
        break;
    case DELETE:
        snprintf(sql, sizeof(sql), "DELETE FROM audit WHERE company = '%s' AND seq = %u", *company,
            *seq);
        break;
    case INSERT: /* a copy of a line, where another stood, and that moves on */
        snprintf(sql, sizeof(sql),
            "UPDATE audit SET seq = -seq WHERE company = '%s' AND seq >= %u;"
            "UPDATE audit SET seq = 1 - seq WHERE company = '%s' AND seq < 0;"
            "INSERT INTO audit SELECT company, %u, event, at, actor, subject, request, kiosk, salt,"
            " detail, prev, hash FROM audit WHERE company = '%s' AND seq = %u",
            *company, *seq, *company, *seq, *company, *seq == 1 ? 3 : *seq - 1);
        break;
    case REORDER:
        other = *seq == LINES ? 1 : *seq + 1;
        snprintf(sql, sizeof(sql),
            "UPDATE audit SET seq = -1 WHERE company = '%s' AND seq = %u;"
            "UPDATE audit SET seq = %u WHERE company = '%s' AND seq = %u;"
            "UPDATE audit SET seq = %u WHERE company = '%s' AND seq = -1;",
            *company, *seq, *seq, *company, other, other, *company);
        *seq = other < *seq ? other : *seq;
        break;
    case TRUNCATE:
        snprintf(sql, sizeof(sql), "DELETE FROM audit WHERE company = '%s' AND seq >= %u", *company,
            *seq);
        *seq = LINES;
        break;
    case SWAP:
        snprintf(sql, sizeof(sql),
            "UPDATE audit SET company = 'x' WHERE company = 'amber' AND seq >= %u;"
            "UPDATE audit SET company = 'amber' WHERE company = 'beril' AND seq >= %u;"
            "UPDATE audit SET company = 'beril' WHERE company = 'x';",
            *seq, *seq);
        *company = "amber";
        break;
    default:
        rewrite(h, *company, *seq);
        *seq = LINES;
        return;
    }
    edit(h, sql);
}

static void every_edit_is_found(void **unused)
{
    (void)unused;
    struct house h;
    struct heads heads = {0};
    struct audit_fault fault;
    int found = 0, edits = house_rounds(EDITS);
    house_open(&h);
    fill(&h);
    seed(edits);
    OK(audit_heads(h.central.db, NULL, keep_head, &heads, &err));
    assert_int_equal(heads.count, 3);
    for (int i = 0; i < edits; i++) {
        const char *company;
        unsigned seq;
        assert_int_equal(verify(&h, &heads, NOW, &fault), 0); /* the control: before each edit */
        OK(database_begin(h.central.db, &err));
        edit_at_random(&h, (enum kind)(i % KINDS), &company, &seq);
        int rc = verify(&h, &heads, NOW, &fault);
        database_rollback(h.central.db);
        if (rc != 1 || strcmp(fault.company, company) != 0 || fault.seq != seq)
            fail_msg("edit %d of kind %d at '%s' %u: %d, named '%s' %lld %s", i, i % KINDS, company,
                seq, rc, fault.company, (long long)fault.seq, fault.what ? fault.what : "");
        found++;
    }
    print_message("%d of %d edits found\n", found, edits);
    house_close(&h);
}

/* Without a head kept elsewhere nobody can tell; with its hash alone one can. */
static void only_a_head_shows_a_cut(void **unused)
{
    (void)unused;
    struct house h;
    struct heads heads = {0}, none = {0}, hash = {.count = 1};
    struct audit_fault fault;
    house_open(&h);
    fill(&h);
    OK(audit_heads(h.central.db, "amber", keep_head, &heads, &err));
    str_copy(hash.head[0].hash, sizeof(hash.head[0].hash), heads.head[0].hash);
    assert_int_equal(verify(&h, &hash, NOW, &fault), 0);
    OK(database_begin(h.central.db, &err));
    edit(&h, "DELETE FROM audit WHERE company = 'amber' AND seq > 5");
    assert_int_equal(verify(&h, &none, NOW, &fault), 0);
    assert_int_equal(verify(&h, &heads, NOW, &fault), 1);
    assert_int_equal(verify(&h, &hash, NOW, &fault), 1);
    database_rollback(h.central.db);
    house_close(&h);
}

static void heads_are_read_back(void **unused)
{
    (void)unused;
    struct arena mem = {0};
    struct audit_head *heads;
    int count;
    char hash[DIGEST_HEX], text[512];
    sha256_hex("x", 1, hash);
    snprintf(text, sizeof(text), "- 3 %s\namber 12 %s\r\n\n", hash, hash);
    OK(audit_heads_read(text, &mem, &heads, &count, &err));
    assert_int_equal(count, 2);
    assert_string_equal(heads[0].company, "");
    assert_int_equal(heads[1].seq, 12);
    OK(audit_heads_read(hash, &mem, &heads, &count, &err));
    assert_int_equal(heads[0].seq, 0);
    static const char *const wrong[] = {"", "amber", "amber 3", "amber 3 12", "amber 0 xx"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct err err = {0};
        assert_int_equal(audit_heads_read(wrong[i], &mem, &heads, &count, &err), -1);
    }
    arena_release(&mem);
}

/* ---- forgetting ---- */

static void forgetting_leaves_the_chain(void **unused)
{
    (void)unused;
    struct house h;
    struct heads heads = {0};
    struct audit_fault fault;
    const int64_t day = 24 * 60 * MINUTE;
    int64_t lines = 0;
    house_open(&h);
    fill(&h);
    OK(audit_heads(h.central.db, NULL, keep_head, &heads, &err));
    OK(database_begin(h.central.db, &err));
    OK(audit_forget(h.central.db, NOW + 89 * day, &lines, &err));
    assert_int_equal(lines, 0);
    OK(audit_forget(h.central.db, NOW + 91 * day, &lines, &err));
    assert_true(lines > 0 && lines < 3 * LINES);
    assert_int_equal(verify(&h, &heads, NOW + 91 * day, &fault), 0);
    assert_int_equal(verify(&h, &heads, NOW, &fault), 1); /* emptied before its time */
    OK(audit_forget(h.central.db, NOW + 401 * day, &lines, &err));
    assert_int_equal(lines, 3 * LINES);
    assert_int_equal(verify(&h, &heads, NOW + 401 * day, &fault), 0);
    OK(database_commit(h.central.db, &err));
    house_close(&h);
}

static void who_looked(void **unused)
{
    (void)unused;
    struct house h;
    struct arena mem = {0};
    struct audit_line looks[8];
    int count;
    static const struct audit_line lines[] = {
        {AUDIT_opened, NOW, "sue", "anna", "r", "k"},
        {AUDIT_opened, NOW + 1, "sue", "aad", "r", "k"},
        {AUDIT_decided, NOW + 2, "sue", "anna", "r", "k"},
        {AUDIT_signed_in, NOW + 3, "anna", "anna", "", "k"},
        {AUDIT_exported, NOW + 4, "", "anna", "", ""},
        {AUDIT_opened, NOW + 5, "anna", "aad", "r", "k"},
    };
    house_open(&h);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        add(&h, "amber", &lines[i]);
    OK(audit_looks(h.central.db, "amber", "anna", 8, &mem, looks, &count, &err));
    assert_int_equal(count, 3);
    assert_int_equal(looks[0].event, AUDIT_exported);
    assert_int_equal(looks[1].event, AUDIT_decided);
    assert_string_equal(looks[2].actor, "sue");
    OK(audit_looks(h.central.db, "amber", "anna", 1, &mem, looks, &count, &err));
    assert_int_equal(count, 1);
    OK(audit_looks(h.central.db, "beril", "anna", 8, &mem, looks, &count, &err));
    assert_int_equal(count, 0);
    arena_release(&mem);
    house_close(&h);
}

/* ---- I-16, as far as these commands go ---- */

static int count_event(struct house *h, const char *company, const char *event)
{
    struct sql_stmt *s = sql_stmt(h->central.db->sql,
        "SELECT count(*) FROM audit WHERE company = coalesce(?1, '') AND event = ?2");
    struct err err = {0};
    sql_text(s, 1, company);
    sql_text(s, 2, event);
    assert_int_equal(sql_step(s, &err), 1);
    int n = (int)sql_get_number(s, 0);
    sql_reset(s);
    return n;
}

static void import(struct house *h, bool dry)
{
    char path[80];
    struct import_result result;
    snprintf(path, sizeof(path), "%s.csv", h->path);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs("badge,name,team,role\n1,Zoe,lassen,worker\n", f);
    fclose(f);
    struct import_job job = {.path = path, .dry_run = dry, .now = NOW};
    OK(import_people(h->central.db, "amber", &job, &result, &err));
}

static void acts_leave_one_line_each(void **unused)
{
    (void)unused;
    struct house h;
    char code[CODE_TEXT], body[80];
    struct kiosk kiosk;
    struct http_response rs;
    house_open(&h);
    OK(admin_add_kiosk(h.central.db, "Hal 3", "amber", "", clock_now(), code, &kiosk, &err));
    snprintf(body, sizeof(body), "{\"code\":\"%s\"}", code);
    struct http_request rq = house_request("POST", "/v1/enrol", "");
    rq.body = body;
    rq.len = strlen(body);
    rq.now = clock_now();
    assert_int_equal(house_send(&h, &rq, &rs), 200);
    response_release(&rs);
    assert_int_equal(house_send(&h, &rq, &rs), 403);
    response_release(&rs);
    OK(admin_revoke_kiosk(h.central.db, "Hal 3", &err));
    import(&h, true);
    assert_int_equal(count_event(&h, "amber", "imported"), 0);
    import(&h, false);
    static const char *const events[] = {
        "kiosk_added", "kiosk_enrolled", "kiosk_revoked", "imported"};
    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
        if (count_event(&h, "amber", events[i]) != 1)
            fail_msg("%s: %d lines", events[i], count_event(&h, "amber", events[i]));
    house_close(&h);
}

/* ---- I-18 ---- */

static const char *const payloads[] = {"a\nb", "a\r\nb", "\x1b[31mred", "a\tb",
    "\"}\n{\"event\":\"x\"", "level=error", "\\", "\\n", "\"", "'", "%s%n%x", "\xe2\x80\xa8line",
    "\xc2\x85next", "\xe2\x80\xaelro", "a\x01z", "\x7f", "\xff\xfe", "\xc3", "{\"end\":true}",
    "a\vb", "a\fb", "\b\b", "\x1b]0;title\a", "\23331m", "\xf3\xa0\x81\x81tag", "--\n--",
    "\n\n\n\n", " ", "\xed\xa0\x80"};

static void expect_one_line(const char *text, const char *payload)
{
    const char *end = strchr(text, '\n');
    if (!end || end[1] || strlen(text) > 2048)
        fail_msg("'%s' gives: %s", payload, text);
    for (const char *c = text; c < end; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            fail_msg("'%s' gives a control character", payload);
}

static char *logged(const char *payload)
{
    char *text;
    size_t len;
    struct central central = {.log = open_memstream(&text, &len)};
    api_log(&central, "kiosk %s was not let in", payload);
    log_turn(clock_monotonic() + LOG_MINUTE); /* the next one is not one of too many */
    fclose(central.log);
    return text;
}

static char *exported(struct house *h)
{
    char *text;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    OK(audit_export(h->central.db, "amber", 0, out, &err));
    fclose(out);
    char *line = strstr(text, "\n{\"head\"");
    assert_non_null(line);
    line[1] = '\0'; /* the one line; the head comes after it */
    return text;
}

/* What is no text cannot get into PostgreSQL at all. */
static void plant(struct house *h, const char *payload)
{
    struct err why = {0};
    struct sql_stmt *s = sql_stmt(h->central.db->sql,
        "UPDATE audit SET actor = coalesce(?1, ''), subject = coalesce(?1, ''),"
        " request = coalesce(?1, ''), kiosk = coalesce(?1, ''), event = coalesce(?1, 'e')");
    OK(database_begin(h->central.db, &err));
    sql_text(s, 1, payload);
    if (sql_run(s, &why) == 0 && database_commit(h->central.db, &why) == 0)
        return;
    if (!house_is_postgres() || utf8_valid(payload, strlen(payload)))
        fail_msg("'%s': %s", payload, why.msg);
    assert_int_equal(why.code, ERR_DATA);
    database_rollback(h->central.db);
}

static void nothing_breaks_a_line(void **unused)
{
    (void)unused;
    struct house h;
    struct audit_line line = {AUDIT_asked, NOW, "a\nb", "x y", "", "k"};
    char long_one[65 * 1024];
    int tried = 0;
    house_open(&h);
    add(&h, "amber", &line);
    char *text = exported(&h);
    assert_non_null(strstr(text, "\"actor\":\"?\",\"subject\":\"?\"")); /* no id: not taken in */
    free(text);
    memset(long_one, 'x', sizeof(long_one) - 1);
    long_one[sizeof(long_one) - 1] = '\0';
    for (size_t i = 0; i <= sizeof(payloads) / sizeof(payloads[0]); i++, tried++) {
        const char *payload = i < sizeof(payloads) / sizeof(payloads[0]) ? payloads[i] : long_one;
        text = logged(payload);
        expect_one_line(text, payload);
        free(text);
        plant(&h, payload);
        text = exported(&h);
        expect_one_line(text, payload);
        free(text);
    }
    assert_int_equal(tried, 30);
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_edit_is_found),
        cmocka_unit_test(only_a_head_shows_a_cut),
        cmocka_unit_test(heads_are_read_back),
        cmocka_unit_test(forgetting_leaves_the_chain),
        cmocka_unit_test(who_looked),
        cmocka_unit_test(acts_leave_one_line_each),
        cmocka_unit_test(nothing_breaks_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
