/* SPDX-License-Identifier: EUPL-1.2 */
/* Lines of the journal: what is read as an entry survives being written and read. */
#include <string.h>

#include "proto/codec.h"
#include "support/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena mem = {0};
    struct entry e, again;
    struct err err = {0};
    struct buf first = BUF_INIT(LIM_PAGE), second = BUF_INIT(LIM_PAGE);
    int rc = entry_from_json((const char *)data, size, &mem, &e, &err);
    MUST(e.id && e.kiosk && e.epoch);
    if (rc == 0) {
        MUST(entry_to_json(&e, &first) == 0);
        MUST(entry_from_json(first.p, first.len, &mem, &again, &err) == 0);
        MUST(entry_to_json(&again, &second) == 0);
        MUST(strcmp(first.p, second.p) == 0);
    }
    buf_release(&first);
    buf_release(&second);
    arena_release(&mem);
    return 0;
}
