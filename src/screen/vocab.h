/* SPDX-License-Identifier: EUPL-1.2 */
/* The vocabulary of screens as numbers and as a table, made from vocab.def. */
#ifndef ACHT_SCREEN_VOCAB_H
#define ACHT_SCREEN_VOCAB_H

#include <stdbool.h>

#include "base/text.h"
#include "model/type.h"

#define PARAM(name, need, says) PARAM_##name,
#define WIDGET(name, needs, may, says)
#define QUERY(name, type, rows, params, who, says)
#define GUARD(name, says)
#define ACTION(name, params, outcomes, who, says)
#define KEY(name, label, use)
enum param {
#include "screen/vocab.def"
    PARAMS_COUNT
};
#undef PARAM
#undef WIDGET
#define PARAM(name, need, says)
#define WIDGET(name, needs, may, says) WIDGET_##name,
enum widget_kind {
#include "screen/vocab.def"
    WIDGETS_COUNT
};
#undef WIDGET
#undef QUERY
#define WIDGET(name, needs, may, says)
#define QUERY(name, type, rows, params, who, says) QUERY_##name,
enum query {
#include "screen/vocab.def"
    QUERIES_COUNT
};
#undef QUERY
#undef GUARD
#define QUERY(name, type, rows, params, who, says)
#define GUARD(name, says) GUARD_##name,
enum guard {
#include "screen/vocab.def"
    GUARDS_COUNT
};
#undef GUARD
#undef ACTION
#define GUARD(name, says)
#define ACTION(name, params, outcomes, who, says) ACTION_##name,
enum action {
#include "screen/vocab.def"
    ACTIONS_COUNT
};
#undef ACTION
#undef KEY
#define ACTION(name, params, outcomes, who, says)
#define KEY(name, label, use) KEY_##name,
enum key {
#include "screen/vocab.def"
    KEYS_COUNT
};
#undef PARAM
#undef WIDGET
#undef QUERY
#undef GUARD
#undef ACTION
#undef KEY

/* Who may see what a query finds, or do an action: each may do what the ones before may. */
enum who { WHO_ANYBODY, WHO_PERSON, WHO_SUPERVISOR };

/* One word of the vocabulary. Members that a class of words does not have are 0 or "". */
struct word {
    const char *name;
    const char *says;
    const char *params;   /* "course|run": the params it needs */
    const char *needs;    /* WIDGET: "one|text": the members it needs */
    const char *may;      /* WIDGET: and those it may have */
    const char *outcomes; /* ACTION: the events one of which follows */
    enum type_id type;    /* QUERY: the type of its rows */
    bool many;            /* QUERY: a list, not one thing */
    enum who who;         /* QUERY, ACTION: only for them */
    bool optional;        /* PARAM: it may be empty */
    bool bindable;        /* KEY: a definition may give it a meaning */
};

extern const struct word vocab_params[PARAMS_COUNT];
extern const struct word vocab_widgets[WIDGETS_COUNT];
extern const struct word vocab_queries[QUERIES_COUNT];
extern const struct word vocab_guards[GUARDS_COUNT];
extern const struct word vocab_actions[ACTIONS_COUNT];
extern const struct word vocab_keys[KEYS_COUNT]; /* says: its label */

/* The number of `name` among count words, or -1. */
int vocab_find(const struct word *words, int count, const char *name);

#endif
