/* SPDX-License-Identifier: EUPL-1.2 */
/* I-14: on every screen, whoever looks sees what allowed.txt allows him there, and nothing else.
 * The screens come from their directory, the values from allowed_world.h; each screen is tried with
 * everybody, reachable or not, on both sizes, on all of its pages and as numbered lines. */
#include <dirent.h>

#include "allowed_world.h"
#include "base/buf.h"

#define LIST "tests/unit/allowed.txt"
#define LINES_MAX 120
#define CELL_MAX 24

/* What was seen of one kind: a bit for each screen. */
typedef uint64_t screens_seen;

#define GROUPS_MAX 10

struct group {
    char name[CELL_MAX];
    uint32_t who;
};

struct table {
    struct group group[GROUPS_MAX];
    int groups;
    screens_seen may[PARTS][WHATS][TIES];
    bool listed[LIM_SCREENS];
};

struct tally {
    screens_seen seen[PARTS][WHATS][TIES];
    int pictures, looked, forbidden;
};

static struct tally tally;

/* ---- the list ---- */

static int name_index(const char *const *names, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

static int part_index(const char *name)
{
    for (int i = 0; i < PARTS; i++)
        if (strcmp(parts[i].name, name) == 0)
            return i;
    return -1;
}

/* The next word of a cell, or NULL. */
static char *next_word(char **at)
{
    char *word = *at + strspn(*at, " ");
    if (!*word)
        return NULL;
    char *end = word + strcspn(word, " ");
    *at = *end ? end + 1 : end;
    *end = '\0';
    return word;
}

static uint32_t part_bits(const struct table *t, const char *word)
{
    int part = part_index(word);
    if (part >= 0)
        return 1U << part;
    for (int i = 0; i < t->groups; i++)
        if (strcmp(t->group[i].name, word) == 0)
            return t->group[i].who;
    if (strcmp(word, "nobody") != 0)
        fail_msg(LIST ": nobody is called %s", word);
    return 0;
}

static uint32_t read_parts(const struct table *t, char *cell)
{
    uint32_t who = 0;
    for (char *word; (word = next_word(&cell));)
        who |= part_bits(t, word);
    return who;
}

static screens_seen read_screens(const struct app *app, char *cell)
{
    screens_seen where = 0;
    for (char *word; (word = next_word(&cell));) {
        int screen = app_find(app, word);
        if (strcmp(word, "everywhere") == 0)
            return ((screens_seen)1 << app->count) - 1;
        if (screen < 0 && strcmp(word, "nowhere") != 0)
            fail_msg(LIST ": no screen is called %s", word);
        where |= screen < 0 ? 0 : (screens_seen)1 << screen;
    }
    return where;
}

/* Cuts blanks off both ends. */
static char *trim(char *s)
{
    s += strspn(s, " ");
    size_t len = strlen(s);
    while (len > 0 && s[len - 1] == ' ')
        s[--len] = '\0';
    return s;
}

/* "name = who who" */
static void read_group(struct table *t, char *line, char *equals)
{
    assert_true(t->groups < GROUPS_MAX);
    struct group *g = &t->group[t->groups];
    *equals = '\0';
    assert_int_equal(str_copy(g->name, CELL_MAX, trim(line)), 0);
    g->who = read_parts(t, equals + 1);
    t->groups++;
}

/* "what | whose | who looks | where" */
static void read_line(struct table *t, const struct app *app, char *line)
{
    char *cell[4];
    for (int i = 0; i < 4; i++) {
        char *end = line ? strchr(line, '|') : NULL;
        if (!line || (!end && i < 3))
            fail_msg(LIST ": a line has %d cells", i);
        if (end)
            *end = '\0';
        cell[i] = trim(line);
        line = end ? end + 1 : NULL;
    }
    int what = name_index(what_names, WHATS, cell[0]), tie = name_index(tie_names, TIES, cell[1]);
    if (what < 0 || tie < 0)
        fail_msg(LIST ": what is %s of %s?", cell[0], cell[1]);
    uint32_t who = read_parts(t, cell[2]);
    screens_seen where = read_screens(app, cell[3]);
    for (int part = 0; part < PARTS; part++)
        if (who & 1U << part)
            t->may[part][what][tie] |= where;
}

static void read_table(struct table *t, const struct app *app)
{
    struct buf text = BUF_INIT(1 << 16);
    MUST(buf_read_file(&text, LIST, err));
    *t = (struct table){0};
    for (char *line = text.p, *end; *line; line = end + 1) {
        end = strchr(line, '\n');
        *end = '\0';
        if (strncmp(line, "screens:", 8) == 0) {
            screens_seen these = read_screens(app, line + 8);
            for (int s = 0; s < app->count; s++)
                t->listed[s] |= these >> s & 1;
        } else if (*line && *line != '#') {
            char *equals = strchr(line, '=');
            if (equals)
                read_group(t, line, equals);
            else
                read_line(t, app, line);
        }
    }
    buf_release(&text);
}

/* ---- looking ---- */

/* The text without anything that wraps or spaces it. */
static void squeeze(const char *text, struct buf *out)
{
    for (; *text; text++)
        if (*text != ' ' && *text != '\n')
            buf_putc(out, *text);
}

static enum what what_of(const struct canary *v, enum tie tie)
{
    if (tie != OWN && v->what >= COURSE_NOW && v->what <= NUMBER_NOW)
        return v->what - COURSE_NOW + (v->what == NUMBER_NOW ? NUMBER_BEFORE - 2 : COURSE_BEFORE);
    return v->what;
}

static void look(const struct world *w, enum part part, int screen, const char *text)
{
    struct buf tight = BUF_INIT(LIM_PAGE);
    squeeze(text, &tight);
    tally.pictures++;
    for (int i = 0; i < w->canaries; i++) {
        const struct canary *v = &w->canary[i];
        enum tie tie = tie_of(parts[part].is, v);
        tally.looked++;
        if (strstr(tight.p, v->text))
            tally.seen[part][what_of(v, tie)][tie] |= (screens_seen)1 << screen;
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

static void everybody_sees_what_is_allowed(void **state)
{
    static struct world w;
    struct table t;
    (void)state;
    tally = (struct tally){0};
    for (int part = 0; part < PARTS; part++) {
        world_open(&w);
        come(&w, (enum part)part);
        read_table(&t, &w.h.k.app);
        for (int s = 0; s < w.h.k.app.count; s++)
            try_screen(&w, (enum part)part, s);
        if (part < PARTS - 1)
            world_close(&w);
    }
    int forbidden = judge(&t, &w.h.k.app, false), unseen = judge(&t, &w.h.k.app, true);
    print_message("%d screens x %d kinds of visitors, %d pictures, %d values looked for, "
                  "%d forbidden, %d allowed and never seen\n",
        w.h.k.app.count, PARTS, tally.pictures, tally.looked, forbidden, unseen);
    world_close(&w);
    assert_int_equal(forbidden, 0);
    assert_int_equal(unseen, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_sees_what_is_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
