/* SPDX-License-Identifier: EUPL-1.2 */
/* The part of JSON Schema that the contract speaks. */
#ifndef TESTS_SUPPORT_CONTRACT_SCHEMA_H
#define TESTS_SUPPORT_CONTRACT_SCHEMA_H

#include <jansson.h>

#include "base/err.h"

/* What "#/a/b" points at in the document; NULL and an error when that is nothing. */
json_t *schema_target(json_t *document, const json_t *ref, struct err *err);
/* Follows {"$ref": ...}, if it is one. */
json_t *schema_follow(json_t *document, json_t *node, struct err *err);

/* Whether a schema speaks only words that schema_match() knows. */
int schema_known(json_t *document, json_t *schema, struct err *err) ACHT_NODISCARD;

/* 0: the value is what the schema says; -1 and where it is not. Members that are not listed are
 * wrong. The schema must be a known one. */
int schema_match(
    json_t *document, json_t *schema, const json_t *value, struct err *err) ACHT_NODISCARD;

#endif
