/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/codec.h"
#include "proto/line.h"

int code_to_json(const char *code, struct buf *out)
{
    size_t start = line_open(out);
    line_text(out, "code", code);
    return line_close(out, start);
}

int code_from_json(const char *text, size_t len, char code[LIM_ID], struct err *err)
{
    json_t *object = line_parse(text, len, err);
    if (!object)
        return -1;
    const char *member = NULL;
    int rc = line_get_text(object, "code", &member, err);
    if (rc == 1)
        rc = err_set(err, ERR_DATA, "code is missing");
    else if (rc == 0 && (!*member || str_copy(code, LIM_ID, member) < 0))
        rc = err_set(err, ERR_DATA, "code is empty or too long");
    json_decref(object);
    return rc;
}

int token_to_json(const char *token_hash, struct buf *out)
{
    size_t start = line_open(out);
    line_text(out, "token_hash", token_hash);
    return line_close(out, start);
}

int token_from_json(const char *text, size_t len, char token_hash[DIGEST_HEX], struct err *err)
{
    json_t *object = line_parse(text, len, err);
    if (!object)
        return -1;
    const char *member = NULL;
    int rc = line_get_text(object, "token_hash", &member, err);
    if (rc == 1 || (rc == 0 && !hex_valid(member, KEY_BYTES)))
        rc = err_set(err, ERR_DATA, "token_hash is not a SHA-256 in hexadecimal");
    else if (rc == 0)
        str_copy(token_hash, DIGEST_HEX, member);
    json_decref(object);
    return rc;
}

int error_to_json(const char *code, const char *message, struct buf *out)
{
    size_t start = line_open(out);
    line_key(out, "error");
    size_t inner = line_open(out);
    line_text(out, "code", code);
    line_text(out, "message", message);
    if (line_close(out, inner) < 0)
        return -1;
    return line_close(out, start);
}

void error_code_from_json(const char *text, size_t len, char code[LIM_ID])
{
    struct err ignored = {0};
    json_t *object = line_parse(text, len, &ignored);
    const char *member = NULL;
    code[0] = '\0';
    if (object && line_get_text(json_object_get(object, "error"), "code", &member, &ignored) == 0)
        (void)str_copy(code, LIM_ID, member);
    json_decref(object);
}
