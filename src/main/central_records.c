/* SPDX-License-Identifier: EUPL-1.2 */
#include "main/central_records.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/paths.h"
#include "central/audit.h"
#include "central/database_rights.h"
#include "central/deliver.h"
#include "central/dictionary.h"
#include "central/erase.h"
#include "central/export.h"
#include "central/person_id.h"
#include "main/central_open.h"

#define HEADS_MAX (1024 * 1024)
#define EXIT_EDITED 1

const struct option deliver_options[] = {
    OPTION_DATABASE,
    OPTION_SECRETS,
    {0},
};
const struct option export_options[] = {
    OPTION_DATABASE,
    OPTION_SECRETS,
    {"company", "ID", "whose person it is", false},
    {"to", "DIR", "an empty directory, or one to be made", false},
    {"wished", NULL, "show who wished for an export or an erasure", false},
    {0},
};
const struct option erase_options[] = {
    OPTION_DATABASE,
    OPTION_SECRETS,
    OPTION_ERASED,
    {"company", "ID", "whose person it is", false},
    {"reapply", "FILE", "erase again whom this list names, after a backup", false},
    {"take-back", NULL, "let the next roster bring the person again", false},
    {0},
};
const struct option audit_verify_options[] = {
    OPTION_DATABASE,
    {"company", "ID", "only of this company", false},
    {"head", "FILE|HASH", "heads that were kept elsewhere", false},
    {0},
};
const struct option audit_export_options[] = {
    OPTION_DATABASE,
    {"company", "ID", "only of this company", false},
    {"since", "TIME", "only from this moment on, as 2027-01-12T00:00:00Z", false},
    {0},
};
const struct option audit_head_options[] = {
    OPTION_DATABASE,
    {"company", "ID", "only of this company", false},
    {0},
};
const struct option dictionary_options[] = {
    {"json", NULL, "as a JSON array", false},
    {0},
};

static int end(struct database *db, const struct args *args, int rc, const struct err *err)
{
    database_close(db);
    return rc < 0 ? args_fail(args, err) : 0;
}

/* ---- one person ---- */

static int find_person(
    struct database *db, const struct args *args, char person[LIM_ID], struct err *err)
{
    const char *company = args_get(args, "company");
    if (args->operands == 0)
        return err_set(err, ERR_USAGE, "a badge number or the id of a person is missing");
    if (!company)
        return err_set(err, ERR_USAGE, "--company is missing");
    return person_id_find(db, company, args->operand[0], person, err);
}

static void print_wish(void *context, const struct wish_row *w)
{
    char at[32];
    instant_format(w->at, at);
    fprintf(context, "%s  %s  %s  %s\n", at, w->wish, w->company, w->person);
}

static int hand_out(struct database *db, const struct args *args, struct err *err)
{
    char person[LIM_ID];
    struct secrets secrets = {0};
    struct export_job job = {.db = db,
        .secrets = &secrets,
        .company = args_get(args, "company"),
        .person = person,
        .dir = args_get(args, "to"),
        .now = clock_now()};
    if (!job.dir)
        return err_set(err, ERR_USAGE, "--to is missing");
    int rc = find_person(db, args, person, err);
    if (rc == 0)
        rc = open_secrets(db, args, &secrets, err);
    if (rc == 0)
        rc = export_person(&job, err);
    memory_wipe(&secrets, sizeof(secrets));
    return rc;
}

int run_export(const struct args *args)
{
    struct err err = {0};
    struct database *db = NULL;
    int rc = open_database(&db, args, MUST_EXIST, &err);
    if (rc == 0 && args_has(args, "wished"))
        rc = database_wishes(db, args_get(args, "company"), print_wish, stdout, &err);
    else if (rc == 0)
        rc = hand_out(db, args, &err);
    return end(db, args, rc, &err);
}

int run_deliver(const struct args *args)
{
    struct err err = {0};
    struct database *db = NULL;
    struct secrets secrets = {0};
    struct delivered d = {0};
    int rc = open_database(&db, args, MUST_EXIST, &err);
    if (rc == 0)
        rc = open_secrets(db, args, &secrets, &err);
    if (rc == 0)
        rc = deliver_sealed(db, &secrets, args->operand[0], clock_now(), &d, &err);
    if (rc == 0)
        printf("%lld entries delivered, %lld lines that cannot be read\n", (long long)d.entries,
            (long long)d.unreadable);
    memory_wipe(&secrets, sizeof(secrets));
    return end(db, args, rc, &err);
}

static int erase_or_take_back(
    struct database *db, const struct args *args, const struct secrets *secrets, struct err *err)
{
    char person[LIM_ID], path[PATH_ROOM];
    struct erasing e = {db, secrets, path, clock_now(), 0};
    if (find_person(db, args, person, err) < 0 || erased_path(args, path, err) < 0)
        return -1;
    return args_has(args, "take-back") ? erase_take_back(&e, args_get(args, "company"), person, err)
                                       : erase_person(&e, args_get(args, "company"), person, err);
}

int records_reapply(
    struct database *db, const struct secrets *secrets, const char *list, struct err *err)
{
    int64_t count = 0;
    struct erasing e = {db, secrets, list, clock_now(), 0};
    int rc = erase_reapply(&e, &count, err);
    if (rc == 0 && count > 0)
        fprintf(stderr, "erased again, as the list says: %lld\n", (long long)count);
    return rc;
}

int run_erase(const struct args *args)
{
    struct err err = {0};
    struct database *db = NULL;
    struct secrets secrets = {0};
    const char *list = args_get(args, "reapply");
    int rc = open_database(&db, args, MUST_EXIST, &err);
    if (rc == 0)
        rc = open_secrets(db, args, &secrets, &err);
    if (rc == 0)
        rc = list ? records_reapply(db, &secrets, list, &err)
                  : erase_or_take_back(db, args, &secrets, &err);
    memory_wipe(&secrets, sizeof(secrets));
    return end(db, args, rc, &err);
}

/* ---- the trail ---- */

static int read_heads(
    const char *given, struct arena *mem, struct audit_head **heads, int *count, struct err *err)
{
    struct buf text = BUF_INIT(HEADS_MAX);
    *count = 0;
    if (!given)
        return 0;
    int rc = hex_valid(given, DIGEST_HEX / 2) ? buf_puts(&text, given)
                                              : buf_read_file(&text, given, err);
    if (rc == 0)
        rc = audit_heads_read(text.p, mem, heads, count, err);
    buf_release(&text);
    return rc;
}

static void say_fault(const struct audit_fault *f)
{
    fprintf(stderr, "%s%s, line %lld: %s\n", *f->company ? "company " : "the fund", f->company,
        (long long)f->seq, f->what);
}

int run_audit_verify(const struct args *args)
{
    struct err err = {0};
    struct database *db = NULL;
    struct arena mem = {0};
    struct audit_head *heads = NULL;
    struct audit_fault fault = {0};
    int count;
    int rc = open_database(&db, args, MUST_EXIST, &err);
    if (rc == 0)
        rc = read_heads(args_get(args, "head"), &mem, &heads, &count, &err);
    if (rc == 0)
        rc = audit_verify(db, args_get(args, "company"), heads, count, clock_now(), &fault, &err);
    arena_release(&mem);
    if (rc > 0)
        say_fault(&fault);
    int code = end(db, args, rc, &err);
    return rc > 0 ? EXIT_EDITED : code;
}

int run_audit_export(const struct args *args)
{
    struct err err = {0};
    struct database *db = NULL;
    int64_t since = 0;
    const char *given = args_get(args, "since");
    int rc = given ? instant_parse(given, &since, &err) : 0;
    if (rc == 0)
        rc = open_database(&db, args, MUST_EXIST, &err);
    if (rc == 0)
        rc = audit_export(db, args_get(args, "company"), since, stdout, &err);
    return end(db, args, rc, &err);
}

static void print_head(void *context, const struct audit_head *h)
{
    fprintf(context, "%s %lld %s\n", *h->company ? h->company : "-", (long long)h->seq, h->hash);
}

int run_audit_head(const struct args *args)
{
    struct err err = {0};
    struct database *db = NULL;
    int rc = open_database(&db, args, MUST_EXIST, &err);
    if (rc == 0)
        rc = audit_heads(db, args_get(args, "company"), print_head, stdout, &err);
    return end(db, args, rc, &err);
}

int run_dictionary(const struct args *args)
{
    struct buf text = BUF_INIT(DICTIONARY_MAX);
    if (args_has(args, "json"))
        dictionary_json(&text);
    else
        dictionary_text(&text);
    fputs(text.p, stdout);
    buf_release(&text);
    return 0;
}
