/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "fleet/sim_inner.h"
#include "model/type.h"
#include "support/rng.h"

/* ---- which holds ---- */

const struct fault *fault_now(const struct machine *k, enum fault_kind kind)
{
    const struct sim *f = k->sim;
    int i = machine_index(k);
    for (const struct fault *x = f->faults; x < f->faults + f->fault_count; x++)
        if (x->kind == kind && f->now >= x->from && f->now < x->to && i >= x->first && i <= x->last)
            return x;
    return NULL;
}

bool fault_loses(const struct machine *k, enum fault_kind kind)
{
    const struct fault *x = fault_now(k, kind);
    return x && rng_below(&k->sim->rng, 100) < (uint64_t)x->value;
}

/* ---- reading a line ---- */

#define WORDS 8 /* of the longest line */

static const struct {
    const char *word;
    enum fault_kind kind;
    bool valued;
} kinds[] = {
    {"down", FAULT_down, false},
    {"silent", FAULT_silent, false},
    {"lose-requests", FAULT_lose_requests, true},
    {"lose-answers", FAULT_lose_answers, true},
    {"slow", FAULT_slow, true},
    {"cause", FAULT_cause, true},
    {"clock", FAULT_clock, true},
    {"away", FAULT_away, false},
    {"full", FAULT_full, false},
};

static int split(char *line, char *words[WORDS])
{
    int n = 0;
    char *rest = line;
    line[strcspn(line, "#")] = '\0';
    for (char *w; n < WORDS && (w = strtok_r(NULL, " \t\r", &rest));)
        words[n++] = w;
    return n < WORDS || !strtok_r(NULL, " \t\r", &rest) ? n : -1;
}

/* "2d12h", "30m", "90s", or "0". */
static bool read_time(const char *text, int64_t *out)
{
    static const struct {
        char unit;
        int64_t worth;
    } units[] = {{'d', SIM_DAY}, {'h', SIM_HOUR}, {'m', SIM_MINUTE}, {'s', SIM_SECOND}};
    *out = 0;
    if (strcmp(text, "0") == 0)
        return true;
    for (const char *at = text; *at;) {
        char *end;
        long n = strtol(at, &end, 10);
        size_t u = 0;
        while (u < 4 && units[u].unit != *end)
            u++;
        if (end == at || n < 0 || n > 100000 || u == 4)
            return false;
        *out += n * units[u].worth;
        at = end + 1;
    }
    return *text != '\0';
}

static bool read_whom(const struct sim *f, const char *text, struct fault *out)
{
    char *end;
    out->first = 0;
    out->last = f->options.kiosks - 1;
    if (strcmp(text, "all") == 0)
        return true;
    long first = strtol(text, &end, 10), last = first;
    if (end == text)
        return false;
    if (*end == '-')
        last = strtol(end + 1, &end, 10);
    out->first = (int)first;
    out->last = (int)last;
    return !*end && first >= 0 && last >= first && last < f->options.kiosks;
}

static bool read_value(const char *text, struct fault *out)
{
    char *end;
    if (out->kind == FAULT_cause) {
        out->value = choice_index(CAUSES, text, strlen(text));
        return out->value > 0;
    }
    out->value = strtoll(text, &end, 10);
    return *text && !*end && (out->value >= 0 || out->kind == FAULT_clock);
}

static bool read_what(char *const *words, int count, struct fault *out)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (count < 1 || strcmp(words[0], kinds[i].word) != 0)
            continue;
        out->kind = kinds[i].kind;
        return count == 1 + kinds[i].valued && (!kinds[i].valued || read_value(words[1], out));
    }
    return false;
}

static bool read_fault(const struct sim *f, char *const *words, int count, struct fault *out)
{
    *out = (struct fault){.to = SIM_NEVER};
    if (count > 0 && strcmp(words[0], "always") == 0) {
        words++;
        count--;
    } else if (count > 4 && strcmp(words[0], "from") == 0 && strcmp(words[2], "to") == 0 &&
               read_time(words[1], &out->from) && read_time(words[3], &out->to)) {
        words += 4;
        count -= 4;
    } else {
        return false;
    }
    return count > 1 && read_whom(f, words[0], out) && read_what(words + 1, count - 1, out);
}

static int read_line(struct sim *f, int number, char *line, struct err *err)
{
    struct fault fault;
    char *words[WORDS + 1];
    int n = split(line, words);
    if (n == 0)
        return 0;
    if (n < 0 || !read_fault(f, words, n, &fault))
        return err_set(err, ERR_USAGE, "line %d of the script is no fault that is known", number);
    f->faults = mem_realloc(f->faults, sizeof(fault) * (size_t)(f->fault_count + 1));
    f->faults[f->fault_count++] = fault;
    return 0;
}

int sim_script(struct sim *f, const char *text, struct err *err)
{
    int rc = 0, number = 1;
    for (const char *at = text; *at && rc == 0; number++) {
        size_t len = strcspn(at, "\n");
        char *line = mem_strndup(at, len);
        rc = read_line(f, number, line, err);
        mem_free(line);
        at += len + (at[len] == '\n');
    }
    return rc;
}
