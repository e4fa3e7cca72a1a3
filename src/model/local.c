/* SPDX-License-Identifier: EUPL-1.2 */
#include "model/local.h"

#include <string.h>

#include "model/record.h"

#define CODE_LETTERS "abcdefghijklmnopqrstuvwxyz"

bool local_line(const char *local, int i, struct local_line *out)
{
    size_t len;
    const char *line = list_element(local, i, &len);
    if (!line)
        return false;
    const char *colon = memchr(line, ':', len);
    out->lang = line;
    out->lang_len = colon ? (size_t)(colon - line) : len;
    out->text = colon ? colon + 1 : line + len;
    out->len = len - (size_t)(out->text - line);
    return true;
}

static bool find(const char *local, const char *lang, struct local_line *out)
{
    for (int i = 0; local_line(local, i, out); i++)
        if (out->lang_len == strlen(lang) && memcmp(out->lang, lang, out->lang_len) == 0)
            return true;
    return false;
}

const char *local_text(const char *local, const char *lang, struct arena *mem)
{
    struct local_line line;
    if (find(local, lang, &line) || find(local, "nl", &line) || find(local, "en", &line) ||
        local_line(local, 0, &line))
        return arena_strndup(mem, line.text, line.len);
    return "";
}

int local_check(const char *local, int64_t limit, const char *name, struct err *err)
{
    struct local_line line;
    if (list_count(local) > LIM_LANGUAGES)
        return err_set(err, ERR_DATA, "%s has more than %d languages", name, LIM_LANGUAGES);
    for (int i = 0; local_line(local, i, &line); i++) {
        struct local_line first;
        char code[4] = "";
        if (line.lang_len >= 2 && line.lang_len < sizeof(code))
            memcpy(code, line.lang, line.lang_len);
        if (!*code || strspn(code, CODE_LETTERS) != line.lang_len || line.len == 0)
            return err_set(err, ERR_DATA, "%s has a text without a language", name);
        if (find(local, code, &first) && first.lang != line.lang)
            return err_set(err, ERR_DATA, "%s has two texts in %s", name, code);
        if ((int64_t)line.len > limit)
            return err_set(err, ERR_DATA, "%s is longer than %lld bytes", name, (long long)limit);
    }
    return 0;
}
