/* SPDX-License-Identifier: EUPL-1.2 */
/* Writing the trail. A line's hash covers the hash before it, what happened, when, and the digest
 * of whom it names, so that those can be emptied and the chain still followed. */
#include "central/audit.h"

#include <string.h>

#include "central/audit_inner.h"

static const char *const event_names[] = {
#define AUDIT(event, says) #event,
    AUDIT_EVENTS
#undef AUDIT
};

int audit_event_of(const char *name)
{
    for (int i = 0; i < AUDIT_COUNT; i++)
        if (strcmp(event_names[i], name) == 0)
            return i;
    return -1;
}

enum keep_kind audit_keep(enum audit_event event)
{
    switch (event) {
    case AUDIT_signed_in:
    case AUDIT_wrong_pin:
    case AUDIT_slowed_down:
    case AUDIT_spraying:
    case AUDIT_pin_set:
    case AUDIT_pin_refused:
    case AUDIT_code_given:
        return KEEP_sign_in;
    default:
        return KEEP_audit;
    }
}

/* ---- the chain ---- */

static void add_part(struct sha256 *s, const char *text)
{
    sha256_add(s, text, strlen(text) + 1);
}

static void add_number(struct sha256 *s, int64_t number)
{
    char text[32];
    snprintf(text, sizeof(text), "%lld", (long long)number);
    add_part(s, text);
}

void audit_detail(const struct audit_row *row, char out[DIGEST_HEX])
{
    struct sha256 s;
    sha256_start(&s);
    add_part(&s, row->salt);
    add_part(&s, row->actor);
    add_part(&s, row->subject);
    add_part(&s, row->request);
    add_part(&s, row->kiosk);
    sha256_end(&s, out);
}

void audit_hash(const struct audit_row *row, char out[DIGEST_HEX])
{
    struct sha256 s;
    sha256_start(&s);
    add_part(&s, row->prev);
    add_part(&s, row->company);
    add_number(&s, row->seq);
    add_part(&s, row->event);
    add_number(&s, row->at);
    add_part(&s, row->detail);
    sha256_end(&s, out);
}

/* What is no id does not come into the trail, whoever gave it. */
static const char *id_or_mark(const char *id)
{
    return !id || !*id ? "" : id_valid(id) ? id : "?";
}

int audit_add(
    struct database *db, const char *company, const struct audit_line *line, struct err *err)
{
    char salt[KEY_HEX], detail[DIGEST_HEX], prev[DIGEST_HEX], hash[DIGEST_HEX];
    struct audit_row row = {.company = id_or_mark(company),
        .at = line->at,
        .event = event_names[line->event],
        .actor = id_or_mark(line->actor),
        .subject = id_or_mark(line->subject),
        .request = id_or_mark(line->request),
        .kiosk = id_or_mark(line->kiosk),
        .salt = salt,
        .detail = detail,
        .prev = prev,
        .hash = hash};
    if (database_audit_last(db, row.company, &row.seq, prev, err) < 0)
        return -1;
    row.seq++;
    random_key_hex(salt);
    salt[AUDIT_SALT] = '\0';
    audit_detail(&row, detail);
    audit_hash(&row, hash);
    return database_audit_add(db, &row, err);
}

/* ---- who looked ---- */

struct looks {
    struct arena *mem;
    const char *person;
    struct audit_line *out;
    int max, *count;
};

static int see_look(void *context, const struct audit_row *row, struct err *err)
{
    (void)err;
    struct looks *l = context;
    int event = audit_event_of(row->event);
    bool looked = event == AUDIT_opened || event == AUDIT_decided || event == AUDIT_exported;
    if (!looked || strcmp(row->subject, l->person) != 0)
        return 0;
    l->out[(*l->count)++] = (struct audit_line){(enum audit_event)event, row->at,
        arena_strdup(l->mem, row->actor), arena_strdup(l->mem, row->subject),
        arena_strdup(l->mem, row->request), arena_strdup(l->mem, row->kiosk)};
    return *l->count == l->max;
}

int audit_looks(struct database *db, const char *company, const char *person, int max,
    struct arena *mem, struct audit_line *out, int *count, struct err *err)
{
    struct looks l = {mem, person, out, max, count};
    *count = 0;
    return max > 0 ? database_audit_of(db, company, person, see_look, &l, err) : 0;
}

/* ---- forgetting ---- */

int audit_forget(struct database *db, int64_t now, int64_t *count, struct err *err)
{
    for (int e = 0; e < AUDIT_COUNT; e++) {
        int64_t before = keep_before(audit_keep((enum audit_event)e), now);
        if (database_audit_empty(db, event_names[e], before, count, err) < 0)
            return -1;
    }
    return 0;
}
