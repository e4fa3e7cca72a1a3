/* SPDX-License-Identifier: EUPL-1.2 */
/* A company with somebody of whom the server knows everything that it can know, to be erased. */
#ifndef ACHT_TESTS_ERASE_SCENE_H
#define ACHT_TESTS_ERASE_SCENE_H

#include "central_house.h"

#include "central/audit.h"
#include "central/database_inner.h"
#include "central/database_rights.h"
#include "central/erase.h"
#include "central/erase_list.h"
#include "central/import.h"
#include "central/kept.h"
#include "central/person_id.h"
#include "house_files.h"

#define NAME "Quirinius Zwartendijk"
#define WORDS "because of my left thumb"
#define SECRET_WORDS "nobody at work may know"
#define PIN_HASH "argon2id-of-the-pin"
#define BADGE_NUMBER "90817263"

struct scene {
    struct house h;
    char person[LIM_ID], list[80], backup[80];
    struct erasing erasing;
};

static inline void roster(struct scene *s)
{
    char path[80];
    struct import_result result;
    snprintf(path, sizeof(path), "%s.csv", s->h.path);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs("badge,name,team,role\n", f);
    for (int i = 0; i < 300; i++)
        fprintf(f, "%d,Person number %d,lassen,worker\n", 1000 + i, i);
    fputs(BADGE_NUMBER "," NAME ",lassen,worker\n", f);
    fclose(f);
    struct import_job job = {.path = path, .now = NOW};
    OK(import_people(s->h.central.db, "amber", &job, &result, &err));
    unlink(path);
}

static int entry_number;

static inline struct verdict judge(struct scene *s, const struct buf *line)
{
    struct buf lines = BUF_INIT(LIM_PAGE);
    struct judge_counts counts = {0};
    struct verdict v;
    struct hearing hearing = {s->h.central.db, &s->h.secrets, &s->h.a, NOW, NO_NUMBER, HASHES_MAX};
    OK(judge_batch(&hearing, line->p, line->len, &lines, &counts, &err));
    OK(verdict_from_json(lines.p, lines.len - 1, &v, &err));
    buf_release(&lines);
    return v;
}

static inline void ask_line(
    struct scene *s, const char *person, const char *words, bool sealed, struct buf *out)
{
    char id[UUID_TEXT];
    struct buf inner = BUF_INIT(LIM_LINE), box = BUF_INIT(LIM_BOX);
    snprintf(id, sizeof(id), "01936c5e-0000-7000-8000-%012d", ++entry_number);
    struct entry e = {.id = id, .kiosk = s->h.a.id, .epoch = "e", .seq = 1, .made_at = NOW};
    record_init(&e.fields, TYPE_ASK);
    e.fields.id = id;
    record_set_text(&e.fields, ASK_person, person);
    record_set_text(&e.fields, ASK_course, entry_number % 2 ? "mig" : "tig");
    record_set_text(&e.fields, ASK_title, "A title");
    record_set_text(&e.fields, ASK_words, words);
    record_set_number(&e.fields, ASK_route, sealed ? ROUTE_own : ROUTE_employer);
    assert_int_equal(entry_to_json(&e, sealed ? &inner : out), 0);
    if (sealed) {
        assert_int_equal(seal_text(s->h.secrets.keys.public_key, inner.p, inner.len, &box), 0);
        record_init(&e.fields, TYPE_SEALED);
        e.fields.id = id;
        record_set_text(&e.fields, SEALED_box, box.p);
        assert_int_equal(entry_to_json(&e, out), 0);
    }
    buf_release(&inner);
    buf_release(&box);
}

static inline struct verdict ask(
    struct scene *s, const char *person, const char *words, bool sealed)
{
    struct buf line = BUF_INIT(LIM_LINE);
    ask_line(s, person, words, sealed, &line);
    struct verdict v = judge(s, &line);
    buf_release(&line);
    return v;
}

/* Puts a record that names the person in this field. */
static inline void put_about(struct scene *s, const char *field, const char *rest)
{
    char line[512];
    snprintf(line, sizeof(line), "{'type':%s,'%s':'%s'}", rest, field, s->person);
    house_put(&s->h, "amber", "judge", line);
}

static inline void run(struct scene *s, const char *sql)
{
    OK(database_begin(s->h.central.db, &err));
    OK(house_sql(s->h.central.db, sql, &err));
    OK(database_commit(s->h.central.db, &err));
}

/* A row in each table that only the server has. */
static inline void put_secrets(struct scene *s)
{
    char sql[2048];
    snprintf(sql, sizeof(sql),
        "INSERT INTO pin VALUES ('amber', '%s', 1, 1, '" PIN_HASH "');"
        "INSERT INTO pin_code VALUES ('amber', '%s', '" PIN_HASH "', 1, 0);"
        "INSERT INTO pin_streak VALUES ('amber', '%s', 'k', 1, 1);"
        "INSERT INTO pin_try VALUES ('amber', 'k', '%s', 1);"
        "INSERT INTO request (company, id, person, course, run, route, title, asked_at, refused,"
        " ready, seat, shown, state, overdue, objected) VALUES ('amber', 'own', '%s', 'mig', '',"
        " 'own', 'MIG', 1, 'none', 0, 'none', 0, 'asked', 0, 0);"
        "INSERT INTO step (company, id, request, kiosk, kind, at, received_at, person, route,"
        " relation, proven, sealed, because, words, place) VALUES ('amber', 'own', 'own', 'k',"
        " 'ask', 1, 1, '%s', 'own', 'worker', 1, 1, 'none', '" SECRET_WORDS "', 'in');",
        s->person, s->person, s->person, s->person, s->person, s->person);
    run(s, sql);
}

static inline void scene_open(struct scene *s)
{
    *s = (struct scene){0};
    house_open(&s->h);
    house_fill(&s->h);
    snprintf(s->list, sizeof(s->list), "%s" ERASED_ENDING, s->h.path);
    snprintf(s->backup, sizeof(s->backup), "%s.backup", s->h.path);
    s->erasing = (struct erasing){s->h.central.db, &s->h.secrets, s->list, NOW, 0};
    roster(s);
    OK(person_id_find(s->h.central.db, "amber", BADGE_NUMBER, s->person, &err));
    assert_int_equal(ask(s, s->person, WORDS, false).kind, VERDICT_accepted);
    put_secrets(s);
    put_about(s, "person",
        "'notice','id':'n1','kind':'pin_set','at':'2026-11-24T02:00:00Z','kiosk':'" NAME "'");
    put_about(s, "deputy",
        "'delegation','id':'d1','person':'anna','start':'2026-11-24','end':'2026-11-25'");
    OK(database_begin(s->h.central.db, &err));
    struct wish_row wish = {"amber", s->person, "erase", NOW};
    OK(database_wish_add(s->h.central.db, &wish, &err));
    OK(database_commit(s->h.central.db, &err));
}

static inline void scene_close(struct scene *s)
{
    unlink(s->list);
    unlink(s->backup);
    house_close(&s->h);
}

#endif
