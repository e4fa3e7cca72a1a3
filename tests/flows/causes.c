/* SPDX-License-Identifier: EUPL-1.2 */
/* What the sync met stands on the kiosk's first screen and in `acht status` in plain words, in both
 * languages, also on the smallest terminal. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "model/cause.h"
#include "store/store.h"
#include "support/rig.h"
#include "support/temp.h"

/* A word of each sentence that no other has. */
static const struct {
    const char *cause, *en, *nl;
} causes[] = {
    {"no_network", "No network", "geen netwerk"},
    {"portal", "login", "inlogt"},
    {"intercepted", "reads along", "leest mee"},
    {"certificate", "who it is", "wie hij is"},
    {"clock", "clock", "klok"},
    {"not_enrolled", "does not know", "kent dit scherm niet"},
    {"busy", "busy", "druk"},
    {"server_wrong", "wrong answer", "antwoordt verkeerd"},
};
#define CAUSES_SHOWN (sizeof(causes) / sizeof(causes[0]))

static int passed, failed;
static char dir[TEMP_PATH], data[TEMP_PATH + 16], share[TEMP_PATH];
static struct rig rig;
static char acht[TEMP_PATH];

static void expect(bool ok, const char *what, const char *more, const char *shown)
{
    if (!ok)
        printf("FAILED: %s %s:\n%s\n", what, more, shown);
    *(ok ? &passed : &failed) += 1;
}

static void set_cause(const char *cause)
{
    struct store *s;
    struct err err = {0};
    if (store_open(&s, data, share, STORE_SYNC, NULL, &err) < 0 ||
        cache_set_contact(s, cause, clock_now(), &err) < 0)
        rig_fail(&rig, err.msg);
    store_close(s);
}

/* Line ends and the spaces around them are one space: a sentence may be wrapped. */
static void flatten(struct buf *b)
{
    size_t n = 0;
    for (size_t i = 0; i < b->len; i++) {
        char c = b->p[i] == '\n' ? ' ' : b->p[i];
        if (c != ' ' || n == 0 || b->p[n - 1] != ' ')
            b->p[n++] = c;
    }
    buf_truncate(b, n);
}

static void look(const char *const argv[], const char *word, bool want)
{
    struct buf out = BUF_INIT(1 << 20);
    int code = rig_run(&rig, argv, &out);
    flatten(&out);
    expect(code == 0 && (strstr(out.p, word) != NULL) == want, argv[1], word, out.p);
    buf_release(&out);
}

static void look_everywhere(const char *lang, const char *word, bool want)
{
    static const char *const sizes[] = {"80x24", "40x20"};
    look((const char *const[]){acht, "status", "--data", data, "--lang", lang, NULL}, word, want);
    for (int i = 0; i < 2; i++)
        look((const char *const[]){acht, "show", "home", "--data", data, "--lang", lang, "--size",
                 sizes[i], NULL},
            word, want);
}

int main(void)
{
    const char *build = getenv("ACHT_BUILD");
    temp_make(dir);
    snprintf(data, sizeof(data), "%s/kiosk", dir);
    snprintf(rig.log, sizeof(rig.log), "%.200s/log", dir);
    snprintf(acht, sizeof(acht), "%.200s/bin/acht", build ? build : "build");
    snprintf(share, sizeof(share), "%.200s/share/acht", build ? build : "build");
    for (size_t i = 0; i < CAUSES_SHOWN; i++) {
        set_cause(causes[i].cause);
        look_everywhere("en", causes[i].en, true);
        look_everywhere("nl", causes[i].nl, true);
    }
    set_cause("ok");
    for (size_t i = 0; i < CAUSES_SHOWN; i++)
        look_everywhere("nl", causes[i].nl, false);
    look((const char *const[]){acht, "status", "--data", data, "--json", NULL}, "\"stuck\": 0",
        true);
    temp_remove(dir);
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
