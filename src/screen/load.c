/* SPDX-License-Identifier: EUPL-1.2 */
/* The files of a definition, and what all screens share. */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen/load.h"

#define SUFFIX ".json"
#define SUFFIX_LEN (sizeof(SUFFIX) - 1)
#define GLOBAL "kiosk"

static json_t *read_file(struct loader *l, const char *name)
{
    char path[600];
    struct buf text = BUF_INIT(LIM_SCREEN_FILE);
    json_error_t e;
    json_t *root = NULL;
    snprintf(path, sizeof(path), "%s/%s" SUFFIX, l->app->dir, name);
    snprintf(l->at, sizeof(l->at), "%s" SUFFIX, name);
    if (buf_read_file(&text, path, l->err) == 0) {
        root = json_loadb(text.p, text.len, JSON_REJECT_DUPLICATES, &e);
        if (!root)
            err_set(l->err, ERR_CONFIG, "%s line %d: %s", l->at, e.line, e.text);
    }
    buf_release(&text);
    return root;
}

/* Widgets name sources, so the data must be known before the body is read. */
static int read_data_first(struct loader *l, json_t *root, struct screen *s)
{
    json_t *data = json_object_get(root, "data");
    if (!data)
        return 0;
    size_t len = loader_enter(l, "data");
    if (read_data(l, data, s) < 0)
        return -1;
    loader_leave(l, len);
    return json_object_del(root, "data");
}

static int load_screen(struct loader *l, struct screen *s)
{
    const char *name = NULL;
    json_t *root = read_file(l, s->name);
    if (!root)
        return -1;
    int rc = read_data_first(l, root, s);
    if (rc == 0)
        rc = READ_OBJECT(l, root,
            {{"screen", true, read_text, &name}, {"title", true, read_text, &s->title},
                {"params", false, read_params, s->takes}, {"body", true, read_body, s},
                {"keys", false, read_keys, s}, {"on", true, read_on, s}});
    if (rc == 0 && strcmp(name, s->name) != 0)
        rc = loader_fail(l, "screen must be the name of the file, not", name);
    json_decref(root);
    return rc;
}

static int read_idle(struct loader *l, json_t *o, void *into)
{
    struct app *app = into;
    return READ_OBJECT(l, o,
        {{"after", true, read_number, &app->idle_after},
            {"countdown", true, read_number, &app->idle_countdown}});
}

static int read_minimum(struct loader *l, json_t *o, void *into)
{
    struct app *app = into;
    return READ_OBJECT(l, o,
        {{"columns", true, read_number, &app->min_cols},
            {"rows", true, read_number, &app->min_rows}});
}

static int load_global(struct loader *l)
{
    struct app *app = l->app;
    json_t *root = read_file(l, GLOBAL);
    if (!root)
        return -1;
    app->global.name = GLOBAL;
    int rc = READ_OBJECT(l, root,
        {{"start", true, read_screen_ref, &app->start}, {"home", true, read_screen_ref, &app->home},
            {"idle", true, read_idle, app}, {"minimum", true, read_minimum, app},
            {"keys", true, read_keys, &app->global}, {"on", true, read_on, &app->global}});
    json_decref(root);
    return rc;
}

static int is_screen_file(const struct dirent *d)
{
    size_t len = strlen(d->d_name);
    return len > SUFFIX_LEN && strcmp(d->d_name + len - SUFFIX_LEN, SUFFIX) == 0 &&
           d->d_name[0] != '.' && strcmp(d->d_name, GLOBAL SUFFIX) != 0;
}

/* A screen's name is an argument of commands and a word in messages, so it is a plain one. */
static bool name_valid(const char *name, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!islower((unsigned char)name[i]) && !isdigit((unsigned char)name[i]) && name[i] != '_')
            return false;
    return len > 0 && len < LIM_ID;
}

static int add_screens(struct loader *l, struct dirent **files, int n)
{
    struct app *app = l->app;
    if (n > LIM_SCREENS)
        return err_set(l->err, ERR_CONFIG, "more than %d screens", LIM_SCREENS);
    app->screen = arena_alloc(&app->mem, sizeof(*app->screen) * (size_t)n);
    for (int i = 0; i < n; i++) {
        size_t len = strlen(files[i]->d_name) - SUFFIX_LEN;
        if (!name_valid(files[i]->d_name, len))
            return err_set(l->err, ERR_CONFIG,
                "'%.100s': the name of a screen has small letters, digits and _, and is shorter "
                "than %d",
                files[i]->d_name, LIM_ID);
        app->screen[app->count++].name = arena_strndup(&app->mem, files[i]->d_name, len);
    }
    return 0;
}

/* The names come first: a definition may name a screen that is read later. */
static int find_screens(struct loader *l)
{
    struct dirent **files;
    int n = scandir(l->app->dir, &files, is_screen_file, alphasort);
    if (n < 0)
        return err_set(l->err, ERR_CONFIG, "no screens in '%s'", l->app->dir);
    int rc = add_screens(l, files, n);
    for (int i = 0; i < n; i++)
        free(files[i]);
    free(files);
    return rc;
}

int app_load_start(struct app *app, const char *dir, struct err *err)
{
    *app = (struct app){0};
    struct loader l = {app, err, ""};
    app->dir = arena_strdup(&app->mem, dir);
    int rc = find_screens(&l);
    if (rc == 0)
        rc = load_global(&l);
    if (rc == 0)
        rc = load_screen(&l, &app->screen[app->start]);
    if (rc < 0)
        app_release(app);
    return rc;
}

int app_load_rest(struct app *app, struct err *err)
{
    struct loader l = {app, err, ""};
    for (int i = 0; i < app->count && !app->whole; i++)
        if (i != app->start && load_screen(&l, &app->screen[i]) < 0)
            return -1;
    app->whole = true;
    return 0;
}

int app_load(struct app *app, const char *dir, struct err *err)
{
    if (app_load_start(app, dir, err) < 0)
        return -1;
    int rc = app_load_rest(app, err);
    if (rc < 0)
        app_release(app);
    return rc;
}
