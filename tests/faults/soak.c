/* SPDX-License-Identifier: EUPL-1.2 */
/* a server answers a great many requests of every kind, hostile ones among them, and has no
 * more memory, descriptors or threads in the end than after the first of them. */
#include <arpa/inet.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "proto/codec.h"
#include "proto/wire.h"
#include "support/rig.h"
#include "support/rng.h"
#include "sync/transport_curl.h"

enum {
    REQUESTS = 20000,
    REQUESTS_LONG = 1000000,
    WARM = 10, /* a part of them comes first */
    PEOPLE = 40,
    COURSES = 400,
    GROWTH = 5, /* percent */
};

struct world {
    struct rig rig;
    char url[64], person[LIM_ID];
    struct enrolment enrolment;
    struct transport *known, *stranger;
    struct buf batch, broken, code;
    char cursor[LIM_CURSOR],
        quiet[LIM_CURSOR + 80]; /* where everything is known, and to ask there */
    uint64_t rng;
    int64_t answers[6]; /* by the first digit of their status; 0: none */
};

/* What a process has. */
struct usage {
    int64_t kib, descriptors, threads;
};

static int passed, failed;

static void expect(bool ok, const char *what)
{
    printf("%s: %s\n", ok ? "ok" : "FAILED", what);
    *(ok ? &passed : &failed) += 1;
}

/* ---- the server's process ---- */

static int64_t status_of(const struct world *w, const char *field)
{
    char path[64], line[256];
    int64_t value = -1;
    snprintf(path, sizeof(path), "/proc/%d/status", (int)w->rig.server);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof(line), f))
        if (strncmp(line, field, strlen(field)) == 0)
            value = strtoll(line + strlen(field), NULL, 10);
    if (f)
        fclose(f);
    return value;
}

static int64_t count_descriptors(const struct world *w)
{
    char path[64];
    int64_t count = 0;
    snprintf(path, sizeof(path), "/proc/%d/fd", (int)w->rig.server);
    DIR *d = opendir(path);
    while (d && readdir(d))
        count++;
    if (d)
        closedir(d);
    return count;
}

static struct usage usage_of(const struct world *w)
{
    return (struct usage){status_of(w, "VmRSS:"), count_descriptors(w), status_of(w, "Threads:")};
}

/* ---- requests ---- */

static void ask(struct world *w, struct transport *t, const struct request *q)
{
    struct response r = {0};
    struct err err = {0};
    enum cause cause;
    buf_init(&r.body, LIM_PAGE);
    int rc = t->exchange(t, q, &r, &cause, &err);
    w->answers[rc == 0 && r.status < 600 ? r.status / 100 : 0]++;
    buf_release(&r.body);
}

static void get(struct world *w, const char *path, const char *known)
{
    ask(w, w->known, &(struct request){.path = path, .known = known});
}

static void post(struct world *w, const char *path, const struct buf *body)
{
    ask(w, w->known,
        &(struct request){.path = path, .type = WIRE_NDJSON, .body = body->p, .len = body->len});
}

/* A connection that says something and goes, without a farewell. */
static void hang_up(struct world *w, const char *says)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)w->rig.port)};
    struct linger at_once = {.l_onoff = 1};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
        (void)!write(fd, says, strlen(says));
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close(fd);
    w->answers[0]++;
}

static void one_request(struct world *w)
{
    switch (rng_below(&w->rng, 14)) {
    case 0:
        get(w, "/v1/feed?cursor=", NULL);
        break;
    case 1:
        get(w, "/v1/feed?cursor=nonsense", NULL);
        break;
    case 2:
        post(w, WIRE_JOURNAL, &w->broken);
        break;
    case 3:
        get(w, "/nowhere", NULL);
        break;
    case 4:
        ask(w, w->stranger, &(struct request){.path = "/v1/feed?cursor="});
        break;
    case 5:
        hang_up(w, "POST /v1/journal HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{\"kind\"");
        break;
    case 6:
        hang_up(w, "GET / HTT");
        break;
    case 7:
        get(w, "/metrics", NULL);
        break;
    case 8:
        get(w, w->quiet, w->cursor);
        break;
    case 9:
        post(w, "/v1/enrol", &w->code);
        break;
    case 10:
        get(w, "/readyz", NULL);
        break;
    default:
        post(w, WIRE_JOURNAL, &w->batch);
        break;
    }
}

/* ---- the world ---- */

/* To the end of the feed. */
static void read_all(struct world *w)
{
    struct trailer t = {.more = true};
    while (t.more) {
        struct response r = {0};
        struct err err = {0};
        enum cause cause;
        size_t lines;
        const struct request q = {.path = w->quiet};
        snprintf(w->quiet, sizeof(w->quiet), "/v1/feed?cursor=%s", w->cursor);
        buf_init(&r.body, LIM_PAGE);
        if (w->known->exchange(w->known, &q, &r, &cause, &err) < 0 ||
            trailer_check(r.body.p, r.body.len, &lines, &t, &err) < 0)
            rig_fail(&w->rig, err.msg);
        str_copy(w->cursor, sizeof(w->cursor), t.next);
        buf_release(&r.body);
    }
    snprintf(w->quiet, sizeof(w->quiet), "/v1/feed?cursor=%s", w->cursor);
}

/* A batch that comes again and again: what it makes is made once. */
static void make_batch(struct world *w)
{
    for (int i = 0; i < 5; i++) {
        char id[UUID_TEXT];
        snprintf(id, sizeof(id), "01936c5e-0000-7000-8000-%012d", i);
        struct entry e = {.id = id,
            .kiosk = w->enrolment.kiosk,
            .epoch = "e",
            .seq = i + 1,
            .made_at = clock_now()};
        record_init(&e.fields, TYPE_ASK);
        e.fields.id = id;
        record_set_text(&e.fields, ASK_person, "nobody");
        record_set_text(&e.fields, ASK_course, "nothing");
        record_set_text(&e.fields, ASK_title, "A title");
        if (entry_to_json(&e, &w->batch) < 0)
            rig_fail(&w->rig, "an ask that is none");
        buf_putc(&w->batch, '\n');
    }
    if (code_to_json("7K3QNX-9FMRA-2TV8C", &w->code) < 0)
        rig_fail(&w->rig, "a code that is none");
    buf_puts(&w->broken, "{\"kind\":\"ask\",\"id\":[[[[[[[[[[[[[[[[[[[[[[[[\n\xff\xfe\n");
}

static void start(struct world *w)
{
    char data[RIG_PATH];
    struct err err = {0};
    w->rng = rng_seed();
    buf_init(&w->batch, LIM_BODY);
    buf_init(&w->broken, LIM_BODY);
    buf_init(&w->code, LIM_BODY);
    rig_start(&w->rig, COURSES, PEOPLE);
    rig_enrol(&w->rig, "kiosk", w->rig.port, data);
    snprintf(w->url, sizeof(w->url), "http://127.0.0.1:%d", w->rig.port);
    if (enrolment_load(data, &w->enrolment, &err) < 0 ||
        transport_curl_open(&w->known, w->url, "", w->enrolment.token, -1, &err) < 0 ||
        transport_curl_open(&w->stranger, w->url, "", "", -1, &err) < 0)
        rig_fail(&w->rig, err.msg);
    make_batch(w);
    read_all(w);
}

/* Nothing is under way any more when this has been answered: what came before it was closed. */
static struct usage after(struct world *w, int requests)
{
    for (int i = 0; i < requests; i++)
        one_request(w);
    struct usage now = usage_of(w), before;
    int64_t until = clock_monotonic() + 10000;
    do { /* connections that were hung up take their leave */
        before = now;
        get(w, "/healthz", NULL);
        now = usage_of(w);
    } while (now.descriptors != before.descriptors && clock_monotonic() < until);
    return now;
}

/* U-09: lines of the log, of which each cause has but few in a minute. */
static int log_lines(struct world *w, size_t *bytes)
{
    struct buf log = BUF_INIT(64 << 20);
    struct err err = {0};
    int lines = 0;
    if (buf_read_file(&log, w->rig.log, &err) < 0)
        rig_fail(&w->rig, err.msg);
    for (const char *at = log.p; (at = strstr(at, "refused an enrolment code")); at++)
        lines++;
    *bytes = log.len;
    buf_release(&log);
    return lines;
}

static void check_log(struct world *w, int64_t began)
{
    size_t bytes;
    int lines = log_lines(w, &bytes);
    int64_t minutes = (clock_monotonic() - began) / 60000 + 2;
    printf("U-09: %lld minutes, %d lines of refused codes, the log has %zu bytes\n",
        (long long)minutes, lines, bytes);
    expect(lines > 0 && lines <= 20 * minutes, "a cause has 20 lines in a minute");
}

int main(void)
{
    static struct world w;
    int requests = getenv("ACHT_LONG") ? REQUESTS_LONG : REQUESTS;
    start(&w);
    int64_t began = clock_monotonic();
    struct usage warm = after(&w, requests / WARM), end = after(&w, requests - requests / WARM);
    printf(
        "A-21: %d requests: 2xx %lld, 3xx %lld, 4xx %lld, 5xx %lld, none %lld; after the first %d:"
        " %lld KiB, %lld descriptors, %lld threads; in the end: %lld KiB, %lld, %lld\n",
        requests, (long long)w.answers[2], (long long)w.answers[3], (long long)w.answers[4],
        (long long)w.answers[5], (long long)w.answers[0], requests / WARM, (long long)warm.kib,
        (long long)warm.descriptors, (long long)warm.threads, (long long)end.kib,
        (long long)end.descriptors, (long long)end.threads);
    expect(w.answers[2] > requests / 3 && w.answers[3] > requests / 20 &&
               w.answers[4] > requests / 6 && w.answers[5] == 0,
        "they were answered, and none with a failure");
    expect(end.kib * 100 <= warm.kib * (100 + GROWTH), "memory does not grow");
    expect(end.descriptors == warm.descriptors, "nor the number of descriptors");
    expect(end.threads == warm.threads, "nor that of threads");
    check_log(&w, began);
    transport_curl_close(w.known);
    transport_curl_close(w.stranger);
    rig_end(&w.rig);
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
