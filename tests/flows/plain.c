/* SPDX-License-Identifier: EUPL-1.2 */
/* The kiosk for ears and fingers: numbered lines through a pipe, from the start to the verdict. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "support/visit.h"

static struct rig rig;

/* Each of these is said, in this order. */
static void says(const char *out, const char *const want[])
{
    const char *at = out;
    for (int i = 0; want[i]; i++) {
        const char *found = strstr(at, want[i]);
        if (!found) {
            fail_msg("'%s' was not said, or not then:\n%s", want[i], out);
            return;
        }
        at = found + strlen(want[i]);
    }
}

static void from_start_to_verdict(void **state)
{
    (void)state;
    static const char course[] = "1   " FAR_TITLE;
    struct visit v;
    struct buf out = BUF_INIT(1 << 20);
    visit_enrol(&v, &rig);
    visit_plain(&v, "nl", "\n2\n1\nzandsmeden\n1\n3\n" SANNE "\n\n1\n2\n", &out); /* no PIN */
    says(out.p,
        (const char *const[]){"Druk op een toets", "== Wat wil je doen? ==", "2   Zoek een cursus",
            "== Zoek een cursus ==", "Zoek", "1 cursus", course, "== Cursus ==", "3   6 feb 2098",
            "== Wie ben je? ==", "== Cursus aanvragen? ==", "6 feb 2098",
            "== Genoteerd ==", "gaat naar het fonds.",
            "== Mijn aanvragen ==", "Genoteerd, gaat naar het fonds", NULL});
    assert_null(strstr(out.p, SANNE));
    assert_int_equal(visit_sync(&v), 0);
    assert_int_equal(visit_requests(&rig, "Sanne Kuipers"), 1);
    buf_clear(&out);
    visit_plain(
        &v, "nl", "\n3\n" SANNE "\n\n<\n0\n", &out); /* a badge alone shows only its own visit */
    says(out.p, (const char *const[]){"== Mijn aanvragen ==", "== Wat wil je doen? ==", NULL});
    assert_null(strstr(out.p, FAR_TITLE));
    buf_release(&out);
}

/* Whatever is typed, every line is text without escapes, and it goes on to the end. */
static void says_nothing_but_text(void **state)
{
    (void)state;
    struct visit v;
    struct buf out = BUF_INIT(1 << 20);
    visit_enrol(&v, &rig);
    visit_plain(&v, "en",
        "x\n?\n<\n0\n99999999999999999999\n-1\n\033[A\n2\n1\n\xff\xfe\ncaf\xc3\xa9\n\n\n<\n<\n<\n"
        "3\n9\n2\n7 7\n0\n5",
        &out);
    assert_true(utf8_valid(out.p, out.len));
    assert_null(strchr(out.p, '\033'));
    says(out.p, (const char *const[]){"Press any key", "== Help ==", "Nothing", NULL});
    buf_release(&out);
}

/* An empty line goes on with what stands first: it is no word to search for. */
static void an_empty_line_chooses(void **state)
{
    (void)state;
    struct visit v;
    struct buf out = BUF_INIT(1 << 20);
    visit_enrol(&v, &rig);
    visit_plain(&v, "nl", "\n2\n1\nzandsmeden\n\n", &out);
    says(out.p, (const char *const[]){"Zoek  zandsmeden", "== Cursus ==", FAR_TITLE, NULL});
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_start_to_verdict),
        cmocka_unit_test(an_empty_line_chooses),
        cmocka_unit_test(says_nothing_but_text),
    };
    visit_rig(&rig);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rig_end(&rig);
    return failed;
}
