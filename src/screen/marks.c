/* SPDX-License-Identifier: EUPL-1.2 */
/* Rows that were marked to be answered together. They are known by id, so that a row keeps its mark
 * wherever it moves in the list. */
#include <string.h>

#include "screen/step.h"

static int find_mark(const struct state *st, const char *request)
{
    int at = 0;
    while (at < st->marks && strcmp(st->marked[at], request) != 0)
        at++;
    return at;
}

bool is_marked(const struct state *st, const char *request)
{
    return find_mark(st, request) < st->marks;
}

bool toggle_mark(struct state *st, const char *request)
{
    int at = find_mark(st, request);
    if (at == LIM_MARKS)
        return false;
    if (at == st->marks) {
        str_copy(st->marked[st->marks++], sizeof(st->marked[0]), request);
        return true;
    }
    st->marks--;
    memmove(st->marked[at], st->marked[st->marks], sizeof(st->marked[0]));
    explicit_bzero(st->marked[st->marks], sizeof(st->marked[0]));
    return true;
}

void forget_marks(struct state *st)
{
    explicit_bzero(st->marked, sizeof(st->marked));
    st->marks = 0;
}

bool marks_rows(const struct screen *s)
{
    const struct handler *h = screen_handler(s, "choose");
    for (int i = 0; h && i < h->count; i++)
        if (h->branch[i].action == ACTION_mark)
            return true;
    return false;
}
