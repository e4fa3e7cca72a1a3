/* SPDX-License-Identifier: EUPL-1.2 */
/* A server's answer: verdicts and their trailer. The fuzzer cannot guess a digest, so that each
 * line is also read as if the trailer had been right. */
#include <string.h>

#include "proto/codec.h"
#include "support/fuzz.h"

static void read_verdict(const char *line, size_t len)
{
    struct verdict v, again;
    struct err err = {0};
    struct buf b = BUF_INIT(LIM_PAGE);
    if (verdict_from_json(line, len, &v, &err) == 0) {
        MUST(verdict_to_json(&v, &b) == 0);
        MUST(verdict_from_json(b.p, b.len, &again, &err) == 0);
        MUST(strcmp(v.id, again.id) == 0 && strcmp(v.hash, again.hash) == 0);
        MUST(v.kind == again.kind && v.reason == again.reason);
    }
    buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *body = (const char *)data, *end;
    struct trailer t;
    struct enrolment enrolment;
    struct err err = {0};
    size_t lines;
    char code[LIM_ID];
    if (trailer_check(body, size, &lines, &t, &err) == 0)
        MUST(lines < size && t.count >= 0);
    for (size_t at = 0; at < size; at = (size_t)(end - body) + 1) {
        end = memchr(body + at, '\n', size - at);
        if (!end)
            end = body + size;
        read_verdict(body + at, (size_t)(end - body) - at);
    }
    err_clear(&err);
    if (enrolment_from_json(body, size, &enrolment, &err) == 0)
        MUST(hex_valid(enrolment.badge_key, KEY_BYTES));
    err_clear(&err);
    if (code_from_json(body, size, code, &err) == 0)
        MUST(strlen(code) < LIM_ID);
    return 0;
}
