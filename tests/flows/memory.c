/* SPDX-License-Identifier: EUPL-1.2 */
/* T-22: what a person typed, in the memory of the running kiosk: a PIN, a code, the words of a
 * search and of a request. It is looked for as bytes and as 32-bit cells, which is how curses keeps
 * keys and pictures. While it is typed it is there; when the visit is over it is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "support/rng.h"
#include "support/visit.h"
#include "ui/canvas.h"

#define VISITS 20
#define WORD 8 /* letters of a word that stands nowhere else */

/* Bytes from one character to the next: a text, 32-bit cells, our picture, curses' picture, where a
 * cell is attributes, five characters and a pair of colours. */
static const size_t strides[] = {1, 4, sizeof(struct cell), 7 * sizeof(int32_t)};
#define STRIDES (sizeof(strides) / sizeof(strides[0]))

static struct rig rig;
static struct visit v;
static uint64_t seed;
static int looks, total[STRIDES];

/* ---- looking into memory ---- */

static bool stands_at(const char *p, size_t room, const char *text, size_t stride)
{
    size_t len = strlen(text);
    if ((len - 1) * stride >= room)
        return false;
    for (size_t i = 0; i < len; i++)
        if (p[i * stride] != text[i])
            return false;
    return true;
}

static int count_in(const char *p, size_t len, const char *text, int found[STRIDES])
{
    int all = 0;
    for (const char *at = p; (at = memchr(at, text[0], len - (size_t)(at - p))); at++) {
        for (size_t i = 0; i < STRIDES; i++) {
            bool here = stands_at(at, len - (size_t)(at - p), text, strides[i]);
            found[i] += here;
            all += here;
        }
    }
    return all;
}

static int look_at(FILE *memory, uint64_t from, uint64_t to, const char *text, int found[STRIDES])
{
    size_t len = (size_t)(to - from);
    char *copy = mem_alloc(len);
    /* What no page stands behind cannot be read: guards, and what was never touched. */
    size_t n = fseeko(memory, (off_t)from, SEEK_SET) == 0 ? fread(copy, 1, len, memory) : 0;
    int all = n > 0 ? count_in(copy, n, text, found) : 0;
    mem_free(copy);
    return all;
}

/* One line of maps(5), as "00400000-0040b000 rw-p ...": how often it stands there. */
static int look_at_line(FILE *memory, const char *line, const char *text, int found[STRIDES])
{
    char *at;
    uint64_t from = strtoull(line, &at, 16);
    uint64_t to = strtoull(at + 1, &at, 16);
    return strncmp(at, " rw", 3) == 0 ? look_at(memory, from, to, text, found) : 0;
}

static FILE *open_of_kiosk(const char *name)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d/%s", pty_pid(v.pty), name);
    FILE *f = fopen(path, "r");
    if (f)
        setvbuf(f, NULL, _IONBF, 0);
    return f;
}

#ifdef __SANITIZE_ADDRESS__
#define SANITIZED true /* it keeps freed memory for a while, as it was */
#else
#define SANITIZED false
#endif

static bool nobody_may_look(void)
{
    FILE *memory = open_of_kiosk("mem");
    if (memory)
        fclose(memory);
    if (!memory || SANITIZED)
        printf("nobody can look into the memory of the kiosk here\n");
    return !memory || SANITIZED;
}

/* How often it stands anywhere that the program can write to. */
static int in_memory(const char *text)
{
    char line[512];
    int all = 0, found[STRIDES] = {0};
    FILE *memory = open_of_kiosk("mem"), *maps = open_of_kiosk("maps");
    HOLDS(&v, memory && maps);
    while (fgets(line, sizeof(line), maps))
        all += look_at_line(memory, line, text, found);
    for (size_t i = 0; i < STRIDES; i++)
        total[i] += found[i];
    looks++;
    fclose(memory);
    fclose(maps);
    return all;
}

/* ---- visits ---- */

static void random_digits(char *out, int count)
{
    for (int i = 0; i < count; i++)
        out[i] = (char)('1' + rng_below(&seed, 9));
    out[count] = '\0';
}

static void random_word(char *out)
{
    for (int i = 0; i < WORD; i++)
        out[i] = "qxzvwkjy"[rng_below(&seed, 8)];
    out[WORD] = '\0';
}

static void press(const char *before, const char *what)
{
    char keys[300];
    snprintf(keys, sizeof(keys), "%s%s", before, what);
    visit_press(&v, keys);
}

static const char *somebody(void)
{
    static const char *const badges[] = {SANNE, DELROY, JOOST};
    static int count;
    return badges[count++ % 3];
}

/* Silence, another badge in the middle of it, or by the menu. */
static void leave(void)
{
    static int way;
    switch (way++ % 3) {
    case 0:
        visit_pass_time(&v, 85);
        break;
    case 1:
        visit_press(&v, "#" PIET);
        visit_pass_time(&v, 85);
        break;
    default:
        visit_press(&v, "Esc 0 Esc 0");
        visit_press(&v, visit_digit(&v, "Stop"));
    }
    SEE(&v, "Druk op een toets om te beginnen");
}

/* ---- PINs and codes ---- */

enum stage { HALF, WHOLE, LATER, WRONG, SETTING, STAGES };

struct typed {
    char pin[8], code[16]; /* code: "" when none was typed */
};

/* Chooses at home, shows a badge and stands where the PIN is typed. */
static void come(const char *choice)
{
    visit_press(&v, "Enter");
    visit_press(&v, visit_digit(&v, choice));
    press("#", somebody());
    SEE(&v, "Typ je pincode");
}

static void type_secret(const char *digits)
{
    press("", digits);
    HOLDS(&v, in_memory(digits) > 0); /* the control: it would be found */
}

static void set_pin(const struct typed *t)
{
    come("Mijn gegevens en pincode");
    visit_press(&v, "Enter");
    visit_press(&v, visit_digit(&v, "Pincode kiezen of veranderen"));
    type_secret(t->code);
    visit_press(&v, "Enter");
    type_secret(t->pin);
    press("Enter ", t->pin);
    if (rng_below(&seed, 2))
        visit_press(&v, "Enter");
}

static void type_for(enum stage stage, struct typed *t)
{
    random_digits(t->pin, stage == HALF ? 5 : 6);
    random_digits(t->code, stage == SETTING ? 10 : 0);
    if (stage == SETTING) {
        set_pin(t);
        return;
    }
    come("Mijn aanvragen");
    type_secret(t->pin);
    if (stage >= LATER)
        visit_press(&v, "Enter");
    if (stage == LATER)
        visit_pass_time(&v, 5);
    if (stage == WRONG) {
        assert_int_equal(visit_sync(&v), 0);
        SEE(&v, "Die pincode klopt niet.");
        HOLDS(&v, in_memory(t->pin) == 0); /* at once */
    }
}

/* T-22: as the kiosk is run it lets nobody but the administrator look, and leaves no core file. */
static void no_pin_stays_in_memory(void **state)
{
    struct typed t;
    (void)state;
    if (nobody_may_look())
        skip();
    for (int i = 0; i < VISITS; i++) {
        type_for((enum stage)(i % STAGES), &t);
        leave();
        HOLDS(&v, in_memory(t.pin) == 0);
        HOLDS(&v, !t.code[0] || in_memory(t.code) == 0);
    }
    printf("%d visits, %d looks into memory\n", VISITS, looks);
}

/* ---- words and pictures ---- */

/* From home: asks only the fund, with these words, and reads what became of it. */
static void ask_privately(const char *words)
{
    visit_press(&v, "2 1 zandsmeden Down Enter 1");
    press("#", somebody());
    visit_press(&v, "111119 Enter");
    visit_pass_time(&v, 5);
    visit_press(&v, visit_digit(&v, "Schrijf er iets bij"));
    press("", words);
    visit_press(&v, "Enter");
    visit_press(&v, visit_digit(&v, "Vraag aan zonder mijn werkgever"));
    visit_press(&v, visit_digit(&v, "Ja, vraag het alleen het fonds"));
    SEE(&v, "Genoteerd voor het fonds");
    visit_press(&v, "2 1");
    SEE(&v, words);
}

/* Nor what was searched, or asked of the fund alone, nor a picture of it. */
static void no_words_stay_in_memory(void **state)
{
    char searched[WORD + 1], words[WORD + 1];
    (void)state;
    if (nobody_may_look())
        skip();
    memset(total, 0, sizeof(total));
    for (int i = 0; i < VISITS; i++) {
        random_word(searched);
        random_word(words);
        press("Enter 2 1 ", searched);
        HOLDS(&v, in_memory(searched) > 0);
        HOLDS(&v, pty_resize(v.pty, 24 + i % 4, 80 + i % 3) == PTY_IDLE);
        visit_press(&v, "Esc Esc Esc 0 Esc");
        ask_privately(words);
        HOLDS(&v, in_memory(words) > 0);
        leave();
        HOLDS(&v, in_memory(searched) == 0 && in_memory(words) == 0);
    }
    printf("found while they were in use: %d texts, %d cells, %d and %d in pictures\n", total[0],
        total[1], total[2], total[3]);
    assert_true(total[0] > 0 && total[2] > 0 && total[3] > 0);
}

static int start(void **state)
{
    (void)state;
    visit_begin(&v, &rig);
    return 0;
}

static int end(void **state)
{
    (void)state;
    visit_end(&v);
    return 0;
}

#define VISIT(test) cmocka_unit_test_setup_teardown(test, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        VISIT(no_pin_stays_in_memory),
        VISIT(no_words_stay_in_memory),
    };
    seed = rng_seed();
    visit_rig(&rig);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rig_end(&rig);
    return failed;
}
