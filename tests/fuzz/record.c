/* SPDX-License-Identifier: EUPL-1.2 */
/* Lines of the feed: what is read as a record is a right one, and survives being written and read.
 */
#include <string.h>

#include "proto/codec.h"
#include "support/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena mem = {0};
    struct record r, again;
    struct err err = {0};
    struct buf first = BUF_INIT(LIM_PAGE), second = BUF_INIT(LIM_PAGE);
    if (record_from_json((const char *)data, size, &mem, &r, &err) == 0) {
        MUST(r.gone || record_check(&r, &err) == 0);
        MUST(record_to_json(&r, &first) == 0);
        MUST(record_from_json(first.p, first.len, &mem, &again, &err) == 0);
        MUST(record_to_json(&again, &second) == 0);
        MUST(strcmp(first.p, second.p) == 0);
    }
    buf_release(&first);
    buf_release(&second);
    arena_release(&mem);
    return 0;
}
