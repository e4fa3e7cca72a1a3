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
 *   LOCAL    a text per language        object          TEXT (model/local.h)
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
    KIND_LOCAL,
    KIND_BOOL,
    KIND_INT,
    KIND_DECIMAL,
    KIND_MONEY,
    KIND_DATE,
    KIND_INSTANT,
};

enum type_class { CLASS_RECORD, CLASS_ENTRY, CLASS_REPORT, CLASS_VIEW };
enum type_scope { SCOPE_EVERYONE, SCOPE_COMPANY };

/* Why a personal field is kept. NOBODY: it says nothing about a person. */
enum purpose {
    PURPOSE_NOBODY,
    PURPOSE_GREET,
    PURPOSE_IDENTIFY,
    PURPOSE_DECIDE,
    PURPOSE_REQUEST,
    PURPOSE_PROVE,
    PURPOSE_TELL,
};

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

/* Reasons of a verdict and of a request that was refused; the words for people are in ui/. */
#define REASONS                                                                                    \
    "none|course_gone|run_gone|run_started|unknown_person|unknown_kind|malformed|changed_bytes|"   \
    "not_this_kiosk|wrong_pin|no_pin|slow_down|not_allowed|no_request|too_late|objection|"         \
    "wrong_code|common_pin|erased"
enum reason {
    REASON_none,
    REASON_course_gone,
    REASON_run_gone,
    REASON_run_started,
    REASON_unknown_person,
    REASON_unknown_kind,
    REASON_malformed,
    REASON_changed_bytes,
    REASON_not_this_kiosk,
    REASON_wrong_pin,   /* the PIN in the entry is not the person's */
    REASON_no_pin,      /* this needs a PIN, and there is none */
    REASON_slow_down,   /* too many wrong PINs from this kiosk: not even looked at */
    REASON_not_allowed, /* not this person's to do */
    REASON_no_request,  /* the request it speaks of has not come in: held until it does */
    REASON_too_late,    /* the request has gone on to where this means nothing */
    REASON_objection,   /* somebody decided before: the request shows this as an objection */
    REASON_wrong_code,  /* one-time code or old PIN is wrong, used or too old */
    REASON_common_pin,  /* a PIN that many people choose */
    REASON_erased,      /* the person has had everything erased */
};

/* What is the matter with the disk, when the kiosk can note nothing on it: no space; it can only be
 * read; there is no directory; it belongs to somebody else; a newer acht made the journal; or it
 * does not work. */
#define DISKS "fine|full|read_only|missing|forbidden|newer|failing"
enum disk {
    DISK_fine,
    DISK_full,
    DISK_read_only,
    DISK_missing,
    DISK_forbidden,
    DISK_newer,
    DISK_failing,
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

/* Where a step leads: up the ladder, aside at the same height, to another ladder, to leading or
 * teaching others. */
#define DIRECTIONS "grow|broaden|switch|lead"
enum direction { DIRECTION_grow, DIRECTION_broaden, DIRECTION_switch, DIRECTION_lead };

enum form { FORM_workplace, FORM_online, FORM_classroom, FORM_blended };
enum role { ROLE_worker, ROLE_supervisor, ROLE_contact };

/* employer: the worker and the supervisor must agree. own: nobody at the company ever learns of it.
 */
#define ROUTES "employer|own"
enum route_kind { ROUTE_employer, ROUTE_own };

/* Where a request stands; model/request.h says how it gets there. */
#define REQUEST_STATES                                                                             \
    "asked|seen|info|yes|yes_if|no|proposed|withdrawn|waitlisted|offered|placed|started|finished|" \
    "not_attended|expired|refused"
enum request_state {
    REQUEST_asked,
    REQUEST_seen,
    REQUEST_info,   /* the supervisor wants to know more */
    REQUEST_yes,    /* everybody agrees; the fund looks for a place */
    REQUEST_yes_if, /* the worker must agree to a condition */
    REQUEST_no,
    REQUEST_proposed, /* by the supervisor: the worker must agree */
    REQUEST_withdrawn,
    REQUEST_waitlisted,
    REQUEST_offered, /* a seat came free for the first of the waiting list, who must take it */
    REQUEST_placed,
    REQUEST_started,
    REQUEST_finished,
    REQUEST_not_attended,
    REQUEST_expired,
    REQUEST_refused, /* by the server, with a reason */
    REQUEST_STATES_COUNT
};

/* Who must do something about a request. */
#define HOLDERS "nobody|worker|supervisor|contact|fund"
enum holder {
    HOLDER_nobody,
    HOLDER_worker,
    HOLDER_supervisor,
    HOLDER_contact,
    HOLDER_fund,
};

/* What a supervisor says, and why: because of a no, the condition of a yes, or a question. */
#define ANSWERS "yes|yes_if|info|no"
enum answer { ANSWER_yes, ANSWER_yes_if, ANSWER_info, ANSWER_no };
#define BECAUSES                                                                                   \
    "none|busy|cost|not_for_job|other_first|not_now|own_time|other_date|share_cost|work_covered|"  \
    "why|when|who_covers|which_level"
enum because {
    BECAUSE_none,
    BECAUSE_busy, /* of a no */
    BECAUSE_cost,
    BECAUSE_not_for_job,
    BECAUSE_other_first,
    BECAUSE_not_now,
    BECAUSE_own_time, /* conditions */
    BECAUSE_other_date,
    BECAUSE_share_cost,
    BECAUSE_work_covered,
    BECAUSE_why, /* questions */
    BECAUSE_when,
    BECAUSE_who_covers,
    BECAUSE_which_level,
};

/* What a person is told once. */
#define NOTICES                                                                                    \
    "wrong_pin|team_wrong_pin|pin_set|objection|deputy|exported|pin_elsewhere|offer|seat_lost|"    \
    "given_up"
enum notice_kind {
    NOTICE_wrong_pin,      /* somebody used this badge with a wrong PIN */
    NOTICE_team_wrong_pin, /* the same, to the supervisor */
    NOTICE_pin_set,        /* a PIN was set or changed */
    NOTICE_objection,      /* two people answered the request; the first answer counts */
    NOTICE_deputy,         /* somebody decides for a team in another's place */
    NOTICE_exported,       /* the data was handed out */
    NOTICE_pin_elsewhere,  /* many wrong PINs at several kiosks */
    NOTICE_offer,          /* a seat came free */
    NOTICE_seat_lost,      /* somebody who asked earlier got the seat */
    NOTICE_given_up,       /* what was done about a request that never came in does not count */
};

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
enum type_id type_id_of(const struct type *type);
const struct type *type_find(const char *name, enum type_class class); /* NULL when there is none */
int type_field(const struct type *type, const char *name);             /* its number, or -1 */

/* The index of `name` in "a|b|c", or -1; and the way back, into out ("" when there is none). */
int choice_index(const char *choices, const char *name, size_t len);
void choice_name(const char *choices, int64_t index, char out[LIM_ID]);

bool kind_is_text(enum field_kind kind); /* kept as a string: TEXT, REF, HASH, LIST, LOCAL */

#endif
