/* SPDX-License-Identifier: EUPL-1.2 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/paths.h"
#include "base/utf8.h"
#include "model/record.h"
#include "proto/codec.h"
#include "proto/line.h"

int enrolment_to_json(const struct enrolment *e, struct buf *out)
{
    size_t start = line_open(out);
    if (e->server[0])
        line_text(out, "server", e->server);
    line_text(out, "server_id", e->server_id);
    line_text(out, "kiosk", e->kiosk);
    line_text(out, "name", e->name);
    line_text(out, "company", e->company);
    line_text(out, "token", e->token);
    if (e->token_before[0])
        line_text(out, "token_before", e->token_before);
    line_text(out, "badge_key", e->badge_key);
    if (e->ca[0])
        line_text(out, "ca", e->ca);
    if (e->pins[0])
        line_text(out, "pins", e->pins);
    return line_close(out, start);
}

static int read_member(
    const json_t *object, const char *key, char *out, size_t size, struct err *err)
{
    const char *text = "";
    if (line_get_text(object, key, &text, err) < 0)
        return -1;
    struct buf safe = BUF_INIT(LIM_LINE);
    utf8_sanitize(&safe, text, strlen(text), false);
    int rc = str_copy(out, size, safe.p);
    memory_wipe(safe.p, safe.len);
    buf_release(&safe);
    return rc < 0 ? err_set(err, ERR_DATA, "%s is too long", key) : 0;
}

static int check_enrolment(const struct enrolment *e, struct err *err)
{
    if (!id_valid(e->server_id) || !id_valid(e->kiosk) || !id_valid(e->company))
        return err_set(err, ERR_DATA, "an enrolment names no valid server, kiosk or company");
    bool before = !e->token_before[0] || hex_valid(e->token_before, KEY_BYTES);
    if (!hex_valid(e->token, KEY_BYTES) || !before || !hex_valid(e->badge_key, KEY_BYTES))
        return err_set(err, ERR_DATA, "an enrolment has no valid token or badge key");
    return 0;
}

static int read_enrolment(const json_t *object, struct enrolment *e, struct err *err)
{
    const struct {
        const char *key;
        char *out;
        size_t size;
    } members[] = {
        {"server", e->server, sizeof(e->server)},
        {"server_id", e->server_id, sizeof(e->server_id)},
        {"kiosk", e->kiosk, sizeof(e->kiosk)},
        {"name", e->name, sizeof(e->name)},
        {"company", e->company, sizeof(e->company)},
        {"token", e->token, sizeof(e->token)},
        {"token_before", e->token_before, sizeof(e->token_before)},
        {"badge_key", e->badge_key, sizeof(e->badge_key)},
        {"ca", e->ca, sizeof(e->ca)},
        {"pins", e->pins, sizeof(e->pins)},
    };
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
        if (read_member(object, members[i].key, members[i].out, members[i].size, err) < 0)
            return -1;
    return check_enrolment(e, err);
}

int enrolment_from_json(const char *text, size_t len, struct enrolment *e, struct err *err)
{
    *e = (struct enrolment){0};
    json_t *object = line_parse(text, len, err);
    if (!object)
        return -1;
    int rc = read_enrolment(object, e, err);
    json_decref(object);
    return rc;
}

int enrolment_load(const char *dir, struct enrolment *e, struct err *err)
{
    char path[PATH_ROOM];
    struct err why = {0};
    struct buf text = BUF_INIT(LIM_LINE);
    if (paths_join(path, dir, "enrolment.json", err) < 0)
        return -1;
    int rc = buf_read_file(&text, path, &why);
    if (rc < 0 && why.code == ERR_NOT_FOUND)
        err_set(err, ERR_CONFIG, "not enrolled: '%s' is not there", path);
    else if (rc < 0)
        err_set(err, why.code, "%s", why.msg);
    else if ((rc = enrolment_from_json(text.p, text.len, e, &why)) < 0)
        err_set(err, ERR_CONFIG, "'%.200s' is damaged: %.80s", path, why.msg);
    memory_wipe(text.p, text.len);
    buf_release(&text);
    return rc;
}

static int write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        data += n;
        len -= (size_t)n;
    }
    return 0;
}

static int write_file(const char *path, const struct buf *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return -1;
    int rc =
        fchmod(fd, 0600) < 0 || write_all(fd, text->p, text->len) < 0 || fsync(fd) < 0 ? -1 : 0;
    return close(fd) < 0 ? -1 : rc;
}

static int sync_directory(const char *dir)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    int rc = fsync(fd);
    close(fd);
    return rc;
}

int enrolment_can_save(const char *dir, struct err *err)
{
    char fresh[PATH_ROOM];
    if (paths_join(fresh, dir, "enrolment.json.new", err) < 0)
        return -1;
    struct buf text = BUF_INIT(LIM_LINE);
    (void)buf_printf(&text, "%*s", (int)sizeof(struct enrolment), "");
    int rc = write_file(fresh, &text) < 0
                 ? err_set(err, ERR_IO, "cannot write '%s': %s", fresh, strerrordesc_np(errno))
                 : 0;
    buf_release(&text);
    if (rc == 0)
        (void)unlink(fresh);
    return rc;
}

int enrolment_save(const char *dir, const struct enrolment *e, struct err *err)
{
    char path[PATH_ROOM], fresh[PATH_ROOM];
    if (paths_join(path, dir, "enrolment.json", err) < 0 ||
        paths_join(fresh, dir, "enrolment.json.new", err) < 0)
        return -1;
    struct buf text = BUF_INIT(LIM_LINE);
    int rc = enrolment_to_json(e, &text) < 0 || buf_putc(&text, '\n') < 0
                 ? err_set(err, ERR_DATA, "the enrolment is too long")
                 : 0;
    if (rc == 0 &&
        (write_file(fresh, &text) < 0 || rename(fresh, path) < 0 || sync_directory(dir) < 0))
        rc = err_set(err, ERR_IO, "cannot write '%s': %s", path, strerrordesc_np(errno));
    memory_wipe(text.p, text.len);
    buf_release(&text);
    return rc;
}

int enrolment_remove(const char *dir, struct err *err)
{
    char path[PATH_ROOM];
    if (paths_join(path, dir, "enrolment.json", err) < 0)
        return -1;
    if ((unlink(path) < 0 && errno != ENOENT) || sync_directory(dir) < 0)
        return err_set(err, ERR_IO, "cannot remove '%s': %s", path, strerrordesc_np(errno));
    return 0;
}
