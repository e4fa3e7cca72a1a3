/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/values.h"

#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"

#define PARAGRAPHS 601 /* texts that may be longer than one line have limits from here */

int hundredths_parse(const char *text, int64_t *out, struct err *err)
{
    const char *at = text;
    int64_t n = 0;
    int digits = 0, decimals = -1;
    for (; *at && digits < 16; at++) {
        if (*at == '.' && decimals < 0 && digits > 0) {
            decimals = 0;
            continue;
        }
        if (*at < '0' || *at > '9' || decimals == 2)
            break;
        n = n * 10 + (*at - '0');
        digits++;
        decimals += decimals >= 0;
    }
    if (*at || digits == 0 || decimals == 0)
        return err_set(err, ERR_DATA, "'%.40s' is not an amount like 1250.00", text);
    *out = decimals == 2 ? n : decimals == 1 ? n * 10 : n * 100;
    return 0;
}

static int parse_count(const char *text, int64_t *out, struct err *err)
{
    size_t n = strspn(text, "0123456789");
    if (n == 0 || n > 15 || text[n])
        return err_set(err, ERR_DATA, "'%.40s' is not a whole number", text);
    *out = 0;
    for (; *text; text++)
        *out = *out * 10 + (*text - '0');
    return 0;
}

static int parse_bool(const char *text, int64_t *out, struct err *err)
{
    static const char yes[] = "1|true|yes|ja", no[] = "0|false|no|nee";
    size_t len = strlen(text);
    *out = choice_index(yes, text, len) >= 0;
    if (!*out && choice_index(no, text, len) < 0)
        return err_set(err, ERR_DATA, "'%.40s' is neither 1 nor 0", text);
    return 0;
}

static int parse_choice(const char *choices, const char *text, int64_t *out, struct err *err)
{
    *out = choice_index(choices, text, strlen(text));
    if (*out < 0)
        return err_set(err, ERR_DATA, "'%.40s' is none of %s", text, choices);
    return 0;
}

static int parse_number(const struct field *f, const char *text, int64_t *out, struct err *err)
{
    *out = NO_NUMBER;
    if (!*text)
        return 0;
    switch (f->kind) {
    case KIND_ENUM:
        return parse_choice(f->choices, text, out, err);
    case KIND_BOOL:
        return parse_bool(text, out, err);
    case KIND_DECIMAL:
    case KIND_MONEY:
        return hundredths_parse(text, out, err);
    case KIND_DATE:
        return date_parse(text, out, err);
    case KIND_INSTANT:
        return instant_parse(text, out, err);
    default:
        return parse_count(text, out, err);
    }
}

/* Whether text is what utf8_sanitize() would make of it; most is, and need not be decoded. */
static bool is_clean(const char *text, size_t len, bool newlines)
{
    char last = ' ';
    for (size_t i = 0; i < len; last = text[i++]) {
        bool plain = text[i] > ' ' && text[i] < 0x7F;
        bool space = text[i] == ' ' && last != ' ' && last != '\n';
        bool newline = text[i] == '\n' && newlines && last != ' ';
        if (!plain && !space && !newline)
            return false;
    }
    return last != ' ' && last != '\n';
}

/* Elements are made safe one by one and end with a newline, the last one too. */
static void sanitize_list(const char *text, struct buf *out)
{
    while (*text) {
        size_t len = strcspn(text, ";"), start = out->len;
        if (is_clean(text, len, false))
            buf_add(out, text, len);
        else
            utf8_sanitize(out, text, len, false);
        if (out->len > start)
            buf_putc(out, '\n');
        text += len + (text[len] == ';');
    }
}

static const char *sanitize(const struct field *f, const char *text, struct arena *mem)
{
    struct buf safe = BUF_INIT(4 * (size_t)LIM_CSV_FIELD);
    if (f->kind == KIND_LIST)
        sanitize_list(text, &safe);
    else
        utf8_sanitize(&safe, text, strlen(text), f->limit >= PARAGRAPHS);
    size_t len = safe.len && safe.p[safe.len - 1] == '\n' ? safe.len - 1 : safe.len;
    const char *kept = arena_strndup(mem, safe.p, len);
    buf_release(&safe);
    return kept;
}

int value_parse(
    const struct field *f, const char *text, struct arena *mem, union value *out, struct err *err)
{
    bool kept = kind_is_text(f->kind);
    if (kept && f->kind != KIND_LIST && is_clean(text, strlen(text), f->limit >= PARAGRAPHS))
        out->text = arena_strdup(mem, text);
    else if (!utf8_valid(text, strlen(text)))
        return err_set(err, ERR_DATA, "not UTF-8");
    else if (kept)
        out->text = *text ? sanitize(f, text, mem) : "";
    else if (parse_number(f, text, &out->number, err) < 0)
        return -1;
    return field_check(f, out, err);
}

void problems_add(struct problems *p, int64_t row, const struct err *err)
{
    p->rows++;
    if (p->out)
        fprintf(p->out, "%s:%lld: %s\n", p->file, (long long)row, err->msg);
}
