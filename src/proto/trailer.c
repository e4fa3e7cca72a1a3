/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "model/record.h"
#include "proto/codec.h"
#include "proto/line.h"

int trailer_to_json(const struct trailer *t, struct buf *out)
{
    size_t start = line_open(out);
    line_bool(out, "end", true);
    line_number(out, "count", t->count);
    line_text(out, "digest", t->digest);
    if (t->later)
        line_number(out, "later", t->later);
    if (t->next[0]) {
        line_text(out, "next", t->next);
        line_bool(out, "more", t->more);
    }
    return line_close(out, start);
}

static int read_trailer(const json_t *object, struct trailer *t, struct err *err)
{
    const char *digest = "", *next = "";
    bool end = false;
    *t = (struct trailer){.count = -1};
    if (line_get_bool(object, "end", &end, err) < 0 || !end)
        return err_set(err, ERR_NET, "the answer was cut off");
    if (line_get_number(object, "count", &t->count, err) < 0 ||
        line_get_text(object, "digest", &digest, err) < 0 ||
        line_get_number(object, "later", &t->later, err) < 0 ||
        line_get_text(object, "next", &next, err) < 0 ||
        line_get_bool(object, "more", &t->more, err) < 0)
        return -1;
    if (!hex_valid(digest, 32))
        return err_set(err, ERR_DATA, "digest of the answer is not a SHA-256");
    if (*next && !id_valid(next))
        return err_set(err, ERR_DATA, "next of the answer is not a cursor");
    memcpy(t->digest, digest, DIGEST_HEX);
    str_copy(t->next, sizeof(t->next), next);
    return 0;
}

static int64_t count_lines(const char *body, size_t len)
{
    int64_t n = 0;
    for (const char *at = body; (at = memchr(at, '\n', len - (size_t)(at - body))); at++)
        n++;
    return n;
}

static int compare(const char *body, size_t len, const struct trailer *t, struct err *err)
{
    char digest[DIGEST_HEX];
    if (count_lines(body, len) != t->count)
        return err_set(err, ERR_DATA, "the answer has not the lines that it counts");
    sha256_hex(body, len, digest);
    if (strcmp(digest, t->digest) != 0)
        return err_set(err, ERR_DATA, "the answer has not the digest that it names");
    return 0;
}

int trailer_check(const char *body, size_t len, size_t *lines, struct trailer *t, struct err *err)
{
    size_t end = len > 0 && body[len - 1] == '\n' ? len - 1 : len;
    const char *before = end ? memrchr(body, '\n', end) : NULL;
    *lines = before ? (size_t)(before - body) + 1 : 0;
    struct err ignored = {0};
    json_t *object = line_parse(body + *lines, end - *lines, &ignored);
    if (!object)
        return err_set(err, ERR_NET, "the answer was cut off");
    int rc = read_trailer(object, t, err);
    json_decref(object);
    return rc < 0 ? -1 : compare(body, *lines, t, err);
}
