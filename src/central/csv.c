/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/csv.h"

#include <errno.h>
#include <string.h>

#define ROW_MAX (16 * (size_t)LIM_CSV_FIELD)

enum state { FIELD_START, PLAIN, QUOTED, QUOTE_SEEN, CR_SEEN };

/* One row while it is being read. */
struct scan {
    struct csv *c;
    enum state state;
    bool any; /* a byte of this row was seen */
    struct err *err;
};

void csv_start(struct csv *c, FILE *in)
{
    memset(c, 0, offsetof(struct csv, chunk));
    c->chunk[0] = '\0';
    c->in = in;
    c->next_line = 1;
    buf_init(&c->text, ROW_MAX);
}

void csv_release(struct csv *c)
{
    buf_release(&c->text);
}

/* The next byte, or EOF. */
static int next_byte(struct csv *c)
{
    if (c->at == c->have) {
        c->have = fread(c->chunk, 1, CSV_CHUNK, c->in);
        c->chunk[c->have] = '\0';
        c->at = 0;
        if (c->have == 0)
            return EOF;
    }
    int byte = (unsigned char)c->chunk[c->at++];
    c->next_line += byte == '\n';
    return byte;
}

static void skip_bom(struct csv *c)
{
    if (next_byte(c) == EOF)
        return;
    c->at--;
    c->next_line = 1;
    if (c->have >= 3 && memcmp(c->chunk, "\xEF\xBB\xBF", 3) == 0)
        c->at = 3;
}

static int start_field(struct csv *c, struct err *err)
{
    if (c->count == LIM_CSV_COLUMNS)
        return err_set(err, ERR_DATA, "more than %d columns", LIM_CSV_COLUMNS);
    c->start[c->count++] = c->text.len;
    return 0;
}

static int end_field(struct csv *c)
{
    return buf_putc(&c->text, '\0');
}

static int add_byte(struct scan *s, int byte)
{
    struct csv *c = s->c;
    if (byte == '\0')
        return err_set(s->err, ERR_DATA, "column %d holds a NUL byte", c->count);
    if (c->text.len - c->start[c->count - 1] >= LIM_CSV_FIELD || buf_putc(&c->text, (char)byte) < 0)
        return err_set(s->err, ERR_DATA, "column %d is longer than %d bytes%s", c->count,
            LIM_CSV_FIELD, s->state == QUOTED ? ": a closing quote is missing" : "");
    return 0;
}

/* After a field that is not quoted, or after the closing quote. 1: the row ends. */
static int separator(struct scan *s, int byte)
{
    if (byte == '\r') {
        s->state = CR_SEEN;
        return 0;
    }
    if (end_field(s->c) < 0)
        return err_set(s->err, ERR_DATA, "the row is longer than %zu bytes", ROW_MAX);
    s->state = FIELD_START;
    return byte == '\n' ? 1 : start_field(s->c, s->err);
}

static bool separates(int byte)
{
    return byte == ',' || byte == '\n' || byte == '\r';
}

static int take_plain(struct scan *s, int byte)
{
    bool first = s->state == FIELD_START;
    if (byte == '"' && !first)
        return err_set(s->err, ERR_DATA, "column %d has a quote in the middle", s->c->count);
    s->state = byte == '"' ? QUOTED : PLAIN;
    if (byte == '"')
        return 0;
    return separates(byte) ? separator(s, byte) : add_byte(s, byte);
}

static int take_quoted(struct scan *s, int byte)
{
    if (byte != '"')
        return add_byte(s, byte);
    s->state = QUOTE_SEEN;
    return 0;
}

static int take_after_quote(struct scan *s, int byte)
{
    if (separates(byte))
        return separator(s, byte);
    if (byte != '"')
        return err_set(s->err, ERR_DATA, "column %d goes on after its closing quote", s->c->count);
    s->state = QUOTED;
    return add_byte(s, byte);
}

/* One byte of a row: 0 go on, 1 the row ends, -1 it is bad. */
static int take(struct scan *s, int byte)
{
    switch (s->state) {
    case FIELD_START:
    case PLAIN:
        return take_plain(s, byte);
    case QUOTED:
        return take_quoted(s, byte);
    case QUOTE_SEEN:
        return take_after_quote(s, byte);
    case CR_SEEN:
        if (byte == '\n')
            return separator(s, byte);
        return err_set(s->err, ERR_DATA, "a carriage return without a line feed");
    }
    return -1;
}

/* Takes at once what needs no look at each byte. */
static void take_run(struct scan *s)
{
    struct csv *c = s->c;
    if (s->state != PLAIN && s->state != QUOTED)
        return;
    const char *from = c->chunk + c->at;
    size_t n = strcspn(from, s->state == QUOTED ? "\"\n" : ",\"\r\n");
    size_t room = LIM_CSV_FIELD - (c->text.len - c->start[c->count - 1]);
    if (n > room)
        n = room;
    if (n <= c->text.max - c->text.len && buf_add(&c->text, from, n) == 0)
        c->at += n;
}

/* The file ends within a row. */
static int finish(struct scan *s)
{
    if (s->state == QUOTED)
        return err_set(s->err, ERR_DATA, "column %d has no closing quote", s->c->count);
    return separator(s, '\n');
}

static void skip_line(struct csv *c)
{
    for (int byte = 0; byte != '\n' && byte != EOF;)
        byte = next_byte(c);
}

static enum csv_result read_row(struct csv *c, struct err *err)
{
    struct scan s = {.c = c, .err = err};
    c->row++;
    c->line = c->next_line;
    c->count = 0;
    buf_clear(&c->text);
    int rc = start_field(c, err), byte;
    while (rc == 0 && (byte = next_byte(c)) != EOF) {
        s.any = true;
        rc = take(&s, byte);
        if (rc < 0 && byte != '\n')
            skip_line(c);
        else if (rc == 0)
            take_run(&s);
    }
    if (ferror(c->in)) {
        err_set(err, ERR_IO, "cannot read on: %s", strerrordesc_np(errno));
        return CSV_FAILED;
    }
    if (rc == 0 && !s.any)
        return CSV_END;
    if (rc == 0)
        rc = finish(&s);
    return rc < 0 ? CSV_BAD : CSV_ROW;
}

enum csv_result csv_next(struct csv *c, struct err *err)
{
    enum csv_result result;
    if (c->row == 0)
        skip_bom(c);
    do {
        result = read_row(c, err);
    } while (result == CSV_ROW && c->count == 1 && c->text.len == 1);
    return result;
}

const char *csv_field(const struct csv *c, int i)
{
    return i >= 0 && i < c->count ? c->text.p + c->start[i] : "";
}
