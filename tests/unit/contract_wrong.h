/* SPDX-License-Identifier: EUPL-1.2 */
/* Lines that break the contract, made of those that keep to it. */
#ifndef ACHT_TESTS_CONTRACT_WRONG_H
#define ACHT_TESTS_CONTRACT_WRONG_H

#include "contract_corpus.h"

/* Lines that must not pass, each of them wrong in one member. */
struct wrong {
    const struct exchange *from;
    char member[LIM_ID];
    char *line;
};
static struct wrong *wrongs;
static int wrong_count;
#define WRONGS_MAX 20000

static inline int line_holds(
    const struct contract *c, const struct exchange *from, const char *line)
{
    struct err ignored = {0};
    struct exchange x = *from;
    struct contract_message *m = x.answer.status ? &x.answer.m : &x.asked;
    m->body = line;
    m->len = strlen(line);
    return exchange_holds(c, &x, &ignored);
}

static inline json_t *wrong_value(int i)
{
    static char longest[LIM_BOX + 2];
    memset(longest, 'a', LIM_BOX + 1);
    switch (i) {
    case 0:
        return json_integer(-1);
    case 1:
        return json_integer(INT64_C(1000000000000));
    case 2:
        return json_string(longest);
    case 3:
        return json_string("\"?");
    case 4:
        return json_string("");
    case 5:
        return json_false();
    default:
        return json_object();
    }
}
#define WRONG_VALUES 7

static inline void keep_wrong(const struct exchange *from, const char *member, const json_t *object)
{
    char *line = json_dumps(object, JSON_COMPACT);
    if (line_holds(contract_here(), from, line) == 0) { /* it may be so */
        free(line);
        return;
    }
    assert_true(wrong_count < WRONGS_MAX);
    struct wrong *w = &wrongs[wrong_count++];
    *w = (struct wrong){.from = from, .line = line};
    str_copy(w->member, sizeof(w->member), member);
}

/* Under the member's name, and under that of the object in which it stands. */
static inline void keep_both(
    const struct exchange *from, const char *outer, const char *member, const json_t *all)
{
    keep_wrong(from, member, all);
    if (outer)
        keep_wrong(from, outer, all);
}

/* inner: all of it, or the object in it that is called outer. */
static inline void spoil(
    const struct exchange *from, const json_t *all, const char *outer, json_t *inner)
{
    const char *member;
    json_t *value, *was = json_copy(inner);
    json_object_foreach(was, member, value)
    {
        json_object_del(inner, member);
        keep_both(from, outer, member, all);
        for (int i = 0; i < WRONG_VALUES; i++) {
            json_object_set_new(inner, member, wrong_value(i));
            keep_both(from, outer, member, all);
        }
        json_object_set(inner, member, value);
        if (json_is_object(value))
            spoil(from, all, member, value);
    }
    json_decref(was);
}

static inline void spoil_lists(const struct exchange *from, const json_t *object)
{
    const char *member;
    json_t *value;
    json_object_foreach((json_t *)object, member, value)
    {
        json_t *copy = json_copy((json_t *)object), *list = json_array();
        for (int i = 0; i < LIM_LIST + 1; i++)
            json_array_append_new(list, json_string("a"));
        json_object_set_new(copy, member, list);
        if (json_is_array(value))
            keep_wrong(from, member, copy);
        for (int i = 0; json_is_array(value) && i < WRONG_VALUES; i++) {
            json_object_set_new(copy, member, json_pack("[o]", wrong_value(i)));
            keep_wrong(from, member, copy);
        }
        json_decref(copy);
    }
}

static inline void make_wrongs(const struct corpus *corpus)
{
    wrongs = mem_array(WRONGS_MAX, sizeof(*wrongs));
    for (int i = 0; i < corpus->count; i++) {
        const struct exchange *x = &corpus->all[i];
        const struct contract_message *m = x->answer.status ? &x->answer.m : &x->asked;
        json_t *object = json_loadb(m->body, m->len, 0, NULL);
        if (object && x->sample) {
            spoil(x, object, NULL, object);
            spoil_lists(x, object);
        }
        json_decref(object);
    }
}

static inline void free_wrongs(void)
{
    for (int i = 0; i < wrong_count; i++)
        free(wrongs[i].line);
    mem_free(wrongs);
}

/* Something that must not pass, because it is wrong in this member, does so. */
static inline bool wrong_passes(const struct contract *c, const char *member)
{
    for (int i = 0; i < wrong_count; i++)
        if (strcmp(wrongs[i].member, member) == 0 &&
            line_holds(c, wrongs[i].from, wrongs[i].line) == 0)
            return true;
    return false;
}

#endif
