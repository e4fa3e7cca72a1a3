/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/pin.h"

#include <stdio.h>
#include <string.h>

const char pin_nobody[] = "$argon2id$v=19$m=19456,t=2,p=1$2MJQmINdtLFP9G0sLoGeAA"
                          "$KV7MZDRIkCYkrHcg1lTvC6VkoDRwswMUf2u70T/ZoBc";

int64_t pin_wait(int64_t streak)
{
    int64_t wait = PIN_WAIT_FIRST;
    if (streak < PIN_FREE_TRIES)
        return 0;
    for (int64_t i = PIN_FREE_TRIES; i < streak && wait < PIN_WAIT_LAST; i++)
        wait *= 2;
    return wait < PIN_WAIT_LAST ? wait : PIN_WAIT_LAST;
}

bool pin_slowed(const struct pin_tries *t, int64_t at)
{
    return t->at_kiosk >= PIN_KIOSK_TRIES ||
           (t->streak >= PIN_FREE_TRIES && at < t->last + pin_wait(t->streak));
}

bool pin_sprayed(const struct pin_tries *t)
{
    return t->people_at_kiosk >= SPRAY_KIOSK_PEOPLE || t->people >= SPRAY_PEOPLE ||
           t->kiosks >= SPRAY_KIOSKS;
}

/* Ids have no space, so no two claims read the same. */
void pin_claim(const struct secrets *s, enum pin_kind kind, const char *company, const char *person,
    const char *secret, char out[DIGEST_HEX])
{
    struct buf text = BUF_INIT(4 * LIM_ID);
    if (buf_printf(
            &text, "%s %s %s %s", kind == PIN_CODE ? "code" : "pin", company, person, secret) < 0)
        BUG("a claim that is too long");
    keyed_hash_hex(s->pepper, text.p, out);
    memory_wipe(text.p, text.len);
    buf_release(&text);
}

/* The random byte is taken only where all digits are as likely. */
void pin_code_make(char digits[LIM_CODE + 1])
{
    for (int i = 0; i < LIM_CODE;) {
        unsigned char random;
        random_bytes(&random, sizeof(random));
        if (random < 250)
            digits[i++] = (char)('0' + random % 10);
    }
    digits[LIM_CODE] = '\0';
}

void pin_code_show(const char digits[LIM_CODE + 1], char text[PIN_CODE_TEXT])
{
    snprintf(text, PIN_CODE_TEXT, "%.3s %.3s %.4s", digits, digits + 3, digits + 6);
}

bool pin_code_valid(const char *digits)
{
    return strlen(digits) == LIM_CODE && strspn(digits, "0123456789") == LIM_CODE;
}

int pin_code_keep(struct database *db, const struct secrets *s, const char *company,
    const char *person, const char *digits, int64_t at, struct err *err)
{
    char claim[DIGEST_HEX];
    struct pin_code code = {.expires = at + PIN_CODE_LIFE};
    pin_claim(s, PIN_CODE, company, person, digits, claim);
    int rc = slow_hash(claim, code.hash, err);
    memory_wipe(claim, sizeof(claim));
    return rc < 0 ? -1 : database_pin_code_put(db, company, person, &code, err);
}
