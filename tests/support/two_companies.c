/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/two_companies.h"

#include <sqlite3.h>

#include "base/mem.h"
#include "central/people.h"
#include "proto/codec.h"

const char *const play_company[2] = {"amber", "beril"};

/* ---- telling ---- */

void play_tell(struct play *p, const char *fmt, ...)
{
    va_list args;
    char *text;
    va_start(args, fmt);
    if (vasprintf(&text, fmt, args) < 0 || buf_puts(&p->told, text) < 0)
        BUG("there is too much to tell");
    va_end(args);
    free(text);
}

FILE *play_file(char **text, size_t *len)
{
    FILE *f = open_memstream(text, len);
    if (!f)
        BUG("no memory");
    return f;
}

/* The one place that looks into the file itself: all rows of all tables. */
static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *s;
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
        BUG("%s: %s", sql, sqlite3_errmsg(db));
    return s;
}

/* Whose a row is, or -1. */
static int owner(sqlite3_stmt *s)
{
    for (int i = 0; i < sqlite3_column_count(s); i++)
        for (int c = 0; c < 2 && strcmp(sqlite3_column_name(s, i), "company") == 0; c++)
            if (strcmp((const char *)sqlite3_column_text(s, i), play_company[c]) == 0)
                return c;
    return -1;
}

static void tell_row(struct play *p, sqlite3_stmt *s, const char *table)
{
    size_t start = p->told.len;
    int whose = owner(s);
    play_tell(p, "%s", table);
    for (int i = 0; i < sqlite3_column_count(s); i++) {
        const char *text = (const char *)sqlite3_column_text(s, i);
        play_tell(p, "|%s", text ? text : "-");
    }
    play_tell(p, "\n");
    /* A kiosk that gets its feed is noted down. */
    if (whose >= 0 && strcmp(table, "kiosk") != 0)
        (void)buf_puts(&p->rows[whose], p->told.p + start);
}

static void tell_rows(struct play *p, sqlite3 *db, const char *table)
{
    char sql[200];
    snprintf(sql, sizeof(sql), "SELECT * FROM %s ORDER BY rowid", table);
    sqlite3_stmt *s = prepare(db, sql);
    while (sqlite3_step(s) == SQLITE_ROW)
        tell_row(p, s, table);
    sqlite3_finalize(s);
}

static void tell_database(struct play *p)
{
    sqlite3 *db;
    if (sqlite3_open_v2(p->house.path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        BUG("cannot look into %s", p->house.path);
    sqlite3_stmt *s = prepare(db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND"
                                  " name NOT LIKE 'sqlite_%' ORDER BY name");
    while (sqlite3_step(s) == SQLITE_ROW)
        tell_rows(p, db, (const char *)sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
    sqlite3_close(db);
    for (int c = 0; c < 2; c++) {
        sha256_hex(p->rows[c].p, p->rows[c].len, p->digest[c]);
        buf_clear(&p->rows[c]);
    }
}

/* ---- what kiosks get ---- */

static bool fetch_page(struct play *p, int company, int kiosk)
{
    size_t lines;
    struct trailer t;
    struct http_response rs;
    struct http_request rq = house_request("GET", "/v1/feed", p->token[company][kiosk]);
    rq.cursor = p->cursor[company][kiosk];
    rq.now = p->now;
    int status = house_send(&p->house, &rq, &rs);
    play_tell(p, "feed of %s %d: %d\n%s", play_company[company], kiosk, status, rs.body.p);
    if (strstr(rs.body.p, play_company[!company]))
        fail_msg("%s got what is of %s", play_company[company], play_company[!company]);
    bool more = status == 200 && trailer_check(rs.body.p, rs.body.len, &lines, &t, NULL) == 0;
    if (more)
        str_copy(p->cursor[company][kiosk], LIM_CURSOR, t.next);
    more = more && t.more;
    response_release(&rs);
    return more;
}

static void end_scene(struct play *p, int company, const char *name)
{
    char before[2][DIGEST_HEX];
    memcpy(before, p->digest, sizeof(before));
    for (int c = 0; c < 2; c++)
        for (int k = 0; k < KIOSKS; k++)
            while (fetch_page(p, c, k)) {
            }
    tell_database(p);
    play_tell(p, "---- %s\n", name);
    if (company >= 0 && strcmp(before[!company], p->digest[!company]) != 0)
        fail_msg(
            "%s: %s changed what is of %s", name, play_company[company], play_company[!company]);
    p->look(p->context, &p->told);
}

void play_scene(struct play *p, const char *name)
{
    end_scene(p, -1, name);
}

void play_scene_of(struct play *p, int company, const char *name)
{
    end_scene(p, company, name);
}

/* ---- the two companies ---- */

static void open_house(struct play *p, const char *name)
{
    struct house *h = &p->house;
    *h = (struct house){.path = ""};
    snprintf(h->path, sizeof(h->path), "%s/%s", p->dir, name);
    OK(database_open(&h->central.db, h->path, &err));
    house_secrets(&h->secrets);
    h->central.secrets = &h->secrets;
    h->central.pages = pages_new();
    OK(secrets_bind(h->central.db, &h->secrets, "secrets", &err));
}

static void close_house(struct play *p)
{
    database_close(p->house.central.db);
    pages_free(p->house.central.pages);
}

static void add_kiosk(struct play *p, int company, int kiosk)
{
    static const char *const names[] = {"Hal 3", "Hal 4", "Kantoor"};
    static const char *const sites[] = {"north", "south", ""};
    char code[CODE_TEXT], hash[DIGEST_HEX], *token = p->token[company][kiosk];
    struct database *db = p->house.central.db;
    struct kiosk *k = &p->kiosk[company][kiosk];
    OK(admin_add_kiosk(
        db, names[kiosk], play_company[company], sites[kiosk], p->now, code, k, &err));
    memset(token, 'a' + 3 * company + kiosk, KEY_HEX - 1);
    sha256_hex(token, strlen(token), hash);
    OK(database_begin(db, &err));
    OK(database_kiosk_enrol(db, k->id, hash, &err));
    OK(database_commit(db, &err));
}

/* The same ids in both; the rest is as unlike as can be. */
static const struct person {
    const char *id, *badge;
    const char *team[2], *role[2], *sites[2];
} people[] = {
    {"aad", "1001", {"T", "U"}, {"worker", "worker"}, {"south", "north"}},
    {"anna", "1002", {"T", "T"}, {"worker", "worker"}, {"north", "south"}},
    {"cor", "1003", {"K", "K"}, {"contact", "worker"}, {"north\nsouth", ""}},
    {"sara", "1004", {"T", "U"}, {"supervisor", "supervisor"}, {"north", "south"}},
    {"ulla", "1005", {"U", "T"}, {"supervisor", "supervisor"}, {"south", "north\nsouth"}},
    {"wim", "1006", {"V", "K"}, {"worker", "contact"}, {"", "north"}},
};
enum { PEOPLE = sizeof(people) / sizeof(people[0]) };

void play_pin(int company, const char *person, char pin[LIM_PIN + 1])
{
    int i = 0;
    while (strcmp(people[i].id, person) != 0)
        i++;
    snprintf(pin, LIM_PIN + 1, "%d", 483516 + 171717 * company + 1931 * i);
}

static void add_person(struct play *p, int c, const struct person *who)
{
    char key[KEY_HEX], badge[DIGEST_HEX], line[400];
    struct database *db = p->house.central.db;
    int64_t moved;
    OK(database_begin(db, &err));
    OK(database_company(db, play_company[c], key, &err));
    if (badge_hash(key, who->badge, badge) < 0)
        BUG("no badge: %s", who->badge);
    snprintf(line, sizeof(line),
        "{\"type\":\"person\",\"id\":\"%s\",\"name\":\"%s of %s\",\"team\":\"%s\",\"role\":\"%s\","
        "\"badge\":\"%s\"}",
        who->id, who->id, play_company[c], who->team[c], who->role[c], badge);
    struct member m = {who->id, who->sites[c], "nl", NO_NUMBER, NO_NUMBER, line};
    OK(database_member_put(db, play_company[c], &m, NOW, &moved, &err));
    OK(database_commit(db, &err));
    house_put(&p->house, play_company[c], "hand", line);
}

static void add_catalogue(struct house *h)
{
    static const char *const lines[] = {
        "{'type':'source','id':'s','name':'S','checked':'2026-11-24T02:00:00Z'}",
        "{'type':'course','id':'mig','source':'s','title':'MIG','provider':'P','form':'online'}",
        "{'type':'course','id':'tig','source':'s','title':'TIG','provider':'P','form':'online'}",
        "{'type':'run','id':'one','course':'mig','start':'2026-12-21','seats_left':1}",
        "{'type':'run','id':'two','course':'tig','start':'2026-12-21','seats_left':1}",
        "{'type':'run','id':'any','course':'tig','start':'2026-12-21'}",
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        house_put(h, "", "s", lines[i]);
}

static void begin(struct play *p, const char *name)
{
    p->now = NOW;
    memset(p->cursor, 0, sizeof(p->cursor));
    open_house(p, name);
    for (int k = 0; k < KIOSKS; k++)
        for (int c = 0; c < 2; c++)
            add_kiosk(p, c, k);
    add_catalogue(&p->house);
    for (int i = 0; i < PEOPLE; i++)
        for (int c = 0; c < 2; c++)
            add_person(p, c, &people[i]);
    play_scene(p, "two companies");
}

void play_all(struct play *p)
{
    buf_init(&p->told, 256 * 1024 * 1024);
    for (int c = 0; c < 2; c++)
        buf_init(&p->rows[c], 16 * 1024 * 1024);
    begin(p, "interface.db");
    play_interface(p);
    close_house(p);
    begin(p, PLAY_DATABASE);
    play_people(p);
    play_operator(p);
    close_house(p);
    for (int c = 0; c < 2; c++)
        buf_release(&p->rows[c]);
    buf_release(&p->told);
}
