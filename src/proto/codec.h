/* SPDX-License-Identifier: EUPL-1.2 */
/* Wire and model: one line of JSON per record, entry, verdict; made from the declared types. */
#ifndef ACHT_PROTO_CODEC_H
#define ACHT_PROTO_CODEC_H

#include "base/buf.h"
#include "base/digest.h"
#include "model/record.h"

/* {"type":"course","id":"...","title":"...",...} or {"type":"course","id":"...","gone":true}, with
 * no newline. Fields that are not given are left out; members stand in the order of the
 * declaration, so equal records are equal bytes. The record must have passed record_check().
 * Returns -1 when out is full. */
int record_to_json(const struct record *r, struct buf *out);

/* Reads one such line into r; texts are made safe (utf8_sanitize) and live in mem. Unknown members
 * are ignored; a duplicate member, a wrong kind, a broken limit is an error that names the field.
 * Returns 0, 1 for a record type this version does not know (r is not set), or -1. */
int record_from_json(const char *line, size_t len, struct arena *mem, struct record *r,
    struct err *err) ACHT_NODISCARD;

/* The same for an entry: {"kind":"ask","id":"...","kiosk":"...","epoch":"...","seq":1,
 * "made_at":"...",...fields}. These bytes are what is kept, hashed and sent. */
int entry_to_json(const struct entry *e, struct buf *out);

/* Reads an entry. On 1 (a kind this version does not know) and on -1 (damaged) the envelope fields
 * that could be read are set, the others are "". */
int entry_from_json(const char *line, size_t len, struct arena *mem, struct entry *e,
    struct err *err) ACHT_NODISCARD;

/* What a kiosk says of itself (POST /v1/status), as one object of its fields: a record of
 * TYPE_REPORT. Reading is as for records. */
int report_to_json(const struct record *r, struct buf *out);
int report_from_json(const char *text, size_t len, struct arena *mem, struct record *r,
    struct err *err) ACHT_NODISCARD;

/* Every entry gets one of these. held: the server has it, a person must look. */
#define VERDICTS "accepted|merged|held|refused"
enum verdict_kind { VERDICT_accepted, VERDICT_merged, VERDICT_held, VERDICT_refused };

struct verdict {
    char id[LIM_ID];       /* of the entry; "" when the server could not read it */
    char hash[DIGEST_HEX]; /* SHA-256 of the entry's bytes */
    enum verdict_kind kind;
    enum reason reason;
};

int verdict_to_json(const struct verdict *v, struct buf *out);
int verdict_from_json(
    const char *line, size_t len, struct verdict *v, struct err *err) ACHT_NODISCARD;

/* The last line of every NDJSON answer. digest is the SHA-256 over all bytes before this line.
 * Without it, an answer counts as cut off, whatever the transport says. */
struct trailer {
    int64_t count; /* lines before this one */
    int64_t later; /* journal: entries that are to be sent again; they have no verdict yet */
    char digest[DIGEST_HEX];
    char next[LIM_CURSOR]; /* feed: cursor after this page */
    bool more;             /* feed: another page waits */
};

int trailer_to_json(const struct trailer *t, struct buf *out); /* {"end":true,"count":...} */

/* Checks that body ends with a trailer whose count and digest are right. *lines is the length of
 * what stands before the trailer. A body without a trailer was cut off: ERR_NET. */
int trailer_check(
    const char *body, size_t len, size_t *lines, struct trailer *t, struct err *err) ACHT_NODISCARD;

/* POST /v1/enrol: {"code":"..."} is answered with this; the kiosk keeps it as enrolment.json. */
struct enrolment {
    char server[LIM_URL]; /* base address; set by the kiosk, not by the answer */
    char server_id[LIM_ID];
    char kiosk[LIM_ID];
    char name[LIM_ID];
    char company[LIM_ID];
    char token[LIM_TOKEN + 1];        /* 64 hexadecimal digits */
    char token_before[LIM_TOKEN + 1]; /* likewise, or "": what the server knows if not token */
    char badge_key[KEY_HEX];          /* the company's key for badge hashes */
    char ca[LIM_URL];                 /* path of a CA file, "" for the system's; set by the kiosk */
    char pins[LIM_URL]; /* keys of which the server must have one, "" for any; likewise */
};

int enrolment_to_json(const struct enrolment *e, struct buf *out);
int enrolment_from_json(
    const char *text, size_t len, struct enrolment *e, struct err *err) ACHT_NODISCARD;

/* DIR/enrolment.json, mode 0600, replaced atomically and synced. Reading one that is not there is
 * ERR_CONFIG "not enrolled". */
int enrolment_load(const char *dir, struct enrolment *e, struct err *err) ACHT_NODISCARD;
int enrolment_save(const char *dir, const struct enrolment *e, struct err *err) ACHT_NODISCARD;
/* Removes it; one that is not there is fine. */
int enrolment_remove(const char *dir, struct err *err) ACHT_NODISCARD;
/* Whether enrolment_save() could write there now: asked before a one-time code is spent. */
int enrolment_can_save(const char *dir, struct err *err) ACHT_NODISCARD;

/* What the kiosk posts to /v1/enrol, and what every refusal of the server looks like:
 * {"error":{"code":"...","message":"..."}}. */
int code_to_json(const char *code, struct buf *out);
int code_from_json(const char *text, size_t len, char code[LIM_ID], struct err *err) ACHT_NODISCARD;
/* What the kiosk posts to /v1/token, {"token_hash":"..."}: the SHA-256 of its next token. */
int token_to_json(const char *token_hash, struct buf *out);
int token_from_json(
    const char *text, size_t len, char token_hash[DIGEST_HEX], struct err *err) ACHT_NODISCARD;
int error_to_json(const char *code, const char *message, struct buf *out);
/* The code of such a refusal; "" for what is none. */
void error_code_from_json(const char *text, size_t len, char code[LIM_ID]);
#define ERROR_REVOKED "revoked" /* of a 401: this kiosk is to forget whom it knows */

/* A badge as typed or read, brought to one form (digits: no leading zeros; letters: upper case;
 * separators dropped) and hashed with the company's key. Returns -1 when nothing is left. */
int badge_hash(const char *badge_key, const char *badge, char out[DIGEST_HEX]) ACHT_NODISCARD;

/* The hashes of all badges that this may be, the form as it stands first, none twice; returns how
 * many. Readers give the number of one and the same tag in decimal or hexadecimal and with its
 * bytes in either order; and a reader types by the places of keys, so that under another layout its
 * digits arrive as other characters. 0 when nothing is left. */
#define BADGE_FORMS 32
int badge_hashes(const char *badge_key, const char *badge, char out[BADGE_FORMS][DIGEST_HEX]);

/* Whether some keyboard layout has this character where a reader types a digit. */
bool badge_garbles(uint32_t ch);

/* Reads a line of a letter that says who looked, {"look":{"who":"...","name":"...","what":"...",
 * "at":"..."}}, as a TYPE_LOOK row; 1 for a line of another kind. Texts live in mem. */
int look_from_json(const char *line, size_t len, struct arena *mem, struct record *r,
    struct err *err) ACHT_NODISCARD;

#endif
