/* SPDX-License-Identifier: EUPL-1.2 */
#include "main/acht_open.h"

#include <string.h>
#include <unistd.h>

#include "base/paths.h"

int args_language(const struct args *args, char out[LANGUAGE_CODE], struct err *err)
{
    const char *lang = args_get(args, "lang");
    if (str_copy(out, LANGUAGE_CODE, lang ? lang : LANGUAGE_DEFAULT) < 0 || strchr(out, '/'))
        return err_set(err, ERR_USAGE, "'%.20s' is no language", lang);
    return 0;
}

int known_language(const char *lang, struct err *err)
{
    char codes[LIM_LANGUAGES][LANGUAGE_CODE];
    int n = text_languages(codes);
    for (int i = 0; i < n; i++)
        if (strcmp(codes[i], lang) == 0)
            return 0;
    return err_set(err, ERR_USAGE, "the language '%.20s' is not installed", lang);
}

int open_start(const char *data, const char *lang, struct kiosk *k, struct err *err)
{
    char share[PATH_ROOM];
    if (paths_share(share, err) < 0)
        return -1;
    if (kiosk_open_start(k, share, data, lang, err) < 0 || known_language(lang, err) < 0) {
        kiosk_close(k);
        return -1;
    }
    return 0;
}

int open_kiosk(const char *data, const char *lang, struct kiosk *k, struct err *err)
{
    if (open_start(data, lang, k, err) < 0)
        return -1;
    int rc = app_load_rest(&k->app, err);
    if (rc < 0)
        kiosk_close(k);
    return rc;
}

int open_standing(const struct args *args, struct kiosk *k, struct err *err)
{
    const char *data = paths_data(args_get(args, "data"));
    if (access(data, F_OK) < 0)
        return err_set(err, ERR_NOT_FOUND, "there is no kiosk in '%s'", data);
    return open_kiosk(data, LANGUAGE_DEFAULT, k, err);
}
