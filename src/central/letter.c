/* SPDX-License-Identifier: EUPL-1.2 */
/* The letter of a visit: what only its person may read, sealed so that only this visit can. */
#include <string.h>

#include "base/clock.h"
#include "central/court.h"
#include "central/requests.h"
#include "proto/line.h"

#define SOURCE_OF_LETTERS "judge"
#define LETTER_MAX (LIM_BOX / 2) /* before it is sealed and in base64 */
#define LOOKS_MAX 50

static const char *name_of(struct court *c, const char *person)
{
    struct record who;
    struct err ignored = {0};
    if (!*person ||
        database_get(c->db, c->kiosk->company, TYPE_PERSON, person, &c->mem, &who, &ignored) <= 0)
        return "";
    return record_text(&who, PERSON_name);
}

/* One line {"look":{"who":...,"name":...,"what":...,"at":...}}; -1 when it does not fit. */
static int add_look(struct court *c, const struct audit_line *look, struct buf *lines)
{
    static const char *const events[] = {
#define AUDIT(event, says) #event,
        AUDIT_EVENTS
#undef AUDIT
    };
    char at[32];
    size_t outer = line_open(lines);
    instant_format(look->at, at);
    line_key(lines, "look");
    size_t inner = line_open(lines);
    line_text(lines, "who", look->actor);
    line_text(lines, "name", name_of(c, look->actor));
    line_text(lines, "what", events[look->event]);
    line_text(lines, "at", at);
    if (line_close(lines, inner) < 0 || line_close(lines, outer) < 0 || buf_putc(lines, '\n') < 0) {
        lines->overflow = false;
        buf_truncate(lines, outer);
        return -1;
    }
    return 0;
}

static int write_letter(struct court *c, const struct plea *p, struct buf *lines, struct err *err)
{
    int count = 0;
    struct audit_line *looks = arena_alloc(&c->mem, LOOKS_MAX * sizeof(*looks));
    if (requests_own(c->db, c->kiosk->company, p->person, lines, err) < 0 ||
        audit_looks(c->db, c->kiosk->company, p->person, LOOKS_MAX, &c->mem, looks, &count, err) <
            0)
        return -1;
    for (int i = 0; i < count && add_look(c, &looks[i], lines) == 0; i++) {
    }
    return 0;
}

static int drop_old(struct court *c, const struct plea *p, struct err *err)
{
    const char **ids;
    int64_t count;
    if (database_ids_at(c->db, c->kiosk->company, TYPE_LETTER, c->kiosk->id, p->person, &c->mem,
            &ids, &count, err) < 0)
        return -1;
    for (int64_t i = 0; i < count; i++) {
        struct record r;
        record_init(&r, TYPE_LETTER);
        r.id = ids[i];
        r.gone = true;
        if (database_put_at(
                c->db, c->kiosk->company, SOURCE_OF_LETTERS, &r, c->kiosk->id, p->person, err) < 0)
            return -1;
    }
    return 0;
}

static int send(struct court *c, const struct plea *p, const char *box, struct err *err)
{
    struct record r;
    record_init(&r, TYPE_LETTER);
    r.id = p->e->id;
    record_set_text(&r, LETTER_visit, p->e->id);
    record_set_text(&r, LETTER_box, box);
    return database_put_at(
        c->db, c->kiosk->company, SOURCE_OF_LETTERS, &r, c->kiosk->id, p->person, err);
}

int letter_put(struct court *c, const struct plea *p, struct err *err)
{
    struct buf lines = BUF_INIT(LETTER_MAX), box = BUF_INIT(LIM_BOX - 1);
    int rc = drop_old(c, p, err);
    if (rc == 0)
        rc = write_letter(c, p, &lines, err);
    /* A key that is none gets no letter; the PIN was right all the same. */
    if (rc == 0 &&
        seal_text(record_text(&p->e->fields, SIGN_IN_key), lines.p, lines.len, &box) == 0)
        rc = send(c, p, box.p, err);
    memory_wipe(lines.p, lines.len);
    buf_release(&lines);
    buf_release(&box);
    return rc;
}
