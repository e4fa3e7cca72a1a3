/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/deliver.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "central/court.h"

/* Looked for by its id, revoked or not. */
struct wanted_kiosk {
    const char *id;
    struct kiosk kiosk;
    bool found;
};

static void see_kiosk(void *context, const struct kiosk *k)
{
    struct wanted_kiosk *w = context;
    if (strcmp(k->id, w->id) != 0)
        return;
    w->kiosk = *k;
    w->found = true;
}

/* 1: judged; 0: nobody's entry. */
static int judge_bytes(struct database *db, const struct secrets *secrets, const struct buf *bytes,
    int64_t now, struct err *err)
{
    struct arena mem = {0};
    struct entry e;
    struct err ignored = {0};
    struct judge_counts counts = {0};
    struct buf verdicts = BUF_INIT(LIM_LINE);
    bool read = entry_from_json(bytes->p, bytes->len, &mem, &e, &ignored) >= 0;
    struct wanted_kiosk w = {.id = read ? e.kiosk : ""};
    int rc = read ? database_kiosks(db, see_kiosk, &w, err) : 0;
    const struct hearing hearing = {db, secrets, &w.kiosk, now, NO_NUMBER, HASHES_MAX};
    if (rc == 0 && w.found)
        rc = judge_batch(&hearing, bytes->p, bytes->len, &verdicts, &counts, err) < 0 ? -1 : 1;
    buf_release(&verdicts);
    arena_release(&mem);
    return rc;
}

static int deliver_line(struct database *db, const struct secrets *secrets, const char *box,
    int64_t now, struct delivered *out, struct err *err)
{
    struct buf bytes = BUF_INIT(LIM_LINE);
    int rc = seal_open(&secrets->keys, box, &bytes) == 0
                 ? judge_bytes(db, secrets, &bytes, now, err)
                 : 0;
    out->entries += rc > 0;
    out->unreadable += rc == 0;
    memory_wipe(bytes.p, bytes.len);
    buf_release(&bytes);
    return rc < 0 ? -1 : 0;
}

int deliver_sealed(struct database *db, const struct secrets *secrets, const char *path,
    int64_t now, struct delivered *out, struct err *err)
{
    char *line = NULL;
    size_t room = 0;
    int rc = 0;
    *out = (struct delivered){0};
    FILE *f = fopen(path, "re");
    if (!f)
        return err_set(err, ERR_NOT_FOUND, "cannot read '%s': %s", path, strerrordesc_np(errno));
    while (rc == 0 && getline(&line, &room, f) >= 0) {
        line[strcspn(line, "\n")] = '\0';
        rc = deliver_line(db, secrets, line, now, out, err);
    }
    free(line);
    fclose(f);
    return rc;
}
