/* SPDX-License-Identifier: EUPL-1.2 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "support/contract.h"

static json_t *convert(yaml_document_t *doc, yaml_node_t *node, struct err *err);

static json_t *scalar(const yaml_node_t *node)
{
    const char *text = (const char *)node->data.scalar.value;
    char *end;
    if (node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
        return json_string(text);
    if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
        return json_boolean(*text == 't');
    long long number = strtoll(text, &end, 10);
    return *text && !*end ? json_integer(number) : json_string(text);
}

static json_t *sequence(yaml_document_t *doc, yaml_node_t *node, struct err *err)
{
    json_t *list = json_array();
    for (yaml_node_item_t *i = node->data.sequence.items.start;
         list && i < node->data.sequence.items.top; i++) {
        json_t *item = convert(doc, yaml_document_get_node(doc, *i), err);
        if (!item || json_array_append_new(list, item) < 0) {
            json_decref(list);
            list = NULL;
        }
    }
    return list;
}

static int add_pair(
    yaml_document_t *doc, json_t *object, const yaml_node_pair_t *pair, struct err *err)
{
    yaml_node_t *name = yaml_document_get_node(doc, pair->key);
    if (name->type != YAML_SCALAR_NODE)
        return err_set(err, ERR_DATA, "a key is no text");
    const char *key = (const char *)name->data.scalar.value;
    if (json_object_get(object, key))
        return err_set(
            err, ERR_DATA, "line %zu: %s is there twice", name->start_mark.line + 1, key);
    json_t *value = convert(doc, yaml_document_get_node(doc, pair->value), err);
    return value ? json_object_set_new(object, key, value) : -1;
}

static json_t *mapping(yaml_document_t *doc, yaml_node_t *node, struct err *err)
{
    json_t *object = json_object();
    for (yaml_node_pair_t *p = node->data.mapping.pairs.start;
         object && p < node->data.mapping.pairs.top; p++)
        if (add_pair(doc, object, p, err) < 0) {
            json_decref(object);
            object = NULL;
        }
    return object;
}

static json_t *convert(yaml_document_t *doc, yaml_node_t *node, struct err *err)
{
    if (node->type == YAML_MAPPING_NODE)
        return mapping(doc, node, err);
    if (node->type == YAML_SEQUENCE_NODE)
        return sequence(doc, node, err);
    return scalar(node);
}

static json_t *load(yaml_parser_t *parser, const char *path, struct err *err)
{
    yaml_document_t doc;
    json_t *json = NULL;
    if (!yaml_parser_load(parser, &doc)) {
        err_set(err, ERR_DATA, "%s, line %zu: %s", path, parser->problem_mark.line + 1,
            parser->problem);
        return NULL;
    }
    yaml_node_t *root = yaml_document_get_root_node(&doc);
    if (root)
        json = convert(&doc, root, err);
    else
        err_set(err, ERR_DATA, "%s is empty", path);
    yaml_document_delete(&doc);
    return json;
}

json_t *contract_read_yaml(const char *path, struct err *err)
{
    yaml_parser_t parser;
    FILE *f = fopen(path, "re");
    if (!f || !yaml_parser_initialize(&parser)) {
        err_set(err, ERR_NOT_FOUND, "cannot read '%s': %s", path, strerrordesc_np(errno));
        if (f)
            fclose(f);
        return NULL;
    }
    yaml_parser_set_input_file(&parser, f);
    json_t *json = load(&parser, path, err);
    yaml_parser_delete(&parser);
    fclose(f);
    return json;
}
