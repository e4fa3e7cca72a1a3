/* SPDX-License-Identifier: EUPL-1.2 */
#include "support/verdict.h"

#include <stdio.h>

static int passed, failed;

void verdict(const char *what, bool good)
{
    printf("%s: %s\n", good ? "ok" : "FAILED", what);
    if (good)
        passed++;
    else
        failed++;
}

int verdict_end(void)
{
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0 || passed == 0;
}
