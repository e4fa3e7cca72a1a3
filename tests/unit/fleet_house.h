/* SPDX-License-Identifier: EUPL-1.2 */
/* Kiosks and their nights, for the tests of fleet: what they did is what the API saw of it. */
#ifndef ACHT_TESTS_FLEET_HOUSE_H
#define ACHT_TESTS_FLEET_HOUSE_H

#include "central_house.h"

#include "central/fleet.h"

#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

#define KIOSKS 3000

static struct night_house {
    struct house house;
    int64_t night;
    char cursor[KIOSKS][LIM_CURSOR]; /* of each kiosk */
    char *text;                      /* the last that was printed */
} m;

static inline void token_of(int i, char out[KEY_HEX])
{
    snprintf(out, KEY_HEX, "%064x", i);
}

/* Asks for what is new; arrives: it gets the answer. */
static inline void ask_feed_once(int i, int64_t at, bool arrives)
{
    size_t lines;
    struct trailer t;
    char token[KEY_HEX];
    struct http_response rs;
    token_of(i, token);
    struct http_request rq = house_request("GET", "/v1/feed", token);
    rq.cursor = m.cursor[i];
    rq.now = at;
    assert_int_equal(house_send(&m.house, &rq, &rs), 200);
    OK(trailer_check(rs.body.p, rs.body.len, &lines, &t, &err));
    response_release(&rs);
    if (arrives)
        str_copy(m.cursor[i], sizeof(m.cursor[i]), t.next);
}

static inline void ask_feed(int i, int64_t at)
{
    ask_feed_once(i, at, true);
}

static inline int say(int i, int64_t at, const char *body)
{
    char token[KEY_HEX];
    struct http_response rs;
    token_of(i, token);
    struct http_request rq = house_request("POST", "/v1/status", token);
    rq.now = at;
    rq.body = body;
    rq.len = strlen(body);
    int status = house_send(&m.house, &rq, &rs);
    response_release(&rs);
    return status;
}

#define SAID                                                                                       \
    "\"version\":\"9.9.9\",\"waiting\":0,\"stuck\":0,\"damaged\":0,\"rebuilt\":0,\"lost\":0"

static inline void add_kiosk(int i, const char *company, const char *site, bool enrolled)
{
    char name[LIM_ID], code[CODE_TEXT], token[KEY_HEX], hash[DIGEST_HEX];
    struct kiosk kiosk;
    snprintf(name, sizeof(name), "k%04d", i);
    OK(admin_add_kiosk(m.house.central.db, name, company, site, NOW - 9 * DAY, code, &kiosk, &err));
    token_of(i, token);
    sha256_hex(token, strlen(token), hash);
    if (enrolled)
        OK(database_kiosk_enrol(m.house.central.db, kiosk.id, hash, &err));
}

/* A group is one transaction of many: this is no test of the disk. */
static inline void together(void (*what)(void))
{
    OK(database_group_begin(m.house.central.db, &err));
    what();
    OK(database_group_commit(m.house.central.db, 0, &err));
}

static inline void serve(int64_t from, int64_t until)
{
    for (int64_t at = from; at < until; at += SERVES_PAUSE)
        OK(database_serves(m.house.central.db, at, &err));
    OK(database_serves(m.house.central.db, until, &err));
}

static inline void serve_always(void)
{
    serve(NOW - 2 * DAY, NOW);
}

static inline void begin(void (*fill)(void))
{
    house_open(&m.house);
    memset(m.cursor, 0, sizeof(m.cursor));
    m.night = night_last(NOW);
    if (fill)
        together(fill);
}

static inline void load(struct fleet *f)
{
    OK(fleet_load(m.house.central.db, m.night, NOW, f, &err));
}

static inline char *text_of(const struct fleet *f, const struct fleet_view *view)
{
    size_t len;
    FILE *out = open_memstream(&m.text, &len);
    if (view)
        fleet_text(f, view, out);
    else
        fleet_json(f, out);
    fclose(out);
    return m.text;
}

static inline int name_number(const char *name)
{
    return (int)strtol(name + 1, NULL, 10);
}

#endif
