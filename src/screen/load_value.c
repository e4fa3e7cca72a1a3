/* SPDX-License-Identifier: EUPL-1.2 */
/* Messages, and the values that all parts of a definition share. */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "screen/load.h"

size_t loader_enter(struct loader *l, const char *name)
{
    size_t len = strlen(l->at);
    const char *joint = strchr(l->at, ':') ? "." : ": ";
    size_t at = len + strlen(joint);
    if (at < sizeof(l->at)) {
        memcpy(l->at + len, joint, at - len);
        (void)str_copy(l->at + at, sizeof(l->at) - at, name);
    }
    return len;
}

size_t loader_enter_index(struct loader *l, size_t i)
{
    char name[24];
    snprintf(name, sizeof(name), "%zu", i);
    return loader_enter(l, name);
}

void loader_leave(struct loader *l, size_t len)
{
    l->at[len] = '\0';
}

int loader_fail(struct loader *l, const char *what, const char *name)
{
    return err_set(l->err, ERR_CONFIG, "%s: %s '%.60s'", l->at, what, name);
}

int loader_must_be(struct loader *l, const char *what)
{
    err_set(l->err, ERR_CONFIG, "%s: must be %s", l->at, what);
    return -1;
}

static int least(int a, int b, int c)
{
    int ab = a < b ? a : b;
    return ab < c ? ab : c;
}

static int edit_distance(const char *a, const char *b)
{
    enum { MOST = 40 };
    int row[MOST + 1];
    size_t na = strlen(a), nb = strlen(b);
    if (na > MOST || nb > MOST)
        return MOST;
    for (size_t j = 0; j <= nb; j++)
        row[j] = (int)j;
    for (size_t i = 1; i <= na; i++) {
        int diagonal = row[0];
        row[0] = (int)i;
        for (size_t j = 1; j <= nb; j++) {
            int replaced = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = least(replaced, row[j] + 1, row[j - 1] + 1);
        }
    }
    return row[nb];
}

void near_try(struct near *n, const char *wanted, const char *candidate)
{
    enum { NEAR = 2 };
    int d = edit_distance(wanted, candidate);
    if (d > NEAR || (size_t)d >= strlen(wanted) || (n->name && d >= n->distance))
        return;
    *n = (struct near){candidate, d};
}

int loader_unknown(struct loader *l, const char *class, const char *name, const struct near *n)
{
    if (!n->name)
        return err_set(l->err, ERR_CONFIG, "%s: no %s '%.60s'", l->at, class, name);
    return err_set(
        l->err, ERR_CONFIG, "%s: no %s '%.60s' (did you mean '%s'?)", l->at, class, name, n->name);
}

int find_word(struct loader *l, const char *class, const struct word *words, int count,
    const char *name, int *out)
{
    *out = vocab_find(words, count, name);
    if (*out >= 0)
        return 0;
    struct near n = {0};
    for (int i = 0; i < count; i++)
        near_try(&n, name, words[i].name);
    return loader_unknown(l, class, name, &n);
}

/* ---- objects and lists ---- */

static const struct member *find_member(
    struct loader *l, const struct member *members, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(members[i].name, name) == 0)
            return &members[i];
    struct near n = {0};
    for (size_t i = 0; i < count; i++)
        near_try(&n, name, members[i].name);
    loader_unknown(l, "member", name, &n);
    return NULL;
}

int read_object(struct loader *l, json_t *o, const struct member *members, size_t count)
{
    if (!json_is_object(o))
        return loader_must_be(l, "an object");
    const char *key;
    json_t *value;
    json_object_foreach(o, key, value)
    {
        const struct member *m = find_member(l, members, count, key);
        if (!m)
            return -1;
        size_t len = loader_enter(l, key);
        if (m->read(l, value, m->into) < 0)
            return -1;
        loader_leave(l, len);
    }
    for (size_t i = 0; i < count; i++)
        if (members[i].needed && !json_object_get(o, members[i].name))
            return loader_fail(l, "missing member", members[i].name);
    return 0;
}

int read_members(struct loader *l, json_t *o, size_t most,
    int (*read)(struct loader *l, const char *name, json_t *value, void *into), void *into)
{
    if (!json_is_object(o))
        return loader_must_be(l, "an object");
    if (json_object_size(o) > most)
        return err_set(l->err, ERR_CONFIG, "%s: more than %zu members", l->at, most);
    const char *key;
    json_t *value;
    json_object_foreach(o, key, value)
    {
        size_t len = loader_enter(l, key);
        if (read(l, key, value, into) < 0)
            return -1;
        loader_leave(l, len);
    }
    return 0;
}

int read_elements(struct loader *l, json_t *list, size_t most,
    int (*read)(struct loader *l, json_t *value, void *into), void *into)
{
    if (!json_is_array(list))
        return loader_must_be(l, "a list");
    if (json_array_size(list) > most)
        return err_set(l->err, ERR_CONFIG, "%s: more than %zu elements", l->at, most);
    size_t i;
    json_t *v;
    json_array_foreach(list, i, v)
    {
        size_t len = loader_enter_index(l, i);
        if (read(l, v, into) < 0)
            return -1;
        loader_leave(l, len);
    }
    return 0;
}

/* ---- single values ---- */

const char *string_of(json_t *v)
{
    return json_is_string(v) ? json_string_value(v) : "";
}

/* Texts reach the terminal as they are: what could steer it stays out. */
static bool text_safe(const char *s)
{
    size_t len = strlen(s);
    uint32_t cp;
    for (size_t i = 0; i < len;) {
        i += utf8_decode(s + i, len - i, &cp);
        if (utf8_cp_unsafe(cp))
            return false;
    }
    return true;
}

int read_text(struct loader *l, json_t *v, void *into)
{
    const char *text = string_of(v);
    if (!*text)
        return loader_must_be(l, "a text");
    if (!text_safe(text))
        return loader_must_be(l, "a text without control characters");
    *(const char **)into = arena_strdup(&l->app->mem, text);
    return 0;
}

int read_number(struct loader *l, json_t *v, void *into)
{
    enum { MOST = 10000 };
    if (!json_is_integer(v) || json_integer_value(v) < 1 || json_integer_value(v) > MOST)
        return loader_must_be(l, "a whole number from 1 to 10000");
    *(int *)into = (int)json_integer_value(v);
    return 0;
}

int read_guard(struct loader *l, json_t *v, void *into)
{
    return find_word(l, "guard", vocab_guards, GUARDS_COUNT, string_of(v), into);
}

int read_screen_ref(struct loader *l, json_t *v, void *into)
{
    const char *name = string_of(v);
    *(int *)into = app_find(l->app, name);
    if (*(int *)into >= 0)
        return 0;
    struct near n = {0};
    for (int i = 0; i < l->app->count; i++)
        near_try(&n, name, l->app->screen[i].name);
    return loader_unknown(l, "screen", name, &n);
}

/* ---- bindings ---- */

static int read_binding(struct loader *l, json_t *v, struct binding *b)
{
    const char *text = NULL;
    int p;
    if (read_text(l, v, &text) < 0)
        return -1;
    if (strncmp(text, "$param.", 7) == 0) {
        if (find_word(l, "param", vocab_params, PARAMS_COUNT, text + 7, &p) < 0)
            return -1;
        *b = (struct binding){.from = BIND_PARAM, .param = (enum param)p};
    } else if (strcmp(text, "$row.id") == 0) {
        *b = (struct binding){.from = BIND_ROW_ID};
    } else if (strncmp(text, "$row.", 5) == 0) {
        *b = (struct binding){.from = BIND_ROW_FIELD, .field = text + 5};
    } else if (text[0] == '$') {
        return loader_fail(l, "neither $param.NAME nor $row.NAME:", text);
    } else {
        *b = (struct binding){.from = BIND_LITERAL, .literal = text};
    }
    return 0;
}

static int read_bound_param(struct loader *l, const char *name, json_t *v, void *into)
{
    struct binding *with = into;
    int p;
    if (find_word(l, "param", vocab_params, PARAMS_COUNT, name, &p) < 0)
        return -1;
    return read_binding(l, v, &with[p]);
}

int read_with(struct loader *l, json_t *o, void *into)
{
    return read_members(l, o, PARAMS_COUNT, read_bound_param, into);
}
