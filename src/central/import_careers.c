/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/import_careers.h"

#include <string.h>

#include "base/clock.h"
#include "central/import_table.h"

#define NO_JOIN                                                                                    \
    {                                                                                              \
        -1, -1                                                                                     \
    }

/* ---- the fund's own files ---- */

static const struct alias skill_of_need[] = {
    {"skill", "key", NULL, 0},
    {"skill_nl", "label_nl", NULL, 0},
    {"skill_en", "label_en", NULL, 0},
    {0},
};
static const struct table own_tables[] = {
    {"occupations.csv", TYPE_OCCUPATION, NULL, NULL, NO_JOIN, false},
    {"needs.csv", TYPE_SKILL, skill_of_need, NULL, NO_JOIN, true},
    {"needs.csv", TYPE_NEED, NULL, "skill_nl|skill_en", {NEED_occupation, NEED_skill}, false},
    {"steps.csv", TYPE_CAREER_STEP, NULL, NULL, {CAREER_STEP_from, CAREER_STEP_to}, false},
    {"course_skills.csv", TYPE_OUTCOME, NULL, NULL, {OUTCOME_course, OUTCOME_skill}, false},
    {0},
};

/* ---- ESCO, as its files have it. https://esco.ec.europa.eu/en/use-esco/download ---- */

static const struct alias esco_occupation[] = {
    {"occ_id", "key", NULL, 0},
    {"label_nl", "label_nl", NULL, 0},
    {"label_en", "label_en", NULL, 0},
    {"description_nl", "does_nl", NULL, 0},
    {"alt_labels_nl", "keywords", NULL, '|'},
    {"isco_code", "isco", NULL, 0},
    {0},
};
static const struct alias esco_skill[] = {
    {"skill_id", "key", NULL, 0},
    {"label_nl", "label_nl", NULL, 0},
    {"label_en", "label_en", NULL, 0},
    {"description_en", "says_en", NULL, 0},
    {"label_nl_source", "unofficial", "project-unofficial", 0},
    {"skill_type", "knowledge", "knowledge", 0},
    {0},
};
static const struct alias esco_need[] = {
    {"occ_id", "occupation", NULL, 0},
    {"skill_id", "skill", NULL, 0},
    {"relation", "essential", "essential", 0},
    {0},
};
static const struct table esco_tables[] = {
    {"occupations.csv", TYPE_OCCUPATION, esco_occupation, NULL, NO_JOIN, false},
    {"skills.csv", TYPE_SKILL, esco_skill, NULL, NO_JOIN, false},
    {"occupation_skill.csv", TYPE_NEED, esco_need, NULL, {NEED_occupation, NEED_skill}, false},
    {0},
};

static const struct format {
    const char *name, *source, *source_name, *credit;
    const struct table *tables;
} formats[] = {
    {"careers", "careers", "careers of the fund", "", own_tables},
    {"esco", "esco", "ESCO, European Commission",
        "nl:Deze dienst gebruikt de ESCO-classificatie van de Europese Commissie.\n"
        "en:This service uses the ESCO classification of the European Commission.",
        esco_tables},
};

static const struct format *format_named(const char *name)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    return NULL;
}

bool import_careers_knows(const char *format)
{
    return format_named(format) != NULL;
}

static int put_source(struct table_job *job, const struct format *f, int64_t now, struct err *err)
{
    struct record r;
    struct import_count count = {0};
    record_init(&r, TYPE_SOURCE);
    r.id = f->source;
    record_set_text(&r, SOURCE_name, f->source_name);
    record_set_number(&r, SOURCE_checked, now);
    record_set_text(&r, SOURCE_credit, f->credit);
    return import_put(job->db, "", f->source, &r, job->dry, &count, err) < 0 ? -1 : 0;
}

/* What joins other things goes before these. */
static int sweep(
    struct table_job *job, const struct format *f, struct careers_result *result, struct err *err)
{
    int last = 0;
    result->kept = job->unsure;
    if (!job->db || job->unsure)
        return 0;
    while (f->tables[last].file)
        last++;
    for (int i = last - 1; i >= 0; i--) {
        enum type_id type = f->tables[i].type;
        if (import_sweep(job->db, "", job->source, type, &job->ids[type], job->dry,
                &result->count[type], err) < 0)
            return -1;
    }
    return 0;
}

static int load_all(struct table_job *job, const struct format *f, const struct import_job *from,
    struct careers_result *result, struct err *err)
{
    for (const struct table *t = f->tables; t->file; t++)
        if (table_load(job, t, from->path, &result->count[t->type], err) < 0)
            return -1;
    return sweep(job, f, result, err) < 0 ? -1 : put_source(job, f, from->now, err);
}

static int load_within_transaction(struct table_job *job, const struct format *f,
    const struct import_job *from, struct careers_result *result, struct err *err)
{
    if (!job->db || job->dry)
        return load_all(job, f, from, result, err);
    if (database_begin(job->db, err) < 0)
        return -1;
    if (load_all(job, f, from, result, err) == 0 && database_commit(job->db, err) == 0)
        return 0;
    database_rollback(job->db);
    return -1;
}

int import_careers(struct database *db, const char *format, struct import_job *job,
    struct careers_result *result, struct err *err)
{
    const struct format *f = format_named(format);
    if (!f)
        BUG("no format %s", format);
    struct table_job *tables = mem_alloc(sizeof(*tables));
    tables->db = db;
    tables->source = f->source;
    tables->dry = job->dry_run;
    tables->problems = &job->problems;
    *result = (struct careers_result){0};
    int rc = load_within_transaction(tables, f, job, result, err);
    for (int i = 0; i < TYPES_COUNT; i++)
        idset_release(&tables->ids[i]);
    mem_free(tables);
    return rc;
}
