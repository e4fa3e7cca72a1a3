/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/contract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "support/contract_schema.h"

#define ERROR(...) err_set(err, ERR_DATA, __VA_ARGS__)

struct contract {
    json_t *document;
};

json_t *contract_document(struct contract *c)
{
    return c->document;
}

json_t *contract_paths(const struct contract *c)
{
    return json_object_get(c->document, "paths");
}

/* ---- what the document may say ---- */

/* Objects of OpenAPI by what they hold; "*" is every name. */
static const struct object {
    const char *name;
    struct {
        const char *member, *is; /* is "": told to people, or checked elsewhere */
    } members[12];
} objects[] = {
    {"document", {{"openapi", ""}, {"info", ""}, {"paths", "paths"}, {"components", "components"},
                     {"x-elsewhere", "responses"}}},
    {"paths", {{"*", "path"}}},
    {"path", {{"get", "operation"}, {"post", "operation"}}},
    {"operation",
        {{"operationId", ""}, {"summary", ""}, {"description", ""}, {"security", ""},
            {"parameters", "parameters"}, {"requestBody", "message"}, {"responses", "responses"}}},
    {"parameters", {{"*", "parameter"}}},
    {"parameter", {{"name", ""}, {"in", ""}, {"description", ""}, {"schema", "schema"}}},
    {"responses", {{"*", "message"}}},
    {"message", {{"description", ""}, {"required", ""}, {"headers", "headers"},
                    {"content", "content"}, {"x-codes", ""}}},
    {"headers", {{"*", "header"}}},
    {"header", {{"description", ""}, {"required", ""}, {"schema", "schema"}}},
    {"content", {{"*", "media"}}},
    {"media", {{"schema", "schema"}}},
    {"components", {{"securitySchemes", ""}, {"parameters", "parameters"}, {"headers", "headers"},
                       {"responses", "responses"}, {"schemas", "schemas"}}},
    {"schemas", {{"*", "schema"}}},
};

static const struct object *object_find(const char *name)
{
    for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++)
        if (strcmp(objects[i].name, name) == 0)
            return &objects[i];
    BUG("no object %s", name);
}

static const char *member_is(const struct object *o, const char *name)
{
    for (int i = 0; o->members[i].member; i++)
        if (strcmp(o->members[i].member, "*") == 0 || strcmp(o->members[i].member, name) == 0)
            return o->members[i].is;
    return NULL;
}

static int check(json_t *document, json_t *node, const char *is, struct err *err);

static int check_members(json_t *document, json_t *node, const struct object *o, struct err *err)
{
    const char *name;
    json_t *member;
    json_object_foreach(node, name, member)
    {
        struct err why = {0};
        const char *is = member_is(o, name);
        if (!is)
            return ERROR("a %s with %s, which is not known here", o->name, name);
        if (check(document, member, is, &why) < 0)
            return ERROR("%s: %s", name, why.msg);
    }
    return 0;
}

static int check(json_t *document, json_t *node, const char *is, struct err *err)
{
    if (!*is)
        return 0;
    if (strcmp(is, "schema") == 0)
        return schema_known(document, node, err);
    if (json_object_get(node, "$ref"))
        return schema_follow(document, node, err) ? 0 : -1;
    for (size_t i = 0; json_is_array(node) && i < json_array_size(node); i++)
        if (check(document, json_array_get(node, i), "parameter", err) < 0)
            return -1;
    return json_is_array(node) ? 0 : check_members(document, node, object_find(is), err);
}

int contract_of(struct contract **out, json_t *document, struct err *err)
{
    if (check(document, document, "document", err) < 0) {
        json_decref(document);
        return -1;
    }
    struct contract *c = mem_alloc(sizeof(*c));
    c->document = document;
    *out = c;
    return 0;
}

int contract_open(struct contract **out, const char *path, struct err *err)
{
    json_t *document = contract_read_yaml(path, err);
    return document ? contract_of(out, document, err) : -1;
}

void contract_close(struct contract *c)
{
    if (!c)
        return;
    json_decref(c->document);
    free(c);
}

struct contract *contract_here(void)
{
    static struct contract *kept;
    struct err err = {0};
    if (!kept && contract_open(&kept, CONTRACT_FILE, &err) < 0)
        BUG("%s: %s", CONTRACT_FILE, err.msg);
    return kept;
}

/* ---- finding ---- */

static json_t *find_operation(const struct contract *c, const char *method, const char *path)
{
    char name[16];
    snprintf(name, sizeof(name), "%s", method);
    for (char *at = name; *at; at++)
        *at = (char)(*at >= 'A' && *at <= 'Z' ? *at + 32 : '?'); /* methods are in capitals */
    return json_object_get(json_object_get(contract_paths(c), path), name);
}

static json_t *find_target(const struct contract *c, const char *method, const char *target)
{
    char path[LIM_URL];
    size_t n = strcspn(target, "?");
    if (n >= sizeof(path))
        return NULL;
    snprintf(path, sizeof(path), "%.*s", (int)n, target);
    return find_operation(c, method, path);
}

bool contract_has(const struct contract *c, const char *method, const char *path, bool *kiosks_only)
{
    json_t *operation = find_operation(c, method, path);
    *kiosks_only = json_array_size(json_object_get(operation, "security")) > 0;
    return operation;
}

static json_t *followed(const struct contract *c, json_t *node)
{
    struct err ignored = {0};
    return schema_follow(c->document, node, &ignored);
}

/* "" when it is not there. */
static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

static json_t *find_parameter(
    const struct contract *c, json_t *operation, const char *in, const char *name)
{
    json_t *list = json_object_get(operation, "parameters");
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *p = followed(c, json_array_get(list, i));
        if (strcmp(text_of(p, "in"), in) == 0 && strcasecmp(text_of(p, "name"), name) == 0)
            return p;
    }
    return NULL;
}

/* ---- texts in the target and the headers ---- */

static int match_text(
    const struct contract *c, json_t *holder, const char *name, const char *text, struct err *err)
{
    char *end;
    struct err why = {0};
    json_t *schema = followed(c, json_object_get(holder, "schema"));
    long long number = strtoll(text, &end, 10);
    bool is_number = strcmp(text_of(schema, "type"), "integer") == 0 && *text && !*end;
    json_t *value = is_number ? json_integer(number) : json_string(text);
    int rc = value ? schema_match(c->document, schema, value, &why) : -1;
    json_decref(value);
    return rc < 0 ? ERROR("%s: %s", name, why.msg) : 0;
}

/* Percent-encoded; too long: cut. */
static void decode(const char *text, size_t len, char *out, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < len && n + 1 < size; i++) {
        char hex[3] = {0};
        if (text[i] == '%' && i + 2 < len) {
            memcpy(hex, text + i + 1, 2);
            i += 2;
        }
        out[n++] = *hex ? (char)strtol(hex, NULL, 16) : text[i];
    }
    out[n] = '\0';
}

static int match_query(
    const struct contract *c, json_t *operation, const char *target, struct err *err)
{
    for (const char *at = strchr(target, '?'); at && *at;) {
        char name[LIM_ID], value[LIM_URL];
        at++;
        size_t n = strcspn(at, "&"), k = strcspn(at, "=&");
        decode(at, k, name, sizeof(name));
        decode(at + k + (k < n), n - k - (k < n), value, sizeof(value));
        json_t *p = find_parameter(c, operation, "query", name);
        if (!p)
            return ERROR("there is no parameter %s", name);
        if (match_text(c, p, name, value, err) < 0)
            return -1;
        at += n;
    }
    return 0;
}

/* Of HTTP itself, whatever the document is about. */
static bool is_of_http(const char *name)
{
    static const char *const names[] = {"Host", "User-Agent", "Accept", "Accept-Encoding",
        "Connection", "Content-Type", "Content-Length", "Transfer-Encoding", "Date"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcasecmp(names[i], name) == 0)
            return true;
    return false;
}

static const char *header_of(const struct contract_message *m, const char *name)
{
    for (int i = 0; i < m->header_count; i++)
        if (strcasecmp(m->headers[i].name, name) == 0)
            return m->headers[i].value;
    return NULL;
}

static int match_request_headers(
    const struct contract *c, json_t *operation, const struct contract_message *m, struct err *err)
{
    bool kiosks = json_array_size(json_object_get(operation, "security")) > 0;
    if (kiosks != (header_of(m, "Authorization") != NULL))
        return ERROR(kiosks ? "no token is sent" : "a token is sent to whom it does not concern");
    for (int i = 0; i < m->header_count; i++) {
        const char *name = m->headers[i].name;
        json_t *p = find_parameter(c, operation, "header", name);
        if (is_of_http(name) || strcasecmp(name, "Authorization") == 0)
            continue;
        if (!p)
            return ERROR("there is no header %s", name);
        if (match_text(c, p, name, m->headers[i].value, err) < 0)
            return -1;
    }
    return 0;
}

static json_t *listed_header(json_t *headers, const char *name)
{
    const char *listed;
    json_t *header;
    json_object_foreach(headers, listed, header)
    {
        if (strcasecmp(listed, name) == 0)
            return header;
    }
    return NULL;
}

static int match_headers(
    const struct contract *c, json_t *response, const struct contract_message *m, struct err *err)
{
    json_t *headers = json_object_get(response, "headers"), *header;
    const char *listed;
    for (int i = 0; i < m->header_count; i++) {
        const char *name = m->headers[i].name;
        header = followed(c, listed_header(headers, name));
        if (!header && !is_of_http(name))
            return ERROR("the header %s is not in the document", name);
        if (header && match_text(c, header, name, m->headers[i].value, err) < 0)
            return -1;
    }
    if (!m->all_headers)
        return 0;
    json_object_foreach(headers, listed, header)
    {
        if (json_is_true(json_object_get(followed(c, header), "required")) && !header_of(m, listed))
            return ERROR("the header %s is missing", listed);
    }
    return 0;
}

/* ---- bodies ---- */

static int match_line(
    const struct contract *c, json_t *schema, const char *line, size_t len, struct err *err)
{
    json_error_t why;
    json_t *value = json_loadb(line, len, JSON_REJECT_DUPLICATES, &why);
    int rc = value ? schema_match(c->document, schema, value, err)
                   : ERROR("%.*s is not JSON", (int)(len < 80 ? len : 80), line);
    json_decref(value);
    return rc;
}

static int match_lines(
    const struct contract *c, json_t *schema, const struct contract_message *m, struct err *err)
{
    for (size_t at = 0, line = 1; at < m->len; line++) {
        struct err why = {0};
        const char *end = memchr(m->body + at, '\n', m->len - at);
        size_t n = end ? (size_t)(end - m->body) - at : m->len - at;
        if (match_line(c, schema, m->body + at, n, &why) < 0)
            return ERROR("line %zu: %s", line, why.msg);
        at += n + 1;
    }
    return 0;
}

static int match_body(
    const struct contract *c, json_t *holder, const struct contract_message *m, struct err *err)
{
    char type[LIM_ID];
    json_t *content = json_object_get(holder, "content");
    if (!content || !m->type)
        return !content == !m->type && (content || m->len == 0)
                   ? 0
                   : ERROR(content ? "there is no body" : "there is a body");
    snprintf(type, sizeof(type), "%.*s", (int)strcspn(m->type, ";"), m->type);
    json_t *media = json_object_get(content, type);
    json_t *schema = json_object_get(media, "schema");
    if (!media)
        return ERROR("the content type %s is not in the document", m->type);
    if (strcmp(type, "application/x-ndjson") == 0)
        return match_lines(c, schema, m, err);
    return strcmp(type, "application/json") == 0 ? match_line(c, schema, m->body, m->len, err) : 0;
}

/* An error's word for programs is one of those that this answer may have. */
static int match_code(json_t *response, const struct contract_message *m, struct err *err)
{
    json_t *codes = json_object_get(response, "x-codes"), *body;
    if (!codes)
        return 0;
    body = json_loadb(m->body, m->len, 0, NULL);
    const json_t *error = json_object_get(body, "error");
    bool found = false;
    for (size_t i = 0; i < json_array_size(codes); i++)
        found |= json_equal(json_array_get(codes, i), json_object_get(error, "code"));
    int rc = found ? 0 : ERROR("the code %s is not one of this answer's", text_of(error, "code"));
    json_decref(body);
    return rc;
}

/* ---- the two ways ---- */

int contract_request(const struct contract *c, const char *method, const char *target,
    const struct contract_message *m, struct err *err)
{
    struct err why = {0};
    json_t *operation = find_target(c, method, target);
    if (!operation)
        return ERROR("%s %.80s is not in the document", method, target);
    if (match_query(c, operation, target, &why) == 0 &&
        match_request_headers(c, operation, m, &why) == 0 &&
        match_body(c, json_object_get(operation, "requestBody"), m, &why) == 0)
        return 0;
    return ERROR("request %s %.80s: %s", method, target, why.msg);
}

int contract_answer(const struct contract *c, const char *method, const char *target, int status,
    const struct contract_message *m, struct err *err)
{
    char name[16];
    struct err why = {0};
    json_t *operation = find_target(c, method, target);
    json_t *answers = operation ? json_object_get(operation, "responses")
                                : json_object_get(c->document, "x-elsewhere");
    snprintf(name, sizeof(name), "%d", status);
    json_t *response = followed(c, json_object_get(answers, name));
    if (!response)
        return ERROR("%s %.80s: the status %d is not in the document", method, target, status);
    if (match_headers(c, response, m, &why) == 0 && match_body(c, response, m, &why) == 0 &&
        match_code(response, m, &why) == 0)
        return 0;
    return ERROR("answer %d to %s %.80s: %s", status, method, target, why.msg);
}
