/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/secrets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/paths.h"
#include "central/people.h"

#define SECRETS_MAX 1024
#define ANSWER_DAYS 5

/* Of the database: a hash that tells its secrets, and the public key for the companies' records. */
#define META_SECRETS "secrets"
#define META_SEAL_KEY "seal_key"

/* ---- the file ---- */

static int take_line(const char *line, size_t len, const char *name, char key[KEY_HEX])
{
    size_t n = strlen(name);
    char value[KEY_HEX];
    if (len != n + 1 + KEY_HEX - 1 || memcmp(line, name, n) != 0 || line[n] != '=' || key[0])
        return -1;
    memcpy(value, line + n + 1, KEY_HEX - 1);
    value[KEY_HEX - 1] = '\0';
    if (hex_valid(value, KEY_BYTES))
        memcpy(key, value, KEY_HEX);
    memory_wipe(value, sizeof(value));
    return key[0] ? 0 : -1;
}

static int parse(const struct buf *text, struct secrets *out)
{
    char secret[KEY_HEX] = "";
    int rc = strlen(text->p) == text->len ? 0 : -1;
    *out = (struct secrets){0};
    for (const char *line = text->p; rc == 0 && *line;) {
        size_t len = strcspn(line, "\n");
        if (take_line(line, len, "seal_key", secret) < 0 &&
            take_line(line, len, "pepper", out->pepper) < 0)
            rc = -1;
        line += len + (line[len] == '\n');
    }
    if (rc == 0 && (!secret[0] || !out->pepper[0]))
        rc = -1;
    if (rc == 0)
        seal_keys_from_secret(secret, &out->keys);
    memory_wipe(secret, sizeof(secret));
    return rc;
}

/* A service manager hands credentials out as root's files with an access list, whose mask shows as
 * the group's bits. */
static bool others_may_read(const struct stat *st)
{
    bool handed_out = st->st_uid == 0 && geteuid() != 0;
    return st->st_mode & (handed_out ? 037 : 077);
}

static int read_all(int fd, struct buf *text)
{
    char part[SECRETS_MAX];
    ssize_t n;
    do {
        n = read(fd, part, sizeof(part));
        if (n > 0 && buf_add(text, part, (size_t)n) < 0)
            n = -1;
    } while (n > 0 || (n < 0 && errno == EINTR));
    memory_wipe(part, sizeof(part));
    return n < 0 ? -1 : 0;
}

static int read_open(int fd, const char *path, struct secrets *out, struct err *err)
{
    struct stat st;
    struct buf text = BUF_INIT(SECRETS_MAX);
    int rc = 0;
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        rc = err_set(err, ERR_CONFIG, "'%.200s' is no file with secrets", path);
    else if (others_may_read(&st))
        rc = err_set(
            err, ERR_CONFIG, "others may read '%.160s': make that impossible (chmod 600)", path);
    else if (read_all(fd, &text) < 0 || parse(&text, out) < 0)
        rc = err_set(err, ERR_CONFIG, "'%.200s' is damaged: restore it from its copy", path);
    memory_wipe(text.p, text.len);
    buf_release(&text);
    return rc;
}

/* 1: read; 0: there is none; -1. */
static int read_file(const char *path, struct secrets *out, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0 && errno == ENOENT)
        return 0;
    if (fd < 0)
        return err_set(err, ERR_CONFIG, "cannot open '%.200s': %s", path, strerrordesc_np(errno));
    int rc = read_open(fd, path, out, err);
    close(fd);
    return rc < 0 ? -1 : 1;
}

/* ---- making one ---- */

static int sync_parent(const char *path)
{
    char dir[PATH_ROOM];
    if (str_copy(dir, sizeof(dir), path) < 0)
        return -1;
    char *slash = strrchr(dir, '/');
    if (slash)
        slash[slash == dir] = '\0';
    int fd = open(slash ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    int rc = fsync(fd);
    close(fd);
    return rc;
}

static int write_text(const char *path, const struct buf *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return -1;
    int rc = fchmod(fd, 0600) == 0 && write(fd, text->p, text->len) == (ssize_t)text->len &&
                     fsync(fd) == 0
                 ? 0
                 : -1;
    return close(fd) < 0 ? -1 : rc;
}

/* Who comes second finds the name taken, and reads what the first one wrote. */
static int write_file(const char *path, const struct buf *text)
{
    char fresh[PATH_ROOM];
    int n = snprintf(fresh, sizeof(fresh), "%s.%ld", path, (long)getpid());
    if (n < 0 || n >= (int)sizeof(fresh)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int rc = write_text(fresh, text);
    if (rc == 0 && link(fresh, path) < 0 && errno != EEXIST)
        rc = -1;
    int why = errno;
    (void)unlink(fresh);
    errno = why;
    return rc == 0 ? sync_parent(path) : rc;
}

static int make_file(const char *path, struct err *err)
{
    char secret[KEY_HEX], pepper[KEY_HEX];
    struct buf text = BUF_INIT(SECRETS_MAX);
    random_key_hex(secret);
    random_key_hex(pepper);
    (void)buf_printf(&text, "seal_key=%s\npepper=%s\n", secret, pepper);
    int rc = write_file(path, &text);
    if (rc < 0)
        err_set(err, ERR_IO, "cannot write '%.200s': %s", path, strerrordesc_np(errno));
    memory_wipe(secret, sizeof(secret));
    memory_wipe(pepper, sizeof(pepper));
    memory_wipe(text.p, text.len);
    buf_release(&text);
    return rc;
}

int secrets_load(const char *path, bool create, struct secrets *out, struct err *err)
{
    int rc = read_file(path, out, err);
    if (rc == 0 && create)
        rc = make_file(path, err) < 0 ? -1 : read_file(path, out, err);
    if (rc == 0)
        err_set(err, ERR_CONFIG, "the secrets '%.200s' are not there", path);
    return rc > 0 ? 0 : -1;
}

/* ---- the database and its secrets ---- */

static void fingerprint(const struct secrets *s, char out[DIGEST_HEX])
{
    struct sha256 sum;
    static const char label[] = "acht secrets";
    sha256_start(&sum);
    sha256_add(&sum, label, sizeof(label));
    sha256_add(&sum, s->keys.public_key, KEY_HEX);
    sha256_add(&sum, s->pepper, KEY_HEX);
    sha256_end(&sum, out);
}

int company_publish(struct database *db, const char *company, struct err *err)
{
    char key[KEY_HEX];
    struct record r, before;
    struct arena mem = {0};
    enum put_result ignored;
    int rc = database_meta_get(db, META_SEAL_KEY, key, sizeof(key), err);
    int known = rc > 0 ? database_get(db, company, TYPE_COMPANY, company, &mem, &before, err) : rc;
    if (rc > 0 && known >= 0) {
        record_init(&r, TYPE_COMPANY);
        r.id = company;
        record_set_text(&r, COMPANY_seal_key, key);
        record_set_number(&r, COMPANY_answer_days,
            known > 0 ? record_number(&before, COMPANY_answer_days) : ANSWER_DAYS);
        known = database_put(db, company, "server", &r, false, &ignored, err);
    }
    arena_release(&mem);
    return known < 0 ? -1 : 0;
}

static int publish_all(struct database *db, struct err *err)
{
    struct arena mem = {0};
    const char **ids;
    int64_t count = 0;
    int rc = database_companies(db, &mem, &ids, &count, err);
    for (int64_t i = 0; rc == 0 && i < count; i++)
        rc = company_publish(db, ids[i], err);
    arena_release(&mem);
    return rc;
}

static int bind_within(
    struct database *db, const struct secrets *s, const char *path, struct err *err)
{
    char print[DIGEST_HEX], known[DIGEST_HEX];
    fingerprint(s, print);
    int rc = database_meta_get(db, META_SECRETS, known, sizeof(known), err);
    if (rc < 0)
        return -1;
    if (rc > 0 && strcmp(known, print) != 0)
        return err_set(err, ERR_CONFIG,
            "'%.120s' holds other secrets than those of this database: all PINs would be wrong",
            path);
    if (rc == 0 && (database_meta_set(db, META_SECRETS, print, err) < 0 ||
                       database_meta_set(db, META_SEAL_KEY, s->keys.public_key, err) < 0))
        return -1;
    return publish_all(db, err);
}

int secrets_bind(struct database *db, const struct secrets *s, const char *path, struct err *err)
{
    if (database_begin(db, err) < 0)
        return -1;
    if (bind_within(db, s, path, err) == 0 && database_commit(db, err) == 0)
        return 0;
    database_rollback(db);
    return -1;
}

int secrets_open(struct database *db, const char *path, struct secrets *out, struct err *err)
{
    char known[DIGEST_HEX];
    struct err why = {0};
    int rc = database_meta_get(db, META_SECRETS, known, sizeof(known), err);
    if (rc < 0)
        return -1;
    if (secrets_load(path, rc == 0, out, &why) < 0)
        return err_set(err, why.code, "%s%s", why.msg,
            rc > 0 && access(path, F_OK) != 0 ? ", and this database knows PINs by them" : "");
    return secrets_bind(db, out, path, err);
}
