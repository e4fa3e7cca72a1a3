/* SPDX-License-Identifier: EUPL-1.2 */
/* Asking a loaded definition. */
#include "screen/def.h"

#include <string.h>

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

enum who screen_who(const struct screen *s)
{
    enum who who = WHO_ANYBODY;
    for (int d = 0; d < s->data_count; d++)
        if (vocab_queries[s->data[d].query].who > who)
            who = vocab_queries[s->data[d].query].who;
    for (int h = 0; h < s->on_count; h++) {
        for (int b = 0; b < s->on[h].count; b++) {
            int action = s->on[h].branch[b].action;
            if (action >= 0 && vocab_actions[action].who > who)
                who = vocab_actions[action].who;
        }
    }
    return who;
}
