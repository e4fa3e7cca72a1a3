/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/schema.h"

/* What the statements use of SQLite's functions. */
#define FUNCTIONS                                                                                  \
    "CREATE FUNCTION json_extract(body text, path text) RETURNS text LANGUAGE sql IMMUTABLE AS"    \
    " $$ SELECT body::json ->> substr(path, 3) $$;"                                                \
    "CREATE FUNCTION instr(body text, part text) RETURNS bigint LANGUAGE sql IMMUTABLE AS"         \
    " $$ SELECT strpos(body, part)::bigint $$;"

/* Nobody sees or makes rows of another company than the one that sql_only() named, nor the owner
 * of the tables; where nothing was named, nobody sees anything but what is everyone's. */
#define GUARD(table, column)                                                                       \
    "ALTER TABLE " table " ENABLE ROW LEVEL SECURITY;"                                             \
    "ALTER TABLE " table " FORCE ROW LEVEL SECURITY;"                                              \
    "CREATE POLICY company ON " table " USING (" column " IN ('', current_setting('acht.company'," \
    " true)) OR current_setting('acht.company', true) = 'every company');"

/* Of these the planner keeps no samples, which would outlive the rows. */
#define PRIVATE(table, column) "ALTER TABLE " table " ALTER COLUMN " column " SET STATISTICS 0;"

/* Sorted by bytes, as SQLite does it. */
/* clang-format off */
const struct migration schema_postgres[] = {

    {2, FUNCTIONS
     "CREATE TABLE meta ("
     "  name text COLLATE \"C\","
     "  value text,"
     "  PRIMARY KEY (name)"
     ");"
     "INSERT INTO meta VALUES ('seq', '0');"
     "CREATE TABLE company ("
     "  id text COLLATE \"C\","
     "  badge_key text COLLATE \"C\" NOT NULL,"
     "  sprayed_at bigint,"
     "  PRIMARY KEY (id)"
     ");"
     GUARD("company", "id")
     "CREATE TABLE kiosk ("
     "  id text COLLATE \"C\","
     "  company text COLLATE \"C\" NOT NULL,"
     "  name text COLLATE \"C\" NOT NULL,"
     "  token_hash text COLLATE \"C\","
     "  code_handle text COLLATE \"C\","
     "  code_hash text COLLATE \"C\","
     "  code_expires bigint,"
     "  code_tries bigint NOT NULL DEFAULT 0,"
     "  revoked bigint NOT NULL DEFAULT 0,"
     "  contact bigint,"
     "  site text COLLATE \"C\" NOT NULL DEFAULT '',"
     "  served bigint,"
     "  UNIQUE (company, name),"
     "  UNIQUE (code_handle),"
     "  UNIQUE (token_hash),"
     "  FOREIGN KEY (company) REFERENCES company (id),"
     "  PRIMARY KEY (id)"
     ");"
     GUARD("kiosk", "company")
     "CREATE TABLE record ("
     "  type text COLLATE \"C\","
     "  id text COLLATE \"C\","
     "  company text COLLATE \"C\","
     "  source text COLLATE \"C\" NOT NULL,"
     "  seq bigint NOT NULL,"
     "  gone bigint NOT NULL,"
     "  body text COLLATE \"C\" NOT NULL,"
     "  person text COLLATE \"C\" NOT NULL DEFAULT '',"
     "  audience text COLLATE \"C\" NOT NULL DEFAULT '',"
     "  PRIMARY KEY (type, id, company)"
     ");"
     "CREATE UNIQUE INDEX record_feed ON record (company, seq);"
     "CREATE INDEX record_person ON record (company, person) WHERE person <> '';"
     GUARD("record", "company")
     PRIVATE("record", "body")
     PRIVATE("record", "person")
     "CREATE TABLE entry ("
     "  company text COLLATE \"C\","
     "  id text COLLATE \"C\","
     "  kiosk text COLLATE \"C\" NOT NULL,"
     "  hash text COLLATE \"C\" NOT NULL,"
     "  received_at bigint NOT NULL,"
     "  made_at bigint,"
     "  person text COLLATE \"C\" NOT NULL,"
     "  course text COLLATE \"C\" NOT NULL,"
     "  run text COLLATE \"C\" NOT NULL,"
     "  open bigint NOT NULL,"
     "  verdict text COLLATE \"C\" NOT NULL,"
     "  reason text COLLATE \"C\" NOT NULL,"
     "  body text COLLATE \"C\" NOT NULL,"
     "  PRIMARY KEY (company, id)"
     ");"
     "CREATE INDEX entry_body ON entry (received_at) WHERE body <> '';"
     GUARD("entry", "company")
     PRIVATE("entry", "body")
     PRIVATE("entry", "person")},
    {3, 
     "CREATE TABLE set_aside ("
     "  company text COLLATE \"C\","
     "  kiosk text COLLATE \"C\","
     "  hash text COLLATE \"C\","
     "  id text COLLATE \"C\" NOT NULL,"
     "  received_at bigint NOT NULL,"
     "  reason text COLLATE \"C\" NOT NULL,"
     "  body text COLLATE \"C\" NOT NULL,"
     "  PRIMARY KEY (company, kiosk, hash)"
     ");"
     GUARD("set_aside", "company")
     PRIVATE("set_aside", "body")
     "CREATE TABLE member ("
     "  company text COLLATE \"C\","
     "  person text COLLATE \"C\","
     "  sites text COLLATE \"C\" NOT NULL,"
     "  language text COLLATE \"C\" NOT NULL,"
     "  first bigint,"
     "  last bigint,"
     "  body text COLLATE \"C\" NOT NULL,"
     "  PRIMARY KEY (company, person)"
     ");"
     GUARD("member", "company")
     PRIVATE("member", "person")
     PRIVATE("member", "body")
     "CREATE TABLE pin ("
     "  company text COLLATE \"C\","
     "  person text COLLATE \"C\","
     "  set_at bigint,"
     "  received_at bigint NOT NULL,"
     "  hash text COLLATE \"C\" NOT NULL,"
     "  PRIMARY KEY (company, person, set_at)"
     ");"
     GUARD("pin", "company")
     PRIVATE("pin", "person")
     PRIVATE("pin", "hash")
     "CREATE TABLE pin_code ("
     "  company text COLLATE \"C\","
     "  person text COLLATE \"C\","
     "  hash text COLLATE \"C\" NOT NULL,"
     "  expires bigint NOT NULL,"
     "  tries bigint NOT NULL,"
     "  PRIMARY KEY (company, person)"
     ");"
     GUARD("pin_code", "company")
     PRIVATE("pin_code", "person")
     PRIVATE("pin_code", "hash")
     "CREATE TABLE pin_streak ("
     "  company text COLLATE \"C\","
     "  person text COLLATE \"C\","
     "  kiosk text COLLATE \"C\","
     "  wrong bigint NOT NULL,"
     "  last bigint NOT NULL,"
     "  PRIMARY KEY (company, person, kiosk)"
     ");"
     GUARD("pin_streak", "company")
     PRIVATE("pin_streak", "person")},
    {4, 
     "CREATE TABLE pin_try ("
     "  company text COLLATE \"C\" NOT NULL,"
     "  kiosk text COLLATE \"C\" NOT NULL,"
     "  person text COLLATE \"C\" NOT NULL,"
     "  at bigint NOT NULL"
     ");"
     "CREATE INDEX pin_try_at ON pin_try (company, at);"
     GUARD("pin_try", "company")
     PRIVATE("pin_try", "person")
     "CREATE TABLE request ("
     "  company text COLLATE \"C\","
     "  id text COLLATE \"C\","
     "  person text COLLATE \"C\" NOT NULL,"
     "  course text COLLATE \"C\" NOT NULL,"
     "  run text COLLATE \"C\" NOT NULL,"
     "  route text COLLATE \"C\" NOT NULL,"
     "  title text COLLATE \"C\" NOT NULL,"
     "  price bigint,"
     "  asked_at bigint NOT NULL,"
     "  refused text COLLATE \"C\" NOT NULL,"
     "  merged text COLLATE \"C\","
     "  ready bigint NOT NULL,"
     "  agreed_at bigint,"
     "  seat text COLLATE \"C\" NOT NULL,"
     "  place bigint,"
     "  queued_at bigint,"
     "  given_at bigint,"
     "  released_at bigint,"
     "  offered_at bigint,"
     "  delivered_at bigint,"
     "  shown bigint NOT NULL,"
     "  state text COLLATE \"C\" NOT NULL,"
     "  overdue bigint NOT NULL,"
     "  objected bigint NOT NULL,"
     "  judged_at bigint,"
     "  wake bigint,"
     "  run_start bigint,"
     "  run_end bigint,"
     "  left_at bigint,"
     "  listed bigint,"
     "  PRIMARY KEY (company, id)"
     ");"
     "CREATE INDEX request_same ON request (company, person, course, run);"
     "CREATE INDEX request_run ON request (run);"
     "CREATE INDEX request_merged ON request (company, merged) WHERE merged IS NOT NULL;"
     "CREATE INDEX request_wake ON request (wake) WHERE wake IS NOT NULL;"
     "CREATE INDEX request_offered ON request (seat) WHERE seat = 'offered';"
     GUARD("request", "company")
     PRIVATE("request", "person")
     "CREATE TABLE step ("
     "  company text COLLATE \"C\","
     "  id text COLLATE \"C\","
     "  request text COLLATE \"C\" NOT NULL,"
     "  kiosk text COLLATE \"C\" NOT NULL,"
     "  kind text COLLATE \"C\" NOT NULL,"
     "  at bigint NOT NULL,"
     "  received_at bigint NOT NULL,"
     "  person text COLLATE \"C\" NOT NULL,"
     "  worker text COLLATE \"C\","
     "  route text COLLATE \"C\" NOT NULL,"
     "  relation text COLLATE \"C\" NOT NULL,"
     "  proven bigint NOT NULL,"
     "  sealed bigint NOT NULL,"
     "  because text COLLATE \"C\" NOT NULL,"
     "  alternative bigint,"
     "  words text COLLATE \"C\","
     "  place text COLLATE \"C\" NOT NULL,"
     "  PRIMARY KEY (company, id)"
     ");"
     "CREATE INDEX step_request ON step (company, request);"
     "CREATE INDEX step_held ON step (received_at) WHERE place = 'held';"
     GUARD("step", "company")
     PRIVATE("step", "person")
     PRIVATE("step", "worker")
     PRIVATE("step", "words")},
    {5, 
     "CREATE TABLE audit ("
     "  company text COLLATE \"C\","
     "  seq bigint,"
     "  event text COLLATE \"C\" NOT NULL,"
     "  at bigint NOT NULL,"
     "  actor text COLLATE \"C\" NOT NULL,"
     "  subject text COLLATE \"C\" NOT NULL,"
     "  request text COLLATE \"C\" NOT NULL,"
     "  kiosk text COLLATE \"C\" NOT NULL,"
     "  salt text COLLATE \"C\" NOT NULL,"
     "  detail text COLLATE \"C\" NOT NULL,"
     "  prev text COLLATE \"C\" NOT NULL,"
     "  hash text COLLATE \"C\" NOT NULL,"
     "  PRIMARY KEY (company, seq)"
     ");"
     "CREATE INDEX audit_subject ON audit (company, subject);"
     "CREATE INDEX audit_actor ON audit (company, actor);"
     GUARD("audit", "company")
     PRIVATE("audit", "actor")
     PRIVATE("audit", "subject")
     PRIVATE("audit", "detail")
     "CREATE TABLE erased ("
     "  company text COLLATE \"C\","
     "  person_hash text COLLATE \"C\","
     "  at bigint NOT NULL,"
     "  PRIMARY KEY (company, person_hash)"
     ");"
     GUARD("erased", "company")
     "CREATE TABLE wish ("
     "  company text COLLATE \"C\","
     "  person text COLLATE \"C\","
     "  wish text COLLATE \"C\","
     "  at bigint NOT NULL,"
     "  PRIMARY KEY (company, person, wish)"
     ");"
     GUARD("wish", "company")
     PRIVATE("wish", "person")
     "CREATE TABLE standing ("
     "  company text COLLATE \"C\","
     "  person text COLLATE \"C\","
     "  since bigint,"
     "  team text COLLATE \"C\" NOT NULL,"
     "  role text COLLATE \"C\" NOT NULL,"
     "  first bigint,"
     "  last bigint,"
     "  PRIMARY KEY (company, person, since)"
     ");"
     "CREATE INDEX standing_team ON standing (company, team);"
     GUARD("standing", "company")
     PRIVATE("standing", "person")},
    {6, 
     "ALTER TABLE kiosk ADD COLUMN next_hash text COLLATE \"C\";"
     "ALTER TABLE kiosk ADD COLUMN old_hash text COLLATE \"C\";"
     "ALTER TABLE kiosk ADD COLUMN token_at bigint;"
     "ALTER TABLE kiosk ADD COLUMN mark text COLLATE \"C\" NOT NULL DEFAULT '';"
     "ALTER TABLE kiosk ADD COLUMN alarmed_at bigint;"
     "CREATE UNIQUE INDEX kiosk_next ON kiosk (next_hash) WHERE next_hash IS NOT NULL;"
     "CREATE UNIQUE INDEX kiosk_old ON kiosk (old_hash) WHERE old_hash IS NOT NULL;"
     "UPDATE kiosk SET mark = coalesce((SELECT value FROM meta WHERE name = 'mark ' || kiosk.id),"
     " '');"
     "DELETE FROM meta WHERE name LIKE 'mark %';"},
    {7,
     "ALTER TABLE kiosk ADD COLUMN handed bigint;"
     "ALTER TABLE kiosk ADD COLUMN synced bigint;"
     "CREATE TABLE report ("
     "  company text COLLATE \"C\" NOT NULL,"
     "  kiosk text COLLATE \"C\","
     "  received_at bigint NOT NULL,"
     "  clock bigint,"
     "  body text COLLATE \"C\" NOT NULL,"
     "  PRIMARY KEY (kiosk)"
     ");"
     GUARD("report", "company")
     "CREATE TABLE serving ("
     "  since bigint,"
     "  until bigint NOT NULL,"
     "  PRIMARY KEY (since)"
     ");"},
};
/* clang-format on */

const int schema_postgres_count = (int)(sizeof(schema_postgres) / sizeof(schema_postgres[0]));
