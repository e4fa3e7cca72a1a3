/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/visit.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "kiosk/burst.h"
#include "screen/vocab.h"

#define ARGS_MAX 12

/* ---- the server ---- */

void visit_central(struct rig *r, const char *const args[], struct buf *out)
{
    const char *argv[ARGS_MAX] = {r->central};
    int n = 1;
    while (args[n - 1] && n < ARGS_MAX - 3) {
        argv[n] = args[n - 1];
        n++;
    }
    argv[n++] = "--database";
    argv[n] = r->database;
    if (rig_run(r, argv, out) != 0)
        rig_fail(r, "acht-central failed");
}

void visit_far_course(struct rig *r, int dates)
{
    char path[RIG_PATH];
    snprintf(path, RIG_PATH, "%.200s/far.csv", r->dir);
    FILE *f = fopen(path, "w");
    if (!f)
        rig_fail(r, "cannot write a catalogue");
    fprintf(f, "key,title,provider,form,themes,run_key,run_start,run_place,run_seats_left\n");
    fprintf(f, "far-other,Iets anders,Smederij,classroom,Zandwerk,,,,\n"); /* what stays */
    for (int i = 1; i <= dates; i++)
        fprintf(f, "%s,%s,Smederij,classroom,Zandwerk,%s-r%d,2098-0%d-06,Urk,3\n", FAR_COURSE,
            FAR_TITLE, FAR_COURSE, i, i);
    fclose(f);
    visit_central(r, (const char *const[]){"import", path, NULL}, NULL);
}

/* The demo people, and one whose badge begins with no zero. */
static void write_people(struct rig *r, char path[RIG_PATH])
{
    struct buf people = BUF_INIT(LIM_PAGE);
    struct err err = {0};
    snprintf(path, RIG_PATH, "%.200s/demo/people.csv", r->share);
    if (buf_read_file(&people, path, &err) < 0)
        rig_fail(r, err.msg);
    snprintf(path, RIG_PATH, "%.200s/people.csv", r->dir);
    FILE *f = fopen(path, "w");
    if (!f || fprintf(f, "%s" JOOST ",Joost Lezer,Lasserij,worker,Hal 1,nl,,\n", people.p) < 0 ||
        fclose(f) != 0)
        rig_fail(r, "cannot write the people");
    buf_release(&people);
}

void visit_rig(struct rig *r)
{
    char path[RIG_PATH];
    rig_start(r, 0, 0);
    snprintf(path, sizeof(path), "%.200s/demo/courses.csv", r->share);
    visit_central(r, (const char *const[]){"import", path, NULL}, NULL);
    visit_far_course(r, 3);
    write_people(r, path);
    visit_central(
        r, (const char *const[]){"people", "import", path, "--company", "acme", NULL}, NULL);
}

int visit_requests(struct rig *r, const char *with)
{
    struct buf out = BUF_INIT(1 << 20);
    int n = 0;
    visit_central(r, (const char *const[]){"request", "list", NULL}, &out);
    for (char *line = out.p; *line;) {
        char *end = strchr(line, '\n');
        *end = '\0';
        n += strstr(line, with) != NULL;
        line = end + 1;
    }
    buf_release(&out);
    return n;
}

/* ---- the kiosk ---- */

static int sync_once(struct visit *v)
{
    const char *const argv[] = {v->rig->sync, "--once", "--data", v->data, NULL};
    return rig_run(v->rig, argv, NULL);
}

void visit_enrol(struct visit *v, struct rig *r)
{
    static int count;
    char name[16];
    *v = (struct visit){.rig = r};
    snprintf(name, sizeof(name), "k%d", ++count);
    rig_enrol(r, name, r->port, v->data);
    if (sync_once(v) != 0)
        rig_fail(r, "the first sync failed");
}

static const char *build_dir(void)
{
    const char *build = getenv("ACHT_BUILD");
    return build ? build : "build";
}

void visit_start(struct visit *v, const struct visit_how *how)
{
    static char shell[] = "/bin/sh", option[] = "-c";
    char command[4 * RIG_PATH], term[64];
    char *argv[] = {shell, option, command, NULL};
    char *env[] = {term, NULL};
    snprintf(term, sizeof(term), "TERM=%s", how->term ? how->term : "xterm-256color");
    snprintf(command, sizeof(command), "%s exec '%.200s/%s' kiosk --data '%s' --lang %s",
        how->before ? how->before : "", build_dir(), how->program ? how->program : "bin-hooks/acht",
        v->data, how->language ? how->language : "nl");
    v->pty = pty_start(argv, env, how->rows ? how->rows : 24, how->cols ? how->cols : 80);
    if (!how->program)
        HOLDS(v, pty_wait_idle(v->pty) == PTY_IDLE);
}

void visit_begin(struct visit *v, struct rig *r)
{
    visit_enrol(v, r);
    visit_start(v, &(struct visit_how){0});
}

void visit_end(struct visit *v)
{
    pty_free(v->pty);
    v->pty = NULL;
}

int visit_sync(struct visit *v)
{
    int code = sync_once(v);
    if (v->pty)
        visit_pass_time(v, 3); /* it looks at its files every two seconds */
    return code;
}

void visit_pass_time(struct visit *v, int seconds)
{
    HOLDS(v, pty_advance(v->pty, seconds * INT64_C(1000)) == PTY_IDLE);
}

void visit_next_second(void)
{
    int64_t second = clock_now() / 1000;
    while (clock_now() / 1000 == second)
        poll(NULL, 0, 10);
}

/* ---- hands ---- */

/* A reader's line, and the pause after it that every person makes. */
static enum pty_state scan(struct visit *v, const char *badge)
{
    char line[72];
    snprintf(line, sizeof(line), "%s\r", badge);
    enum pty_state after = pty_type(v->pty, line);
    return after == PTY_IDLE ? pty_advance(v->pty, BURST_PAUSE + 1) : after;
}

/* One by one: so many digits at once would be a reader's. */
static enum pty_state type_digits(struct visit *v, const char *digits)
{
    enum pty_state after = PTY_IDLE;
    for (; *digits && after == PTY_IDLE; digits++)
        after = pty_type(v->pty, (const char[]){*digits, '\0'});
    return after;
}

static void press_word(struct visit *v, char *word)
{
    enum pty_state after;
    if (word[0] == '#') {
        after = scan(v, word + 1);
    } else if (strlen(word) >= BURST_LEAST && strspn(word, "0123456789") == strlen(word)) {
        after = type_digits(v, word);
    } else if (vocab_find(vocab_keys, KEYS_COUNT, word) >= 0 || strncmp(word, "C-", 2) == 0) {
        after = pty_key(v->pty, word);
    } else {
        for (char *s = word; *s; s++)
            *s = *s == '_' ? ' ' : *s;
        after = pty_type(v->pty, word);
    }
    HOLDS(v, after == PTY_IDLE);
}

void visit_press(struct visit *v, const char *keys)
{
    while (*keys) {
        char word[64];
        size_t len = strcspn(keys, " ");
        snprintf(word, sizeof(word), "%.*s", (int)len, keys);
        press_word(v, word);
        keys += len + (keys[len] == ' ');
    }
}

/* ---- eyes ---- */

static void one_blank(const char *text, struct buf *out)
{
    for (; *text; text++) {
        bool blank = *text == ' ' || *text == '\n';
        if (!blank || (out->len > 0 && out->p[out->len - 1] != ' '))
            buf_putc(out, blank ? ' ' : *text);
    }
}

bool visit_sees(struct visit *v, const char *text)
{
    struct buf screen = BUF_INIT(LIM_PAGE);
    one_blank(pty_screen_text(v->pty), &screen);
    bool seen = strstr(screen.p, text) != NULL;
    buf_release(&screen);
    return seen;
}

const char *visit_digit(struct visit *v, const char *text)
{
    static char digit[2];
    int row = pty_find(v->pty, text);
    const char *line = row < 0 ? "" : pty_row(v->pty, row);
    digit[0] = line[strcspn(line, "123456789")];
    visit_must(v, digit[0] != '\0', text, __FILE__, __LINE__);
    return digit;
}

void visit_must(struct visit *v, bool holds, const char *what, const char *file, int line)
{
    if (holds)
        return;
    printf("not so: %s\n%s", what, v->pty ? pty_screen_text(v->pty) : "");
    _fail(file, line);
}

void visit_see(struct visit *v, const char *text, bool seen, const char *file, int line)
{
    char what[300];
    snprintf(what, sizeof(what), "'%s' is%s on the screen", text, seen ? "" : " not");
    visit_must(v, visit_sees(v, text) == seen, what, file, line);
}

/* ---- ears ---- */

void visit_plain(struct visit *v, const char *language, const char *lines, struct buf *out)
{
    char path[RIG_PATH + 16], command[4 * RIG_PATH];
    snprintf(path, sizeof(path), "%s/lines", v->rig->dir);
    FILE *f = fopen(path, "w");
    if (!f || fputs(lines, f) < 0 || fclose(f) != 0)
        rig_fail(v->rig, "cannot write the lines");
    snprintf(command, sizeof(command), "'%.200s/bin/acht' --plain --data '%s' --lang %s <'%s'",
        build_dir(), v->data, language, path);
    const char *const argv[] = {"/bin/sh", "-c", command, NULL};
    assert_int_equal(rig_run(v->rig, argv, out), 0);
}
