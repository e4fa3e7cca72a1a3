/* SPDX-License-Identifier: EUPL-1.2 */
#include "main/acht_career.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "main/acht_open.h"
#include "ui/career_words.h"
#include "ui/format.h"

#define ROWS_MOST 200  /* of one list; more than any occupation takes */
#define NAMES_MOST 8   /* occupations that a name may mean, to choose from */
#define LEARN_INDENT 6 /* columns */

const struct option career_options[] = {
    {"data", "DIR", "the kiosk's data directory", false},
    {"json", NULL, "print JSON", false},
    {"lang", "LL", "language (nl)", false},
    {0},
};
const struct option path_options[] = {
    {"data", "DIR", "the kiosk's data directory", false},
    {"from", "OCCUPATION", "where you are", true},
    {"to", "OCCUPATION", "where you want to be", true},
    {"by", "WHAT", "fewest months, days-off, or skills learnt away from the workplace [months]",
        false},
    {"json", NULL, "print JSON", false},
    {"lang", "LL", "language (nl)", false},
    {0},
};

/* One command: where it reads, and in which language it speaks. */
struct asking {
    struct kiosk *k;
    char lang[LANGUAGE_CODE];
    int64_t today, as_of; /* a date; when the catalogue was fetched */
};

static int begin(struct asking *a, const struct args *args, struct err *err)
{
    static struct kiosk k;
    struct store_status status;
    if (args_language(args, a->lang, err) < 0 || open_standing(args, &k, err) < 0)
        return -1;
    a->k = &k;
    a->today = date_from_instant(k.now);
    if (known_language(a->lang, err) < 0 || store_status(k.store, &status, err) < 0) {
        kiosk_close(&k);
        return -1;
    }
    a->as_of = status.finished;
    text_speak(a->lang);
    return 0;
}

/* ---- which occupation is meant ---- */

static int say_which(const char *text, const struct rowset *rs, struct err *err)
{
    struct buf names = BUF_INIT(LIM_ERR);
    for (int i = 0; i < rs->count; i++)
        (void)buf_printf(&names, "%s%s (%s)", i ? ", " : "", record_text(&rs->rows[i], JOB_label),
            rs->rows[i].id);
    int rc = err_set(
        err, ERR_USAGE, "'%.60s' may be %s%s", text, names.p, rs->total > rs->count ? ", ..." : "");
    buf_release(&names);
    return rc;
}

/* Those that are called exactly so are found first; several that only come near are no answer. */
static int find_one(const struct asking *a, const char *text, char id[LIM_ID], struct err *err)
{
    struct rowset rs = {0};
    int rc = store_jobs_called(a->k->store, text, a->lang, 0, NAMES_MOST, &rs, err);
    if (rc == 0 && rs.total == 0)
        rc = err_set(err, ERR_NOT_FOUND, "no occupation is called '%.80s'", text);
    else if (rc == 0 && rs.total > 1)
        rc = say_which(text, &rs, err);
    else if (rc == 0)
        str_copy(id, LIM_ID, rs.rows[0].id);
    rowset_release(&rs);
    return rc;
}

/* ---- JSON ---- */

static json_t *number_json(const struct field *f, int64_t n)
{
    char text[LIM_ID];
    switch (f->kind) {
    case KIND_BOOL:
        return json_boolean(n != 0);
    case KIND_DATE:
        date_format(n, text);
        return json_string(text);
    case KIND_INSTANT:
        instant_format(n, text);
        return json_string(text);
    case KIND_ENUM:
        choice_name(f->choices, n, text);
        return json_string(text);
    default:
        return json_integer((json_int_t)n);
    }
}

static bool is_given(const struct record *r, int field)
{
    return kind_is_text(r->type->fields[field].kind) ? *record_text(r, field)
                                                     : record_number(r, field) != NO_NUMBER;
}

/* Fields that are given, under their names. Hundredths and cents stay what they are. */
static json_t *record_json(const struct record *r)
{
    json_t *o = json_pack("{s:s}", "id", r->id);
    for (int i = 0; i < r->type->count; i++) {
        const struct field *f = &r->type->fields[i];
        if (is_given(r, i))
            json_object_set_new(o, f->name,
                kind_is_text(f->kind) ? json_string(record_text(r, i))
                                      : number_json(f, record_number(r, i)));
    }
    return o;
}

static json_t *rows_json(const struct rowset *rs)
{
    json_t *list = json_array();
    for (int i = 0; i < rs->count; i++)
        json_array_append_new(list, record_json(&rs->rows[i]));
    return list;
}

static json_t *cost_json(const struct way_cost *c)
{
    return json_pack(
        "{s:i, s:i, s:i}", "months", c->months, "days_off", c->days_off, "away", c->away);
}

static void print_object(json_t *o, const struct asking *a)
{
    char text[32];
    if (a->as_of != NO_NUMBER) {
        instant_format(a->as_of, text);
        json_object_set_new(o, "as_of", json_string(text));
    }
    json_dumpf(o, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(o);
}

/* ---- acht career ---- */

static void print_line(const char *label, const char *text)
{
    if (*text)
        printf("%s: %s\n", label, text);
}

static void print_abilities(const struct rowset *rs)
{
    if (rs->count)
        printf("\n%s\n", _("What it takes"));
    for (int i = 0; i < rs->count; i++) {
        const struct record *r = &rs->rows[i];
        const char *level = level_words(record_number(r, ABILITY_level));
        printf("  %s%s%s%s\n", record_text(r, ABILITY_label), *level ? ": " : "", level,
            record_number(r, ABILITY_essential) == 1 ? "" : _(" (good to have)"));
    }
}

static void print_neighbours(const struct rowset *rs)
{
    if (rs->count)
        printf("\n%s\n", _("Steps from here"));
    for (int i = 0; i < rs->count; i++) {
        const struct record *r = &rs->rows[i];
        printf("  %s: %s. %s\n", branch_word(record_number(r, JOB_direction)),
            record_text(r, JOB_label),
            cost_words(record_number(r, JOB_months), record_number(r, JOB_days_off)).text);
    }
    if (rs->total > rs->count)
        printf(P_("  and %lld more\n", "  and %lld more\n", (long long)(rs->total - rs->count)),
            (long long)(rs->total - rs->count));
}

static void print_card(const struct record *card)
{
    int64_t checked = record_number(card, CARD_checked);
    printf("%s\n", record_text(card, CARD_label));
    print_line(_("Branch"), record_text(card, CARD_ladder));
    print_line(_("What you do"), record_text(card, CARD_does));
    print_line(_("A day"), record_text(card, CARD_day));
    print_line(_("What is changing"), record_text(card, CARD_change));
    print_line(_("Who to talk to"), record_text(card, CARD_talk));
    print_line("Crebo", record_text(card, CARD_crebo));
    if (checked != NO_NUMBER)
        print_line(_("Checked"), format_date(checked).text);
    print_line(_("Source"), record_text(card, CARD_source));
    if (*record_text(card, CARD_credit))
        printf("%s\n", record_text(card, CARD_credit));
}

static int show_career(
    const struct asking *a, const struct args *args, const char *id, struct err *err)
{
    struct rowset card = {0}, takes = {0}, steps = {0};
    struct store *s = a->k->store;
    int rc = store_card(s, id, a->lang, &card, err);
    if (rc == 0)
        rc = store_abilities(s, id, "", a->lang, a->today, 0, ROWS_MOST, &takes, err);
    if (rc == 0)
        rc = store_neighbours(
            s, id, a->lang, 0, args_has(args, "json") ? ROWS_MOST : NAMES_MOST, &steps, err);
    if (rc == 0 && card.count == 0)
        rc = err_set(err, ERR_NOT_FOUND, "the occupation is not there any more");
    if (rc == 0 && args_has(args, "json")) {
        print_object(json_pack("{s:o, s:o, s:o}", "occupation", record_json(&card.rows[0]), "needs",
                         rows_json(&takes), "neighbours", rows_json(&steps)),
            a);
    } else if (rc == 0) {
        print_card(&card.rows[0]);
        print_abilities(&takes);
        print_neighbours(&steps);
    }
    rowset_release(&card);
    rowset_release(&takes);
    rowset_release(&steps);
    return rc;
}

/* The operands are the words of one name. */
static void join_operands(const struct args *args, char out[LIM_QUERY])
{
    size_t at = 0;
    for (int i = 0; i < args->operands && at < LIM_QUERY - 1; i++) {
        str_copy(out + at, LIM_QUERY - at, i ? " " : "");
        at = strlen(out);
        str_copy(out + at, LIM_QUERY - at, args->operand[i]);
        at = strlen(out);
    }
}

int career_command(const struct args *args)
{
    struct err err = {0};
    struct asking a = {0};
    char name[LIM_QUERY] = "", id[LIM_ID];
    if (begin(&a, args, &err) < 0)
        return args_fail(args, &err);
    join_operands(args, name);
    int rc = find_one(&a, name, id, &err);
    if (rc == 0)
        rc = show_career(&a, args, id, &err);
    kiosk_close(a.k);
    return rc < 0 ? args_fail(args, &err) : 0;
}

/* ---- acht path ---- */

struct path {
    char from[LIM_ID], to[LIM_ID];
    enum way_by by;
    struct rowset steps[WAY_BYS_COUNT];
    struct way_cost cost[WAY_BYS_COUNT];
};

static json_t *learn_json(const struct asking *a, const char *to, const char *from, struct err *err)
{
    struct rowset rs = {0};
    json_t *list = json_array();
    if (store_abilities(a->k->store, to, from, a->lang, a->today, 0, ROWS_MOST, &rs, err) == 0)
        for (int i = 0; i < rs.count; i++)
            if (record_number(&rs.rows[i], ABILITY_essential) == 1 &&
                record_number(&rs.rows[i], ABILITY_there) == 0)
                json_array_append_new(list, record_json(&rs.rows[i]));
    rowset_release(&rs);
    return list;
}

static int print_path_json(const struct asking *a, const struct path *p, struct err *err)
{
    char by[LIM_ID];
    const struct rowset *rs = &p->steps[p->by];
    json_t *steps = rows_json(rs), *others = json_object();
    for (int i = 0; i < rs->count; i++)
        json_object_set_new(json_array_get(steps, (size_t)i), "learn",
            learn_json(a, rs->rows[i].id, i ? rs->rows[i - 1].id : p->from, err));
    for (int i = 0; i < WAY_BYS_COUNT; i++) {
        choice_name(WAY_BYS, i, by);
        json_object_set_new(others, by,
            json_pack(
                "{s:o, s:o}", "cost", cost_json(&p->cost[i]), "steps", rows_json(&p->steps[i])));
    }
    choice_name(WAY_BYS, p->by, by);
    print_object(json_pack("{s:s, s:s, s:s, s:o, s:o, s:s, s:o}", "from", p->from, "to", p->to,
                     "by", by, "cost", cost_json(&p->cost[p->by]), "steps", steps, "why",
                     why_words(p->by), "compared", others),
        a);
    return err->code ? -1 : 0;
}

static int print_learn(const struct asking *a, const char *to, const char *from, struct err *err)
{
    struct rowset rs = {0};
    int rc = store_abilities(a->k->store, to, from, a->lang, a->today, 0, ROWS_MOST, &rs, err);
    for (int i = 0; i < rs.count; i++) {
        const struct record *r = &rs.rows[i];
        if (record_number(r, ABILITY_essential) != 1 || record_number(r, ABILITY_there) == 1)
            continue;
        printf("%*s+ %s%s%s\n", LEARN_INDENT, "", record_text(r, ABILITY_label),
            *record_text(r, ABILITY_title) ? ": " : "", record_text(r, ABILITY_title));
    }
    rowset_release(&rs);
    return rc;
}

static int print_steps(const struct asking *a, const struct path *p, struct err *err)
{
    const struct rowset *rs = &p->steps[p->by];
    int rc = 0;
    for (int i = 0; i < rs->count && rc == 0; i++) {
        const struct record *r = &rs->rows[i];
        printf("%3d  %s. %s\n", i + 1, record_text(r, JOB_label),
            cost_words(record_number(r, JOB_months), record_number(r, JOB_days_off)).text);
        if (*record_text(r, JOB_opens))
            printf("     %s: %s\n", _("Opened by"), record_text(r, JOB_opens));
        if (*record_text(r, JOB_carries))
            printf("     %s: %s\n", _("You bring along"), record_text(r, JOB_carries));
        rc = print_learn(a, r->id, i ? rs->rows[i - 1].id : p->from, err);
    }
    return rc;
}

static int print_path(const struct asking *a, const struct path *p, struct err *err)
{
    if (print_steps(a, p, err) < 0)
        return -1;
    const struct way_cost *c = &p->cost[p->by];
    printf(
        "\n%s %s\n%s\n\n", _("In all:"), cost_words(c->months, c->days_off).text, why_words(p->by));
    for (int i = 0; i < WAY_BYS_COUNT; i++)
        printf("  %s: %s %s\n", by_words((enum way_by)i),
            cost_words(p->cost[i].months, p->cost[i].days_off).text,
            away_words(p->cost[i].away).text);
    if (a->as_of != NO_NUMBER)
        printf(_("As of %s.\n"), format_seen(a->as_of, a->k->now).text);
    return 0;
}

static int find_path(
    const struct asking *a, const struct args *args, struct path *p, struct err *err)
{
    const char *by = args_get(args, "by");
    int choice = by ? choice_index(WAY_BYS, by, strlen(by)) : WAY_BY_months;
    if (choice < 0)
        return err_set(err, ERR_USAGE, "--by is months, days-off or workplace");
    p->by = (enum way_by)choice;
    if (find_one(a, args_get(args, "from"), p->from, err) < 0 ||
        find_one(a, args_get(args, "to"), p->to, err) < 0)
        return -1;
    if (strcmp(p->from, p->to) == 0)
        return err_set(err, ERR_USAGE, "--from and --to are the same occupation");
    for (int i = 0; i < WAY_BYS_COUNT; i++)
        if (store_way(a->k->store, p->from, p->to, (enum way_by)i, a->lang, &p->steps[i],
                &p->cost[i], err) < 0)
            return -1;
    if (p->steps[p->by].total == 0)
        return err_set(err, ERR_NOT_FOUND,
            "no way is known from %s to %s: nobody has drawn steps there, and too few skills are "
            "the same",
            p->from, p->to);
    return 0;
}

int path_command(const struct args *args)
{
    struct err err = {0};
    struct asking a = {0};
    struct path p = {0};
    if (begin(&a, args, &err) < 0)
        return args_fail(args, &err);
    int rc = find_path(&a, args, &p, &err);
    if (rc == 0)
        rc = args_has(args, "json") ? print_path_json(&a, &p, &err) : print_path(&a, &p, &err);
    for (int i = 0; i < WAY_BYS_COUNT; i++)
        rowset_release(&p.steps[i]);
    kiosk_close(a.k);
    return rc < 0 ? args_fail(args, &err) : 0;
}
