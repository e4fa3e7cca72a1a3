/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/erase_list.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

#define LIST_MAX ((size_t)64 * 1024 * 1024)

static const char *const acts[] = {"erased", "taken-back"};

void erase_hash(const char *company, const char *person, char out[DIGEST_HEX])
{
    struct sha256 s;
    sha256_start(&s);
    sha256_add(&s, company, strlen(company) + 1);
    sha256_add(&s, person, strlen(person) + 1);
    sha256_end(&s, out);
}

static int failed(const char *path, struct err *err)
{
    int code = errno;
    return err_set(err, code == ENOSPC ? ERR_FULL : ERR_IO, "cannot write %s (%s)", path,
        strerrordesc_np(code));
}

int erase_list_add(const char *path, const char *company, const char *hash, int64_t at,
    enum erase_act act, struct err *err)
{
    char when[32];
    struct buf line = BUF_INIT(512);
    instant_format(at, when);
    (void)buf_printf(&line, "%s %s %s %s\n", company, hash, when, acts[act]);
    int fd = open(path, O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        buf_release(&line);
        return failed(path, err);
    }
    bool written = write(fd, line.p, line.len) == (ssize_t)line.len && fsync(fd) == 0;
    int rc = written ? 0 : failed(path, err);
    buf_release(&line);
    close(fd);
    return rc;
}

static int read_line(char *text, struct erase_line *line, struct err *err)
{
    char *rest;
    const char *company = strtok_r(text, " ", &rest), *hash = strtok_r(NULL, " ", &rest);
    const char *at = strtok_r(NULL, " ", &rest), *act = strtok_r(NULL, " ", &rest);
    *line = (struct erase_line){0};
    if (!act || !hex_valid(hash, DIGEST_HEX / 2) || instant_parse(at, &line->at, err) < 0 ||
        str_copy(line->company, sizeof(line->company), company) < 0)
        return -1;
    line->act = strcmp(act, acts[ERASED]) == 0 ? ERASED : TAKEN_BACK;
    if (strcmp(act, acts[line->act]) != 0)
        return -1;
    str_copy(line->hash, sizeof(line->hash), hash);
    return 0;
}

/* A later line about the same person replaces what an earlier one said. */
static void put_line(struct erase_list *list, const struct erase_line *line)
{
    int i = 0;
    while (i < list->count && (strcmp(list->lines[i].hash, line->hash) != 0 ||
                                  strcmp(list->lines[i].company, line->company) != 0))
        i++;
    int64_t before = i < list->count ? list->lines[i].erased_at : NO_NUMBER;
    list->lines[i] = *line;
    list->lines[i].erased_at = line->act == ERASED ? line->at : before;
    list->count += i == list->count;
}

static int parse(char *text, const char *path, struct erase_list *list, struct err *err)
{
    int room = 1, row = 0;
    char *rest;
    for (const char *c = text; (c = strchr(c, '\n')); c++)
        room++;
    list->lines = mem_array((size_t)room, sizeof(*list->lines));
    for (char *t = strtok_r(text, "\n", &rest); t; t = strtok_r(NULL, "\n", &rest)) {
        struct erase_line line;
        struct err ignored = {0};
        row++;
        if (read_line(t, &line, &ignored) < 0)
            return err_set(err, ERR_DATA, "%s:%d: this is no line of an erasure list", path, row);
        put_line(list, &line);
    }
    return 0;
}

int erase_list_read(const char *path, struct erase_list *list, struct err *err)
{
    struct buf text = BUF_INIT(LIST_MAX);
    *list = (struct erase_list){0};
    if (access(path, F_OK) != 0 && errno == ENOENT)
        return 0;
    int rc = buf_read_file(&text, path, err);
    if (rc == 0 && text.len)
        rc = parse(text.p, path, list, err);
    buf_release(&text);
    if (rc < 0)
        erase_list_release(list);
    return rc;
}

void erase_list_release(struct erase_list *list)
{
    mem_free(list->lines);
    *list = (struct erase_list){0};
}
