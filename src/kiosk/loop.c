/* SPDX-License-Identifier: EUPL-1.2 */
/* The one event loop. Signals only write to its pipe; nobody else waits for a key. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/notify.h"
#include "kiosk/burst.h"
#include "kiosk/hooks.h"
#include "kiosk/kiosk.h"
#include "kiosk/starts.h"
#include "term/term.h"

#define TICK 2000 /* milliseconds between looks at what the sync has done */
#define CTRL(c) ((c)&31)

struct loop {
    struct kiosk *k;
    struct term *term;
    struct canvas canvas;
    struct burst burst;
    int64_t now;     /* monotonic */
    int64_t touched; /* when somebody last pressed something */
    int64_t looked;  /* when the files were last looked at */
    int64_t opened;  /* when the kiosk opened */
    int64_t minute;  /* that the header shows */
    bool open;       /* the screens are right: it stays */
    bool rushed;     /* input was there before it was waited for */
    bool extends;    /* the first of the held characters only said: I am still here */
    bool armed;      /* the first maintenance key was pressed */
    bool done;
    bool dirty; /* the picture is old */
};

static int signal_pipe[2] = {-1, -1};

static void on_signal(int number)
{
    int saved = errno;
    char byte = (char)number;
    if (write(signal_pipe[1], &byte, 1) < 0) {
        /* A full pipe already says that something happened. */
    }
    errno = saved;
}

static int watch_signals(struct err *err)
{
    static const int numbers[] = {SIGWINCH, SIGTERM, SIGINT, SIGHUP};
    if (pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) < 0)
        return err_set(err, ERR_IO, "no pipe for signals: %s", strerrordesc_np(errno));
    struct sigaction act = {.sa_handler = on_signal};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        sigaction(numbers[i], &act, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGTSTP, SIG_IGN);
    return 0;
}

static void take_size(struct loop *l)
{
    term_size(l->term, &l->k->height, &l->k->cols);
    canvas_release(&l->canvas);
    canvas_init(&l->canvas, l->k->height, l->k->cols);
    l->k->height = l->canvas.rows;
    l->k->cols = l->canvas.cols;
    l->dirty = true;
}

static void read_signals(struct loop *l)
{
    char numbers[64];
    ssize_t n = read(signal_pipe[0], numbers, sizeof(numbers));
    for (ssize_t i = 0; i < n; i++) {
        if (numbers[i] == SIGWINCH) {
            term_resize(l->term);
            take_size(l);
        } else {
            l->done = true;
        }
    }
}

static bool at_start(const struct kiosk *k)
{
    return k->state.depth == 1 && state_frame_const(&k->state)->screen == k->app.start;
}

/* Handles an event; when it ended the visit, nothing of it stays: neither on the screen, nor in the
 * terminal's memory, nor as keys that were typed ahead. */
static void handle(struct loop *l, const struct event *ev)
{
    bool was_start = at_start(l->k);
    kiosk_handle(l->k, ev);
    if (l->k->state.session.proof == VISIT_CHECKING) /* perhaps nobody can say: then at once */
        kiosk_watch(l->k);
    l->dirty = true;
    if (!was_start && at_start(l->k)) {
        term_wipe(l->term);
        term_flush(l->term);
        memory_wipe(&l->burst, sizeof(l->burst));
    }
}

static void release_burst(struct loop *l)
{
    char held[LIM_BADGE + 1];
    str_copy(held, sizeof(held), burst_take(&l->burst));
    for (const char *s = held + (l->extends && *held); *s; s++) {
        struct event ev = {.kind = EVENT_CHAR, .ch = (unsigned char)*s};
        handle(l, &ev);
    }
    l->extends = false;
    memory_wipe(held, sizeof(held));
    memory_wipe(l->burst.taken, sizeof(l->burst.taken));
}

static void read_badge(struct loop *l)
{
    char badge[LIM_BADGE + 1];
    str_copy(badge, sizeof(badge), burst_take(&l->burst));
    l->extends = false;
    struct event ev = {.kind = EVENT_BADGE, .text = badge};
    handle(l, &ev);
    memory_wipe(badge, sizeof(badge));
    memory_wipe(l->burst.taken, sizeof(l->burst.taken));
}

static enum burst_result ask_burst(struct loop *l, const struct input *in, int64_t now)
{
    bool ends = in->kind == INPUT_KEY && (in->key == KEY_Enter || in->key == KEY_Tab);
    if (in->kind == INPUT_CHAR || ends)
        return burst_feed(&l->burst, ends ? 0 : in->ch, now);
    if (in->kind == INPUT_KEY || in->kind == INPUT_CONTROL)
        return burst_other(&l->burst, in->kind == INPUT_CONTROL, now);
    return BURST_PASS;
}

/* A character that was there before anybody waited for it may have come any moment since the last
 * one: on a slow machine it is still the reader's. */
static int64_t input_time(const struct loop *l)
{
    int64_t latest = l->burst.last + BURST_GAP;
    return l->rushed && l->burst.count > 0 && l->now > latest ? latest : l->now;
}

/* A reader that sends a terminator ends a badge; anything else ends the holding first. */
static bool reader_took(struct loop *l, const struct input *in)
{
    int64_t now = input_time(l);
    if (burst_wait(&l->burst, now) == 0)
        release_burst(l);
    enum burst_result r = ask_burst(l, in, now);
    if (r == BURST_BADGE)
        read_badge(l);
    else if (r == BURST_PASS)
        release_burst(l);
    return r != BURST_PASS;
}

/* Ctrl-X Ctrl-Q, and nothing between them. */
static void maintenance(struct loop *l, const struct input *in)
{
    bool control = in->kind == INPUT_CONTROL;
    l->done |= l->armed && control && in->ch == CTRL('Q');
    l->armed = control && in->ch == CTRL('X');
}

static void handle_input(struct loop *l, const struct input *in)
{
    struct view v;
    struct event ev = {0};
    switch (in->kind) {
    case INPUT_KEY:
        ev = (struct event){.kind = EVENT_KEY, .key = in->key};
        break;
    case INPUT_CHAR:
        ev = (struct event){.kind = EVENT_CHAR, .ch = in->ch};
        break;
    case INPUT_POINT:
        v = kiosk_view(l->k);
        ev = (struct event){.kind = EVENT_PICK, .index = view_index_at(&v, in->row, in->col)};
        if (ev.index == -1)
            ev = (struct event){.kind = EVENT_KEY, .key = KEYS_COUNT};
        break;
    default:
        return;
    }
    handle(l, &ev);
}

static void take_input(struct loop *l, const struct input *in)
{
    if (in->kind == INPUT_RESIZE)
        take_size(l);
    else
        l->touched = l->now;
    bool extends = l->k->state.countdown > 0; /* this key only says: I am still here */
    bool taken = reader_took(l, in);
    if (!taken) /* no badge stops the kiosk */
        maintenance(l, in);
    l->extends |= extends && taken && l->burst.len > 0;
    if (extends) {
        l->k->state.countdown = 0;
        l->dirty = true;
    } else if (!taken) {
        handle_input(l, in);
    }
}

static void read_input(struct loop *l)
{
    while (!l->done) {
        struct input in = term_read(l->term);
        if (in.kind == INPUT_NONE)
            return;
        l->done = in.kind == INPUT_HANGUP;
        if (!l->done)
            take_input(l, &in);
    }
}

/* The start screen as it was before anybody came. */
static bool fresh(const struct kiosk *k)
{
    return at_start(k) && !k->state.message && strcmp(k->state.language, k->language) == 0;
}

/* Nobody there: first a countdown that any key ends, then the visit is over. */
static void watch_idle(struct loop *l)
{
    const struct app *app = &l->k->app;
    if (fresh(l->k)) {
        l->touched = l->now;
        return;
    }
    int64_t idle = (l->now - l->touched) / 1000 - app->idle_after;
    if (idle < 0)
        return;
    int left = idle >= app->idle_countdown ? 0 : (int)(app->idle_countdown - idle);
    if (left == 0 || at_start(l->k)) { /* nobody loses anything at the start */
        struct event ev = {.kind = EVENT_IDLE};
        handle(l, &ev);
    } else if (left != l->k->state.countdown) {
        l->k->state.countdown = left;
        l->dirty = true;
    }
}

/* What the service manager is told at the end of a turn that did its work. */
static void report(struct loop *l)
{
    notify_status("open, %lld requests wait to be sent", (long long)l->k->waiting);
    notify_turn(l->now);
    if (l->now - l->opened >= STARTS_STEADY_MS)
        starts_forget();
}

/* Milliseconds between looks at the files: often while somebody waits for the server's word. */
static int tick(const struct loop *l)
{
    int hurry = kiosk_waits(l->k);
    return hurry < 0 ? TICK : hurry;
}

static void look_at_files(struct loop *l)
{
    if (l->now - l->looked < tick(l))
        return;
    l->looked = l->now;
    bool changed = store_changed(l->k->store);
    if (changed) {
        kiosk_stale(l->k);
        l->dirty = true;
    }
    if (changed || kiosk_waits(l->k) >= 0) {
        kiosk_watch(l->k);
        l->dirty = true; /* what it handled may have been fetched already */
    }
}

static void paint(struct loop *l)
{
    int64_t minute = l->k->now / 60000;
    if (minute != l->minute)
        l->dirty = true;
    l->minute = minute;
    if (!l->dirty)
        return;
    kiosk_fetch(l->k);
    struct view v = kiosk_view(l->k);
    view_draw(&v, &l->canvas);
    term_show(l->term, &l->canvas);
    l->dirty = false;
}

static int sooner(int a, int64_t b)
{
    if (b < 0)
        b = 0;
    return a < b ? a : (int)b;
}

static int timeout(const struct loop *l)
{
    const struct app *app = &l->k->app;
    int wait = sooner(60000, 60000 - l->k->now % 60000);
    int64_t idle_at = l->touched + app->idle_after * INT64_C(1000);
    wait = sooner(wait, l->looked + tick(l) - l->now);
    if (l->burst.len > 0)
        wait = sooner(wait, burst_wait(&l->burst, l->now));
    if (!fresh(l->k))
        wait = sooner(wait, l->now < idle_at ? idle_at - l->now : 1000 - (l->now - idle_at) % 1000);
    int64_t watched = notify_wait(l->now);
    return watched < 0 ? wait : sooner(wait, watched);
}

static void wait_for_something(struct loop *l)
{
    struct pollfd fds[3] = {
        {term_fd(l->term), POLLIN, 0}, {signal_pipe[0], POLLIN, 0}, {hooks_fd(), POLLIN, 0}};
    l->rushed = true;
    if ((hooks_fd() < 0 && l->burst.count == 0) || poll(fds, 3, 0) == 0) {
        if (l->burst.len == 0)
            hooks_about_to_block();
        l->rushed = false;
        poll(fds, 3, timeout(l));
    }
}

static void turn(struct loop *l)
{
    l->now = clock_monotonic() + hooks_clock_offset();
    if (kiosk_turn(l->k, l->now))
        l->dirty = true;
    read_signals(l);
    read_input(l);
    if (burst_wait(&l->burst, input_time(l)) == 0)
        release_burst(l);
    watch_idle(l);
    look_at_files(l);
    if (!l->done && l->burst.len == 0) /* drawing takes time that a reader does not give */
        paint(l);
    if (l->open)
        report(l);
}

int kiosk_run(struct kiosk *k, struct err *err)
{
    struct loop l = {.k = k, .dirty = true, .minute = -1};
    if (watch_signals(err) < 0 || term_open(&l.term, err) < 0)
        return -1;
    k->ascii = term_ascii(l.term);
    l.now = l.touched = l.looked = l.opened = clock_monotonic();
    take_size(&l);
    hooks_crash();
    (void)kiosk_turn(k, l.now);
    paint(&l);
    int rc = kiosk_check(k, err); /* after the first picture, which needs no other screen */
    l.open = rc == 0;
    if (l.open)
        notify_ready("open");
    for (; rc == 0 && !l.done; turn(&l))
        wait_for_something(&l);
    notify_stopping();
    if (rc == 0)
        starts_forget();
    term_close(l.term);
    canvas_release(&l.canvas);
    return rc;
}
