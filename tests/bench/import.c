/* SPDX-License-Identifier: EUPL-1.2 */
/* Loading a catalogue into the server beside sqlite3's own .import of the same rows: import CSV
 * DIR. Both start with no file each time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/measure.h"

enum { ROUNDS = 3 };

static const char table[] =
    "CREATE TABLE course(key TEXT UNIQUE, title, summary, description, provider, form, themes, "
    "keywords, level, language, exam_languages, read_aloud, hours, days, price_eur, certificate, "
    "valid_months, requirements, skills, crebo, url, run_key, run_start, run_end, run_place, "
    "run_region, run_seats, run_seats_left)";

static void remove_database(const char *path)
{
    static const char *const parts[] = {"", "-wal", "-shm", "-journal", "-writer"};
    char name[4096];
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        snprintf(name, sizeof(name), "%s%s", path, parts[i]);
        (void)unlink(name);
    }
}

int main(int argc, char **argv)
{
    const char *build = getenv("ACHT_BUILD");
    char central[4096], ours_db[4096], floor_db[4096], import[4096];
    struct samples wall = {0}, cpu = {0}, floor_wall = {0}, floor_cpu = {0};
    if (argc != 3)
        die("usage: import CSV DIR");
    if (!program_exists("sqlite3")) {
        report_missing("import of 100,000 rows, against .import", "sqlite3 is not installed");
        return 0;
    }
    snprintf(central, sizeof(central), "%s/bin/acht-central", build ? build : "build");
    snprintf(ours_db, sizeof(ours_db), "%s/import.db", argv[2]);
    snprintf(floor_db, sizeof(floor_db), "%s/import-floor.db", argv[2]);
    snprintf(import, sizeof(import), ".import --csv --skip 1 '%s' course", argv[1]);
    const char *const ours[] = {central, "import", argv[1], "--database", ours_db, NULL};
    const char *const floor[] = {"sqlite3", floor_db, table, import, NULL};
    for (int i = 0; i < ROUNDS; i++) {
        remove_database(ours_db);
        struct run r = run_program(ours, NULL, NULL);
        samples_add(&wall, r.wall);
        samples_add(&cpu, r.cpu);
        remove_database(floor_db);
        r = run_program(floor, NULL, NULL);
        samples_add(&floor_wall, r.wall);
        samples_add(&floor_cpu, r.cpu);
    }
    remove_database(ours_db);
    remove_database(floor_db);
    report("import of 100,000 rows (200,000 records)", "ms", samples_median(&wall),
        samples_median(&floor_wall), 3);
    report("processor time of that", "ms", samples_median(&cpu), samples_median(&floor_cpu), 3);
    samples_release(&wall);
    samples_release(&cpu);
    samples_release(&floor_wall);
    samples_release(&floor_cpu);
    return 0;
}
