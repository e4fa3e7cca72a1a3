/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/expected.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

static void add(struct expected_list *e, const char *line, bool reason)
{
    if (e->count == EXPECTED_MOST)
        BUG("the list is too long");
    if (!reason)
        printf("without a reason: %s\n", line);
    e->failed += !reason;
    e->line[e->count++].text = mem_strdup(line);
}

void expected_read(struct expected_list *e, const char *path)
{
    char line[4096];
    bool reason = false;
    *e = (struct expected_list){0};
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof(line), f)) {
        line[strcspn(line, "\n")] = '\0';
        if (*line == '#' || !*line)
            reason = *line == '#';
        else
            add(e, line, reason);
    }
    if (f)
        fclose(f);
}

void expected_meet(struct expected_list *e, const char *text)
{
    int i = 0;
    while (i < e->count && strcmp(e->line[i].text, text) != 0)
        i++;
    if (i == e->count) {
        e->failed++;
        printf("NOT EXPECTED: %s\n", text);
        return;
    }
    e->listed += !e->line[i].met;
    e->line[i].met = true;
}

void expected_end(struct expected_list *e)
{
    for (int i = 0; i < e->count; i++) {
        if (!e->line[i].met)
            printf("no longer so: %s\n", e->line[i].text);
        e->failed += !e->line[i].met;
        free(e->line[i].text);
    }
    e->count = 0;
}
