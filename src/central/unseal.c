/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/unseal.h"

#include <string.h>

int entry_unseal(
    const struct secrets *secrets, const char *body, struct arena *mem, struct entry *e)
{
    struct err ignored = {0};
    if (entry_from_json(body, strlen(body), mem, e, &ignored) != 0)
        return -1;
    if (!secrets || e->fields.type != type_get(TYPE_SEALED))
        return 0;
    struct buf line = BUF_INIT(LIM_BOX);
    int rc = seal_open(&secrets->keys, record_text(&e->fields, SEALED_box), &line);
    if (rc == 0 && entry_from_json(line.p, line.len, mem, e, &ignored) != 0)
        rc = -1;
    memory_wipe(line.p, line.len);
    buf_release(&line);
    return rc;
}
