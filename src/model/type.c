/* SPDX-License-Identifier: EUPL-1.2 */
#include "model/type.h"

#include <string.h>

#include "base/err.h"
#include "model/cause.h"

#define NEEDED true
#define OPTIONAL false
#define TYPE(name, NAME, class, scope, says) static const struct field name##_fields[] = {
#define FIELD(type, TYPE, name, kind, limit, need, purpose, choices, says)                         \
    {#name, KIND_##kind, limit, need, PURPOSE_##purpose, choices, says},
#define END_TYPE(name, NAME)                                                                       \
    }                                                                                              \
    ;
#include "model/types.def"
#undef TYPE
#undef FIELD
#undef END_TYPE

static const struct type types[] = {
#define TYPE(name, NAME, class, scope, says)                                                       \
    {#name, CLASS_##class, SCOPE_##scope, says, name##_fields, NAME##_FIELDS},
#define FIELD(type, TYPE, name, kind, limit, need, purpose, choices, says)
#define END_TYPE(name, NAME)
#include "model/types.def"
#undef TYPE
#undef FIELD
#undef END_TYPE
};

const struct type *type_get(enum type_id id)
{
    if ((int)id < 0 || id >= TYPES_COUNT)
        BUG("no type %d", (int)id);
    return &types[id];
}

enum type_id type_id_of(const struct type *type)
{
    return (enum type_id)(type - types);
}

const struct type *type_find(const char *name, enum type_class class)
{
    for (int i = 0; i < TYPES_COUNT; i++)
        if (types[i].class == class && strcmp(types[i].name, name) == 0)
            return &types[i];
    return NULL;
}

int type_field(const struct type *type, const char *name)
{
    for (int i = 0; i < type->count; i++)
        if (strcmp(type->fields[i].name, name) == 0)
            return i;
    return -1;
}

int choice_index(const char *choices, const char *name, size_t len)
{
    int index = 0;
    for (const char *at = choices; *at; index++) {
        size_t n = strcspn(at, "|");
        if (n == len && memcmp(at, name, len) == 0)
            return index;
        at += n + (at[n] == '|');
    }
    return -1;
}

void choice_name(const char *choices, int64_t index, char out[LIM_ID])
{
    out[0] = '\0';
    for (const char *at = choices; *at; index--) {
        size_t n = strcspn(at, "|");
        if (index == 0 && n < LIM_ID) {
            memcpy(out, at, n);
            out[n] = '\0';
            return;
        }
        at += n + (at[n] == '|');
    }
}

bool kind_is_text(enum field_kind kind)
{
    return kind == KIND_TEXT || kind == KIND_REF || kind == KIND_HASH || kind == KIND_LIST ||
           kind == KIND_LOCAL;
}
