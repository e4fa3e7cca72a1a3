/* SPDX-License-Identifier: EUPL-1.2 */
/* Is the checker worth its name? The real screens are spoiled in every systematic way, one at a
 * time; each mutant must be refused by the loader or the checker. Survivors are named; those in
 * tests/faults/screen_mutants.expected are other screens, not wrong ones. A survivor that is not
 * listed fails, and so does a line of the list that does not survive. */
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "screen/def.h"

#define SCREENS "screens"
#define EXPECTED "tests/faults/screen_mutants.expected"
#define FILES_MOST (LIM_SCREENS + 1)
#define EXPECTED_MOST 1000

struct file {
    char name[LIM_ID + 8];
    json_t *root;
};

struct expected {
    char *line;
    bool seen;
};

struct run {
    char dir[64];
    struct file file[FILES_MOST];
    int files;
    int now; /* the file that is being spoiled */
    struct expected expected[EXPECTED_MOST];
    int expected_count;
    int killed, listed, survived;
};

/* ---- one mutant ---- */

static void path_of(const struct run *r, int file, char path[200])
{
    snprintf(path, 200, "%s/%s", r->dir, r->file[file].name);
}

static void write_file(const struct run *r, int file)
{
    char path[200];
    path_of(r, file, path);
    if (json_dump_file(r->file[file].root, path, 0) < 0)
        BUG("cannot write %s", path);
}

static bool refused(const struct run *r)
{
    struct app app;
    struct err err = {0};
    struct buf out = BUF_INIT(65536);
    if (app_load(&app, r->dir, &err) < 0)
        return true;
    int wrong = app_check(&app, &out);
    buf_release(&out);
    app_release(&app);
    return wrong > 0;
}

static bool is_expected(struct run *r, const char *name)
{
    for (int i = 0; i < r->expected_count; i++) {
        if (strcmp(r->expected[i].line, name) == 0) {
            r->expected[i].seen = true;
            return true;
        }
    }
    return false;
}

static void judge(struct run *r, const char *what, const char *at, const char *to)
{
    char name[400];
    if (refused(r)) {
        r->killed++;
        return;
    }
    snprintf(
        name, sizeof(name), "%s %s %s%s%s", what, r->file[r->now].name, at, *to ? " > " : "", to);
    bool listed = is_expected(r, name);
    r->listed += listed;
    r->survived += !listed;
    printf("%s: %s\n", listed ? "another screen" : "SURVIVED", name);
}

/* The file as it is spoiled now. */
static void try(struct run *r, const char *what, const char *at, const char *to)
{
    write_file(r, r->now);
    judge(r, what, at, to);
}

/* ---- ways to spoil ---- */

static void drop_member(struct run *r, json_t *o, const char *key, const char *at)
{
    json_t *kept = json_incref(json_object_get(o, key));
    json_object_del(o, key);
    try(r, "drop", at, "");
    json_object_set_new(o, key, kept);
}

static void rename_member(struct run *r, json_t *o, const char *key, const char *at)
{
    char wrong[100];
    json_t *kept = json_incref(json_object_get(o, key));
    snprintf(wrong, sizeof(wrong), "%sx", key);
    json_object_del(o, key);
    json_object_set(o, wrong, kept);
    try(r, "rename", at, wrong);
    json_object_del(o, wrong);
    json_object_set_new(o, key, kept);
}

static void set_member(struct run *r, json_t *o, const char *key, const char *at, const char *to)
{
    json_t *kept = json_incref(json_object_get(o, key));
    if (strcmp(json_string_value(kept), to) != 0) {
        json_object_set_new(o, key, json_string(to));
        try(r, "set", at, to);
    }
    json_object_set_new(o, key, kept);
}

/* Screens that only follow one another: the first stands for all. */
static bool follows_its_like(const char *name)
{
    return strncmp(name, "taste", 5) == 0 && strcmp(name, "taste1") != 0;
}

static void retarget(struct run *r, json_t *o, const char *key, const char *at)
{
    static const char *const places[] = {"@back", "@home", "@start", "@then"};
    char name[LIM_ID + 8];
    for (int i = 0; i < r->files; i++) {
        snprintf(name, sizeof(name), "%.*s", (int)strcspn(r->file[i].name, "."), r->file[i].name);
        if (!follows_its_like(name))
            set_member(r, o, key, at, name);
    }
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        set_member(r, o, key, at, places[i]);
}

static void misspell(struct run *r, json_t *o, const char *key, const char *at)
{
    char wrong[200];
    snprintf(wrong, sizeof(wrong), "%sx", json_string_value(json_object_get(o, key)));
    set_member(r, o, key, at, wrong);
}

/* Texts say what they like; their translations are another test's. */
static bool is_text(const char *key)
{
    static const char *const texts[] = {"text", "note", "empty", "title", "label", "message"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (strcmp(texts[i], key) == 0)
            return true;
    return false;
}

static void spoil_string(struct run *r, json_t *o, const char *key, const char *at)
{
    if (is_text(key))
        return;
    misspell(r, o, key, at);
    if (strcmp(key, "goto") == 0 || strcmp(key, "start") == 0 || strcmp(key, "home") == 0)
        retarget(r, o, key, at);
    if (strcmp(key, "stack") == 0) {
        set_member(r, o, key, at, "push");
        set_member(r, o, key, at, "replace");
        set_member(r, o, key, at, "reset");
    }
}

static void drop_element(struct run *r, json_t *list, size_t i, const char *at)
{
    json_t *kept = json_incref(json_array_get(list, i));
    json_array_remove(list, i);
    try(r, "drop", at, "");
    json_array_insert_new(list, i, kept);
}

static void swap_elements(struct run *r, json_t *list, size_t i, const char *at)
{
    json_t *kept = json_incref(json_array_get(list, i));
    json_array_remove(list, i);
    json_array_insert(list, i - 1, kept);
    try(r, "swap", at, "");
    json_array_remove(list, i - 1);
    json_array_insert_new(list, i, kept);
}

/* ---- everywhere ---- */

static void spoil(struct run *r, json_t *node, const char *at);

static void spoil_object(struct run *r, json_t *o, const char *at)
{
    /* Members come back at another place, so they are counted first. */
    const char *keys[64];
    size_t n = 0;
    const char *key;
    json_t *value;
    char path[300];
    json_object_foreach(o, key, value)
    {
        if (n == sizeof(keys) / sizeof(keys[0]))
            BUG("more than %zu members", n);
        keys[n++] = strdup(key);
    }
    for (size_t i = 0; i < n; i++) {
        snprintf(path, sizeof(path), "%s%s%s", at, *at ? "." : "", keys[i]);
        if (!is_text(keys[i])) {
            drop_member(r, o, keys[i], path);
            rename_member(r, o, keys[i], path);
        }
        value = json_object_get(o, keys[i]);
        if (json_is_string(value))
            spoil_string(r, o, keys[i], path);
        else
            spoil(r, value, path);
        free((void *)(uintptr_t)keys[i]);
    }
}

static void spoil_list(struct run *r, json_t *list, const char *at)
{
    char path[300];
    for (size_t i = 0; i < json_array_size(list); i++) {
        snprintf(path, sizeof(path), "%s.%zu", at, i);
        drop_element(r, list, i, path);
        if (i > 0 && strncmp(at, "on.", 3) == 0)
            swap_elements(r, list, i, path);
        spoil(r, json_array_get(list, i), path);
    }
}

static void spoil(struct run *r, json_t *node, const char *at)
{
    if (json_is_object(node))
        spoil_object(r, node, at);
    else if (json_is_array(node))
        spoil_list(r, node, at);
}

static void delete_file(struct run *r)
{
    char path[200];
    path_of(r, r->now, path);
    unlink(path);
    judge(r, "delete", "", "");
    write_file(r, r->now);
}

/* ---- start and end ---- */

static int is_json(const struct dirent *d)
{
    const char *dot = strrchr(d->d_name, '.');
    return dot && strcmp(dot, ".json") == 0;
}

static void read_screens(struct run *r)
{
    struct dirent **found;
    int n = scandir(SCREENS, &found, is_json, alphasort);
    if (n < 1 || n > FILES_MOST)
        BUG("no screens in %s", SCREENS);
    for (int i = 0; i < n; i++) {
        char path[400];
        struct file *f = &r->file[r->files++];
        snprintf(f->name, sizeof(f->name), "%.60s", found[i]->d_name);
        snprintf(path, sizeof(path), SCREENS "/%s", f->name);
        f->root = json_load_file(path, 0, NULL);
        if (!f->root)
            BUG("cannot read %s", path);
        write_file(r, i);
        free(found[i]);
    }
    free(found);
}

static void read_expected(struct run *r)
{
    struct err err = {0};
    struct buf text = BUF_INIT(65536);
    if (buf_read_file(&text, EXPECTED, &err) < 0)
        BUG("%s", err.msg);
    char *rest = text.p;
    for (char *line; (line = strsep(&rest, "\n"));) {
        if (!*line || *line == '#')
            continue;
        if (r->expected_count == EXPECTED_MOST)
            BUG("more than %d lines", EXPECTED_MOST);
        r->expected[r->expected_count++].line = mem_strdup(line);
    }
    buf_release(&text);
}

static int finish(struct run *r)
{
    char path[200];
    int stale = 0;
    for (int i = 0; i < r->expected_count; i++) {
        if (!r->expected[i].seen) {
            printf("listed, but does not survive: %s\n", r->expected[i].line);
            stale++;
        }
        free(r->expected[i].line);
    }
    for (int i = 0; i < r->files; i++) {
        path_of(r, i, path);
        unlink(path);
        json_decref(r->file[i].root);
    }
    rmdir(r->dir);
    printf("%d mutants: %d refused, %d are other screens, %d survived\n",
        r->killed + r->listed + r->survived, r->killed, r->listed, r->survived);
    printf("%d passed, %d failed\n", r->killed + r->listed, r->survived + stale);
    return r->survived + stale > 0;
}

int main(void)
{
    static struct run r = {.dir = "/dev/shm/acht-mutants-XXXXXX"};
    if (!mkdtemp(r.dir)) {
        snprintf(r.dir, sizeof(r.dir), "%s", "/tmp/acht-mutants-XXXXXX");
        if (!mkdtemp(r.dir))
            BUG("no temporary directory");
    }
    read_screens(&r);
    read_expected(&r);
    if (refused(&r))
        BUG("the screens are wrong as they are");
    for (r.now = 0; r.now < r.files; r.now++) {
        delete_file(&r);
        spoil(&r, r.file[r.now].root, "");
        write_file(&r, r.now);
    }
    return finish(&r);
}
