/* SPDX-License-Identifier: EUPL-1.2 */
/* Whatever people press on the real screens, and whatever comes of it: the stack stays short, what
 * is personal stays with its person, and a visit leaves nothing. ACHT_SEED repeats a run. */
#include <time.h>

#include "base/utf8.h"
#include "screen/check.h"
#include "screen_house.h"
#include "screen_world.h"

#define VISITS 3000
#define STEPS 300

struct random {
    uint64_t state;
};

static uint32_t next(struct random *r)
{
    r->state = r->state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(r->state >> 33);
}

static int below(struct random *r, int limit)
{
    return (int)(next(r) % (uint32_t)limit);
}

static uint64_t seed(void)
{
    const char *given = getenv("ACHT_SEED");
    uint64_t s = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    print_message("ACHT_SEED=%llu\n", (unsigned long long)s);
    return s;
}

static struct event any_event(struct random *r)
{
    static const char badges[][16] = {MARK "-badge", "", "0", "12345678901234"};
    static const char *const happens[] = {
        "proven", "proven", "proven", "unproven", "unproven", "wrong_pin"};
    static const uint32_t chars[] = {'a', ' ', 0xE9, 0x1F600, 0x301, 0x1B, 0x202E, 0xFFFD};
    switch (below(r, 13)) {
    case 12:
        return (struct event){.kind = EVENT_WORLD, .text = happens[below(r, 6)]};
    case 0:
        return (struct event){.kind = EVENT_BADGE, .text = badges[below(r, 4)]};
    case 1:
        return (struct event){.kind = EVENT_PICK, .index = below(r, 40) - 2};
    case 2:
        return (struct event){.kind = EVENT_CHAR, .ch = chars[below(r, 8)]};
    case 3:
    case 4:
    case 5:
    case 6:
        return (struct event){.kind = EVENT_CHAR, .ch = (uint32_t)('0' + below(r, 10))};
    case 7:
        return (struct event){.kind = EVENT_KEY, .key = KEY_Enter};
    case 8:
        if (below(r, 20) == 0)
            return (struct event){.kind = EVENT_IDLE};
        return (struct event){.kind = EVENT_KEY, .key = KEY_Down};
    default:
        return (struct event){.kind = EVENT_KEY, .key = (enum key)below(r, KEYS_COUNT)};
    }
}

/* The world changes while people look. */
static void change_world(struct world *w, struct random *r)
{
    static const int many[] = {0, 1, 7, 9, 40, 200};
    static const char *const outcomes[] = {NULL, NULL, NULL, "unknown_badge", "no_badge",
        "not_enrolled", "store_failed", "already_asked", "disk_full", "no_pin", "another_person",
        "slow_down", "not_equal", "needs_pin"};
    w->many = many[below(r, 6)];
    w->one = below(r, 10) > 0;
    w->pages = below(r, 4) ? 1 : 3;
    w->per_page = 1 + below(r, 9);
    w->window = below(r, 5) ? LIM_ROWS : 3;
    w->first = below(r, 5) ? 0 : below(r, 10);
    w->outcome = outcomes[below(r, 14)];
    w->ticket = (enum request_state)(below(r, 2) ? below(r, REQUEST_STATES_COUNT) : REQUEST_asked);
    w->role = (enum role)below(r, 3);
}

struct finding {
    const char *message;
    bool known;
};

static void find_message(void *to, const struct text_use *use)
{
    struct finding *f = to;
    f->known |= use->place == TEXT_MESSAGE && strcmp(use->id, f->message) == 0;
}

static void check_message(const struct world *w)
{
    struct finding f = {w->st.message, false};
    if (!f.message)
        return;
    texts_each(&w->app, find_message, &f);
    assert_true(f.known);
}

static void check_params(const struct screen *s, const struct frame *f)
{
    for (int p = 0; p < PARAMS_COUNT; p++) {
        bool given = f->param[p][0];
        assert_true(!given || s->takes[p]);
        assert_true(given || !s->takes[p] || vocab_params[p].optional);
    }
}

static bool zero(const void *p, size_t len)
{
    const unsigned char *at = p;
    for (size_t i = 0; i < len; i++)
        if (at[i])
            return false;
    return true;
}

static void check_stack(const struct world *w)
{
    const struct state *st = &w->st;
    assert_in_range(st->depth, 1, LIM_STACK);
    assert_true(!st->session.identified || st->stack[0].screen != w->app.start);
    for (int i = 0; i < st->depth; i++) {
        const struct screen *s = &w->app.screen[st->stack[i].screen];
        assert_true(screen_who(s) == WHO_ANYBODY || st->session.identified);
        assert_true(screen_who(s) < WHO_SUPERVISOR || guard_holds(s, st, NULL, GUARD_supervises));
        for (int j = 0; j < i; j++)
            assert_int_not_equal(st->stack[i].screen, st->stack[j].screen);
        check_params(s, &st->stack[i]);
        assert_true(st->stack[i].focus >= 0 && st->stack[i].page >= 0);
    }
    size_t rest = sizeof(st->stack[0]) * (size_t)(LIM_STACK - st->depth);
    assert_true(rest == 0 || zero(&st->stack[st->depth], rest));
}

static void check_effect(const struct world *w)
{
    const struct effect *e = &w->last;
    const struct word *action = &vocab_actions[e->action];
    for (int p = 0; e->wanted && p < PARAMS_COUNT; p++) {
        const char *name = vocab_params[p].name;
        bool taken = choice_index(action->params, name, strlen(name)) >= 0;
        assert_true(!e->param[p][0] || taken);
        assert_true(e->param[p][0] || !taken || vocab_params[p].optional);
    }
    assert_true(!e->wanted || action->who == WHO_ANYBODY || w->st.session.identified);
    assert_true(!e->wanted || action->who < WHO_SUPERVISOR || w->st.session.role != ROLE_worker);
}

/* Only the language is left of a visit; the kiosk sets that right. */
static void check_ended(const struct world *w)
{
    struct state fresh;
    state_init(&w->app, &fresh, w->st.language);
    assert_null(memmem(&w->st, sizeof(w->st), MARK, strlen(MARK)));
    assert_int_equal(w->st.depth, 1);
    assert_int_equal(w->st.stack[0].screen, w->app.start);
    assert_memory_equal(w->st.stack, fresh.stack, sizeof(fresh.stack));
    assert_memory_equal(&w->st.session, &fresh.session, sizeof(fresh.session));
    assert_memory_equal(&w->st.search, &fresh.search, sizeof(fresh.search));
    assert_memory_equal(w->st.badge, fresh.badge, sizeof(fresh.badge));
    assert_memory_equal(w->st.pin, fresh.pin, sizeof(fresh.pin));
    assert_memory_equal(w->st.new_pin, fresh.new_pin, sizeof(fresh.new_pin));
    assert_memory_equal(w->st.again, fresh.again, sizeof(fresh.again));
    assert_memory_equal(w->st.code, fresh.code, sizeof(fresh.code));
    assert_memory_equal(w->st.words, fresh.words, sizeof(fresh.words));
    assert_memory_equal(w->st.then_param, fresh.then_param, sizeof(fresh.then_param));
    assert_false(w->st.then_set);
    assert_null(w->st.message);
}

static void visit(struct world *w, struct random *r, uint32_t *seen)
{
    for (int i = 0; i < STEPS; i++) {
        if (below(r, 5) == 0)
            change_world(w, r);
        struct event ev = any_event(r);
        w->last = (struct effect){0};
        world_step(w, &ev);
        check_stack(w);
        check_message(w);
        check_effect(w);
        assert_true(utf8_valid(w->st.search.text, strlen(w->st.search.text)));
        assert_true(utf8_valid(w->st.badge, strlen(w->st.badge)));
        seen[state_frame(&w->st)->screen]++;
    }
    struct event idle = {.kind = EVENT_IDLE};
    world_step(w, &idle);
    check_ended(w);
}

static void nothing_that_people_do_breaks_a_visit(void **unused)
{
    (void)unused;
    struct random r = {seed()};
    struct world w;
    uint32_t seen[LIM_SCREENS] = {0};
    world_start(&w, REAL);
    for (int i = 0; i < VISITS; i++)
        visit(&w, &r, seen);
    /* The walk is worth something only if it comes everywhere. */
    for (int s = 0; s < w.app.count; s++)
        if (!seen[s])
            fail_msg("never came to %s", w.app.screen[s].name);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_that_people_do_breaks_a_visit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
