/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/contract_schema.h"

#include <regex.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/mem.h"

#define ERROR(...) err_set(err, ERR_DATA, __VA_ARGS__)

json_t *schema_target(json_t *document, const json_t *ref, struct err *err)
{
    const char *text = json_string_value(ref);
    json_t *at = document;
    if (!text || strncmp(text, "#/", 2) != 0) {
        ERROR("a reference that is none of this document");
        return NULL;
    }
    for (const char *part = text + 2; at && *part;) {
        char name[LIM_ID];
        size_t n = strcspn(part, "/");
        snprintf(name, sizeof(name), "%.*s", (int)n, part);
        at = json_object_get(at, name);
        part += n + (part[n] == '/');
    }
    if (!at)
        ERROR("%s is not in the document", text);
    return at;
}

json_t *schema_follow(json_t *document, json_t *node, struct err *err)
{
    const json_t *ref = json_object_get(node, "$ref");
    return ref ? schema_target(document, ref, err) : node;
}

/* ---- the keywords ---- */

typedef int match_keyword(
    json_t *document, json_t *schema, json_t *says, const json_t *value, struct err *err);

static int match_ref(
    json_t *document, json_t *schema, json_t *says, const json_t *value, struct err *err)
{
    (void)schema;
    json_t *target = schema_target(document, says, err);
    return target ? schema_match(document, target, value, err) : -1;
}

static const char *type_of(const json_t *value)
{
    static const char *const names[] = {[JSON_OBJECT] = "object",
        [JSON_ARRAY] = "array",
        [JSON_STRING] = "string",
        [JSON_INTEGER] = "integer",
        [JSON_REAL] = "number",
        [JSON_TRUE] = "boolean",
        [JSON_FALSE] = "boolean",
        [JSON_NULL] = "null"};
    return names[json_typeof(value)];
}

static int match_type(
    json_t *document, json_t *schema, json_t *says, const json_t *value, struct err *err)
{
    (void)document, (void)schema;
    return strcmp(type_of(value), json_string_value(says)) == 0
               ? 0
               : ERROR("is %s, not %s", type_of(value), json_string_value(says));
}

static int match_const(
    json_t *document, json_t *schema, json_t *says, const json_t *value, struct err *err)
{
    (void)document, (void)schema;
    return json_equal(says, value) ? 0 : ERROR("is not the one value that it may be");
}

static int match_enum(
    json_t *document, json_t *schema, json_t *says, const json_t *value, struct err *err)
{
    (void)document, (void)schema;
    for (size_t i = 0; i < json_array_size(says); i++)
        if (json_equal(json_array_get(says, i), value))
            return 0;
    return ERROR(
        "'%.60s' is none of the values", json_is_string(value) ? json_string_value(value) : "");
}

static int match_required(
    json_t *document, json_t *schema, json_t *says, const json_t *value, struct err *err)
{
    (void)document, (void)schema;
    for (size_t i = 0; json_is_object(value) && i < json_array_size(says); i++) {
        const char *name = json_string_value(json_array_get(says, i));
        if (!json_object_get(value, name))
            return ERROR("%s is missing", name);
    }
    return 0;
}

static int match_member(
    json_t *document, json_t *its, const char *name, const json_t *member, struct err *err)
{
    struct err why = {0};
    if (schema_match(document, its, member, &why) < 0)
        return ERROR("%s: %s", name, why.msg);
    return 0;
}

static int match_properties(
    json_t *document, json_t *schema, json_t *says, const json_t *value, struct err *err)
{
    (void)schema;
    const char *name;
    json_t *member;
    json_object_foreach((json_t *)value, name, member)
    {
        json_t *its = json_object_get(says, name);
        if (!its)
            return ERROR("%s is not in the document", name);
        if (match_member(document, its, name, member, err) < 0)
            return -1;
    }
    return 0;
}

/* Members with any name. */
static int match_members(
    json_t *document, json_t *schema, json_t *says, const json_t *value, struct err *err)
{
    (void)schema;
    const char *name;
    json_t *member;
    json_object_foreach((json_t *)value, name, member)
    {
        if (match_member(document, says, name, member, err) < 0)
            return -1;
    }
    return 0;
}

static int match_items(
    json_t *document, json_t *schema, json_t *says, const json_t *value, struct err *err)
{
    (void)schema;
    for (size_t i = 0; i < json_array_size(value); i++)
        if (schema_match(document, says, json_array_get(value, i), err) < 0)
            return -1;
    return 0;
}

/* What is tried in vain says why, best of all where it is the right kind but for one thing. */
static int match_one_of(
    json_t *document, json_t *schema, json_t *says, const json_t *value, struct err *err)
{
    (void)schema;
    int matches = 0;
    char nearest[LIM_ERR] = "";
    for (size_t i = 0; i < json_array_size(says); i++) {
        struct err why = {0};
        matches += schema_match(document, json_array_get(says, i), value, &why) == 0;
        bool other = strstr(why.msg, "the one value") || strstr(why.msg, "not in the document");
        if (!*nearest || (*why.msg && !other))
            snprintf(nearest, sizeof(nearest), "%s", why.msg);
    }
    return matches == 1
               ? 0
               : ERROR("is %d of the %zu kinds (%.200s)", matches, json_array_size(says), nearest);
}

/* In characters. */
static json_int_t length(const json_t *value)
{
    json_int_t n = 0;
    for (const char *c = json_string_value(value); *c; c++)
        n += (*c & 0xC0) != 0x80;
    return n;
}

static int match_bound(
    json_t *document, json_t *schema, json_t *says, const json_t *value, struct err *err)
{
    (void)document;
    bool text = json_is_string(value), list = json_is_array(value);
    json_int_t bound = json_integer_value(says);
    json_int_t has = text                    ? length(value)
                     : list                  ? (json_int_t)json_array_size(value)
                     : json_is_object(value) ? (json_int_t)json_object_size(value)
                                             : json_integer_value(value);
    bool below =
        says == json_object_get(schema, "minLength") || says == json_object_get(schema, "minimum");
    return (below ? has >= bound : has <= bound)
               ? 0
               : ERROR("is %lld, which is out of its bounds", (long long)has);
}

/* Patterns are written so that ECMA-262 and POSIX read the same. */
static int match_pattern(
    json_t *document, json_t *schema, json_t *says, const json_t *value, struct err *err)
{
    (void)document, (void)schema;
    enum { KEPT = 16 };
    static struct {
        char text[LIM_ID];
        regex_t regex;
    } kept[KEPT];
    int i = 0;
    while (i < KEPT && *kept[i].text && strcmp(kept[i].text, json_string_value(says)) != 0)
        i++;
    if (i == KEPT)
        BUG("too many patterns");
    if (!*kept[i].text) {
        if (regcomp(&kept[i].regex, json_string_value(says), REG_EXTENDED | REG_NOSUB) != 0)
            return ERROR("the pattern %s is none", json_string_value(says));
        snprintf(kept[i].text, sizeof(kept[i].text), "%s", json_string_value(says));
    }
    return regexec(&kept[i].regex, json_string_value(value), 0, NULL, 0) == 0
               ? 0
               : ERROR("'%.80s' is not like %s", json_string_value(value), json_string_value(says));
}

static int match_format(
    json_t *document, json_t *schema, json_t *says, const json_t *value, struct err *err)
{
    (void)document, (void)schema;
    int64_t ignored;
    struct err why = {0};
    const char *format = json_string_value(says), *text = json_string_value(value);
    if (strcmp(format, "uuid") == 0)
        return uuid_valid(text) ? 0 : ERROR("'%.60s' is no UUID", text);
    if (strcmp(format, "date") == 0)
        return date_parse(text, &ignored, &why) < 0 ? ERROR("%s", why.msg) : 0;
    return instant_parse(text, &ignored, &why) < 0 ? ERROR("%s", why.msg) : 0;
}

static int match_nothing(
    json_t *document, json_t *schema, json_t *says, const json_t *value, struct err *err)
{
    (void)document, (void)schema, (void)says, (void)value, (void)err;
    return 0;
}

static const struct keyword {
    const char *name;
    match_keyword *match;
    json_type type; /* of values that it speaks of; JSON_NULL: of all */
} keywords[] = {
    {"$ref", match_ref, JSON_NULL},
    {"type", match_type, JSON_NULL},
    {"const", match_const, JSON_NULL},
    {"enum", match_enum, JSON_NULL},
    {"oneOf", match_one_of, JSON_NULL},
    {"properties", match_properties, JSON_OBJECT},
    {"additionalProperties", match_members, JSON_OBJECT},
    {"maxProperties", match_bound, JSON_OBJECT},
    {"required", match_required, JSON_OBJECT},
    {"items", match_items, JSON_ARRAY},
    {"maxItems", match_bound, JSON_ARRAY},
    {"minLength", match_bound, JSON_STRING},
    {"maxLength", match_bound, JSON_STRING},
    {"minimum", match_bound, JSON_INTEGER},
    {"maximum", match_bound, JSON_INTEGER},
    {"pattern", match_pattern, JSON_STRING},
    {"format", match_format, JSON_STRING},
    {"description", match_nothing, JSON_NULL},
    {"x-refers-to", match_nothing, JSON_NULL},
    {"x-personal-for", match_nothing, JSON_NULL},
    {NULL, NULL, JSON_NULL},
};

static const struct keyword *keyword(const char *name)
{
    const struct keyword *k = keywords;
    while (k->name && strcmp(k->name, name) != 0)
        k++;
    return k->name ? k : NULL;
}

int schema_match(json_t *document, json_t *schema, const json_t *value, struct err *err)
{
    for (const struct keyword *k = keywords; k->name; k++) {
        json_t *says = json_object_get(schema, k->name);
        bool applies = k->type == JSON_NULL || k->type == json_typeof(value);
        if (says && applies && k->match(document, schema, says, value, err) < 0)
            return -1;
    }
    return 0;
}

/* ---- whether a schema is one ---- */

static int inner_known(json_t *document, json_t *inner, bool is_list, struct err *err)
{
    const char *name;
    json_t *schema;
    for (size_t i = 0; is_list && i < json_array_size(inner); i++)
        if (schema_known(document, json_array_get(inner, i), err) < 0)
            return -1;
    if (is_list || !inner)
        return 0;
    json_object_foreach(inner, name, schema)
    {
        if (schema_known(document, schema, err) < 0)
            return -1;
    }
    return 0;
}

static bool format_known(const json_t *format)
{
    static const char *const formats[] = {"uuid", "date", "date-time"};
    bool known = !format;
    for (size_t i = 0; !known && i < sizeof(formats) / sizeof(formats[0]); i++)
        known = strcmp(json_string_value(format), formats[i]) == 0;
    return known;
}

int schema_known(json_t *document, json_t *schema, struct err *err)
{
    const char *name;
    json_t *says;
    if (!json_is_object(schema))
        return ERROR("a schema is no object");
    json_object_foreach(schema, name, says)
    {
        if (!keyword(name))
            return ERROR("the keyword %s is not known here", name);
    }
    if (!format_known(json_object_get(schema, "format")))
        return ERROR("the format %s is not known here",
            json_string_value(json_object_get(schema, "format")));
    static const char *const inner[] = {"items", "additionalProperties"};
    for (size_t i = 0; i < sizeof(inner) / sizeof(inner[0]); i++)
        if (json_object_get(schema, inner[i]) &&
            schema_known(document, json_object_get(schema, inner[i]), err) < 0)
            return -1;
    if (json_object_get(schema, "$ref") && !schema_follow(document, schema, err))
        return -1;
    return inner_known(document, json_object_get(schema, "properties"), false, err) < 0
               ? -1
               : inner_known(document, json_object_get(schema, "oneOf"), true, err);
}
