/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vterm.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"

#define PATIENCE 10000
#define ENV_MAX 64
#define RECORD_MAX (16 * 1024 * 1024) /* of one program's output between two resets */

struct pty {
    pid_t pid;
    int master, idle, clock; /* clock: we write lines, idle: it answers with their number */
    int lines;               /* written so far */
    int answered;            /* the last number it answered, -1 before the first */
    int patience;
    bool reaped;
    int status;
    VTerm *vt;
    VTermScreen *screen;
    bool cursor_visible;
    struct buf text;   /* what pty_row and pty_screen_text hand out */
    struct buf output; /* since the last reset */
};

/* ---- starting ---- */

static void system_must(bool ok, const char *what)
{
    if (ok)
        return;
    perror(what);
    exit(1);
}

static int on_termprop(VTermProp prop, VTermValue *val, void *user)
{
    struct pty *p = user;
    if (prop == VTERM_PROP_CURSORVISIBLE)
        p->cursor_visible = val->boolean;
    return 1;
}

static void on_terminal_output(const char *bytes, size_t len, void *user)
{
    pty_send(user, bytes, len);
}

static void start_terminal(struct pty *p, int rows, int cols)
{
    static const VTermScreenCallbacks callbacks = {.settermprop = on_termprop};
    p->cursor_visible = true;
    p->vt = vterm_new(rows, cols);
    vterm_set_utf8(p->vt, 1);
    vterm_output_set_callback(p->vt, on_terminal_output, p);
    p->screen = vterm_obtain_screen(p->vt);
    vterm_screen_enable_altscreen(p->screen, 1);
    vterm_screen_set_callbacks(p->screen, &callbacks, p);
    vterm_screen_reset(p->screen, 1);
}

/* getenv(3) takes the first of a name, so what the test gives goes first. */
static void make_environment(char *const env[], char *out[ENV_MAX], int clock_fd, int idle_fd)
{
    static const char *const passed_on[] = {
        "PATH", "HOME", "TZ", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS"};
    static char terminal[] = "TERM=xterm-256color", locale[] = "LC_ALL=C.UTF-8";
    struct buf b = BUF_INIT(LIM_BODY);
    int n = 0;
    while (env && env[n] && n < ENV_MAX / 2) {
        out[n] = env[n];
        n++;
    }
    out[n++] = terminal;
    out[n++] = locale;
    for (size_t i = 0; i < sizeof(passed_on) / sizeof(passed_on[0]); i++) {
        const char *value = getenv(passed_on[i]);
        if (!value)
            continue;
        buf_printf(&b, "%s=%s", passed_on[i], value);
        out[n++] = buf_take(&b);
    }
    buf_printf(&b, "ACHT_TEST_CLOCK_FD=%d", clock_fd);
    out[n++] = buf_take(&b);
    buf_printf(&b, "ACHT_TEST_IDLE_FD=%d", idle_fd);
    out[n++] = buf_take(&b);
    out[n] = NULL;
}

static void become(char *const argv[], char *const env[], int clock_fd, int idle_fd)
{
    char *environment[ENV_MAX];
    make_environment(env, environment, clock_fd, idle_fd);
    execve(argv[0], argv, environment);
    perror(argv[0]);
    _exit(127);
}

struct pty *pty_start(char *const argv[], char *const env[], int rows, int cols)
{
    struct pty *p = mem_alloc(sizeof(*p));
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    int clock[2], idle[2];
    system_must(pipe(clock) == 0 && pipe(idle) == 0, "pipe");
    fcntl(clock[1], F_SETFD, FD_CLOEXEC);
    fcntl(idle[0], F_SETFD, FD_CLOEXEC);
    p->pid = forkpty(&p->master, NULL, NULL, &size);
    system_must(p->pid >= 0, "forkpty");
    if (p->pid == 0)
        become(argv, env, clock[0], idle[1]);
    close(clock[0]);
    close(idle[1]);
    signal(SIGPIPE, SIG_IGN);
    fcntl(p->master, F_SETFD, FD_CLOEXEC);
    fcntl(p->master, F_SETFL, O_NONBLOCK);
    fcntl(idle[0], F_SETFL, O_NONBLOCK);
    p->clock = clock[1];
    p->idle = idle[0];
    p->answered = -1;
    p->patience = PATIENCE;
    buf_init(&p->text, LIM_BODY);
    buf_init(&p->output, RECORD_MAX);
    start_terminal(p, rows, cols);
    return p;
}

void pty_set_patience(struct pty *p, int millis)
{
    p->patience = millis;
}

/* ---- talking ---- */

/* Takes all output that waits; false when the terminal's other side is closed. */
static bool drain(struct pty *p)
{
    char bytes[65536];
    for (;;) {
        ssize_t n = read(p->master, bytes, sizeof(bytes));
        if (n <= 0)
            return n < 0 && (errno == EAGAIN || errno == EINTR);
        vterm_input_write(p->vt, bytes, (size_t)n);
        buf_add(&p->output, bytes, (size_t)n);
    }
}

/* Reads the answers that wait; false when nobody can answer any more. */
static bool read_answers(struct pty *p)
{
    unsigned char answers[256];
    ssize_t n;
    while ((n = read(p->idle, answers, sizeof(answers))) > 0)
        p->answered = answers[n - 1];
    return n < 0;
}

static int time_left(int64_t deadline)
{
    int64_t left = deadline - clock_monotonic();
    return left > 0 ? (int)left : 0;
}

static void reap(struct pty *p, int options)
{
    if (!p->reaped && waitpid(p->pid, &p->status, options) == p->pid)
        p->reaped = true;
}

static enum pty_state stuck(struct pty *p, const char *missing)
{
    fprintf(stderr, "after %d ms still no %s; the screen:\n%s\n", p->patience, missing,
        pty_screen_text(p));
    return PTY_STUCK;
}

static enum pty_state wait_answer(struct pty *p, int number)
{
    int64_t deadline = clock_monotonic() + p->patience;
    struct pollfd fds[2] = {{.fd = p->idle, .events = POLLIN}, {.fd = p->master, .events = POLLIN}};
    do {
        /* An answer comes after the output that belongs to it, so that is read last. */
        bool alive = read_answers(p);
        if (!drain(p))
            fds[1].fd = -1;
        if (alive && p->answered == number)
            return PTY_IDLE;
        if (!alive)
            return PTY_ENDED;
    } while (poll(fds, 2, time_left(deadline)) != 0);
    return stuck(p, "answer that it is idle");
}

static enum pty_state tell_clock(struct pty *p, char what, int64_t millis)
{
    char line[32];
    int len = snprintf(line, sizeof(line), "%c%lld\n", what, (long long)millis);
    /* When nobody reads it any more, the missing answer tells. */
    if (write(p->clock, line, (size_t)len) == len)
        p->lines++;
    return wait_answer(p, p->lines & 0xff);
}

enum pty_state pty_wait_idle(struct pty *p)
{
    return tell_clock(p, '+', 0);
}

enum pty_state pty_advance(struct pty *p, int64_t millis)
{
    return tell_clock(p, '+', millis);
}

enum pty_state pty_set_wall(struct pty *p, int64_t millis)
{
    return tell_clock(p, '@', millis);
}

void pty_hang(struct pty *p)
{
    system_must(write(p->clock, "!", 1) == 1, "the clock's pipe");
}

void pty_send(struct pty *p, const void *bytes, size_t len)
{
    const char *at = bytes;
    int64_t deadline = clock_monotonic() + p->patience;
    struct pollfd fd = {.fd = p->master, .events = POLLIN | POLLOUT};
    while (len > 0) {
        ssize_t n = write(p->master, at, len);
        if (n > 0) {
            at += n;
            len -= (size_t)n;
        } else if (!drain(p) || poll(&fd, 1, time_left(deadline)) == 0) {
            return;
        }
    }
}

enum pty_state pty_type(struct pty *p, const char *text)
{
    pty_send(p, text, strlen(text));
    return pty_wait_idle(p);
}

static void press(struct pty *p, const char *name)
{
    static const struct {
        const char *name;
        VTermKey key;
        VTermModifier mod;
    } keys[] = {
        {"Enter", VTERM_KEY_ENTER, 0},
        {"Tab", VTERM_KEY_TAB, 0},
        {"BackTab", VTERM_KEY_TAB, VTERM_MOD_SHIFT},
        {"Backspace", VTERM_KEY_BACKSPACE, 0},
        {"Esc", VTERM_KEY_ESCAPE, 0},
        {"Up", VTERM_KEY_UP, 0},
        {"Down", VTERM_KEY_DOWN, 0},
        {"Left", VTERM_KEY_LEFT, 0},
        {"Right", VTERM_KEY_RIGHT, 0},
        {"Delete", VTERM_KEY_DEL, 0},
        {"Home", VTERM_KEY_HOME, 0},
        {"End", VTERM_KEY_END, 0},
        {"PgUp", VTERM_KEY_PAGEUP, 0},
        {"PgDn", VTERM_KEY_PAGEDOWN, 0},
    };
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (strcmp(name, keys[i].name) == 0) {
            vterm_keyboard_key(p->vt, keys[i].key, keys[i].mod);
            return;
        }
    }
    if (name[0] == 'F' && name[1] >= '1' && name[1] <= '9')
        vterm_keyboard_key(p->vt, VTERM_KEY_FUNCTION((VTermKey)strtol(name + 1, NULL, 10)), 0);
    else if (name[0] == 'C' && name[1] == '-')
        pty_send(p, &(char){(char)(name[2] & 0x1f)}, 1);
    else
        BUG("no key is called %s", name);
}

enum pty_state pty_key(struct pty *p, const char *name)
{
    press(p, name);
    return pty_wait_idle(p);
}

enum pty_state pty_click(struct pty *p, int row, int col)
{
    vterm_mouse_move(p->vt, row, col, 0);
    vterm_mouse_button(p->vt, 1, true, 0);
    vterm_mouse_button(p->vt, 1, false, 0);
    return pty_wait_idle(p);
}

enum pty_state pty_resize(struct pty *p, int rows, int cols)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    vterm_set_size(p->vt, rows, cols);
    system_must(ioctl(p->master, TIOCSWINSZ, &size) == 0, "TIOCSWINSZ");
    return pty_wait_idle(p);
}

bool pty_wait_text(struct pty *p, const char *text)
{
    int64_t deadline = clock_monotonic() + p->patience;
    struct pollfd fd = {.fd = p->master, .events = POLLIN};
    bool open;
    do {
        open = drain(p);
        if (pty_contains(p, text))
            return true;
    } while (open && poll(&fd, 1, time_left(deadline)) != 0);
    stuck(p, text);
    return false;
}

/* ---- the picture ---- */

static void add_row(struct pty *p, int row)
{
    int rows, cols;
    vterm_get_size(p->vt, &rows, &cols);
    size_t end = p->text.len; /* after the last cell that is no space */
    VTermScreenCell cell;
    for (int col = 0; col<cols; col += cell.width> 1 ? 2 : 1) {
        vterm_screen_get_cell(p->screen, (VTermPos){.row = row, .col = col}, &cell);
        if (cell.chars[0] == 0)
            buf_putc(&p->text, ' ');
        for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++) {
            char bytes[4];
            buf_add(&p->text, bytes, utf8_encode(cell.chars[i], bytes));
        }
        if (cell.chars[0] != 0 && cell.chars[0] != ' ')
            end = p->text.len;
    }
    buf_truncate(&p->text, end);
}

const char *pty_row(struct pty *p, int row)
{
    buf_clear(&p->text);
    add_row(p, row);
    return p->text.p;
}

const char *pty_screen_text(struct pty *p)
{
    int rows, cols;
    vterm_get_size(p->vt, &rows, &cols);
    buf_clear(&p->text);
    for (int row = 0; row < rows; row++) {
        add_row(p, row);
        buf_putc(&p->text, '\n');
    }
    return p->text.p;
}

int pty_find(struct pty *p, const char *text)
{
    int rows, cols;
    vterm_get_size(p->vt, &rows, &cols);
    for (int row = 0; row < rows; row++) {
        if (strstr(pty_row(p, row), text))
            return row;
    }
    return -1;
}

bool pty_contains(struct pty *p, const char *text)
{
    return pty_find(p, text) >= 0;
}

struct pty_cursor pty_cursor(struct pty *p)
{
    VTermPos pos;
    vterm_state_get_cursorpos(vterm_obtain_state(p->vt), &pos);
    return (struct pty_cursor){pos.row, pos.col, p->cursor_visible};
}

static int colour(const VTermColor *c)
{
    if (VTERM_COLOR_IS_DEFAULT_FG(c) || VTERM_COLOR_IS_DEFAULT_BG(c))
        return PTY_DEFAULT;
    if (VTERM_COLOR_IS_INDEXED(c))
        return c->indexed.idx;
    return PTY_RGB + (c->rgb.red << 16) + (c->rgb.green << 8) + c->rgb.blue;
}

struct pty_attr pty_attr(struct pty *p, int row, int col)
{
    VTermScreenCell cell;
    vterm_screen_get_cell(p->screen, (VTermPos){.row = row, .col = col}, &cell);
    return (struct pty_attr){
        .bold = cell.attrs.bold,
        .underline = cell.attrs.underline != VTERM_UNDERLINE_OFF,
        .reverse = cell.attrs.reverse,
        .fg = colour(&cell.fg),
        .bg = colour(&cell.bg),
    };
}

size_t pty_bytes_written(struct pty *p)
{
    return p->output.len;
}

void pty_bytes_reset(struct pty *p)
{
    buf_clear(&p->output);
}

bool pty_bytes_contain(struct pty *p, const char *bytes)
{
    return memmem(p->output.p, p->output.len, bytes, strlen(bytes)) != NULL;
}

/* ---- its end ---- */

int pty_fd(struct pty *p)
{
    return p->master;
}

int pty_pid(struct pty *p)
{
    return p->pid;
}

void pty_kill(struct pty *p, int signal)
{
    if (!p->reaped)
        kill(p->pid, signal);
}

void pty_hang_up(struct pty *p)
{
    if (p->master >= 0)
        close(p->master);
    p->master = -1;
}

int pty_exit_status(struct pty *p)
{
    int64_t deadline = clock_monotonic() + p->patience;
    struct pollfd fds[2] = {{.fd = p->idle, .events = POLLIN}, {.fd = p->master, .events = POLLIN}};
    /* It is gone when nobody holds the other end of its pipe any more. */
    while (read_answers(p)) {
        if (!drain(p))
            fds[1].fd = -1;
        if (poll(fds, 2, time_left(deadline)) == 0) {
            stuck(p, "end");
            return -1;
        }
    }
    drain(p);
    reap(p, 0);
    return WIFEXITED(p->status) ? WEXITSTATUS(p->status) : 128 + WTERMSIG(p->status);
}

void pty_free(struct pty *p)
{
    if (!p)
        return;
    pty_kill(p, SIGKILL);
    reap(p, 0);
    pty_hang_up(p);
    close(p->idle);
    close(p->clock);
    vterm_free(p->vt);
    buf_release(&p->text);
    buf_release(&p->output);
    free(p);
}
