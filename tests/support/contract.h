/* SPDX-License-Identifier: EUPL-1.2 */
/* The contract between kiosks and server, assets/api/openapi.yaml, and whether what travels keeps
 * to it. Stricter than a reader of it has to be: what it does not name may not be sent. */
#ifndef TESTS_SUPPORT_CONTRACT_H
#define TESTS_SUPPORT_CONTRACT_H

#include <jansson.h>
#include <stdbool.h>

#include "base/err.h"

#define CONTRACT_FILE "assets/api/openapi.yaml" /* tests run from the top of the repository */

struct contract;

struct contract_header {
    const char *name, *value;
};

/* A request or an answer. */
struct contract_message {
    const char *type; /* Content-Type; NULL: no body */
    const struct contract_header *headers;
    int header_count;
    bool all_headers; /* these are all there are: needed ones are missed */
    const char *body;
    size_t len;
};

/* Reads a document. What it says in words that are not known here is an error. */
int contract_open(struct contract **out, const char *path, struct err *err) ACHT_NODISCARD;
/* The same of one that was read and perhaps changed; its reference becomes the contract's. */
int contract_of(struct contract **out, json_t *document, struct err *err) ACHT_NODISCARD;
void contract_close(struct contract *c); /* NULL is fine */
json_t *contract_document(struct contract *c);

/* YAML as JSON: plain true, false and whole numbers are such, everything else is text. */
json_t *contract_read_yaml(const char *path, struct err *err);

/* 0, or -1 and what is not as the document says. target: the path with its query. */
int contract_request(const struct contract *c, const char *method, const char *target,
    const struct contract_message *m, struct err *err) ACHT_NODISCARD;
int contract_answer(const struct contract *c, const char *method, const char *target, int status,
    const struct contract_message *m, struct err *err) ACHT_NODISCARD;

/* Whether the document has this address, and for kiosks only; its methods ("GET, POST") into
 * methods, if not NULL. */
bool contract_has(
    const struct contract *c, const char *method, const char *path, bool *kiosks_only);
json_t *contract_paths(const struct contract *c);

/* The repository's document, read once; ends the program when it is wrong. */
struct contract *contract_here(void);

#endif
