/* SPDX-License-Identifier: EUPL-1.2 */
/* Types and fields as data, made from types.def. */
#ifndef ACHT_MODEL_TYPE_H
#define ACHT_MODEL_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"

/* Kinds, and how a value is kept in memory, in JSON and in SQL:
 *   TEXT     safe UTF-8                 string          TEXT
 *   REF      id of another record       string          TEXT
 *   HASH     64 hexadecimal digits      string          TEXT
 *   ENUM     index of its choice        string          INTEGER
 *   LIST     elements split by '\n'     array of string TEXT
 *   BOOL     0 or 1                     true or false   INTEGER
 *   INT      a count                    integer         INTEGER
 *   DECIMAL  hundredths                 integer         INTEGER
 *   MONEY    cents of a euro            integer         INTEGER
 *   DATE     days since 1970            "2027-01-12"    INTEGER
 *   INSTANT  milliseconds since 1970    "2026-11-24T02:14:00Z"  INTEGER */
enum field_kind {
    KIND_TEXT,
    KIND_REF,
    KIND_HASH,
    KIND_ENUM,
    KIND_LIST,
    KIND_BOOL,
    KIND_INT,
    KIND_DECIMAL,
    KIND_MONEY,
    KIND_DATE,
    KIND_INSTANT,
};

enum type_class { CLASS_RECORD, CLASS_ENTRY, CLASS_VIEW };
enum type_scope { SCOPE_EVERYONE, SCOPE_COMPANY };

/* Why a personal field is kept. NOBODY: it says nothing about a person. */
enum purpose { PURPOSE_NOBODY, PURPOSE_GREET, PURPOSE_IDENTIFY, PURPOSE_DECIDE, PURPOSE_REQUEST };

struct field {
    const char *name;
    enum field_kind kind;
    int64_t limit;
    bool needed;
    enum purpose purpose;
    const char *choices; /* ENUM: "a|b|c"; REF: the type it points to; else "" */
    const char *says;
};

struct type {
    const char *name;
    enum type_class class;
    enum type_scope scope;
    const char *says;
    const struct field *fields;
    int count;
};

/* Reasons of a verdict and of a request's state; the words for people are in ui/. */
#define REASONS                                                                                    \
    "none|seats_full|course_gone|run_gone|run_started|unknown_person|unknown_kind|malformed|"      \
    "changed_bytes|not_this_kiosk"
enum reason {
    REASON_none,
    REASON_seats_full,
    REASON_course_gone,
    REASON_run_gone,
    REASON_run_started,
    REASON_unknown_person,
    REASON_unknown_kind,
    REASON_malformed,
    REASON_changed_bytes,
    REASON_not_this_kiosk,
};

#define FACETS "theme|form|region|provider|month|price"
enum facet {
    FACET_theme,
    FACET_form,
    FACET_region,
    FACET_provider,
    FACET_month,
    FACET_price,
    FACETS_COUNT
};

enum form { FORM_workplace, FORM_online, FORM_classroom, FORM_blended };
enum role { ROLE_worker, ROLE_supervisor, ROLE_contact };
enum request_state { REQUEST_asked, REQUEST_held, REQUEST_refused };
enum ticket_state { TICKET_waiting, TICKET_asked, TICKET_held, TICKET_refused };

/* Field numbers: COURSE_title, COURSE_FIELDS; type numbers: TYPE_COURSE, TYPES_COUNT. */
#define TYPE(name, NAME, class, scope, says) enum {
#define FIELD(type, TYPE, name, kind, limit, need, purpose, choices, says) TYPE##_##name,
#define END_TYPE(name, NAME)                                                                       \
    NAME##_FIELDS                                                                                  \
    }                                                                                              \
    ;
#include "model/types.def"
#undef TYPE
#undef FIELD
#undef END_TYPE

enum type_id {
#define TYPE(name, NAME, class, scope, says) TYPE_##NAME,
#define FIELD(type, TYPE, name, kind, limit, need, purpose, choices, says)
#define END_TYPE(name, NAME)
#include "model/types.def"
#undef TYPE
#undef FIELD
#undef END_TYPE
    TYPES_COUNT
};

const struct type *type_get(enum type_id id);
const struct type *type_find(const char *name, enum type_class class); /* NULL when there is none */
int type_field(const struct type *type, const char *name);             /* its number, or -1 */

/* The index of `name` in "a|b|c", or -1; and the way back, into out ("" when there is none). */
int choice_index(const char *choices, const char *name, size_t len);
void choice_name(const char *choices, int64_t index, char out[LIM_ID]);

bool kind_is_text(enum field_kind kind); /* kept as a string: TEXT, REF, HASH, LIST */

#endif
