/* SPDX-License-Identifier: EUPL-1.2 */
#include "term/term.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/style.h"

struct term {
    SCREEN *screen;
    attr_t attr[STYLES_COUNT];
    short pair[STYLES_COUNT];
    bool ascii;
    struct canvas shown; /* the picture that curses has; no cells: none */
};

/* The process runs unattended with whatever environment it was given (ncurses reads these). */
static void clean_environment(void)
{
    static const char *const names[] = {"TERMINFO", "TERMINFO_DIRS", "TERMCAP", "TERMPATH",
        "COLUMNS", "LINES", "ESCDELAY", "NCURSES_ASSUMED_COLORS", "NCURSES_GPM_TERMS",
        "NCURSES_NO_PADDING", "NCURSES_NO_SETBUF", "NCURSES_NO_UTF8_ACS", "TABSIZE"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        unsetenv(names[i]);
    const char *term = getenv("TERM");
    if (!term || !*term || strchr(term, '/') || strlen(term) > 64)
        setenv("TERM", "linux", 1);
}

/* What the terminal says of its size, if it says anything. A pseudo-terminal may claim 32767 x
 * 32767, and curses would take the memory for it. */
static bool bounded_size(struct winsize *size)
{
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, size) < 0 || !size->ws_row || !size->ws_col)
        return false;
    if (size->ws_row > LIM_CANVAS_ROWS)
        size->ws_row = LIM_CANVAS_ROWS;
    if (size->ws_col > LIM_CANVAS_COLS)
        size->ws_col = LIM_CANVAS_COLS;
    return true;
}

static short nearest16(uint8_t colour)
{
    return COLORS >= 16 ? colour : colour & 7;
}

/* The colours that the terminal goes back to after each frame are the marker's: moving it then
 * sends no colours at all. Returns whether this terminal can be told so. */
static bool marker_is_default(bool rich)
{
    const struct look *l = &style_look[STYLE_ACCENT];
    return assume_default_colors(
               rich ? l->fg256 : nearest16(l->fg16), rich ? l->bg256 : nearest16(l->bg16)) == OK;
}

static void colour_styles(struct term *t)
{
    bool rich = COLORS >= 256;
    for (int i = 0; i < STYLES_COUNT; i++) {
        const struct look *l = &style_look[i];
        t->pair[i] = (short)(i + 1);
        if (rich)
            init_pair(t->pair[i], l->fg256, l->bg256);
        else
            init_pair(t->pair[i], nearest16(l->fg16), nearest16(l->bg16));
        t->attr[i] = l->bold || (!rich && COLORS < 16 && l->fg16 > 8) ? A_BOLD : A_NORMAL;
        if (!rich && l->reverse)
            t->attr[i] |= A_REVERSE;
    }
    if (marker_is_default(rich)) {
        t->pair[STYLE_ACCENT] = 0;
        if (COLORS >= 16)
            t->attr[STYLE_ACCENT] = A_NORMAL; /* a block has no weight */
    }
}

static void mono_styles(struct term *t)
{
    for (int i = 0; i < STYLES_COUNT; i++) {
        const struct look *l = &style_look[i];
        t->attr[i] = (l->bold ? A_BOLD : 0) | (l->underline ? A_UNDERLINE : 0) |
                     (l->reverse ? A_REVERSE : 0);
    }
}

static bool has_capability(const char *name)
{
    const char *value = tigetstr(name);
    return value && (intptr_t)value != -1 && *value;
}

/* Curses takes these before the terminal's own size. */
static void set_size(int rows, int cols)
{
    char text[16];
    snprintf(text, sizeof(text), "%d", rows);
    setenv("LINES", text, 1);
    snprintf(text, sizeof(text), "%d", cols);
    setenv("COLUMNS", text, 1);
}

static SCREEN *open_screen(void)
{
    struct winsize size;
    clean_environment();
    if (bounded_size(&size))
        set_size(size.ws_row, size.ws_col);
    SCREEN *screen = newterm(NULL, stdout, stdin);
    if (!screen) /* a description that this machine does not have; nearly all understand this one */
        screen = newterm("vt100", stdout, stdin);
    return screen;
}

int term_open(struct term **out, struct err *err)
{
    SCREEN *screen = open_screen();
    if (!screen)
        return err_set(err, ERR_CONFIG, "the terminal '%.40s' is not known here", getenv("TERM"));
    if (!has_capability("cup") || !has_capability("clear")) {
        endwin();
        delscreen(screen);
        return err_set(err, ERR_CONFIG, "this terminal cannot move its cursor; use --plain");
    }
    struct term *t = mem_alloc(sizeof(*t));
    t->screen = screen;
    t->ascii = text_ascii();
    raw();
    noecho();
    nonl();
    intrflush(stdscr, FALSE);
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    typeahead(-1); /* a frame is not given up for a key that waits */
    set_escdelay(25);
    mousemask(BUTTON1_CLICKED | BUTTON1_PRESSED, NULL);
    mouseinterval(0);
    start_color(); /* COLORS is 0 before */
    if (has_colors() && COLORS >= 8)
        colour_styles(t);
    else
        mono_styles(t);
    /* Until the first endwin() this library writes at every cursor move instead of once a frame. */
    endwin();
    *out = t;
    return 0;
}

static void forget_shown(struct term *t)
{
    canvas_release(&t->shown);
    erase();
}

/* \033[3J: xterm, the Linux console and their kin forget the lines that have scrolled away. */
void term_wipe(struct term *t)
{
    forget_shown(t);
    refresh();
    static const char forget[] = "\033[3J";
    if (write(STDOUT_FILENO, forget, sizeof(forget) - 1) < 0)
        return; /* the terminal is gone; the loop will find out */
    clearok(curscr, TRUE);
}

void term_close(struct term *t)
{
    if (!t)
        return;
    term_wipe(t);
    endwin();
    delscreen(t->screen);
    mem_free(t);
}

void term_size(const struct term *t, int *rows, int *cols)
{
    (void)t;
    getmaxyx(stdscr, *rows, *cols);
}

bool term_ascii(const struct term *t)
{
    return t->ascii;
}

int term_fd(const struct term *t)
{
    (void)t;
    return STDIN_FILENO;
}

void term_resize(struct term *t)
{
    struct winsize size;
    forget_shown(t);
    /* Curses makes its pictures anew, and would leave the old ones in freed memory. */
    werase(curscr);
    werase(newscr);
    if (bounded_size(&size))
        resizeterm(size.ws_row, size.ws_col);
    clearok(curscr, TRUE);
}

/* The letters of U+00C0 to U+017F without their marks. */
static const char letters[] = "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo:ouuuuyty"
                              "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlL"
                              "lLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

static const char *ascii_of(const char *ch)
{
    static const char *const table[][2] = {{"▌", ">"}, {"─", "-"}, {"…", "."}, {"€", "E"}};
    static char plain[2];
    uint32_t cp;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        if (strcmp(table[i][0], ch) == 0)
            return table[i][1];
    utf8_decode(ch, strlen(ch), &cp);
    if (cp >= 0xC0 && cp - 0xC0 < sizeof(letters) - 1)
        plain[0] = letters[cp - 0xC0];
    else
        plain[0] = cp < 0x80 ? (char)cp : '?';
    return plain;
}

static void show_cell(struct term *t, const struct cell *cell)
{
    wchar_t wide[8];
    cchar_t cc;
    const char *ch = t->ascii ? ascii_of(cell->ch) : cell->ch;
    size_t n = 0, len = strlen(ch);
    for (size_t at = 0; at < len && n < 7;) {
        uint32_t cp;
        at += utf8_decode(ch + at, len - at, &cp);
        wide[n++] = (wchar_t)cp;
    }
    wide[n] = L'\0';
    if (setcchar(&cc, wide, t->attr[cell->style], t->pair[cell->style], NULL) == OK)
        add_wch(&cc);
}

static bool is_changed(const struct cell *was, const struct cell *now)
{
    return memcmp(was, now, sizeof(*now)) != 0;
}

/* Hands curses what changed: it is slower at finding that out. The space between two words goes
 * with them, for what was erased has the marker's colours. */
static void show_row(struct term *t, const struct canvas *c, int row)
{
    struct cell *was = canvas_at(&t->shown, row, 0);
    const struct cell *now = canvas_at(c, row, 0);
    int at = -1; /* where the next character goes by itself */
    for (int col = 0; col < c->cols; col++) {
        bool between = col == at && col + 1 < c->cols && is_changed(&was[col + 1], &now[col + 1]);
        if (now[col].width == 0 || (!between && !is_changed(&was[col], &now[col])))
            continue;
        if (col != at)
            move(row, col);
        show_cell(t, &now[col]);
        at = col + now[col].width;
    }
}

void term_show(struct term *t, const struct canvas *c)
{
    if (!t->shown.cells || t->shown.rows != c->rows || t->shown.cols != c->cols) {
        forget_shown(t);
        canvas_init(&t->shown, c->rows, c->cols);
    }
    size_t row_size = (size_t)c->cols * sizeof(*c->cells);
    for (int row = 0; row < c->rows; row++) {
        if (memcmp(canvas_at(&t->shown, row, 0), canvas_at(c, row, 0), row_size) == 0)
            continue;
        show_row(t, c, row);
        memcpy(canvas_at(&t->shown, row, 0), canvas_at(c, row, 0), row_size);
    }
    move(c->cursor_row, c->cursor_col);
    refresh();
}

/* ---- input ---- */

static struct input key_input(enum key key)
{
    return (struct input){.kind = INPUT_KEY, .key = key};
}

static struct input function_key(int code)
{
    static const struct {
        int code;
        enum key key;
    } keys[] = {
        {KEY_UP, KEY_Up},
        {KEY_DOWN, KEY_Down},
        {KEY_LEFT, KEY_Left},
        {KEY_RIGHT, KEY_Right},
        {KEY_PPAGE, KEY_PgUp},
        {KEY_NPAGE, KEY_PgDn},
        {KEY_HOME, KEY_Home},
        {KEY_END, KEY_End},
        {KEY_ENTER, KEY_Enter},
        {KEY_BACKSPACE, KEY_Backspace},
        {KEY_DC, KEY_Backspace},
        {KEY_F(1), KEY_F1},
        {KEY_F(2), KEY_F2},
        {KEY_F(3), KEY_F3},
        {KEY_F(4), KEY_F4},
        {KEY_A1, KEY_Home},
        {KEY_A3, KEY_PgUp},
        {KEY_C1, KEY_End},
        {KEY_C3, KEY_PgDn},
    };
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (keys[i].code == code)
            return key_input(keys[i].key);
    if (code == KEY_RESIZE)
        return (struct input){.kind = INPUT_RESIZE};
    MEVENT mouse;
    if (code == KEY_MOUSE && getmouse(&mouse) == OK)
        return (struct input){.kind = INPUT_POINT, .row = mouse.y, .col = mouse.x};
    return key_input(
        KEYS_COUNT); /* a key without a meaning; it still shows that somebody is there */
}

static struct input character(wint_t ch)
{
    if (ch == '\r' || ch == '\n')
        return key_input(KEY_Enter);
    if (ch == '\t')
        return key_input(KEY_Tab);
    if (ch == 27)
        return key_input(KEY_Esc);
    if (ch == 8 || ch == 127)
        return key_input(KEY_Backspace);
    if (ch < 32)
        return (struct input){.kind = INPUT_CONTROL, .ch = (uint32_t)ch};
    return (struct input){.kind = INPUT_CHAR, .ch = (uint32_t)ch};
}

static bool hung_up(void)
{
    struct pollfd p = {STDIN_FILENO, POLLIN, 0};
    if (poll(&p, 1, 0) <= 0)
        return false;
    int waiting = 0;
    return (p.revents & (POLLHUP | POLLERR | POLLNVAL)) ||
           (ioctl(STDIN_FILENO, FIONREAD, &waiting) == 0 && waiting == 0);
}

/* After a mouse report that nobody asked for (the button is let go), and within one that was cut,
 * curses reads on until something comes, nodelay() or not: the kiosk would sleep through its idle
 * time. */
static int read_without_waiting(wint_t *ch)
{
    int flags = fcntl(STDIN_FILENO, F_GETFL);
    (void)fcntl(STDIN_FILENO, F_SETFL, flags | O_NONBLOCK);
    int rc = get_wch(ch);
    (void)fcntl(STDIN_FILENO, F_SETFL, flags);
    return rc;
}

struct input term_read(struct term *t)
{
    (void)t;
    wint_t ch;
    int rc = read_without_waiting(&ch);
    if (rc == KEY_CODE_YES)
        return function_key((int)ch);
    if (rc == OK)
        return character(ch);
    return (struct input){.kind = hung_up() ? INPUT_HANGUP : INPUT_NONE};
}

void term_flush(struct term *t)
{
    (void)t;
    flushinp();
}
