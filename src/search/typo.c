/* SPDX-License-Identifier: EUPL-1.2 */
#include "search/search.h"

#include <string.h>

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int distance(const char *a, size_t n, const char *b, size_t m, int limit)
{
    int rows[3][LIM_ID + 1];
    int *before = rows[0];
    int *last = rows[1];
    int *now = rows[2];
    for (size_t j = 0; j <= m; j++)
        last[j] = (int)j;
    for (size_t i = 1; i <= n; i++) {
        int best = now[0] = (int)i;
        for (size_t j = 1; j <= m; j++) {
            int d = least(least(last[j], now[j - 1]) + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d = least(d, before[j - 2] + 1);
            now[j] = d;
            best = least(best, d);
        }
        if (best > limit)
            return limit + 1;
        int *spare = before;
        before = last;
        last = now;
        now = spare;
    }
    return least(last[m], limit + 1);
}

static size_t clip(size_t len)
{
    return len < LIM_ID ? len : LIM_ID;
}

int word_distance(const char *a, const char *b, int limit)
{
    size_t n = strlen(a);
    size_t m = strlen(b);
    if ((n > m ? n - m : m - n) > (size_t)limit)
        return limit + 1;
    return distance(a, clip(n), b, clip(m), limit);
}

static int slips(size_t len)
{
    return len < 4 ? 0 : len < 7 ? 1 : 2;
}

void typo_start(struct typo *t, const char *word, bool prefix)
{
    *t = (struct typo){.prefix = prefix};
    (void)str_copy(t->word, sizeof(t->word), word);
}

/* Who is still typing has not made all his slips yet: the beginnings of known words as long as the
 * word, a letter shorter or longer count. */
static int typo_distance(const struct typo *t, const char *known, size_t len, int limit)
{
    size_t n = strlen(t->word);
    int best = limit + 1;
    if ((n > len ? n - len : len - n) <= (size_t)limit)
        best = distance(t->word, n, known, len, limit);
    if (t->prefix && len > n + 1)
        for (size_t m = n - 1; m <= n + 1; m++)
            best = least(best, distance(t->word, n, known, m, 1) > 1 ? limit + 1 : 1);
    return best;
}

/* Whether both are the same but for doubled letters: the slip that is made most. */
static bool same_undoubled(const char *a, const char *b, size_t len)
{
    const char *end = b + len;
    while (*a && b < end && *a == *b) {
        char c = *a;
        while (*a == c)
            a++;
        while (b < end && *b == c)
            b++;
    }
    return !*a && b == end;
}

void typo_offer(struct typo *t, const char *known, size_t len, int64_t frequency)
{
    int limit = slips(strlen(t->word));
    if (limit == 0 || len >= LIM_ID)
        return;
    /* The first letter is seldom wrong; a number is never a word. */
    bool near = known[0] == t->word[0];
    int d = typo_distance(t, known, len, limit);
    if (d > limit || (!near && d > 1) || (known[0] >= '0' && known[0] <= '9'))
        return;
    int rank = 8 - 2 * d + near + same_undoubled(t->word, known, len);
    int64_t score = (int64_t)rank << 32 | (frequency & INT32_MAX);
    if (score <= t->score)
        return;
    t->score = score;
    memcpy(t->best, known, len);
    t->best[len] = '\0';
}
