/* SPDX-License-Identifier: EUPL-1.2 */
/* More of database.h: the audit trail, and what forgetting and handing out need. Texts are
 * borrowed; those that are seen are valid until the function returns. */
#ifndef ACHT_CENTRAL_DATABASE_RIGHTS_H
#define ACHT_CENTRAL_DATABASE_RIGHTS_H

#include "central/database.h"

/* ---- the audit trail ---- */

/* A line as it is kept. detail is the digest of salt, actor, subject, request and kiosk; all of
 * these are "" in a line that was emptied. hash is that of prev and all but them. */
struct audit_row {
    const char *company;
    int64_t seq, at;
    const char *event, *actor, *subject, *request, *kiosk, *salt, *detail, *prev, *hash;
};

/* Returning -1 ends the reading with -1; 1 ends it with 0. */
typedef int database_see_audit(void *context, const struct audit_row *row, struct err *err);

/* The last line of a chain: 0 and "" when there is none. */
int database_audit_last(struct database *db, const char *company, int64_t *seq,
    char hash[DIGEST_HEX], struct err *err) ACHT_NODISCARD;
int database_audit_add(
    struct database *db, const struct audit_row *row, struct err *err) ACHT_NODISCARD;
/* By company and seq; company NULL: of all. */
int database_audit_each(struct database *db, const char *company, int64_t since,
    database_see_audit *see, void *context, struct err *err) ACHT_NODISCARD;
/* Those that name the person, newest first. */
int database_audit_of(struct database *db, const char *company, const char *person,
    database_see_audit *see, void *context, struct err *err) ACHT_NODISCARD;
/* Empties lines of an event that are older; adds their number to *count. */
int database_audit_empty(struct database *db, const char *event, int64_t before, int64_t *count,
    struct err *err) ACHT_NODISCARD;

/* ---- records and entries ---- */

/* Makes a tombstone of a record, whatever its source; nothing when it is gone or not there. */
int database_bury(struct database *db, const char *company, enum type_id type, const char *id,
    struct err *err) ACHT_NODISCARD;

/* All ids of people that a company ever had, gone or not. */
typedef int database_see_person(void *context, const char *person, struct err *err);
int database_people_ever(struct database *db, const char *company, database_see_person *see,
    void *context, struct err *err) ACHT_NODISCARD;
typedef int database_see_company(void *context, const char *company, struct err *err);
int database_each_company(
    struct database *db, database_see_company *see, void *context, struct err *err) ACHT_NODISCARD;

/* An entry whose body has not been emptied. */
struct body_row {
    const char *company, *id, *person, *body;
    int64_t received_at;
};
typedef int database_see_body(void *context, const struct body_row *row, struct err *err);
/* Those that came in before; company NULL: of all. */
int database_bodies(struct database *db, const char *company, int64_t before,
    database_see_body *see, void *context, struct err *err) ACHT_NODISCARD;
/* Empties an entry: id, hash and verdict stay. */
int database_entry_empty(
    struct database *db, const char *company, const char *id, struct err *err) ACHT_NODISCARD;
/* When an entry came in, or NO_NUMBER. */
int database_entry_received(struct database *db, const char *company, const char *id,
    int64_t *received_at, struct err *err) ACHT_NODISCARD;

/* ---- requests, as the server alone knows them ---- */

typedef int database_see_request(
    void *context, const char *company, const char *id, const char *state, struct err *err);
/* Those of a person; those of all that were last judged before. */
int database_requests_of(struct database *db, const char *company, const char *person,
    database_see_request *see, void *context, struct err *err) ACHT_NODISCARD;
int database_requests_before(struct database *db, int64_t before, database_see_request *see,
    void *context, struct err *err) ACHT_NODISCARD;
/* Whether there is such a request, here or in the feed: 1, 0, -1. */
int database_request_known(
    struct database *db, const char *company, const char *id, struct err *err) ACHT_NODISCARD;
/* Removes it with its steps, and makes a tombstone of its record. */
int database_request_forget(
    struct database *db, const char *company, const char *id, struct err *err) ACHT_NODISCARD;

/* Removes steps that came in before and belong to no request that is still there. */
int database_steps_drop(
    struct database *db, int64_t before, int64_t *count, struct err *err) ACHT_NODISCARD;

/* ---- what is emptied ---- */

/* Removes what is emptied and came in before; adds the number to *count. */
int database_entries_drop(
    struct database *db, int64_t before, int64_t *count, struct err *err) ACHT_NODISCARD;
/* Empties what was set aside before. */
int database_set_aside_empty(
    struct database *db, int64_t before, int64_t *count, struct err *err) ACHT_NODISCARD;
/* What was set aside of a company and is not empty: its id is its hash; person is "". And empties
 * what has this hash. */
int database_set_asides(struct database *db, const char *company, database_see_body *see,
    void *context, struct err *err) ACHT_NODISCARD;
int database_set_aside_empty_one(
    struct database *db, const char *company, const char *hash, struct err *err) ACHT_NODISCARD;
/* What a person did to requests that never came in, or are others'. */
int database_steps_erase(
    struct database *db, const char *company, const char *person, struct err *err) ACHT_NODISCARD;
/* Enrolment codes that ran out. */
int database_codes_drop(
    struct database *db, int64_t now, int64_t *count, struct err *err) ACHT_NODISCARD;

/* ---- tables that only the server has (kept.h) ---- */

/* Deletes the rows of a person, or of before a moment; nothing when there is no such table. */
int database_table_erase(struct database *db, const char *table, const char *column,
    const char *company, const char *person, struct err *err) ACHT_NODISCARD;
int database_table_drop(struct database *db, const char *table, const char *column, int64_t before,
    int64_t *count, struct err *err) ACHT_NODISCARD;
/* Calls see with each value of each row of a person; first of a row: column 0. */
typedef void database_see_value(void *context, int64_t row, const char *column, const char *value);
int database_table_of(struct database *db, const char *table, const char *column,
    const char *company, const char *person, database_see_value *see, void *context,
    struct err *err) ACHT_NODISCARD;
/* The ids of people that a table names. */
int database_table_people(struct database *db, const char *table, const char *column,
    const char *company, database_see_person *see, void *context, struct err *err) ACHT_NODISCARD;
/* Names of all tables, for the test that none is forgotten. */
typedef void database_see_table(void *context, const char *table);
int database_tables(
    struct database *db, database_see_table *see, void *context, struct err *err) ACHT_NODISCARD;

/* ---- who was erased ---- */

int database_erased_add(struct database *db, const char *company, const char *person_hash,
    int64_t at, struct err *err) ACHT_NODISCARD;
int database_erased_drop(struct database *db, const char *company, const char *person_hash,
    struct err *err) ACHT_NODISCARD;
int database_erased_has(struct database *db, const char *company, const char *person_hash,
    struct err *err) ACHT_NODISCARD; /* 1, 0, -1 */
typedef int database_see_erased(
    void *context, const char *company, const char *person_hash, int64_t at, struct err *err);
int database_erased_each(
    struct database *db, database_see_erased *see, void *context, struct err *err) ACHT_NODISCARD;

/* ---- wishes ---- */

struct wish_row {
    const char *company, *person, *wish;
    int64_t at;
};
int database_wish_add(struct database *db, const struct wish_row *w,
    struct err *err) ACHT_NODISCARD; /* once per person and wish */
int database_wish_done(struct database *db, const char *company, const char *person,
    const char *wish, struct err *err) ACHT_NODISCARD;
typedef void database_see_wish(void *context, const struct wish_row *w);
int database_wishes(struct database *db, const char *company, database_see_wish *see, void *context,
    struct err *err) ACHT_NODISCARD; /* oldest first; NULL: of all */

/* Leaves no byte of what was deleted in any of the database's files. Not within a transaction;
 * ERR_BUSY when somebody reads for too long. */
int database_scrub(struct database *db, struct err *err) ACHT_NODISCARD;

#endif
