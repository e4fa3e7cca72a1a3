/* SPDX-License-Identifier: EUPL-1.2 */
/* Foreign text: what comes out is valid UTF-8 without anything unsafe, and stays as it is when it
 * is made safe again. */
#include <locale.h>
#include <string.h>

#include "base/utf8.h"
#include "support/fuzz.h"

static void check_safe(const struct buf *b, bool newlines)
{
    MUST(utf8_valid(b->p, b->len));
    for (size_t at = 0; at < b->len;) {
        uint32_t cp;
        at += utf8_decode(b->p + at, b->len - at, &cp);
        MUST(!utf8_cp_unsafe(cp) || (newlines && cp == '\n'));
    }
    MUST(utf8_clip(b->p, 10) <= b->len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf once = BUF_INIT(4 * LIM_PAGE), twice = BUF_INIT(4 * LIM_PAGE);
    setlocale(LC_CTYPE, "C.UTF-8");
    for (int newlines = 0; newlines < 2; newlines++) {
        buf_clear(&once);
        buf_clear(&twice);
        MUST(utf8_sanitize(&once, (const char *)data, size, newlines) == 0);
        check_safe(&once, newlines);
        MUST(utf8_sanitize(&twice, once.p, once.len, newlines) == 0);
        MUST(strcmp(once.p, twice.p) == 0);
    }
    buf_release(&once);
    buf_release(&twice);
    return 0;
}
