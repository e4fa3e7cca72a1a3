/* SPDX-License-Identifier: EUPL-1.2 */
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "central/admin.h"
#include "central/import.h"
#include "central/import_careers.h"
#include "central/jobs.h"
#include "central/openapi.h"
#include "central/retention.h"
#include "main/central_backup.h"
#include "main/central_fleet.h"
#include "main/central_move.h"
#include "main/central_open.h"
#include "main/central_records.h"
#include "main/central_serve.h"
#include "main/options.h"

#define EXIT_BAD_ROWS 65

static int done(const struct args *args, int rc, const struct err *err)
{
    return rc < 0 ? args_fail(args, err) : 0;
}

/* ---- imports ---- */

static void print_count(const char *what, const struct import_count *c)
{
    printf("%s: %lld new, %lld changed, %lld unchanged, %lld gone; ", what, (long long)c->fresh,
        (long long)c->changed, (long long)c->same, (long long)c->gone);
}

static int end_import(const struct import_job *job, const struct import_result *result)
{
    printf("rows bad: %lld\n", (long long)job->problems.rows);
    if (result->kept)
        fprintf(stderr, "nothing was removed: the bad rows may stand for it\n");
    if (result->erased)
        fprintf(stderr,
            "left out, because they were erased: %lld (see acht-central erase --take-back)\n",
            (long long)result->erased);
    if (job->dry_run)
        fprintf(stderr, "dry run: nothing was changed\n");
    return job->problems.rows ? EXIT_BAD_ROWS : 0;
}

static struct import_job job_from(const struct args *args)
{
    return (struct import_job){
        .path = args->operand[0],
        .dry_run = args_has(args, "dry-run"),
        .progress = isatty(STDERR_FILENO),
        .now = clock_now(),
        .problems = {.out = stderr, .file = args->operand[0]},
    };
}

/* Of careers: a directory of files that belong together. */
static int run_import_careers(const struct args *args, const char *format)
{
    static const enum type_id types[] = {
        TYPE_OCCUPATION, TYPE_SKILL, TYPE_NEED, TYPE_CAREER_STEP, TYPE_OUTCOME};
    static const char *const names[] = {"occupations", "skills", "needs", "steps", "course skills"};
    struct err err = {0};
    struct database *db = NULL;
    struct careers_result result = {0};
    struct import_job job = job_from(args);
    bool pretend = job.dry_run && !is_database(args);
    int rc = pretend ? 0 : open_database(&db, args, MAY_BE_NEW, &err);
    if (rc == 0)
        rc = import_careers(db, format, &job, &result, &err);
    database_close(db);
    if (rc < 0)
        return args_fail(args, &err);
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        print_count(names[i], &result.count[types[i]]);
    return end_import(&job, &(struct import_result){.kept = result.kept});
}

static int run_import(const struct args *args)
{
    const char *format = args_get(args, "format");
    if (format && import_careers_knows(format))
        return run_import_careers(args, format);
    if (format && strcmp(format, "courses") != 0)
        return args_fail(args, &(struct err){ERR_USAGE, "--format is courses, careers or esco"});

    struct err err = {0};
    struct database *db = NULL;
    struct import_result result = {0};
    struct import_job job = job_from(args);
    job.map = args_get(args, "map");
    bool pretend = job.dry_run && !is_database(args);
    int rc = pretend ? 0 : open_database(&db, args, MAY_BE_NEW, &err);
    if (rc == 0)
        rc = import_catalogue(db, &job, &result, &err);
    database_close(db);
    if (rc < 0)
        return args_fail(args, &err);
    print_count("courses", &result.courses);
    print_count("runs", &result.runs);
    return end_import(&job, &result);
}

static int run_people_import(const struct args *args)
{
    struct err err = {0};
    struct database *db = NULL;
    struct import_result result = {0};
    struct import_job job = job_from(args);
    int rc = open_database(&db, args, MAY_BE_NEW, &err);
    if (rc == 0)
        rc = import_people(db, args_get(args, "company"), &job, &result, &err);
    database_close(db);
    if (rc < 0)
        return args_fail(args, &err);
    print_count("people", &result.people);
    return end_import(&job, &result);
}

static int run_people_code(const struct args *args)
{
    struct err err = {0};
    struct database *db = NULL;
    struct secrets secrets = {0};
    struct admin_code code = {0};
    char until[32];
    int rc = open_database(&db, args, MUST_EXIST, &err);
    if (rc == 0)
        rc = open_secrets(db, args, &secrets, &err);
    if (rc == 0)
        rc = admin_person_code(
            db, &secrets, args->operand[0], args_get(args, "company"), clock_now(), &code, &err);
    database_close(db);
    memory_wipe(&secrets, sizeof(secrets));
    if (rc < 0)
        return done(args, rc, &err);
    instant_format(code.expires, until);
    printf("%s\nfor %s of company %s; the code works once, until %s\n", code.text, code.name,
        code.company, until);
    memory_wipe(&code, sizeof(code));
    return 0;
}

/* ---- kiosks and requests ---- */

static int run_kiosk_add(const struct args *args)
{
    struct err err = {0};
    struct database *db = NULL;
    char code[CODE_TEXT];
    struct kiosk kiosk;
    const char *site = args_get(args, "site");
    int rc = open_database(&db, args, MAY_BE_NEW, &err);
    if (rc == 0)
        rc = admin_add_kiosk(db, args->operand[0], args_get(args, "company"), site ? site : "",
            clock_now(), code, &kiosk, &err);
    database_close(db);
    if (rc == 0)
        printf("%s\nkiosk %s of company %s; the code works once, within 15 minutes\n", code,
            kiosk.id, kiosk.company);
    return done(args, rc, &err);
}

static int run_kiosk_list(const struct args *args)
{
    struct err err = {0};
    struct database *db = NULL;
    int rc = open_database(&db, args, MUST_EXIST, &err);
    if (rc == 0)
        rc = admin_list_kiosks(db, stdout, &err);
    database_close(db);
    return done(args, rc, &err);
}

static int run_kiosk_revoke(const struct args *args)
{
    struct err err = {0};
    struct database *db = NULL;
    int rc = open_database(&db, args, MUST_EXIST, &err);
    if (rc == 0)
        rc = admin_revoke_kiosk(db, args->operand[0], &err);
    database_close(db);
    return done(args, rc, &err);
}

static int run_request_list(const struct args *args)
{
    struct err err = {0};
    struct database *db = NULL;
    const struct request_filter filter = {.company = args_get(args, "company"),
        .state = args_get(args, "state"),
        .fund = args_has(args, "fund"),
        .json = args_has(args, "json")};
    int rc = open_database(&db, args, MUST_EXIST, &err);
    if (rc == 0)
        rc = args_has(args, "held") ? admin_list_held(db, &filter, stdout, &err)
                                    : admin_list_requests(db, &filter, stdout, &err);
    database_close(db);
    return done(args, rc, &err);
}

static int run_request_show(const struct args *args)
{
    struct err err = {0};
    struct database *db = NULL;
    const struct request_filter filter = {.company = args_get(args, "company"),
        .fund = args_has(args, "fund"),
        .json = args_has(args, "json")};
    int rc = open_database(&db, args, MUST_EXIST, &err);
    if (rc == 0)
        rc = admin_show_request(db, args->operand[0], &filter, clock_now(), stdout, &err);
    database_close(db);
    return done(args, rc, &err);
}

static int run_request_place(const struct args *args)
{
    struct err err = {0};
    struct database *db = NULL;
    int rc = open_database(&db, args, MUST_EXIST, &err);
    if (rc == 0)
        rc =
            admin_place_request(db, args->operand[0], args_get(args, "company"), clock_now(), &err);
    database_close(db);
    return done(args, rc, &err);
}

static int run_jobs(const struct args *args)
{
    struct err err = {0}, why = {0};
    struct database *db = NULL;
    struct retention_counts f = {0};
    int64_t now = clock_now(), count = 0;
    int rc = 0;
    if (args_has(args, "now") && instant_parse(args_get(args, "now"), &now, &why) < 0)
        rc = err_set(&err, ERR_USAGE, "--now needs a time like 2026-11-24T02:14:00Z");
    if (rc == 0)
        rc = open_database(&db, args, MUST_EXIST, &err);
    if (rc == 0)
        rc = requests_tick(db, now, &count, &err);
    if (rc == 0)
        rc = retention_run(db, now, &f, &err);
    database_close(db);
    if (rc == 0)
        printf("requests looked at: %lld\nforgotten: %lld records, %lld bodies, %lld verdicts,"
               " %lld audit lines, %lld rows\n",
            (long long)count, (long long)f.records, (long long)f.bodies, (long long)f.verdicts,
            (long long)f.lines, (long long)f.rows);
    return done(args, rc, &err);
}

static int run_openapi(const struct args *args)
{
    (void)args;
    struct buf text = BUF_INIT(OPENAPI_MAX);
    openapi_schemas(&text);
    fputs(text.p, stdout);
    buf_release(&text);
    return 0;
}

/* ---- the command line ---- */

static const struct option import_options[] = {
    OPTION_DATABASE,
    {"format", "FORMAT", "courses (a file), careers or esco (a directory) [courses]", false},
    {"map", "FILE", "which column feeds which field, for a file with other columns", false},
    {"dry-run", NULL, "say what would change, change nothing", false},
    {0},
};
static const struct option people_options[] = {
    OPTION_DATABASE,
    {"company", "ID", "whose people they are", true},
    {"dry-run", NULL, "say what would change, change nothing", false},
    {0},
};
static const struct option code_options[] = {
    OPTION_DATABASE,
    OPTION_SECRETS,
    {"company", "ID", "whose person it is; needed when there are several", false},
    {0},
};
static const struct option kiosk_add_options[] = {
    OPTION_DATABASE,
    {"company", "ID", "whose kiosk it is; made when it is new", true},
    {"site", "SITE", "shows only people of this site", false},
    {0},
};
static const struct option database_options[] = {OPTION_DATABASE, {0}};
static const struct option request_options[] = {
    OPTION_DATABASE,
    {"company", "ID", "only of this company", false},
    {"state", "STATE", "only those that stand there: asked, yes, waitlisted ...", false},
    {"held", NULL, "entries whose request has not come in", false},
    {"fund", NULL, "with the requests on the own route: never for an employer", false},
    {"json", NULL, "as a JSON array", false},
    {0},
};
static const struct option show_options[] = {
    OPTION_DATABASE,
    {"company", "ID", "only of this company", false},
    {"fund", NULL, "also a request on the own route: never for an employer", false},
    {"json", NULL, "as JSON", false},
    {0},
};
static const struct option place_options[] = {
    OPTION_DATABASE,
    {"company", "ID", "whose request it is; needed when several have it", false},
    {0},
};
static const struct option jobs_options[] = {
    OPTION_DATABASE,
    {"now", "TIME", "as if it were that time, like 2026-11-24T02:14:00Z", false},
    {0},
};

static const struct command commands[] = {
    {"serve", "", 0, 0, "answer the kiosks", serve_options,
        "acht-central serve --database /var/lib/acht/central.db\n"
        "acht-central serve --database central.db --listen 0.0.0.0:443 "
        "--certificate fullchain.pem --key privkey.pem",
        run_serve},
    {"import", "FILE|DIR", 1, 1, "load a catalogue of courses, or careers (CSV)", import_options,
        "acht-central import catalogue.csv --database central.db --dry-run\n"
        "acht-central import nj_etpl_courses.csv --map nj_etpl.map --database central.db\n"
        "acht-central import --format careers assets/demo/careers --database central.db",
        run_import},
    {"people import", "FILE", 1, 1, "load the people of a company (CSV)", people_options,
        "acht-central people import people.csv --company smederij --database central.db",
        run_people_import},
    {"people code", "BADGE", 1, 1, "print a one-time code for somebody to set a PIN with",
        code_options, "acht-central people code 1003 --company smederij --database central.db",
        run_people_code},
    {"kiosk add", "NAME", 1, 1, "make a kiosk and print its enrolment code", kiosk_add_options,
        "acht-central kiosk add 'Hal 2' --company smederij --database central.db", run_kiosk_add},
    {"kiosk list", "", 0, 0, "show all kiosks", database_options,
        "acht-central kiosk list --database central.db", run_kiosk_list},
    {"kiosk revoke", "NAME|ID", 1, 1, "shut a kiosk out", database_options,
        "acht-central kiosk revoke 'Hal 2' --database central.db", run_kiosk_revoke},
    {"fleet", "", 0, 0, "which kiosks did not sync last night, and why", fleet_options,
        "acht-central fleet --database central.db\n"
        "acht-central fleet --cause silent --database central.db",
        run_fleet},
    {"request list", "", 0, 0, "show what people asked for", request_options,
        "acht-central request list --database central.db\n"
        "acht-central request list --json --company smederij --database central.db",
        run_request_list},
    {"request show", "NUMBER", 1, 1, "show one request with every step", show_options,
        "acht-central request show K7QM-3XWD --database central.db", run_request_show},
    {"request place", "NUMBER", 1, 1, "give a seat that the fund found itself", place_options,
        "acht-central request place K7QM-3XWD --database central.db", run_request_place},
    {"jobs", "", 0, 0, "do once what a server does every minute", jobs_options,
        "acht-central jobs --database central.db\n"
        "acht-central jobs --now 2026-12-01T07:00:00Z --database central.db",
        run_jobs},
    {"deliver", "FILE", 1, 1, "take in what a revoked kiosk had still to send", deliver_options,
        "acht-central deliver undelivered.sealed --database /var/lib/acht/central.db", run_deliver},
    {"export", "PERSON", 0, 1, "hand out what is kept about a person", export_options,
        "acht-central export 104711 --company smederij --to person --database central.db\n"
        "acht-central export --wished --database central.db",
        run_export},
    {"erase", "PERSON", 0, 1, "forget a person", erase_options,
        "acht-central erase 104711 --company smederij --database central.db\n"
        "acht-central erase --reapply central.db.erased --database central.db",
        run_erase},
    {"audit verify", "", 0, 0, "check that the trail is as it was written", audit_verify_options,
        "acht-central audit verify --database central.db --head heads.txt", run_audit_verify},
    {"audit export", "", 0, 0, "print the trail, a line of JSON per event", audit_export_options,
        "acht-central audit export --company smederij --database central.db", run_audit_export},
    {"audit head", "", 0, 0, "print where the trail ends, to be kept elsewhere", audit_head_options,
        "acht-central audit head --database central.db >heads.txt", run_audit_head},
    {"dictionary", "", 0, 0, "print what is kept about people, why and for how long",
        dictionary_options, "acht-central dictionary", run_dictionary},
    {"move", "", 0, 0, "move everything to another database", move_options,
        "acht-central move --database central.db --to postgresql://acht@db.example/acht", run_move},
    {"backup", "", 0, 0, "make a backup while the server runs", backup_options,
        "acht-central backup --database central.db --to central.backup\n"
        "acht-central backup --database central.db --to /mnt/backups --keep 14\n"
        "acht-central backup --verify central.backup",
        run_backup},
    {"restore", "", 0, 0, "bring a backup back", restore_options,
        "acht-central restore --from central.backup --database central.db", run_restore},
    {"openapi", "", 0, 0, "print the schemas of records and entries as OpenAPI", NULL,
        "acht-central openapi", run_openapi},
    {0},
};

static const struct program program = {
    "acht-central", "the central server of the learning kiosks", commands, NULL};

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    return program_main(&program, argc, argv);
}
