/* SPDX-License-Identifier: EUPL-1.2 */
/* The server's secrets: how their file is made and read, and that they belong to one database. */
#include "central_house.h"

#include <sys/stat.h>

static void file_of(const struct house *h, char out[96])
{
    snprintf(out, 96, "%s.secrets", h->path);
}

/* A house that has met no secrets yet. */
static void open_bare(struct house *h)
{
    house_open(h);
    database_close(h->central.db);
    if (house_is_postgres())
        house_schema_empty(h->schema);
    static const char *const endings[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < 3; i++) {
        char path[96];
        snprintf(path, sizeof(path), "%s%s", h->path, endings[i]);
        unlink(path);
    }
    OK(database_open(&h->central.db, h->where, &err));
}

static void close_bare(struct house *h)
{
    char file[96];
    file_of(h, file);
    unlink(file);
    house_close(h);
}

static void write_text(const char *path, const char *text, mode_t mode)
{
    unlink(path);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    assert_int_equal(chmod(path, mode), 0);
}

static void refuse(const char *path, const char *says)
{
    struct secrets s;
    struct err err = {0};
    assert_int_equal(secrets_load(path, false, &s, &err), -1);
    if (err.code != ERR_CONFIG || !strstr(err.msg, says))
        fail_msg("not '%s' but: %s", says, err.msg);
}

static void made_once_and_read_again(void **unused)
{
    (void)unused;
    struct house h;
    struct secrets s, again;
    struct stat st;
    char file[96];
    open_bare(&h);
    file_of(&h, file);
    refuse(file, "not there");
    umask(0);
    OK(secrets_load(file, true, &s, &err));
    assert_int_equal(stat(file, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    OK(secrets_load(file, true, &again, &err));
    assert_memory_equal(&s, &again, sizeof(s));
    assert_true(hex_valid(s.pepper, KEY_BYTES));
    assert_string_not_equal(s.pepper, s.keys.secret_key);
    close_bare(&h);
}

static void damaged_or_open_files_are_refused(void **unused)
{
    (void)unused;
    static const char *const bad[] = {"", "seal_key=" TOKEN_A "\n", "pepper=" TOKEN_A "\n",
        "seal_key=" TOKEN_A "\npepper=aa\n", "seal_key=" TOKEN_A "\npepper=" TOKEN_B "0\n",
        "seal_key=" TOKEN_A "\nseal_key=" TOKEN_A "\n", "{}",
        "seal_key=" TOKEN_A "\npepper=" TOKEN_B "\nmore=1\n",
        "seal_key=zz" TOKEN_A "\npepper=" TOKEN_B "\n"};
    static const mode_t modes[] = {0640, 0604, 0660, 0602, 0644, 0610};
    static const char good[] = "pepper=" TOKEN_B "\nseal_key=" TOKEN_A "\n";
    struct house h;
    struct secrets s;
    char file[96];
    open_bare(&h);
    file_of(&h, file);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        write_text(file, bad[i], 0600);
        refuse(file, "damaged");
    }
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        write_text(file, good, modes[i]);
        refuse(file, "others may read");
    }
    refuse(h.dir, "no file");
    write_text(file, good, 0400);
    OK(secrets_load(file, false, &s, &err));
    assert_string_equal(s.pepper, TOKEN_B);
    assert_string_equal(s.keys.secret_key, TOKEN_A);
    close_bare(&h);
}

static void a_database_keeps_to_its_secrets(void **unused)
{
    (void)unused;
    static const char other[] = "pepper=" TOKEN_B "\nseal_key=" TOKEN_A "\n";
    struct house h;
    struct secrets s, again;
    struct err err = {0};
    struct buf kept = BUF_INIT(LIM_LINE);
    char file[96];
    open_bare(&h);
    file_of(&h, file);
    if (secrets_open(h.central.db, file, &s, &err) < 0 ||
        secrets_open(h.central.db, file, &again, &err) < 0 || buf_read_file(&kept, file, &err) < 0)
        fail_msg("%s", err.msg);
    assert_memory_equal(&s, &again, sizeof(s));
    write_text(file, other, 0600);
    assert_int_equal(secrets_open(h.central.db, file, &again, &err), -1);
    assert_int_equal(err.code, ERR_CONFIG);
    assert_non_null(strstr(err.msg, "other secrets than those of this database"));
    err_clear(&err);
    unlink(file);
    assert_int_equal(secrets_open(h.central.db, file, &again, &err), -1);
    assert_int_equal(err.code, ERR_CONFIG);
    assert_non_null(strstr(err.msg, "not there"));
    assert_int_equal(access(file, F_OK), -1); /* and none was made instead */
    write_text(file, kept.p, 0600);
    err_clear(&err);
    if (secrets_open(h.central.db, file, &again, &err) < 0)
        fail_msg("%s", err.msg);
    buf_release(&kept);
    close_bare(&h);
}

static void expect_company(struct house *h, const char *id, const char *key, int64_t days)
{
    struct arena mem = {0};
    struct record r;
    struct err err = {0};
    assert_int_equal(
        database_get(h->central.db, id, TYPE_COMPANY, id, &mem, &r, &err), key != NULL);
    if (key) {
        assert_string_equal(record_text(&r, COMPANY_seal_key), key);
        assert_int_equal(record_number(&r, COMPANY_answer_days), days);
    }
    arena_release(&mem);
}

/* Made before the secrets or after them, each company's kiosks get the key; what an operator set
 * stays. */
static void every_company_gets_the_key(void **unused)
{
    (void)unused;
    struct house h;
    struct secrets s;
    struct kiosk kiosk;
    char file[96], code[CODE_TEXT], line[256];
    open_bare(&h);
    file_of(&h, file);
    OK(admin_add_kiosk(h.central.db, "Hal 3", "amber", "", NOW, code, &kiosk, &err));
    expect_company(&h, "amber", NULL, 0);
    OK(secrets_open(h.central.db, file, &s, &err));
    expect_company(&h, "amber", s.keys.public_key, 5);
    OK(admin_add_kiosk(h.central.db, "Hal 3", "beril", "", NOW, code, &kiosk, &err));
    expect_company(&h, "beril", s.keys.public_key, 5);
    snprintf(line, sizeof(line), "{'type':'company','id':'amber','seal_key':'%s','answer_days':9}",
        TOKEN_A);
    house_put(&h, "amber", "server", line);
    OK(secrets_open(h.central.db, file, &s, &err));
    expect_company(&h, "amber", s.keys.public_key, 9);
    close_bare(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(made_once_and_read_again),
        cmocka_unit_test(damaged_or_open_files_are_refused),
        cmocka_unit_test(a_database_keeps_to_its_secrets),
        cmocka_unit_test(every_company_gets_the_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
