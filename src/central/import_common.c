/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/import_common.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int reader_open(struct reader *r, const char *path, struct err *err)
{
    *r = (struct reader){0};
    r->file = fopen(path, "rbe");
    if (!r->file)
        return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot open %s: %s", path,
            strerrordesc_np(errno));
    r->csv = mem_alloc(sizeof(*r->csv));
    csv_start(r->csv, r->file);
    struct err why = {0};
    switch (csv_next(r->csv, &why)) {
    case CSV_ROW:
        return 0;
    case CSV_END:
        return err_set(err, ERR_DATA, "%s is empty", path);
    default:
        return err_set(err, why.code, "%s:1: %s", path, why.msg);
    }
}

int reader_no_rows(const char *path, struct err *err)
{
    return err_set(err, ERR_DATA, "%s has no rows below its header: nothing was changed", path);
}

void reader_close(struct reader *r)
{
    if (r->csv)
        csv_release(r->csv);
    free(r->csv);
    if (r->file)
        fclose(r->file);
}

int column_err(struct err *err, const char *column, const struct err *why)
{
    return err_set(err, why->code, "column %s: %s", column, why->msg);
}

int import_put(struct database *db, const char *company, const char *source, const struct record *r,
    bool dry, struct import_count *count, struct err *err)
{
    enum put_result result = PUT_NEW;
    if (db && database_put(db, company, source, r, dry, &result, err) < 0)
        return -1;
    count->fresh += result == PUT_NEW;
    count->changed += result == PUT_CHANGED && !r->gone;
    count->same += result == PUT_SAME;
    count->gone += result == PUT_CHANGED && r->gone;
    return result == PUT_FOREIGN ? 1 : 0;
}

int import_sweep(struct database *db, const char *company, const char *source, enum type_id type,
    const struct idset *named, bool dry, struct import_count *count, struct err *err)
{
    struct arena mem = {0};
    const char **ids;
    int64_t n;
    int rc = database_ids(db, company, source, type, &mem, &ids, &n, err);
    for (int64_t i = 0; rc == 0 && i < n; i++) {
        struct record r;
        record_init(&r, type);
        r.id = ids[i];
        r.gone = true;
        if (!idset_flags(named, ids[i]))
            rc = import_put(db, company, source, &r, dry, count, err);
    }
    arena_release(&mem);
    return rc < 0 ? -1 : 0;
}
