/* SPDX-License-Identifier: EUPL-1.2 */
/* Requests to the central server: the first byte chooses the route, the rest is its body, cursor,
 * token or path. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "central/route.h"
#include "support/fuzz.h"

#define NOW 1795516800000
#define TOKEN "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static struct secrets secrets;
static struct central central = {.secrets = &secrets};
static char dir[] = "/tmp/acht-fuzz-XXXXXX", path[64], kiosk_id[LIM_ID];

static void remove_database(void)
{
    database_close(central.db);
    for (int i = 0; i < 4; i++) {
        static const char *const endings[] = {"", "-wal", "-shm", "-writer"};
        char file[80];
        snprintf(file, sizeof(file), "%s%s", path, endings[i]);
        unlink(file);
    }
    rmdir(dir);
}

/* One company with one kiosk that has TOKEN. */
static void make_database(void)
{
    struct err err = {0};
    char key[KEY_HEX], hash[DIGEST_HEX];
    struct kiosk kiosk = {.company = "acme", .name = "hal 3"};
    struct enrol_code code = {.handle = "7K3QNX", .expires = NOW};
    MUST(mkdtemp(dir) != NULL);
    snprintf(path, sizeof(path), "%s/central.db", dir);
    MUST(database_open(&central.db, path, &err) == 0);
    atexit(remove_database);
    sha256_hex(TOKEN, strlen(TOKEN), hash);
    seal_keys_from_secret(TOKEN, &secrets.keys);
    str_copy(secrets.pepper, sizeof(secrets.pepper), TOKEN);
    MUST(secrets_bind(central.db, &secrets, "secrets", &err) == 0);
    MUST(database_begin(central.db, &err) == 0);
    MUST(database_company(central.db, "acme", key, &err) == 0);
    MUST(database_kiosk_add(central.db, &kiosk, &code, &err) == 0);
    MUST(database_kiosk_enrol(central.db, kiosk.id, hash, &err) == 0);
    MUST(database_commit(central.db, &err) == 0);
    str_copy(kiosk_id, sizeof(kiosk_id), kiosk.id);
}

/* The body with this kiosk's id, which nobody can guess, for each "@". */
static void make_body(struct buf *body, const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (data[i] == '@')
            buf_puts(body, kiosk_id);
        else
            buf_putc(body, (char)data[i]);
    }
}

static void fill(struct http_request *rq, uint8_t what, const struct buf *text)
{
    if (what == 'c') {
        rq->cursor = text->p;
    } else if (what == 'a') {
        rq->authorization = text->p;
    } else if (what == 'n') {
        rq->if_none_match = text->p;
    } else if (what == 'p') {
        rq->path = text->p;
    } else {
        rq->method = "POST";
        static const struct {
            char what;
            const char *path;
        } posts[] = {{'e', "/v1/enrol"}, {'t', "/v1/token"}, {'s', "/v1/status"}};
        rq->path = "/v1/journal";
        for (size_t i = 0; i < sizeof(posts) / sizeof(posts[0]); i++)
            rq->path = what == posts[i].what ? posts[i].path : rq->path;
        rq->body = text->p;
        rq->len = text->len;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_request rq = {.method = "GET",
        .path = "/v1/feed",
        .cursor = "",
        .body = "",
        .authorization = "Bearer " TOKEN,
        .if_none_match = "",
        .now = NOW,
        .clock = NO_NUMBER};
    struct http_response rs;
    struct buf text = BUF_INIT(LIM_PAGE);
    if (!central.db)
        make_database();
    if (size == 0)
        return 0;
    make_body(&text, data + 1, size - 1);
    fill(&rq, data[0], &text);
    response_init(&rs);
    route(&rq, &central, &rs);
    MUST(rs.status >= 200 && rs.status < 500);
    MUST(rs.body.len == 0 || rs.type != NULL);
    response_release(&rs);
    buf_release(&text);
    return 0;
}
