/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/text.h"

#include <dirent.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

#define DOMAIN "acht"
#define SAID 256

extern int _nl_msg_cat_cntr; /* glibc: bumping it makes gettext look at LANGUAGE again */

static char locale_root[512];
static char spoken[LANGUAGE_CODE];

/* What was said lately: gettext looks its own memory up under a lock, by comparing texts, and a
 * picture asks for a hundred. Found by where the id stands; its text must still be the same. */
static struct said {
    char *id;
    const char *text;
} lately[SAID];

static void forget_said(void)
{
    for (size_t i = 0; i < SAID; i++) {
        mem_free(lately[i].id);
        lately[i] = (struct said){0};
    }
}

void text_start(const char *locale_dir)
{
    str_copy(locale_root, sizeof(locale_root), locale_dir);
    /* LC_MESSAGES must be something else than "C", or gettext ignores LANGUAGE. */
    setlocale(LC_CTYPE, "C.UTF-8");
    setlocale(LC_MESSAGES, "C.UTF-8");
    bindtextdomain(DOMAIN, locale_root);
    bind_textdomain_codeset(DOMAIN, "UTF-8");
    textdomain(DOMAIN);
    spoken[0] = '\0';
    text_speak(LANGUAGE_DEFAULT);
}

bool text_ascii(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return !strcasestr(value, "utf-8") && !strcasestr(value, "utf8");
    }
    return false;
}

void text_speak(const char *language)
{
    if (strcmp(spoken, language) == 0)
        return;
    str_copy(spoken, sizeof(spoken), language);
    setenv("LANGUAGE", spoken, 1);
    ++_nl_msg_cat_cntr;
    forget_said();
}

const char *text_get(const char *id)
{
    if (!*id)
        return "";
    struct said *s = &lately[((uintptr_t)id >> 3) % SAID];
    if (!s->id || strcmp(s->id, id) != 0) {
        const char *text = gettext(id);
        if (text == id)
            return id;
        mem_free(s->id);
        *s = (struct said){mem_strdup(id), text};
    }
    return s->text;
}

const char *text_plural(const char *one, const char *many, long long n)
{
    return ngettext(one, many, (unsigned long)n);
}

static int by_default_first(const void *a, const void *b)
{
    int da = strcmp(a, LANGUAGE_DEFAULT) != 0, db = strcmp(b, LANGUAGE_DEFAULT) != 0;
    return da != db ? da - db : strcmp(a, b);
}

static bool has_catalogue(const char *code)
{
    char path[sizeof(locale_root) + 64];
    snprintf(path, sizeof(path), "%s/%s/LC_MESSAGES/" DOMAIN ".mo", locale_root, code);
    return access(path, R_OK) == 0;
}

int text_languages(char codes[][LANGUAGE_CODE])
{
    int n = 0;
    memcpy(codes[n++], "en", 3);
    DIR *dir = opendir(locale_root);
    for (struct dirent *d; dir && n < LIM_LANGUAGES && (d = readdir(dir));) {
        size_t len = strlen(d->d_name);
        if (len >= LANGUAGE_CODE || d->d_name[0] == '.' || !has_catalogue(d->d_name))
            continue;
        if (strcmp(d->d_name, "en") != 0)
            memcpy(codes[n++], d->d_name, len + 1);
    }
    if (dir)
        closedir(dir);
    qsort(codes, (size_t)n, LANGUAGE_CODE, by_default_first);
    return n;
}

const char *text_language_name(const char *code)
{
    static const struct {
        const char *code, *name;
    } names[] = {
        {"nl", "Nederlands"},
        {"en", "English"},
        {"pl", "Polski"},
        {"de", "Deutsch"},
        {"ro", "Română"},
        {"tr", "Türkçe"},
        {"uk", "Українська"},
        {"bg", "Български"},
        {"es", "Español"},
        {"pt", "Português"},
        {"fr", "Français"},
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(names[i].code, code) == 0)
            return names[i].name;
    return code;
}
