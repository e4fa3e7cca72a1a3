/* SPDX-License-Identifier: EUPL-1.2 */
/* I-14: on every screen, whoever looks sees what allowed.txt allows him there, and nothing else.
 * The screens come from their directory, the values from allowed_world.h; each screen is tried with
 * everybody, reachable or not, on both sizes, on all of its pages and as numbered lines. */
#include <time.h>

#include "allowed_list.h"
#include "allowed_visits.h"

#define STEPS 600

struct tally {
    screens_seen drawn[PARTS];
    screens_seen seen[PARTS][WHATS][TIES];
    int pictures, looked, forbidden;
};

static struct tally tally;

/* ---- looking ---- */

/* The text without anything that wraps or spaces it. */
static void squeeze(const char *text, struct buf *out)
{
    for (; *text; text++)
        if (*text != ' ' && *text != '\n')
            buf_putc(out, *text);
}

static enum what what_of(const struct canary *v, enum who_is who, enum tie tie)
{
    if (v->what == PROPOSED && v->by == who)
        return PROPOSED_ONESELF;
    return tie == OWN ? v->what : not_now(v->what);
}

static void look(const struct world *w, enum part part, int screen, const char *text)
{
    struct buf tight = BUF_INIT(LIM_PAGE);
    squeeze(text, &tight);
    tally.pictures++;
    tally.drawn[part] |= (screens_seen)1 << screen;
    for (int i = 0; i < w->canaries; i++) {
        const struct canary *v = &w->canary[i];
        enum who_is who = parts[part].is;
        enum tie tie = tie_of(who, v);
        tally.looked++;
        if (strstr(tight.p, v->text))
            tally.seen[part][what_of(v, who, tie)][tie] |= (screens_seen)1 << screen;
    }
    buf_release(&tight);
}

static void draw(const struct world *w, enum part part, int rows, int cols)
{
    struct view v = kiosk_view(&w->h.k);
    struct canvas c;
    struct buf text = BUF_INIT(LIM_PAGE);
    v.height = rows;
    v.cols = cols;
    canvas_init(&c, rows, cols);
    view_draw(&v, &c);
    assert_int_equal(canvas_to_text(&c, &text), 0);
    look(w, part, state_frame_const(&w->h.k.state)->screen, text.p);
    canvas_release(&c);
    buf_release(&text);
}

static void draw_lines(const struct world *w, enum part part)
{
    struct view v = kiosk_view(&w->h.k);
    struct buf text = BUF_INIT(LIM_PAGE);
    assert_int_equal(view_plain(&v, &text), 0);
    look(w, part, state_frame_const(&w->h.k.state)->screen, text.p);
    buf_release(&text);
}

/* All pages of the present screen at one size, and the lines. */
static void draw_pages(struct world *w, enum part part, int rows, int cols)
{
    struct kiosk *k = &w->h.k;
    struct frame *f = state_frame(&k->state);
    const struct screen *s = state_screen(&k->app, &k->state);
    struct geometry g;
    k->height = rows;
    k->cols = cols;
    f->focus = 0;
    for (f->page = 0;; f->page++) {
        kiosk_fetch(k);
        struct view v = kiosk_view(k);
        view_measure(&v, &g);
        draw(w, part, rows, cols);
        draw_lines(w, part);
        f->focus += g.per_page;
        if (f->focus >= list_length(s, &k->state, k->rows) && f->page + 1 >= g.pages)
            break;
    }
    f->focus = 0;
    f->page = 0;
}

/* Puts the person onto the screen, whether or not a way leads there. */
static struct frame *put(struct world *w, int screen)
{
    struct kiosk *k = &w->h.k;
    struct state *st = &k->state;
    memset(st->stack, 0, sizeof(st->stack));
    st->stack[0].screen = k->app.home;
    st->depth = screen == k->app.home || screen == k->app.start ? 1 : 2;
    struct frame *f = state_frame(st);
    f->screen = screen;
    (void)str_copy(f->param[PARAM_course], LIM_PARAM, "c1");
    (void)str_copy(f->param[PARAM_run], LIM_PARAM, "r1");
    (void)str_copy(f->param[PARAM_facet], LIM_PARAM, "provider");
    (void)str_copy(f->param[PARAM_because], LIM_PARAM, "busy");
    (void)str_copy(f->param[PARAM_day], LIM_PARAM, "2027-01-04");
    st->message = NULL;
    bool gives = screen_widget(&k->app.screen[screen], WIDGET_code);
    (void)str_copy(st->code, sizeof(st->code), gives ? CODE : "73514280");
    (void)str_copy(st->badge, sizeof(st->badge), people[ANNA_IS].badge);
    return f;
}

static void try_one(
    struct world *w, enum part part, int screen, const char *request, const char *person)
{
    struct frame *f = put(w, screen);
    (void)str_copy(f->param[PARAM_request], LIM_PARAM, request);
    (void)str_copy(f->param[PARAM_person], LIM_PARAM, person);
    draw_pages(w, part, 24, 80);
    draw_pages(w, part, 20, 40);
}

static void try_screen(struct world *w, enum part part, int screen)
{
    const struct screen *s = &w->h.k.app.screen[screen];
    int requests = s->takes[PARAM_request] ? w->requests : 1;
    int persons = s->takes[PARAM_person] ? PEOPLE : 1;
    for (int r = 0; r < requests; r++)
        for (int p = 0; p < persons; p++)
            try_one(w, part, screen, w->request[r], people[p].id);
}

/* ---- judging ---- */

/* Prints what was seen and is not allowed, or the other way round; how many. */
static int judge(const struct table *t, const struct app *app, bool unseen)
{
    int wrong = 0;
    for (int i = 0; i < PARTS * WHATS * TIES; i++) {
        int part = i / (WHATS * TIES), what = i / TIES % WHATS, tie = i % TIES;
        screens_seen may = t->may[part][what][tie], seen = tally.seen[part][what][tie];
        screens_seen odd = unseen ? may & ~seen : seen & ~may;
        for (int s = 0; s < app->count; s++) {
            if (!(odd >> s & 1))
                continue;
            wrong++;
            print_message("%s: %s, %s, for %s, on %s\n", unseen ? "never seen" : "forbidden",
                what_names[what], tie_names[tie], parts[part].name, app->screen[s].name);
        }
    }
    return wrong;
}

static void try_all(struct world *w, enum part part)
{
    come(w, part);
    for (int s = 0; s < w->h.k.app.count; s++)
        try_screen(w, part, s);
}

static void everybody_sees_what_is_allowed(void **state)
{
    static struct world w;
    struct table t;
    (void)state;
    tally = (struct tally){0};
    for (int part = 0; part < PARTS; part++) {
        if (part > 0)
            world_close(&w);
        world_open(&w, NULL);
        try_all(&w, (enum part)part);
        must_be_planted(&w);
    }
    read_table(&t, &w.h.k.app);
    int forbidden = judge(&t, &w.h.k.app, false), unseen = judge(&t, &w.h.k.app, true);
    print_message("%d screens x %d visitors x 3 ways, %d pictures, %d values looked for, "
                  "%d forbidden, %d allowed and never seen\n",
        w.h.k.app.count, PARTS, tally.pictures, tally.looked, forbidden, unseen);
    assert_int_equal(unlisted(&t, &w.h.k.app), 0);
    world_close(&w);
    assert_int_equal(forbidden, 0);
    assert_int_equal(unseen, 0);
}

/* ---- wherever people get by themselves ---- */

static uint64_t random_state;

static int below(int limit)
{
    random_state = random_state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (int)((random_state >> 33) % (uint64_t)limit);
}

/* Digits where they choose something; in a text they could make a PIN by chance. */
static uint32_t any_char(const struct kiosk *k)
{
    const struct widget *input = screen_widget(state_screen(&k->app, &k->state), WIDGET_input);
    bool text = input && (input->bind == TYPED_query || input->bind == TYPED_words);
    return (uint32_t)(text ? 'a' + below(26) : '1' + below(9));
}

static struct event any_event(const struct kiosk *k)
{
    static const enum who_is comers[] = {ANNA_IS, SOFIE_IS, DIRK_IS, RITA_IS};
    if (below(150) == 0)
        return (struct event){.kind = EVENT_IDLE};
    if (below(60) == 0)
        return (struct event){.kind = EVENT_BADGE, .text = people[comers[below(4)]].badge};
    int kind = below(10);
    if (kind == 0)
        return (struct event){.kind = EVENT_KEY, .key = (enum key)below(KEYS_COUNT)};
    if (kind == 1)
        return (struct event){.kind = EVENT_KEY, .key = KEY_Enter};
    return (struct event){.kind = EVENT_CHAR, .ch = any_char(k)};
}

static enum part part_now(const struct kiosk *k)
{
    const struct session *s = &k->state.session;
    enum part part = GUEST;
    while (part < PARTS - 1 && strcmp(people[parts[part].is].id, s->person) != 0)
        part++;
    while (part < PARTS - 1 && parts[part + 1].is == parts[part].is &&
           parts[part + 1].proof <= s->proof)
        part++;
    return part;
}

static void walk(struct world *w, int steps)
{
    struct kiosk *k = &w->h.k;
    char person[LIM_ID];
    k->rehearsal = true; /* nothing is added to what is known */
    for (int i = 0; i < steps; i++) {
        struct event ev = any_event(k);
        (void)str_copy(person, sizeof(person), k->visit->person);
        kiosk_handle(k, &ev);
        if (strcmp(person, k->visit->person) != 0)
            visit_is_over(w);
        if (k->state.session.identified && proof_now(&w->h) < VISIT_CHECKING && below(20) == 0)
            (void)type_pin(&w->h, PIN);
        kiosk_watch(k);
        kiosk_fetch(k);
        if (screen_widget(state_screen(&k->app, &k->state), WIDGET_code))
            memset(k->state.code, '0', LIM_CODE); /* a random one could be a PIN by chance */
        draw(w, part_now(k), 24, 80);
    }
}

static int reached(const struct app *app)
{
    screens_seen all = 0;
    for (int part = 0; part < PARTS; part++)
        all |= tally.drawn[part];
    int count = 0;
    for (int s = 0; s < app->count; s++)
        count += (int)(all >> s & 1);
    return count;
}

static void nobody_gets_to_see_more(void **state)
{
    static struct world w;
    struct table t;
    const char *given = getenv("ACHT_SEED");
    (void)state;
    random_state = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    print_message("ACHT_SEED=%llu\n", (unsigned long long)random_state);
    tally = (struct tally){0};
    for (int part = 0; part < PARTS; part++) {
        if (part > 0)
            world_close(&w);
        world_open(&w, NULL);
        come(&w, (enum part)part);
        if (part == GUEST)
            state_forget(&w.h.k.state); /* or the next one would find the guest's words */
        walk(&w, STEPS);
    }
    read_table(&t, &w.h.k.app);
    int forbidden = judge(&t, &w.h.k.app, false);
    print_message("%d steps on %d of %d screens, %d values looked for, %d forbidden\n",
        tally.pictures, reached(&w.h.k.app), w.h.k.app.count, tally.looked, forbidden);
    world_close(&w);
    assert_int_equal(forbidden, 0);
}

/* ---- what is left when the visit is over ---- */

/* Values that stand in what the kiosk reads from; the rows it fetches anew. */
static int kept(const struct world *w)
{
    const struct kiosk *k = &w->h.k;
    int count = 0;
    for (int i = 0; i < w->canaries; i++) {
        const char *text = w->canary[i].text;
        count += memmem(k, sizeof(*k), text, strlen(text)) != NULL ||
                 memmem(k->visit, sizeof(*k->visit), text, strlen(text)) != NULL;
    }
    return count;
}

static void nothing_is_kept_of_a_visit(void **state)
{
    static struct world w;
    (void)state;
    for (int part = 0; part < PARTS; part++) {
        static const char *const screens[] = {"requests", "inbox", "notices", "search"};
        struct event idle = {.kind = EVENT_IDLE};
        world_open(&w, NULL);
        come(&w, (enum part)part);
        for (int s = 0; s < 4; s++)
            try_screen(&w, (enum part)part, app_find(&w.h.k.app, screens[s]));
        (void)str_copy(w.h.k.state.language, LANGUAGE_CODE, "nl");
        assert_true(kept(&w) > 0);
        kiosk_handle(&w.h.k, &idle);
        assert_int_equal(kept(&w), 0);
        assert_string_equal(w.h.k.state.language, "en");
        visit_is_over(&w);
        tally = (struct tally){0};
        draw(&w, GUEST, 24, 80);
        for (int i = 0; i < WHATS * TIES; i++)
            assert_int_equal(tally.seen[GUEST][i / TIES][i % TIES], 0);
        world_close(&w);
    }
}

/* ---- and a leak is found ---- */

static int forbidden_for(struct world *w, enum part part, int screen)
{
    struct table t;
    tally = (struct tally){0};
    read_table(&t, &w->h.k.app);
    try_screen(w, part, screen);
    return judge(&t, &w->h.k.app, false);
}

/* Rows of somebody else's, as a filter that was forgotten would give them. */
static void a_wrong_persons_rows_are_found(void **state)
{
    static const enum who_is wrong[] = {BART_IS, STRANGER_IS};
    static struct world w;
    (void)state;
    world_open(&w, NULL);
    come(&w, PROVEN);
    struct session *s = &w.h.k.state.session;
    int screen = app_find(&w.h.k.app, "requests");
    assert_int_equal(forbidden_for(&w, PROVEN, screen), 0);
    for (int i = 0; i < 2; i++) {
        (void)str_copy(s->person, sizeof(s->person), people[wrong[i]].id);
        assert_true(forbidden_for(&w, PROVEN, screen) > 0);
    }
    world_close(&w);
}

/* What was typed must be masked, and what is left of a visit wiped. */
static void a_secret_on_the_screen_is_found(void **state)
{
    static struct world w;
    (void)state;
    world_open(&w, NULL);
    come(&w, PROVEN);
    struct state *st = &w.h.k.state;
    int screen = app_find(&w.h.k.app, "search");
    (void)str_copy(st->search.text, LIM_QUERY, st->new_pin);
    assert_int_equal(forbidden_for(&w, PROVEN, screen), 1);
    (void)str_copy(st->search.text, LIM_QUERY, people[ANNA_IS].badge);
    assert_int_equal(forbidden_for(&w, PROVEN, screen), 1);
    for (int i = 0; i < w.canaries; i++)
        if (w.canary[i].last && w.canary[i].what == SEARCHED)
            (void)str_copy(st->search.text, LIM_QUERY, w.canary[i].text);
    assert_int_equal(forbidden_for(&w, PROVEN, screen), 1);
    world_close(&w);
}

/* A definition that shows the team where it is not expected, and one that nobody has listed. */
static void a_changed_screen_is_found(void **state)
{
    static struct world w;
    struct table t;
    (void)state;
    world_open(&w, "help");
    come(&w, BOSS);
    assert_true(forbidden_for(&w, BOSS, app_find(&w.h.k.app, "help")) > 0);
    read_table(&t, &w.h.k.app);
    assert_int_equal(unlisted(&t, &w.h.k.app), 1);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_sees_what_is_allowed),
        cmocka_unit_test(nobody_gets_to_see_more),
        cmocka_unit_test(nothing_is_kept_of_a_visit),
        cmocka_unit_test(a_wrong_persons_rows_are_found),
        cmocka_unit_test(a_secret_on_the_screen_is_found),
        cmocka_unit_test(a_changed_screen_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
