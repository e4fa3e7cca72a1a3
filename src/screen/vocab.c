/* SPDX-License-Identifier: EUPL-1.2 */
#include "screen/vocab.h"

#include <string.h>

#define ONE false
#define MANY true
#define ANYBODY WHO_ANYBODY
#define PERSON WHO_PERSON
#define SUPERVISOR WHO_SUPERVISOR
#define RESERVED false
#define BINDABLE true
#define NEEDED false
#define OPTIONAL true

#define PARAM(n, o, s) {.name = #n, .says = s, .params = "", .outcomes = "", .optional = o},
#define WIDGET(n, m, o, s)
#define QUERY(n, t, r, p, w, s)
#define GUARD(n, s)
#define ACTION(n, p, o, w, s)
#define KEY(n, l, u)
const struct word vocab_params[PARAMS_COUNT] = {
#include "screen/vocab.def"
};
#undef PARAM
#undef WIDGET
#define PARAM(n, o, s)
#define WIDGET(n, m, o, s)                                                                         \
    {.name = #n, .says = s, .params = "", .outcomes = "", .needs = m, .may = o},
const struct word vocab_widgets[WIDGETS_COUNT] = {
#include "screen/vocab.def"
};
#undef WIDGET
#undef QUERY
#define WIDGET(n, m, o, s)
#define QUERY(n, t, r, p, w, s)                                                                    \
    {.name = #n, .says = s, .params = p, .outcomes = "", .type = TYPE_##t, .many = r, .who = w},
const struct word vocab_queries[QUERIES_COUNT] = {
#include "screen/vocab.def"
};
#undef QUERY
#undef GUARD
#define QUERY(n, t, r, p, w, s)
#define GUARD(n, s) {.name = #n, .says = s, .params = "", .outcomes = ""},
const struct word vocab_guards[GUARDS_COUNT] = {
#include "screen/vocab.def"
};
#undef GUARD
#undef ACTION
#define GUARD(n, s)
#define ACTION(n, p, o, w, s) {.name = #n, .says = s, .params = p, .outcomes = o, .who = w},
const struct word vocab_actions[ACTIONS_COUNT] = {
#include "screen/vocab.def"
};
#undef ACTION
#undef KEY
#define ACTION(n, p, o, w, s)
#define KEY(n, l, u) {.name = #n, .says = l, .params = "", .outcomes = "", .bindable = u},
const struct word vocab_keys[KEYS_COUNT] = {
#include "screen/vocab.def"
};

int vocab_find(const struct word *words, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(words[i].name, name) == 0)
            return i;
    return -1;
}
