/* SPDX-License-Identifier: EUPL-1.2 */
/* Looking for bytes in all files of a directory. */
#ifndef ACHT_TESTS_FILES_H
#define ACHT_TESTS_FILES_H

#include <ctype.h>
#include <dirent.h>

static inline char *files_read(const char *dir, const char *name, size_t *len)
{
    char path[512];
    snprintf(path, sizeof(path), "%s/%s", dir, name);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    *len = (size_t)ftell(f);
    rewind(f);
    char *bytes = malloc(*len + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *len, f), *len);
    bytes[*len] = '\0';
    fclose(f);
    return bytes;
}

/* How often the text stands there, in whatever case. */
static inline int files_count(const char *bytes, size_t len, const char *text)
{
    size_t n = strlen(text);
    int hits = 0;
    for (size_t at = 0; at + n <= len; at++) {
        size_t i = 0;
        while (i < n && tolower((unsigned char)bytes[at + i]) == tolower((unsigned char)text[i]))
            i++;
        hits += i == n;
    }
    return hits;
}

static inline int files_hits(const char *dir, const char *text)
{
    int hits = 0;
    DIR *d = opendir(dir);
    assert_non_null(d);
    for (const struct dirent *e; (e = readdir(d));) {
        size_t len;
        if (e->d_name[0] == '.')
            continue;
        char *bytes = files_read(dir, e->d_name, &len);
        hits += files_count(bytes, len, text);
        free(bytes);
    }
    closedir(d);
    return hits;
}

static inline void files_copy(const char *dir, const char *from, const char *to)
{
    char path[512];
    size_t len;
    char *bytes = files_read(dir, from, &len);
    snprintf(path, sizeof(path), "%s/%s", dir, to);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
    free(bytes);
}

#endif
