/* SPDX-License-Identifier: EUPL-1.2 */
/* What a screen does: handlers with their branches, and keys. */
#include <string.h>

#include "screen/load.h"

static int read_action(struct loader *l, json_t *v, void *into)
{
    return find_word(l, "action", vocab_actions, ACTIONS_COUNT, string_of(v), into);
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
    const char *name = string_of(v);
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
    const char *name = string_of(v);
    int i = choice_index("push|replace|reset", name, strlen(name));
    if (i < 0)
        return loader_fail(l, "stack is push, replace or reset, not", name);
    *(enum stack_op *)into = (enum stack_op)i;
    return 0;
}

static int read_then(struct loader *l, json_t *v, void *into)
{
    struct goal *goal = arena_alloc(&l->app->mem, sizeof(*goal));
    goal->guard = -1;
    *(const struct goal **)into = goal;
    return READ_OBJECT(l, v,
        {{"goto", true, read_screen_ref, &goal->screen}, {"with", false, read_with, goal->with},
            {"when", false, read_guard, &goal->guard}});
}

/* Members that mean nothing together are refused: whoever wrote them meant something. */
static int check_branch(struct loader *l, json_t *o, const struct branch *b)
{
    bool acts = b->action >= 0, moves = b->target != TARGET_NONE, shows = b->target >= 0;
    if (acts ? moves || b->message : !moves && !b->message)
        return err_set(l->err, ERR_CONFIG, "%s: needs either do, or goto and/or message", l->at);
    if (shows && !json_object_get(o, "stack"))
        return err_set(l->err, ERR_CONFIG, "%s: a goto to a screen needs stack", l->at);
    if (!shows && (json_object_get(o, "stack") || b->then))
        return err_set(
            l->err, ERR_CONFIG, "%s: stack and then go with a goto to a screen only", l->at);
    if (!shows && !acts && json_object_get(o, "with"))
        return err_set(
            l->err, ERR_CONFIG, "%s: with goes with do or a goto to a screen only", l->at);
    return 0;
}

static int read_branch(struct loader *l, json_t *o, void *into)
{
    struct handler *h = into;
    struct branch *b = &h->branch[h->count++];
    *b = (struct branch){.guard = -1, .action = -1, .target = TARGET_NONE};
    int rc = READ_OBJECT(l, o,
        {{"when", false, read_guard, &b->guard}, {"do", false, read_action, &b->action},
            {"goto", false, read_target, &b->target}, {"stack", false, read_stack, &b->stack},
            {"with", false, read_with, b->with}, {"message", false, read_text, &b->message},
            {"then", false, read_then, &b->then}});
    return rc < 0 ? -1 : check_branch(l, o, b);
}

static int read_handler(struct loader *l, const char *event, json_t *list, void *into)
{
    struct screen *s = into;
    struct handler *h = &s->on[s->on_count++];
    h->event = arena_strdup(&l->app->mem, event);
    if (json_array_size(list) < 1)
        return loader_must_be(l, "a list of branches");
    /* As many as there are: most handlers have one, and every page of memory costs at start. */
    size_t most = json_array_size(list) < LIM_BRANCHES ? json_array_size(list) : LIM_BRANCHES;
    h->branch = arena_alloc(&l->app->mem, most * sizeof(*h->branch));
    return read_elements(l, list, LIM_BRANCHES, read_branch, h);
}

int read_on(struct loader *l, json_t *o, void *into)
{
    return read_members(l, o, LIM_HANDLERS, read_handler, into);
}

static int read_key(struct loader *l, const char *name, json_t *value, void *into)
{
    struct screen *s = into;
    int k;
    if (find_word(l, "key", vocab_keys, KEYS_COUNT, name, &k) < 0)
        return -1;
    if (!vocab_keys[k].bindable)
        return loader_fail(l, "a definition cannot bind the key", name);
    struct key_use *use = &s->keys[s->key_count++];
    use->key = (enum key)k;
    return READ_OBJECT(l, value,
        {{"event", true, read_text, &use->event}, {"label", true, read_text, &use->label}});
}

int read_keys(struct loader *l, json_t *o, void *into)
{
    return read_members(l, o, KEYS_COUNT, read_key, into);
}
