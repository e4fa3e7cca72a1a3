/* SPDX-License-Identifier: EUPL-1.2 */
/* I-01: a kiosk is stolen after people have set PINs and signed in on it, with and without a
 * server. Whoever has all its bytes has nothing with which a guessed PIN could be compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/seal.h"
#include "proto/codec.h"
#include "support/disk_tree.h"
#include "support/visit.h"

#define PIN_SANNE "730496"
#define PIN_WRONG "904417"

static struct rig rig;
static struct visit kiosk;
static struct enrolment enrolled;
static struct disk_tree disk;
static const char *const pins[] = {PIN_SANNE, PIN_WRONG};

/* ---- a day ---- */

static void choose(const char *text)
{
    visit_press(&kiosk, visit_digit(&kiosk, text));
}

static void set_pin(void)
{
    char code[32], keys[128];
    size_t n = 0;
    struct buf out = BUF_INIT(4096);
    visit_central(
        &rig, (const char *const[]){"people", "code", SANNE, "--company", "acme", NULL}, &out);
    for (const char *c = out.p; *c && *c != '\n' && n < 31; c++)
        if (*c >= '0' && *c <= '9')
            code[n++] = *c;
    code[n] = '\0';
    buf_release(&out);
    visit_press(&kiosk, "Enter");
    choose("Mijn gegevens en pincode");
    visit_press(&kiosk, "#" SANNE " Enter");
    choose("Pincode kiezen of veranderen");
    snprintf(keys, sizeof(keys), "%s Enter " PIN_SANNE " Enter " PIN_SANNE " Enter", code);
    visit_press(&kiosk, keys);
    SEE(&kiosk, "Je pincode is genoteerd");
    assert_int_equal(visit_sync(&kiosk), 0);
}

static void sign_in(const char *pin, int code)
{
    char keys[128];
    if (visit_sees(&kiosk, "Typ je pincode"))
        visit_press(&kiosk, "Esc"); /* 0 is a digit there */
    visit_press(&kiosk, "0");
    choose("Stop");
    visit_press(&kiosk, "Enter");
    choose("Mijn aanvragen");
    snprintf(keys, sizeof(keys), "#" SANNE " %s Enter", pin);
    visit_press(&kiosk, keys);
    assert_int_equal(visit_sync(&kiosk), code);
}

static int a_day(void **unused)
{
    (void)unused;
    struct err err = {0};
    visit_rig(&rig);
    visit_begin(&kiosk, &rig);
    if (enrolment_load(kiosk.data, &enrolled, &err) < 0)
        fail_msg("%s", err.msg);
    set_pin();
    sign_in(PIN_SANNE, 0);
    sign_in(PIN_WRONG, 0);
    rig_kill_server(&rig);
    sign_in(PIN_SANNE, 75);
    sign_in(PIN_WRONG, 75);
    return 0;
}

/* ---- guesses ---- */

#define GUESSES 30000
#define FILTER (UINT32_C(1) << 28)

/* Every 32 bytes that stand in a file, as they are or in hexadecimal, by the first eight: whatever
 * a guess gives can be looked for among all of them. */
static unsigned char *seen;
static int64_t windows;

static uint32_t place_of(const unsigned char first[8])
{
    uint64_t h;
    memcpy(&h, first, sizeof(h));
    h *= 0x9e3779b97f4a7c15u;
    return (uint32_t)(h >> 36) % FILTER;
}

static void see(const unsigned char first[8])
{
    uint32_t at = place_of(first);
    seen[at / 8] |= (unsigned char)(1u << at % 8);
    windows++;
}

static int digit(char c)
{
    static const char hex[] = "0123456789abcdef";
    const char *at = c ? strchr(hex, c | 0x20) : NULL;
    return at ? (int)(at - hex) : -1;
}

static bool from_hex(const char *text, unsigned char out[8])
{
    for (int i = 0; i < 8; i++) {
        int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

static void collect(void)
{
    memset(seen, 0, FILTER / 8);
    windows = 0;
    for (int i = 0; i < disk.count; i++) {
        const struct buf *b = &disk.file[i].bytes;
        for (size_t at = 0; at + 16 <= b->len; at++) {
            unsigned char first[8];
            see((const unsigned char *)b->p + at);
            if (from_hex(b->p + at, first))
                see(first);
        }
    }
}

/* The filter errs now and then, on one side. */
static bool stands_there(const char *digest)
{
    unsigned char raw[KEY_BYTES], first[8];
    from_hex(digest, first);
    uint32_t place = place_of(first);
    if (!(seen[place / 8] & 1u << place % 8))
        return false;
    for (int i = 0; i < KEY_BYTES; i += 8)
        from_hex(digest + 2 * i, raw + i);
    for (int i = 0; i < disk.count; i++)
        if (memmem(disk.file[i].bytes.p, disk.file[i].bytes.len, raw, sizeof(raw)) ||
            memmem(disk.file[i].bytes.p, disk.file[i].bytes.len, digest, 2 * KEY_BYTES))
            return true;
    return false;
}

/* What a hash of a PIN would be made of: the PIN alone, or with what the kiosk knows besides; under
 * no key, or under each of those it has. */
static int try_pin(const char *pin)
{
    const char *const with[] = {"", enrolled.company, enrolled.kiosk, enrolled.token};
    const char *const keys[] = {enrolled.badge_key, enrolled.token};
    int found = 0;
    for (size_t i = 0; i < sizeof(with) / sizeof(with[0]); i++) {
        char text[256], digest[DIGEST_HEX];
        snprintf(text, sizeof(text), "%s%s", with[i], pin);
        sha256_hex(text, strlen(text), digest);
        found += stands_there(digest);
        for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
            keyed_hash_hex(keys[k], text, digest);
            found += stands_there(digest);
        }
    }
    return found;
}

/* Every PIN of these people, and so many others. */
static int try_pins(void)
{
    int found = 0;
    for (size_t i = 0; i < sizeof(pins) / sizeof(pins[0]); i++)
        found += try_pin(pins[i]);
    for (int i = 0; i < GUESSES; i++) {
        char pin[LIM_PIN + 1];
        snprintf(pin, sizeof(pin), "%06d", i * 33 % 1000000);
        found += try_pin(pin);
    }
    return found;
}

/* Slow hashes that describe themselves, and how many of them a PIN of four digits opens. */
static int slow_hashes(int *opened)
{
    int n = 0;
    *opened = 0;
    for (int i = 0; i < disk.count; i++) {
        const struct buf *b = &disk.file[i].bytes;
        const char *at = b->p;
        for (; (at = memmem(at, b->len - (size_t)(at - b->p), "$argon2", 7)); at++, n++) {
            char hash[SLOW_HASH], pin[LIM_PIN + 1];
            snprintf(hash, sizeof(hash), "%.*s", (int)strcspn(at, " \"\n"), at);
            for (int guess = 4000; guess < 5000; guess++) {
                snprintf(pin, sizeof(pin), "%04d", guess);
                *opened += slow_hash_opens(hash, pin);
            }
        }
    }
    return n;
}

/* Kiosks with verifiers: a slow hash, a hash, one under the kiosk's key as bytes. */
static void plant(void)
{
    char path[RIG_PATH + 16], plain[DIGEST_HEX], keyed[DIGEST_HEX];
    unsigned char raw[KEY_BYTES];
    sha256_hex(PIN_SANNE, LIM_PIN, plain);
    keyed_hash_hex(enrolled.badge_key, PIN_WRONG, keyed);
    for (int i = 0; i < KEY_BYTES; i += 8)
        from_hex(keyed + 2 * i, raw + i);
    snprintf(path, sizeof(path), "%s/planted", kiosk.data);
    FILE *f = fopen(path, "w");
    assert_true(f &&
                fprintf(f,
                    "%s $argon2id$v=19$m=8,t=1,p=1$PY1W40Wj6XL7o92mGpuMaA"
                    "$Qv9TOq+7sYAzOnvjMDm9rI5J6uxUghxkklWCIE1c0iE ",
                    plain) > 0 &&
                fwrite(raw, 1, sizeof(raw), f) == sizeof(raw) && fclose(f) == 0);
}

static void a_stolen_kiosk_tells_no_pin(void **unused)
{
    (void)unused;
    int opened;
    seen = calloc(1, FILTER / 8);
    assert_non_null(seen);
    disk_tree_read(&disk, kiosk.data);
    collect();
    int found = try_pins(), slow = slow_hashes(&opened);
    print_message("%d files, %lld strings, %d PINs tried in 12 ways: %d fit; %d slow hashes\n",
        disk.count, (long long)windows, GUESSES, found, slow);
    assert_true(disk.count >= 3);
    assert_int_equal(found, 0);
    assert_int_equal(slow, 0);
    plant();
    disk_tree_read(&disk, kiosk.data);
    collect();
    assert_int_equal(try_pins(), 2);
    assert_int_equal(slow_hashes(&opened), 1);
    assert_int_equal(opened, 1);
    free(seen);
}

static int the_end(void **unused)
{
    (void)unused;
    disk_tree_forget(&disk);
    visit_end(&kiosk);
    rig_end(&rig);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stolen_kiosk_tells_no_pin),
    };
    return cmocka_run_group_tests(tests, a_day, the_end);
}
