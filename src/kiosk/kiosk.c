/* SPDX-License-Identifier: EUPL-1.2 */
#include "kiosk/kiosk.h"

#include <string.h>

#include "base/clock.h"
#include "base/paths.h"
#include "base/utf8.h"
#include "kiosk/effects.h"
#include "kiosk/hooks.h"

/* Rows beyond the page that are fetched with it: the page can turn out longer than it was guessed.
 */
#define FETCH_ROWS 48

int kiosk_check(struct kiosk *k, struct err *err)
{
    struct buf wrong = BUF_INIT(LIM_PAGE);
    int rc = 0;
    if (app_load_rest(&k->app, err) < 0)
        return -1;
    if (app_check(&k->app, &wrong) > 0)
        rc = err_set(
            err, ERR_CONFIG, "%.*s (acht check says it all)", (int)strcspn(wrong.p, "\n"), wrong.p);
    buf_release(&wrong);
    return rc;
}

/* What was fetched was fetched before now. */
static void learn_time(struct kiosk *k)
{
    int64_t fetched;
    struct err ignored = {0};
    if (store_fetched(k->store, &fetched, &ignored) == 0 && fetched != NO_NUMBER)
        trust_floor(&k->clock, fetched, k->mono);
}

bool kiosk_turn(struct kiosk *k, int64_t monotonic)
{
    bool was_wrong = k->clock.wrong;
    k->mono = monotonic;
    k->now = trust_now(&k->clock, clock_now() + hooks_wall_offset(), monotonic);
    if (k->clock.wrong == was_wrong)
        return false;
    k->fetched.valid = false;
    return true;
}

int kiosk_open_start(
    struct kiosk *k, const char *share, const char *data, const char *language, struct err *err)
{
    char path[PATH_ROOM];
    memset(k, 0, sizeof(*k));
    k->height = 24;
    k->cols = 80;
    trust_floor(&k->clock, TRUST_FLOOR, clock_monotonic());
    (void)kiosk_turn(k, clock_monotonic());
    k->visit = secret_alloc(sizeof(*k->visit));
    if (paths_join(path, share, "../locale", err) < 0)
        return -1;
    text_start(path);
    if (paths_join(path, share, "screens", err) < 0 || app_load_start(&k->app, path, err) < 0)
        return -1;
    str_copy(k->language, sizeof(k->language), language);
    state_init(&k->app, &k->state, language);
    struct err quiet = {0};
    k->enrolled = enrolment_load(data, &k->enrolment, &quiet) == 0;
    if (store_open(&k->store, data, share, STORE_KIOSK, NULL, err) < 0)
        return -1;
    learn_time(k);
    (void)kiosk_turn(k, k->mono);
    return 0;
}

int kiosk_open(
    struct kiosk *k, const char *share, const char *data, const char *language, struct err *err)
{
    if (kiosk_open_start(k, share, data, language, err) < 0)
        return -1;
    return app_load_rest(&k->app, err);
}

void kiosk_close(struct kiosk *k)
{
    visit_end(k);
    secret_free(k->visit);
    k->visit = NULL;
    store_close(k->store);
    app_release(&k->app);
    state_forget(&k->state);
    memory_wipe(&k->enrolment, sizeof(k->enrolment));
}

struct view kiosk_view(const struct kiosk *k)
{
    return (struct view){
        .app = &k->app,
        .state = &k->state,
        .rows = k->rows,
        .now = k->now,
        .clock_wrong = k->clock.wrong,
        .waiting = k->waiting,
        .corrected = k->corrected,
        .cols = k->cols,
        .height = k->height,
        .ascii = k->ascii,
    };
}

/* ---- fetching ---- */

static bool still_fresh(const struct kiosk *k)
{
    const struct fetched *f = &k->fetched;
    const struct state *st = &k->state;
    const struct frame *frame = state_frame_const(st);
    return f->valid && f->screen == frame->screen &&
           memcmp(f->param, frame->param, sizeof(f->param)) == 0 &&
           memcmp(&f->search, &st->search, sizeof(f->search)) == 0 &&
           strcmp(f->person, st->session.person) == 0 && strcmp(f->language, st->language) == 0 &&
           f->today == date_from_instant(k->now);
}

static void remember(struct kiosk *k)
{
    struct fetched *f = &k->fetched;
    const struct frame *frame = state_frame_const(&k->state);
    f->valid = true;
    f->screen = frame->screen;
    memcpy(f->param, frame->param, sizeof(f->param));
    memcpy(&f->search, &k->state.search, sizeof(f->search));
    str_copy(f->person, sizeof(f->person), k->state.session.person);
    str_copy(f->language, sizeof(f->language), k->state.language);
    f->today = date_from_instant(k->now);
}

void kiosk_stale(struct kiosk *k)
{
    k->fetched.valid = false;
    learn_time(k);
}

/* What could not be read is read as empty, said so, and tried again at the next event. */
static void fetch_data(struct kiosk *k, const struct screen *s, int d, int64_t first, int limit)
{
    char param[PARAMS_COUNT][LIM_PARAM];
    struct err err = {0};
    data_args(s, &k->state, d, param);
    if (kiosk_query(k, s->data[d].query, param, first, limit, &k->rows[d], &err) < 0) {
        rowset_start(&k->rows[d], 1);
        k->unread = true;
        if (!k->state.message)
            k->state.message =
                N_("The terminal cannot read or write its disk. Please tell your supervisor.");
    }
}

static int rows_per_page(const struct kiosk *k)
{
    struct view v = kiosk_view(k);
    struct geometry g;
    view_measure(&v, &g);
    return g.per_page;
}

/* The row of its source that the present page of the list starts with. */
static int64_t page_start(const struct kiosk *k, const struct screen *s, int per_page)
{
    int64_t first = page_first(&k->state, per_page) - list_row_index(s, &k->state, k->rows, 0);
    return first < 0 ? 0 : first;
}

static bool has_rows(const struct rowset *rs, int64_t from, int64_t to)
{
    if (from < 0)
        from = 0;
    if (to > rs->total)
        to = rs->total;
    return from >= rs->first && to <= rs->first + rs->count;
}

/* No page is longer than the screen is high: nearly always that is all there is to know. */
static bool covers(const struct kiosk *k, const struct screen *s, const struct rowset *rs)
{
    int64_t focused = page_start(k, s, 1);
    if (has_rows(rs, focused - k->height, focused + k->height))
        return true;
    int per_page = rows_per_page(k);
    int64_t from = page_start(k, s, per_page);
    return has_rows(rs, from, from + per_page);
}

static int list_source(const struct screen *s)
{
    const struct widget *w = screen_widget(s, WIDGET_list);
    return w ? w->source : -1;
}

/* The page depends on how many rows there are, and which rows are needed depends on the page: the
 * first guess is the page as it was, and nearly always right. */
static void fetch_list(struct kiosk *k, const struct screen *s, int d)
{
    struct frame *f = state_frame(&k->state);
    fetch_data(k, s, d, page_start(k, s, rows_per_page(k)), FETCH_ROWS);
    int64_t n = list_length(s, &k->state, k->rows);
    if (f->focus >= n)
        f->focus = n > 0 ? n - 1 : 0;
    if (!covers(k, s, &k->rows[d]))
        fetch_data(k, s, d, page_start(k, s, rows_per_page(k)), FETCH_ROWS);
}

void kiosk_fetch(struct kiosk *k)
{
    const struct screen *s = state_screen(&k->app, &k->state);
    int list = list_source(s);
    bool fresh = still_fresh(k);
    if (fresh && (list < 0 || covers(k, s, &k->rows[list])))
        return;
    text_speak(k->state.language);
    k->unread = false;
    if (!fresh) {
        k->corrected[0] = '\0';
        for (int d = 0; d < LIM_DATA; d++)
            rowset_start(&k->rows[d], 1);
        for (int d = 0; d < s->data_count; d++)
            if (d != list)
                fetch_data(k, s, d, 0, FETCH_ROWS);
        k->waiting = journal_waiting(k->store);
    }
    if (list >= 0)
        fetch_list(k, s, list);
    remember(k);
    k->fetched.valid = !k->unread;
}

/* ---- events ---- */

static struct context context(const struct kiosk *k)
{
    struct view v = kiosk_view(k);
    struct geometry g;
    view_measure(&v, &g);
    return (struct context){k->rows, g.per_page, g.pages};
}

void kiosk_handle(struct kiosk *k, const struct event *ev)
{
    struct effect effect;
    kiosk_fetch(k);
    struct context cx = context(k);
    step(&k->app, &k->state, ev, &cx, &effect);
    while (effect.wanted) {
        struct event outcome = {.kind = EVENT_OUTCOME, .text = kiosk_effect(k, &effect)};
        kiosk_fetch(k);
        cx = context(k);
        step(&k->app, &k->state, &outcome, &cx, &effect);
    }
    visit_follow(k);
    kiosk_fetch(k);
}

static void press(struct kiosk *k, const char *word, size_t len)
{
    char name[LIM_ID];
    struct event ev = {.kind = EVENT_CHAR};
    if (len < sizeof(name)) {
        memcpy(name, word, len);
        name[len] = '\0';
        int key = vocab_find(vocab_keys, KEYS_COUNT, name);
        if (key >= 0) {
            ev = (struct event){.kind = EVENT_KEY, .key = (enum key)key};
            kiosk_handle(k, &ev);
            kiosk_watch(k);
            return;
        }
    }
    for (size_t at = 0; at < len;) {
        at += utf8_decode(word + at, len - at, &ev.ch);
        kiosk_handle(k, &ev);
    }
}

int kiosk_type(struct kiosk *k, const char *keys, struct err *err)
{
    if (!utf8_valid(keys, strlen(keys)))
        return err_set(err, ERR_USAGE, "the keys are not UTF-8");
    while (*keys) {
        size_t len = strcspn(keys, " ");
        if (len > 0)
            press(k, keys, len);
        keys += len + (keys[len] == ' ');
    }
    return 0;
}
