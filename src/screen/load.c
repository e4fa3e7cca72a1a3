/* SPDX-License-Identifier: EUPL-1.2 */
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen/def.h"

/* Where the loader is, for its messages; the first error ends the loading. */
struct loader {
    struct app *app;
    struct err *err;
    char at[200];
};

static int fail(struct loader *l, const char *what, const char *name)
{
    return err_set(l->err, ERR_CONFIG, "%s: %s '%.60s'", l->at, what, name);
}

/* Steps into a member for the time of a call: at grows to "file: a.b" and is cut again by leave().
 */
static size_t enter(struct loader *l, const char *name)
{
    size_t len = strlen(l->at);
    snprintf(l->at + len, sizeof(l->at) - len, "%s%s", l->at[len - 1] == ':' ? " " : ".", name);
    return len;
}

static void leave(struct loader *l, size_t len)
{
    l->at[len] = '\0';
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
            int best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[nb];
}

/* "no query 'serch' (did you mean 'search'?)" */
static int unknown(
    struct loader *l, const char *class, const char *name, const struct word *words, int count)
{
    const char *near = NULL;
    int best = 3;
    for (int i = 0; i < count; i++) {
        int d = edit_distance(name, words[i].name);
        if (d < best) {
            best = d;
            near = words[i].name;
        }
    }
    if (near)
        return err_set(
            l->err, ERR_CONFIG, "%s: no %s '%.60s' (did you mean '%s'?)", l->at, class, name, near);
    return err_set(l->err, ERR_CONFIG, "%s: no %s '%.60s'", l->at, class, name);
}

static int find_word(struct loader *l, const char *class, const struct word *words, int count,
    const char *name, int *out)
{
    *out = vocab_find(words, count, name);
    return *out < 0 ? unknown(l, class, name, words, count) : 0;
}

/* Members of an object are read through this table, so that an unknown one cannot pass. */
struct member {
    const char *name;
    bool needed;
    int (*read)(struct loader *l, json_t *value, void *into);
    void *into;
};

static int read_object(struct loader *l, json_t *o, const struct member *members, size_t count)
{
    if (!json_is_object(o))
        return err_set(l->err, ERR_CONFIG, "%s: must be an object", l->at);
    const char *key;
    json_t *value;
    json_object_foreach(o, key, value)
    {
        size_t i = 0;
        while (i < count && strcmp(members[i].name, key) != 0)
            i++;
        if (i == count)
            return fail(l, "unknown member", key);
        size_t len = enter(l, key);
        if (members[i].read(l, value, members[i].into) < 0)
            return -1;
        leave(l, len);
    }
    for (size_t i = 0; i < count; i++)
        if (members[i].needed && !json_object_get(o, members[i].name))
            return fail(l, "missing member", members[i].name);
    return 0;
}
#define READ_OBJECT(l, o, ...)                                                                     \
    read_object(l, o, (const struct member[])__VA_ARGS__,                                          \
        sizeof((const struct member[])__VA_ARGS__) / sizeof(struct member))

static int read_text(struct loader *l, json_t *v, void *into)
{
    if (!json_is_string(v) || !*json_string_value(v))
        return err_set(l->err, ERR_CONFIG, "%s: must be a text", l->at);
    *(const char **)into = arena_strdup(&l->app->mem, json_string_value(v));
    return 0;
}

static int read_number(struct loader *l, json_t *v, void *into)
{
    if (!json_is_integer(v) || json_integer_value(v) < 1 || json_integer_value(v) > 10000)
        return err_set(l->err, ERR_CONFIG, "%s: must be a whole number from 1 to 10000", l->at);
    *(int *)into = (int)json_integer_value(v);
    return 0;
}

static int read_screen_ref(struct loader *l, json_t *v, void *into)
{
    const char *name = json_is_string(v) ? json_string_value(v) : "";
    *(int *)into = app_find(l->app, name);
    return *(int *)into < 0 ? fail(l, "no screen", name) : 0;
}

/* ---- bindings ---- */

static int read_binding(struct loader *l, json_t *v, struct binding *b)
{
    const char *text = NULL;
    if (read_text(l, v, &text) < 0)
        return -1;
    if (strncmp(text, "$param.", 7) == 0) {
        int p;
        b->from = BIND_PARAM;
        if (find_word(l, "param", vocab_params, PARAMS_COUNT, text + 7, &p) < 0)
            return -1;
        b->param = (enum param)p;
    } else if (strcmp(text, "$row.id") == 0) {
        b->from = BIND_ROW_ID;
    } else if (strncmp(text, "$row.", 5) == 0) {
        b->from = BIND_ROW_FIELD;
        b->field = text + 5;
    } else if (text[0] == '$') {
        return fail(l, "neither $param.NAME nor $row.NAME:", text);
    } else {
        b->from = BIND_LITERAL;
        b->literal = text;
    }
    return 0;
}

static int read_with(struct loader *l, json_t *o, void *into)
{
    struct binding *with = into;
    if (!json_is_object(o))
        return err_set(l->err, ERR_CONFIG, "%s: must be an object", l->at);
    const char *key;
    json_t *value;
    json_object_foreach(o, key, value)
    {
        int p;
        if (find_word(l, "param", vocab_params, PARAMS_COUNT, key, &p) < 0)
            return -1;
        size_t len = enter(l, key);
        if (read_binding(l, value, &with[p]) < 0)
            return -1;
        leave(l, len);
    }
    return 0;
}

/* ---- handlers ---- */

static int read_guard(struct loader *l, json_t *v, void *into)
{
    const char *name = json_is_string(v) ? json_string_value(v) : "";
    return find_word(l, "guard", vocab_guards, GUARDS_COUNT, name, into);
}

static int read_action(struct loader *l, json_t *v, void *into)
{
    const char *name = json_is_string(v) ? json_string_value(v) : "";
    return find_word(l, "action", vocab_actions, ACTIONS_COUNT, name, into);
}

static int read_target(struct loader *l, json_t *v, void *into)
{
    static const struct {
        const char *name;
        int target;
    } places[] = {
        {"@back", TARGET_BACK},
        {"@home", TARGET_HOME},
        {"@start", TARGET_START},
        {"@then", TARGET_THEN},
    };
    const char *name = json_is_string(v) ? json_string_value(v) : "";
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (strcmp(places[i].name, name) == 0) {
            *(int *)into = places[i].target;
            return 0;
        }
    }
    return read_screen_ref(l, v, into);
}

static int read_stack(struct loader *l, json_t *v, void *into)
{
    const char *name = json_is_string(v) ? json_string_value(v) : "";
    int i = choice_index("push|replace|reset", name, strlen(name));
    if (i < 0)
        return fail(l, "stack is push, replace or reset, not", name);
    *(enum stack_op *)into = (enum stack_op)i;
    return 0;
}

static int read_then(struct loader *l, json_t *v, void *into)
{
    struct goal *goal = arena_alloc(&l->app->mem, sizeof(*goal));
    *(const struct goal **)into = goal;
    return READ_OBJECT(l, v,
        {{"goto", true, read_screen_ref, &goal->screen}, {"with", false, read_with, goal->with}});
}

static int read_branch(struct loader *l, json_t *o, struct branch *b)
{
    *b = (struct branch){.guard = -1, .action = -1, .target = TARGET_NONE};
    int rc = READ_OBJECT(l, o,
        {{"when", false, read_guard, &b->guard}, {"do", false, read_action, &b->action},
            {"goto", false, read_target, &b->target}, {"stack", false, read_stack, &b->stack},
            {"with", false, read_with, b->with}, {"message", false, read_text, &b->message},
            {"then", false, read_then, &b->then}});
    if (rc < 0)
        return -1;
    bool moves = b->target != TARGET_NONE;
    if (b->action >= 0 ? moves || b->message : !moves && !b->message)
        return err_set(l->err, ERR_CONFIG, "%s: needs either do, or goto and/or message", l->at);
    if (b->target >= 0 && !json_object_get(o, "stack"))
        return err_set(l->err, ERR_CONFIG, "%s: a goto to a screen needs stack", l->at);
    return 0;
}

static int read_handler(struct loader *l, json_t *list, struct handler *h)
{
    if (!json_is_array(list) || json_array_size(list) < 1 || json_array_size(list) > LIM_BRANCHES)
        return err_set(
            l->err, ERR_CONFIG, "%s: must be a list of 1 to %d branches", l->at, LIM_BRANCHES);
    size_t i;
    json_t *v;
    json_array_foreach(list, i, v)
    {
        char index[8];
        snprintf(index, sizeof(index), "%zu", i);
        size_t len = enter(l, index);
        if (read_branch(l, v, &h->branch[h->count++]) < 0)
            return -1;
        leave(l, len);
    }
    return 0;
}

static int read_on(struct loader *l, json_t *o, void *into)
{
    struct screen *s = into;
    if (!json_is_object(o))
        return err_set(l->err, ERR_CONFIG, "%s: must be an object", l->at);
    const char *key;
    json_t *value;
    json_object_foreach(o, key, value)
    {
        if (s->on_count == LIM_HANDLERS)
            return err_set(l->err, ERR_CONFIG, "%s: more than %d events", l->at, LIM_HANDLERS);
        struct handler *h = &s->on[s->on_count++];
        h->event = arena_strdup(&l->app->mem, key);
        size_t len = enter(l, key);
        if (read_handler(l, value, h) < 0)
            return -1;
        leave(l, len);
    }
    return 0;
}

/* ---- keys ---- */

static int read_keys(struct loader *l, json_t *o, void *into)
{
    struct screen *s = into;
    if (!json_is_object(o))
        return err_set(l->err, ERR_CONFIG, "%s: must be an object", l->at);
    const char *key;
    json_t *value;
    json_object_foreach(o, key, value)
    {
        int k;
        if (find_word(l, "key", vocab_keys, KEYS_COUNT, key, &k) < 0)
            return -1;
        if (!vocab_keys[k].bindable)
            return fail(l, "a definition cannot bind the key", key);
        struct key_use *use = &s->keys[s->key_count++];
        use->key = (enum key)k;
        size_t len = enter(l, key);
        if (READ_OBJECT(l, value,
                {{"event", true, read_text, &use->event},
                    {"label", true, read_text, &use->label}}) < 0)
            return -1;
        leave(l, len);
    }
    return 0;
}

/* ---- body ---- */

struct item_list {
    struct item *items;
    int *count;
};

static int read_items(struct loader *l, json_t *list, void *into)
{
    struct item_list *to = into;
    if (!json_is_array(list) || json_array_size(list) > LIM_ITEMS)
        return err_set(
            l->err, ERR_CONFIG, "%s: must be a list of at most %d items", l->at, LIM_ITEMS);
    size_t i;
    json_t *v;
    json_array_foreach(list, i, v)
    {
        struct item *item = &to->items[(*to->count)++];
        *item = (struct item){.note = "", .guard = -1};
        if (READ_OBJECT(l, v,
                {{"text", true, read_text, &item->text}, {"note", false, read_text, &item->note},
                    {"event", true, read_text, &item->event},
                    {"when", false, read_guard, &item->guard}}) < 0)
            return -1;
    }
    return 0;
}

static int read_bind(struct loader *l, json_t *v, void *into)
{
    const char *name = json_is_string(v) ? json_string_value(v) : "";
    *(bool *)into = strcmp(name, "badge") == 0;
    return *(bool *)into || strcmp(name, "query") == 0
               ? 0
               : fail(l, "an input takes query or badge, not", name);
}

static int read_kind(struct loader *l, json_t *v, void *into)
{
    const char *name = json_is_string(v) ? json_string_value(v) : "";
    int k;
    if (find_word(l, "widget", vocab_widgets, WIDGETS_COUNT, name, &k) < 0)
        return -1;
    *(enum widget_kind *)into = (enum widget_kind)k;
    return 0;
}

static int find_source(struct loader *l, const struct screen *s, const char *name, int *out)
{
    for (*out = 0; *out < s->data_count; ++*out)
        if (strcmp(s->data[*out].name, name) == 0)
            return 0;
    *out = -1;
    return fail(l, "no data", name);
}

static int read_widget(struct loader *l, json_t *o, const struct screen *s, struct widget *w)
{
    const char *source = NULL;
    *w = (struct widget){.source = -1, .text = "", .empty = ""};
    int rc = READ_OBJECT(l, o,
        {{"widget", true, read_kind, &w->kind}, {"source", false, read_text, &source},
            {"text", false, read_text, &w->text}, {"empty", false, read_text, &w->empty},
            {"bind", false, read_bind, &w->badge},
            {"before", false, read_items, &(struct item_list){w->before, &w->before_count}},
            {"after", false, read_items, &(struct item_list){w->after, &w->after_count}}});
    if (rc < 0)
        return -1;
    return source ? find_source(l, s, source, &w->source) : 0;
}

static int read_body(struct loader *l, json_t *list, void *into)
{
    struct screen *s = into;
    if (!json_is_array(list) || json_array_size(list) > LIM_WIDGETS)
        return err_set(
            l->err, ERR_CONFIG, "%s: must be a list of at most %d widgets", l->at, LIM_WIDGETS);
    size_t i;
    json_t *v;
    json_array_foreach(list, i, v)
    {
        if (read_widget(l, v, s, &s->body[s->body_count++]) < 0)
            return -1;
    }
    return 0;
}

/* ---- params and data ---- */

static int read_params(struct loader *l, json_t *list, void *into)
{
    bool *takes = into;
    if (!json_is_array(list))
        return err_set(l->err, ERR_CONFIG, "%s: must be a list of params", l->at);
    size_t i;
    json_t *v;
    json_array_foreach(list, i, v)
    {
        int p;
        const char *name = json_is_string(v) ? json_string_value(v) : "";
        if (find_word(l, "param", vocab_params, PARAMS_COUNT, name, &p) < 0)
            return -1;
        takes[p] = true;
    }
    return 0;
}

static int read_query(struct loader *l, json_t *v, void *into)
{
    const char *name = json_is_string(v) ? json_string_value(v) : "";
    int q;
    if (find_word(l, "query", vocab_queries, QUERIES_COUNT, name, &q) < 0)
        return -1;
    *(enum query *)into = (enum query)q;
    return 0;
}

static int read_data(struct loader *l, json_t *o, void *into)
{
    struct screen *s = into;
    if (!json_is_object(o) || json_object_size(o) > LIM_DATA)
        return err_set(
            l->err, ERR_CONFIG, "%s: must be an object of at most %d sources", l->at, LIM_DATA);
    const char *key;
    json_t *value;
    json_object_foreach(o, key, value)
    {
        struct data *d = &s->data[s->data_count++];
        d->name = arena_strdup(&l->app->mem, key);
        size_t len = enter(l, key);
        if (READ_OBJECT(l, value,
                {{"query", true, read_query, &d->query}, {"with", false, read_with, d->args}}) < 0)
            return -1;
        leave(l, len);
    }
    return 0;
}

/* ---- files ---- */

static json_t *read_file(struct loader *l, const char *dir, const char *file)
{
    char path[600];
    struct buf text = BUF_INIT(LIM_SCREEN_FILE);
    json_error_t e;
    json_t *root = NULL;
    snprintf(path, sizeof(path), "%s/%s", dir, file);
    snprintf(l->at, sizeof(l->at), "%s:", file);
    if (buf_read_file(&text, path, l->err) == 0) {
        root = json_loadb(text.p, text.len, JSON_REJECT_DUPLICATES, &e);
        if (!root)
            err_set(l->err, ERR_CONFIG, "%s line %d: %s", file, e.line, e.text);
    }
    buf_release(&text);
    return root;
}

static int read_ignored(struct loader *l, json_t *v, void *into)
{
    return read_text(l, v, into);
}

static int load_screen(struct loader *l, const char *dir, struct screen *s)
{
    char file[LIM_ID + 8];
    const char *name = NULL;
    snprintf(file, sizeof(file), "%s.json", s->name);
    json_t *root = read_file(l, dir, file);
    if (!root)
        return -1;
    /* Widgets name sources, so the data must be known before the body is read. */
    json_t *data = json_object_get(root, "data");
    int rc = 0;
    if (data) {
        size_t len = enter(l, "data");
        rc = read_data(l, data, s);
        if (rc == 0)
            leave(l, len);
        json_object_del(root, "data");
    }
    if (rc == 0)
        rc = READ_OBJECT(l, root,
            {{"screen", true, read_ignored, &name}, {"title", true, read_text, &s->title},
                {"params", false, read_params, s->takes}, {"body", true, read_body, s},
                {"keys", false, read_keys, s}, {"on", true, read_on, s}});
    if (rc == 0 && strcmp(name, s->name) != 0)
        rc = fail(l, "screen must be the name of the file, not", name);
    json_decref(root);
    return rc;
}

static int read_idle(struct loader *l, json_t *o, void *into)
{
    struct app *app = into;
    return READ_OBJECT(l, o,
        {{"after", true, read_number, &app->idle_after},
            {"countdown", true, read_number, &app->idle_countdown}});
}

static int read_minimum(struct loader *l, json_t *o, void *into)
{
    struct app *app = into;
    return READ_OBJECT(l, o,
        {{"columns", true, read_number, &app->min_cols},
            {"rows", true, read_number, &app->min_rows}});
}

static int load_global(struct loader *l, const char *dir)
{
    struct app *app = l->app;
    json_t *root = read_file(l, dir, "kiosk.json");
    if (!root)
        return -1;
    int rc = READ_OBJECT(l, root,
        {{"start", true, read_screen_ref, &app->start}, {"home", true, read_screen_ref, &app->home},
            {"idle", true, read_idle, app}, {"minimum", true, read_minimum, app},
            {"keys", true, read_keys, &app->global}, {"on", true, read_on, &app->global}});
    json_decref(root);
    return rc;
}

static int is_screen_file(const struct dirent *d)
{
    size_t len = strlen(d->d_name);
    return len > 5 && len < LIM_ID && strcmp(d->d_name + len - 5, ".json") == 0 &&
           d->d_name[0] != '.' && strcmp(d->d_name, "kiosk.json") != 0;
}

/* The names come first: a definition may name a screen that is read later. */
static int find_screens(struct loader *l, const char *dir)
{
    struct app *app = l->app;
    struct dirent **files;
    int n = scandir(dir, &files, is_screen_file, alphasort);
    if (n < 0)
        return err_set(l->err, ERR_CONFIG, "no screens in '%s'", dir);
    int most = n < LIM_SCREENS ? n : LIM_SCREENS;
    app->screen = arena_alloc(&app->mem, sizeof(*app->screen) * (size_t)most);
    for (int i = 0; i < n; i++) {
        if (i < most)
            app->screen[app->count++].name =
                arena_strndup(&app->mem, files[i]->d_name, strlen(files[i]->d_name) - 5);
        free(files[i]);
    }
    free(files);
    return n > LIM_SCREENS ? err_set(l->err, ERR_CONFIG, "more than %d screens", LIM_SCREENS) : 0;
}

int app_load(struct app *app, const char *dir, struct err *err)
{
    *app = (struct app){0};
    struct loader l = {app, err, ""};
    int rc = find_screens(&l, dir);
    if (rc == 0)
        rc = load_global(&l, dir);
    for (int i = 0; rc == 0 && i < app->count; i++)
        rc = load_screen(&l, dir, &app->screen[i]);
    if (rc < 0)
        app_release(app);
    return rc;
}

void app_release(struct app *app)
{
    arena_release(&app->mem);
    *app = (struct app){0};
}

int app_find(const struct app *app, const char *screen)
{
    for (int i = 0; i < app->count; i++)
        if (strcmp(app->screen[i].name, screen) == 0)
            return i;
    return -1;
}

const struct handler *screen_handler(const struct screen *s, const char *event)
{
    for (int i = 0; i < s->on_count; i++)
        if (strcmp(s->on[i].event, event) == 0)
            return &s->on[i];
    return NULL;
}

const struct widget *screen_widget(const struct screen *s, enum widget_kind kind)
{
    for (int i = 0; i < s->body_count; i++)
        if (s->body[i].kind == kind)
            return &s->body[i];
    return NULL;
}
