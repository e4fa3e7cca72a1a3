/* SPDX-License-Identifier: EUPL-1.2 */
/* main of a fuzz target where libFuzzer has none: gives it every file of its corpus, and what is
 * left of that file when it is cut at any of its first bytes. */
#include <dirent.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "support/fuzz.h"

#define CUTS 256

/* From memory of exactly this size, so that a sanitizer sees a read past its end. */
static void try_input(const char *bytes, size_t size)
{
    uint8_t *copy = mem_alloc(size);
    memcpy(copy, bytes, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static int try_file(const char *path)
{
    struct buf b;
    struct err err = {0};
    buf_init(&b, LIM_PAGE);
    if (buf_read_file(&b, path, &err) < 0) {
        printf("%s\n", err.msg);
        return -1;
    }
    try_input(b.p, b.len);
    for (size_t cut = 0; cut < b.len && cut < CUTS; cut++)
        try_input(b.p, cut);
    buf_release(&b);
    return 0;
}

int main(int argc, char **argv)
{
    char dir[LIM_ERR], path[2 * LIM_ERR];
    int passed = 0, failed = 0;
    (void)argc;
    snprintf(dir, sizeof(dir), "tests/fuzz/corpus/%s", basename(argv[0]));
    DIR *d = opendir(dir);
    for (struct dirent *e; d && (e = readdir(d));) {
        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
        printf("%s\n", path);
        fflush(stdout);
        if (try_file(path) == 0)
            passed++;
        else
            failed++;
    }
    if (d)
        closedir(d);
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0 || passed == 0;
}
