/* SPDX-License-Identifier: EUPL-1.2 */
#include "kiosk/starts.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/notify.h"
#include "base/paths.h"
#include "base/text.h"
#include "kiosk/hooks.h"

#define SHOWN_LANGUAGES 4 /* as many as fit on the smallest screen */

/* What is known of the starts so far. */
struct starts {
    long count;
    char why[LIM_ERR]; /* the last reason that was said; "" none */
};

static bool file_path(char path[PATH_ROOM])
{
    const char *dir = getenv("RUNTIME_DIRECTORY");
    return dir && dir[0] == '/' && !strchr(dir, ':') && paths_join(path, dir, "starts", NULL) == 0;
}

/* The file is a number and, on the next line, a reason. */
static struct starts recall(void)
{
    struct starts s = {0};
    struct buf text = BUF_INIT(LIM_ERR + 16);
    char path[PATH_ROOM], *end;
    if (file_path(path) && buf_read_file(&text, path, NULL) == 0) {
        struct err safe = {0}; /* whatever stands in the file, it will be shown */
        s.count = strtol(text.p, &end, 10);
        err_set(&safe, ERR_DATA, "%s", *end ? end + 1 : end);
        str_copy(s.why, sizeof(s.why), safe.msg);
    }
    buf_release(&text);
    if (s.count < 0 || s.count > 1000)
        s.count = 1000;
    return s;
}

static void keep(const struct starts *s)
{
    char path[PATH_ROOM];
    int fd = file_path(path)
                 ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600)
                 : -1;
    if (fd < 0)
        return;
    dprintf(fd, "%ld\n%s", s->count, s->why);
    close(fd);
}

bool starts_again(void)
{
    struct starts s = recall();
    s.count++;
    keep(&s);
    return s.count > LIM_STARTS;
}

void starts_failed(const struct err *err)
{
    struct starts s = recall();
    str_copy(s.why, sizeof(s.why), err->msg);
    keep(&s);
}

void starts_forget(void)
{
    static bool forgotten;
    char path[PATH_ROOM];
    if (!forgotten && file_path(path))
        unlink(path);
    forgotten = true;
}

/* ---- the picture ---- */

/* Plain characters, and the four sequences that every terminal of the last forty years has. */
static void draw(const char *why)
{
    char codes[LIM_LANGUAGES][LANGUAGE_CODE];
    int n = text_languages(codes);
    if (isatty(STDOUT_FILENO))
        fputs("\033[0m\033[H\033[2J\033[?25l", stdout);
    for (int i = 0; i < n && i < SHOWN_LANGUAGES; i++) {
        text_speak(codes[i]);
        printf("\r\n  %s\r\n  %s\r\n", _("This terminal is not working now."),
            _("Please call IT. It tries again itself."));
    }
    if (*why)
        printf("\r\n\r\n  IT: %s\r\n", why);
    fflush(stdout);
}

/* No key is a signal or is echoed; what was typed meanwhile is not for the kiosk. */
static bool quiet_keys(struct termios *before)
{
    struct termios raw;
    if (tcgetattr(STDIN_FILENO, before) < 0)
        return false;
    raw = *before;
    cfmakeraw(&raw);
    return tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw) == 0;
}

static bool hung_up(short events)
{
    return events & (POLLHUP | POLLERR | POLLNVAL);
}

/* keys: standard input is a terminal; what is typed meanwhile is thrown away. */
static void wait_out(bool keys)
{
    int64_t now = clock_monotonic(), until = now + STARTS_SORRY_MS;
    while (now < until) {
        struct pollfd fds[2] = {{keys ? STDIN_FILENO : -1, POLLIN, 0}, {hooks_fd(), POLLIN, 0}};
        hooks_about_to_block();
        poll(fds, 2, until - now < 1000 ? (int)(until - now) : 1000);
        if (hung_up(fds[0].revents) || (fds[0].revents && tcflush(STDIN_FILENO, TCIFLUSH) < 0))
            return;
        now = clock_monotonic() + hooks_clock_offset();
        notify_turn(now);
    }
}

void starts_sorry(const char *share)
{
    char path[PATH_ROOM];
    struct starts s = recall();
    struct termios before;
    bool quiet = quiet_keys(&before);
    if (paths_join(path, share, "../locale", NULL) == 0)
        text_start(path);
    draw(s.why);
    notify_ready("cannot start; shows whom to call and tries again");
    wait_out(quiet);
    if (quiet)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
}
