/* SPDX-License-Identifier: EUPL-1.2 */
#include "sync/report.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "base/paths.h"
#include "proto/wire.h"
#include "sync/run.h"

#ifndef ACHT_VERSION
#define ACHT_VERSION "unknown"
#endif

#define OLD_MS (24 * 60 * 60 * INT64_C(1000)) /* an entry that waits for so long is news */
#define STARTS_MAX 1000

static int64_t read_starts(const char *path)
{
    struct buf text = BUF_INIT(LIM_ERR + 16);
    int64_t n = buf_read_file(&text, path, NULL) == 0 ? strtoll(text.p, NULL, 10) : 0;
    buf_release(&text);
    return n < 0 ? 0 : n > STARTS_MAX ? STARTS_MAX : n;
}

int64_t report_starts(const char *dir)
{
    int64_t most = 0;
    char pattern[PATH_ROOM];
    glob_t found;
    if (paths_join(pattern, dir, "acht-*/starts", NULL) < 0 ||
        glob(pattern, GLOB_NOSORT, NULL, &found) != 0)
        return 0;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        int64_t n = read_starts(found.gl_pathv[i]);
        most = n > most ? n : most;
    }
    globfree(&found);
    return most;
}

/* What of it is worth a request. */
static void digest_news(const struct record *r, int64_t now, char digest[DIGEST_HEX])
{
    struct buf text = BUF_INIT(LIM_STATUS);
    struct record news = *r;
    int64_t oldest = record_number(r, REPORT_oldest), free = record_number(r, REPORT_free);
    record_set_number(&news, REPORT_catalogue, NO_NUMBER);
    record_set_number(&news, REPORT_waiting, 0);
    if (oldest != NO_NUMBER && now - oldest < OLD_MS)
        record_set_number(&news, REPORT_oldest, NO_NUMBER);
    record_set_number(&news, REPORT_free, free != NO_NUMBER && free < REPORT_LITTLE_MIB);
    record_set_number(&news, REPORT_starts, record_number(r, REPORT_starts) > LIM_STARTS);
    (void)report_to_json(&news, &text);
    sha256_hex(text.p, text.len, digest);
    buf_release(&text);
}

static int send(struct run *run, const struct record *r, struct err *err)
{
    struct response answer;
    struct buf body = BUF_INIT(LIM_STATUS);
    if (report_to_json(r, &body) < 0)
        BUG("a report is larger than a report may be");
    struct request q = {.path = WIRE_STATUS,
        .type = WIRE_JSON,
        .body = body.p,
        .len = body.len,
        .clock = run_now(run)};
    int rc = run_exchange(run, &q, &answer, err);
    buf_release(&body);
    buf_release(&answer.body);
    if (rc < 0)
        return -1;
    if (answer.status == 204)
        return 1;
    if (answer.status == 404) /* a server of an earlier version */
        return 0;
    return run_fail(run, CAUSE_server_wrong, err, "the server answered %d", answer.status);
}

int sync_report(const struct report_job *job, struct err *err)
{
    struct record r;
    struct sync_result unused = {0};
    struct run run = {.store = job->store,
        .enrolment = job->enrolment,
        .transport = job->transport,
        .result = &unused};
    struct mark mark;
    char said[DIGEST_HEX], news[DIGEST_HEX];
    record_init(&r, TYPE_REPORT);
    record_set_text(&r, REPORT_version, ACHT_VERSION);
    record_set_number(&r, REPORT_starts, job->starts);
    if (store_report(job->store, &r, err) < 0 || cache_said(job->store, said, err) < 0 ||
        journal_mark_last(job->store, &mark, err) < 0)
        return -1;
    run_mark(&run, &mark); /* whoever comes without it has a copy of the token */
    digest_news(&r, run_now(&run), news);
    if (!job->again && strcmp(said, news) == 0)
        return 0;
    int rc = send(&run, &r, err);
    struct err full = {0};
    if (rc == 1 && job->remembers && cache_set_said(job->store, news, &full) < 0)
        err_clear(&full); /* a full disk, which is just what was said */
    return rc;
}
