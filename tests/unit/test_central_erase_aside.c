/* SPDX-License-Identifier: EUPL-1.2 */
/* Erasing what stands aside: boxes that nobody opened (I-19), and people whom a backup knows by
 * them or by held steps alone (I-20). */
#include "erase_scene.h"

/* A box that came from a kiosk which is not its own: kept as it is, and unread. */
static void set_aside_box(struct scene *s, const char *person, char box[64])
{
    char real[LIM_ID];
    struct buf line = BUF_INIT(LIM_LINE);
    str_copy(real, sizeof(real), s->h.a.id);
    str_copy(s->h.a.id, sizeof(s->h.a.id), "another-kiosk");
    ask_line(s, person, SECRET_WORDS, true, &line);
    str_copy(s->h.a.id, sizeof(s->h.a.id), real);
    snprintf(box, 64, "%.40s", strstr(line.p, "\"box\":\"") + strlen("\"box\":\""));
    assert_int_equal(judge(s, &line).reason, REASON_not_this_kiosk);
    buf_release(&line);
}

static void sealed_boxes_set_aside_go_too(void **unused)
{
    (void)unused;
    struct scene s;
    char box[64], others[64];
    scene_open(&s);
    set_aside_box(&s, s.person, box);
    set_aside_box(&s, "anna", others);
    OK(database_scrub(s.h.central.db, &err));
    assert_true(house_hits(&s.h, box) > 0);
    OK(erase_person(&s.erasing, "amber", s.person, &err));
    assert_int_equal(house_hits(&s.h, box), 0);
    assert_int_equal(house_hits(&s.h, others), 1);
    scene_close(&s);
}

#define HELD(id, person, worker)                                                                   \
    "INSERT INTO step (company, id, request, kiosk, kind, at, received_at, person, worker, route," \
    " relation, proven, sealed, because, words, place) VALUES ('amber', '" id                      \
    "', 'none', 'k', 'reply', 1, 1, '" person "', '" worker                                        \
    "', 'employer', 'none', 1, 0, 'none', '" SECRET_WORDS "', 'held');"

/* A backup may know people by a held step or a box alone. */
static void people_in_held_steps_and_boxes_are_found(void **unused)
{
    (void)unused;
    static const char *const people[] = {"maker", "learner", "boxed", "asked"};
    struct scene s;
    int64_t count;
    char box[64];
    scene_open(&s);
    run(&s, HELD("h1", "maker", "maker") HELD("h2", "anna", "learner"));
    set_aside_box(&s, "boxed", box);
    (void)ask(&s, "asked", WORDS "!", true); /* of nobody: refused, and kept sealed */
    OK(erase_person(&s.erasing, "amber", s.person, &err));
    assert_true(house_hits(&s.h, SECRET_WORDS) > 0); /* the control */
    for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++) {
        char hash[DIGEST_HEX];
        erase_hash("amber", people[i], hash);
        OK(erase_list_add(s.list, "amber", hash, NOW, ERASED, &err));
    }
    OK(erase_reapply(&s.erasing, &count, &err));
    assert_int_equal(count, 4);
    assert_int_equal(house_hits(&s.h, SECRET_WORDS), 0);
    assert_int_equal(house_hits(&s.h, box), 0);
    assert_int_equal(house_hits(&s.h, "\"sealed\""), 0);
    scene_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sealed_boxes_set_aside_go_too),
        cmocka_unit_test(people_in_held_steps_and_boxes_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
