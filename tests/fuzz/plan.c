/* SPDX-License-Identifier: EUPL-1.2 */
/* What people type in the search box, and (first byte 'L') what a lexicon's file may hold. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "search/search.h"
#include "support/fuzz.h"

static struct lexicon *lexicon(const char *text)
{
    struct lexicon *lex = lexicon_new();
    struct err err = {0};
    if (lexicon_add(lex, text, &err) < 0)
        MUST(err.code != ERR_NONE);
    return lex;
}

static void check_plan(const struct plan *p)
{
    MUST(p->count >= 0 && p->count <= LIM_QUERY_WORDS);
    for (int i = 0; i < p->count; i++) {
        MUST(p->word[i].word[0]);
        MUST(strlen(p->word[i].word) < LIM_ID && strlen(p->word[i].family) < LIM_ID);
        for (int j = 0; j < 3; j++)
            MUST(strlen(p->word[i].also[j]) < LIM_ID);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct lexicon *standard;
    struct plan p;
    struct buf folded = BUF_INIT(LIM_PAGE), families = BUF_INIT(LIM_PAGE);
    if (!standard)
        standard = lexicon("las frees boog\nwelding, schweissen = lassen\nco2 lassen = mig mag\n");
    char *text = mem_strndup((const char *)data, size);
    if (text[0] == 'L') {
        struct lexicon *own = lexicon(text + 1);
        plan_make(own, "booglassen en tig", &p);
        lexicon_free(own);
    } else {
        plan_make(standard, text, &p);
    }
    check_plan(&p);
    if (words_fold(&folded, text) == 0)
        words_families(standard, &families, folded.p);
    buf_release(&folded);
    buf_release(&families);
    free(text);
    return 0;
}
