/* SPDX-License-Identifier: EUPL-1.2 */
/* acht: the kiosk, and the same screens and searches at the shell. */
#include <jansson.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/paths.h"
#include "kiosk/kiosk.h"
#include "kiosk/selfcheck.h"
#include "kiosk/starts.h"
#include "main/acht_career.h"
#include "main/acht_open.h"
#include "main/acht_status.h"
#include "main/options.h"
#include "ui/format.h"

static const struct option kiosk_options[] = {
    {"data", "DIR", "the kiosk's data directory ($ACHT_DATA, else /var/lib/acht)", false},
    {"lang", "LL", "language of the screens (nl)", false},
    {"plain", NULL, "numbered lines instead of a full screen", false},
    {0},
};
static const struct option search_options[] = {
    {"data", "DIR", "the kiosk's data directory", false},
    {"json", NULL, "print JSON", false},
    {"limit", "N", "print at most N courses (20)", false},
    {0},
};
static const struct option show_options[] = {
    {"keys", "KEYS", "keys to press first: names and words, split by spaces", false},
    {"size", "WxH", "size of the picture (80x24)", false},
    {"lang", "LL", "language (nl)", false},
    {"format", "FORMAT", "text, ansi, svg or styles (text)", false},
    {"data", "DIR", "the kiosk's data directory", false},
    {"now", "TIME", "the time to show, as 2026-11-24T09:42:00Z", false},
    {0},
};
static const struct option check_options[] = {
    {"graph", NULL, "print the screens as a Graphviz graph", false},
    {"pot", NULL, "print the screens' texts as a gettext template", false},
    {"screens", "DIR", "check this directory instead of the installed one", false},
    {0},
};
static const struct option status_options[] = {
    {"data", "DIR", "the kiosk's data directory", false},
    {"json", NULL, "print JSON", false},
    {"lang", "LL", "language of what is the matter (en)", false},
    {0},
};

static const struct option selfcheck_options[] = {
    {"data", "DIR", "the kiosk's data directory", false},
    {"root", "DIR", "where the system's own files stand (/)", false},
    {0},
};

/* What a person typed must not be found in a core file or read by another process. */
static void keep_private(void)
{
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0);
    umask(077);
}

static int finish(const struct args *args, int rc, const struct err *err)
{
    return rc < 0 ? args_fail(args, err) : 0;
}

/* ---- acht kiosk ---- */

static bool wants_plain(const struct args *args)
{
    const char *term = getenv("TERM");
    return args_has(args, "plain") || !isatty(STDOUT_FILENO) || (term && strcmp(term, "dumb") == 0);
}

/* After many starts that came to nothing: what people see instead, before the next try. */
static void say_sorry(void)
{
    char share[PATH_ROOM];
    struct err quiet = {0};
    if (starts_again())
        starts_sorry(paths_share(share, &quiet) == 0 ? share : "");
}

static int kiosk_command(const struct args *args)
{
    static struct kiosk k;
    struct err err = {0};
    char lang[LANGUAGE_CODE];
    keep_private();
    say_sorry();
    int rc = args_language(args, lang, &err);
    if (rc == 0)
        rc = open_start(paths_data(args_get(args, "data")), lang, &k, &err);
    if (rc == 0) {
        rc = wants_plain(args) ? kiosk_run_plain(&k, &err) : kiosk_run(&k, &err);
        kiosk_close(&k);
    }
    if (rc < 0)
        starts_failed(&err);
    return finish(args, rc, &err);
}

/* ---- acht search ---- */

static json_t *hit_json(const struct record *h)
{
    char form[LIM_ID], date[16] = "";
    int64_t start = record_number(h, HIT_start), price = record_number(h, HIT_price);
    choice_name(h->type->fields[HIT_form].choices, record_number(h, HIT_form), form);
    json_t *o = json_pack("{s:s, s:s, s:s, s:s}", "key", h->id, "title", record_text(h, HIT_title),
        "provider", record_text(h, HIT_provider), "form", form);
    json_object_set_new(o, "price", price == NO_NUMBER ? json_null() : json_integer(price));
    if (start != NO_NUMBER)
        date_format(start, date);
    json_object_set_new(o, "start", *date ? json_string(date) : json_null());
    json_object_set_new(o, "place", json_string(record_text(h, HIT_place)));
    return o;
}

static void print_hits_json(const struct rowset *rs)
{
    json_t *list = json_array(), *o;
    for (int i = 0; i < rs->count; i++)
        json_array_append_new(list, hit_json(&rs->rows[i]));
    o = json_pack("{s:I, s:o}", "total", (json_int_t)rs->total, "results", list);
    json_dumpf(o, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(o);
}

static void print_hits(const struct rowset *rs)
{
    for (int i = 0; i < rs->count; i++) {
        const struct record *h = &rs->rows[i];
        printf("%-16s %s  (%s%s%s)\n", h->id, record_text(h, HIT_title),
            record_text(h, HIT_provider), record_number(h, HIT_price) == NO_NUMBER ? "" : ", ",
            format_money(record_number(h, HIT_price)).text);
    }
    printf(P_("%lld course\n", "%lld courses\n", (long long)rs->total), (long long)rs->total);
}

static int run_search(const struct args *args, struct kiosk *k, int64_t limit, struct err *err)
{
    struct search_input in = {0};
    struct rowset rs = {0};
    size_t at = 0;
    for (int i = 0; i < args->operands && at < sizeof(in.text) - 1; i++) {
        str_copy(in.text + at, sizeof(in.text) - at, i ? " " : "");
        at = strlen(in.text);
        str_copy(in.text + at, sizeof(in.text) - at, args->operand[i]);
        at = strlen(in.text);
    }
    int rc = store_search(
        k->store, &in, date_from_instant(k->now), 0, (int)limit, &rs, k->corrected, err);
    if (rc == 0 && args_has(args, "json"))
        print_hits_json(&rs);
    else if (rc == 0)
        print_hits(&rs);
    rowset_release(&rs);
    return rc;
}

static int search_command(const struct args *args)
{
    static struct kiosk k;
    struct err err = {0};
    int64_t limit;
    if (args_number(args, "limit", 0, 1000, 20, &limit, &err) < 0 ||
        open_standing(args, &k, &err) < 0)
        return args_fail(args, &err);
    int rc = run_search(args, &k, limit, &err);
    kiosk_close(&k);
    return finish(args, rc, &err);
}

/* ---- acht show ---- */

static int parse_size(const char *size, struct kiosk *k, struct err *err)
{
    char *end;
    long cols = strtol(size, &end, 10), rows = *end == 'x' ? strtol(end + 1, &end, 10) : 0;
    if (*end || cols < 1 || rows < 1 || cols > LIM_CANVAS_COLS || rows > LIM_CANVAS_ROWS)
        return err_set(err, ERR_USAGE, "'%.20s' is not a size like 80x24", size);
    k->cols = (int)cols;
    k->height = (int)rows;
    return 0;
}

static int print_canvas(const struct canvas *c, const char *format, struct err *err)
{
    static const struct {
        const char *name;
        int (*write)(const struct canvas *, struct buf *);
    } formats[] = {{"text", canvas_to_text}, {"ansi", canvas_to_ansi}, {"svg", canvas_to_svg},
        {"styles", canvas_to_styles}};
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (strcmp(formats[i].name, format) != 0)
            continue;
        struct buf out = BUF_INIT(16 * LIM_PAGE);
        formats[i].write(c, &out);
        fwrite(out.p, 1, out.len, stdout);
        buf_release(&out);
        return 0;
    }
    return err_set(err, ERR_USAGE, "'%.20s' is no format: text, ansi, svg or styles", format);
}

/* A screen that is shown on its own takes the first thing there is for each of its params. */
static void fill_params(struct kiosk *k)
{
    struct search_input all = {0};
    struct frame *f = state_frame(&k->state);
    struct rowset rs = {0};
    struct err err = {0};
    int64_t today = date_from_instant(k->now);
    str_copy(f->param[PARAM_facet], LIM_PARAM, "form");
    if (k->store && store_search(k->store, &all, today, 0, 1, &rs, k->corrected, &err) == 0 &&
        rs.count)
        str_copy(f->param[PARAM_course], LIM_PARAM, rs.rows[0].id);
    if (k->store && store_runs(k->store, f->param[PARAM_course], today, 0, 1, &rs, &err) == 0 &&
        rs.count)
        str_copy(f->param[PARAM_run], LIM_PARAM, rs.rows[0].id);
    rowset_release(&rs);
}

static int show(const struct args *args, struct kiosk *k, struct err *err)
{
    const char *now = args_get(args, "now"), *size = args_get(args, "size");
    const char *keys = args_get(args, "keys"), *format = args_get(args, "format");
    int screen = app_find(&k->app, args->operand[0]);
    if (screen < 0)
        return err_set(err, ERR_USAGE, "there is no screen '%.40s'", args->operand[0]);
    if ((now && instant_parse(now, &k->now, err) < 0) || (size && parse_size(size, k, err) < 0))
        return -1;
    k->rehearsal = true;
    k->state.stack[0].screen = screen;
    fill_params(k);
    if (keys && kiosk_type(k, keys, err) < 0)
        return -1;
    struct canvas c;
    canvas_init(&c, k->height, k->cols);
    kiosk_fetch(k);
    struct view v = kiosk_view(k);
    view_draw(&v, &c);
    int rc = print_canvas(&c, format ? format : "text", err);
    canvas_release(&c);
    return rc;
}

/* Removes the empty kiosk that was borrowed. */
static void give_back(const char *dir)
{
    static const char *const files[] = {"journal.reserve", "journal.db", "journal.db-journal"};
    char path[PATH_ROOM];
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        if (paths_join(path, dir, files[i], NULL) == 0)
            unlink(path);
    rmdir(dir);
}

/* The directory to show; where no kiosk stands and none was named, an empty one is borrowed, so
 * that screens can be looked at anywhere. NULL on error. */
static const char *show_from(const struct args *args, char borrowed[], struct err *err)
{
    const char *data = paths_data(args_get(args, "data"));
    if (access(data, F_OK) == 0)
        return data;
    if (args_get(args, "data"))
        err_set(err, ERR_NOT_FOUND, "there is no kiosk in '%s'", data);
    else if (!mkdtemp(borrowed))
        err_set(err, ERR_IO, "no room for an empty kiosk in /tmp");
    return err->code ? NULL : borrowed;
}

static int show_command(const struct args *args)
{
    static struct kiosk k;
    struct err err = {0};
    char lang[LANGUAGE_CODE], borrowed[] = "/tmp/acht-show-XXXXXX";
    const char *data = show_from(args, borrowed, &err);
    if (!data || args_language(args, lang, &err) < 0)
        return args_fail(args, &err);
    int rc = open_kiosk(data, lang, &k, &err);
    if (rc == 0) {
        rc = show(args, &k, &err);
        kiosk_close(&k);
    }
    if (data == borrowed)
        give_back(data);
    return finish(args, rc, &err);
}

/* ---- acht check ---- */

static int check(const struct args *args, const struct app *app, struct err *err)
{
    struct buf out = BUF_INIT(LIM_PAGE);
    int wrong = 0;
    if (args_has(args, "graph"))
        app_graph(app, &out);
    else if (args_has(args, "pot"))
        app_texts(app, &out);
    else
        wrong = app_check(app, &out);
    fwrite(out.p, 1, out.len, stdout);
    buf_release(&out);
    if (wrong > 0)
        return err_set(err, ERR_CONFIG, "%d things are wrong with these screens", wrong);
    if (!args_has(args, "graph") && !args_has(args, "pot"))
        printf("%d screens are right\n", app->count);
    return 0;
}

static int check_command(const struct args *args)
{
    struct app app;
    struct err err = {0};
    char share[PATH_ROOM], path[PATH_ROOM];
    const char *screens = args_get(args, "screens");
    if (paths_share(share, &err) < 0 || paths_join(path, share, "../locale", &err) < 0)
        return args_fail(args, &err);
    text_start(path);
    if (paths_join(path, share, "screens", &err) < 0 ||
        app_load(&app, screens ? screens : path, &err) < 0)
        return args_fail(args, &err);
    int rc = check(args, &app, &err);
    app_release(&app);
    return finish(args, rc, &err);
}

/* ---- acht status ---- */

static int status_command(const struct args *args)
{
    static struct kiosk k;
    struct err err = {0};
    struct store_status s;
    const char *lang = args_get(args, "lang");
    if (open_standing(args, &k, &err) < 0 || (lang && known_language(lang, &err) < 0))
        return args_fail(args, &err);
    text_speak(lang ? lang : "en");
    int rc = store_status(k.store, &s, &err);
    if (rc == 0)
        print_status(&k, &s, args_has(args, "json"));
    kiosk_close(&k);
    return finish(args, rc, &err);
}

/* ---- acht selfcheck ---- */

static int selfcheck_command(const struct args *args)
{
    struct err err = {0};
    struct buf out = BUF_INIT(LIM_BODY);
    char share[PATH_ROOM];
    const char *root = args_get(args, "root");
    int checked;
    if (paths_share(share, &err) < 0)
        return args_fail(args, &err);
    int wrong =
        selfcheck(paths_data(args_get(args, "data")), share, root ? root : "", &checked, &out);
    fwrite(out.p, 1, out.len, stdout);
    printf("%d of %d settings are right\n", checked - wrong, checked);
    buf_release(&out);
    return wrong > 0;
}

static const struct command commands[] = {
    {"kiosk", "", 0, 0, "open the kiosk", kiosk_options,
        "acht --data /var/lib/acht\nacht kiosk --plain --lang en", kiosk_command},
    {"search", "QUERY...", 0, OPERANDS_MAX, "search the catalogue", search_options,
        "acht search lassen\nacht search --json --limit 5 -- tig rvs", search_command},
    {"show", "SCREEN", 1, 1, "draw a screen without a terminal", show_options,
        "acht show home\nacht show search --keys \"lassen Down Enter\" --format svg", show_command},
    {"career", "OCCUPATION...", 1, OPERANDS_MAX,
        "show an occupation: what it is, takes and leads to", career_options,
        "acht career lasser tig\nacht career --json --lang en tig welder", career_command},
    {"path", "", 0, 0, "find the best way from one occupation to another", path_options,
        "acht path --from \"assistent lasser\" --to \"allround lasser\"\n"
        "acht path --json --from bakker --to \"lasser tig\" --by days-off",
        path_command},
    {"check", "", 0, 0, "prove that the screen definitions are right", check_options,
        "acht check\nacht check --graph | dot -Tsvg", check_command},
    {"status", "", 0, 0, "say how the kiosk is doing", status_options,
        "acht status\nacht status --json", status_command},
    {"selfcheck", "", 0, 0, "say what is not set up right on this machine", selfcheck_options,
        "acht selfcheck\nacht selfcheck --root /mnt --data /mnt/var/lib/acht", selfcheck_command},
    {0},
};

static const struct program acht = {
    "acht", "a learning kiosk for the shop floor", commands, "kiosk"};

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    return program_main(&acht, argc, argv);
}
