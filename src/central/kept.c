/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/kept.h"

#define COLUMNS(...)                                                                               \
    (const struct kept_column[])                                                                   \
    {                                                                                              \
        __VA_ARGS__,                                                                               \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }
#define WHO                                                                                        \
    {                                                                                              \
        "person", "id of the person", PURPOSE_IDENTIFY                                             \
    }

const struct kept_table kept_tables[] = {
    {"record", "what the feed tells; its fields are listed by type", KEEP_roster, NULL, NULL, false,
        COLUMNS({"body", "the record, with the fields listed by type", PURPOSE_REQUEST})},
    {"entry", "what people did at a kiosk; the fields are listed by type", KEEP_verdict, NULL, NULL,
        false,
        COLUMNS({"person", "id of who asked", PURPOSE_REQUEST},
            {"course", "what was asked for", PURPOSE_REQUEST},
            {"run", "the wanted date", PURPOSE_REQUEST},
            {"verdict", "what the server said to it", PURPOSE_REQUEST},
            {"body", "the entry as it came in; emptied sooner, as its type says",
                PURPOSE_REQUEST})},
    {"set_aside", "what came in and could not be read or did not belong here", KEEP_set_aside, NULL,
        NULL, false, COLUMNS({"body", "the bytes as they came in", PURPOSE_REQUEST})},
    {"member", "the roster, also of people who are to come", KEEP_roster, "person", NULL, true,
        COLUMNS(WHO, {"sites", "where the person works, to choose the kiosks", PURPOSE_GREET},
            {"language", "the language to speak", PURPOSE_GREET},
            {"first", "first day in the company", PURPOSE_IDENTIFY},
            {"last", "last day in the company", PURPOSE_IDENTIFY},
            {"body", "name, team, role and badge hash, as the type person lists them",
                PURPOSE_GREET})},
    {"standing", "what people were, to judge what comes in late by the day on which it was done",
        KEEP_standing, "person", NULL, true,
        COLUMNS(WHO, {"since", "the import that said it first", PURPOSE_DECIDE},
            {"team", "the team then", PURPOSE_DECIDE},
            {"role", "what the person was", PURPOSE_DECIDE},
            {"first", "first day in the company", PURPOSE_DECIDE},
            {"last", "last day in the company", PURPOSE_DECIDE})},
    {"pin", "PINs", KEEP_employed, "person", NULL, false,
        COLUMNS(WHO, {"set_at", "when it was set", PURPOSE_PROVE},
            {"hash", "slow hash of the PIN under a key that is not in the database",
                PURPOSE_PROVE})},
    {"pin_code", "one-time codes to set a PIN with", KEEP_code, "person", "expires", false,
        COLUMNS(WHO, {"hash", "slow hash of the code", PURPOSE_PROVE},
            {"expires", "until when it works", PURPOSE_PROVE},
            {"tries", "how often a wrong one was typed", PURPOSE_PROVE})},
    {"pin_streak", "wrong PINs since the last right one", KEEP_sign_in, "person", "last", true,
        COLUMNS(WHO, {"kiosk", "where", PURPOSE_PROVE}, {"wrong", "how many", PURPOSE_PROVE},
            {"last", "when the last was typed", PURPOSE_PROVE})},
    {"pin_try", "wrong PINs, to see who tries many", KEEP_sign_in, "person", "at", true,
        COLUMNS(WHO, {"kiosk", "where", PURPOSE_PROVE}, {"at", "when", PURPOSE_PROVE})},
    {"request", "requests of both routes", KEEP_request, "person", NULL, true,
        COLUMNS(WHO, {"course", "what was asked for", PURPOSE_REQUEST},
            {"run", "the wanted date", PURPOSE_REQUEST},
            {"route", "whose matter it is", PURPOSE_REQUEST},
            {"title", "the course's name when it was asked for", PURPOSE_REQUEST},
            {"price", "the price as the screen showed it", PURPOSE_REQUEST},
            {"asked_at", "when", PURPOSE_REQUEST}, {"state", "where it stands", PURPOSE_REQUEST},
            {"seat", "whether there is a seat for it", PURPOSE_REQUEST},
            {"place", "place on the waiting list", PURPOSE_REQUEST})},
    {"step", "what was done with a request, by whom", KEEP_request, NULL, NULL, false,
        COLUMNS({"person", "id of who did it", PURPOSE_DECIDE},
            {"worker", "id of who learns", PURPOSE_REQUEST},
            {"kind", "what was done", PURPOSE_REQUEST}, {"at", "when", PURPOSE_REQUEST},
            {"because", "the reason, condition or question", PURPOSE_DECIDE},
            {"alternative", "the day that a no names instead", PURPOSE_DECIDE},
            {"words", "the worker's own words", PURPOSE_REQUEST})},
    {"audit", "who did what with whose data; names nobody but by id", KEEP_audit, NULL, NULL, false,
        COLUMNS({"actor", "id of who did it; sign-ins are emptied after 90 days", PURPOSE_PROVE},
            {"subject", "id of whom it concerns", PURPOSE_PROVE},
            {"request", "id of the request", PURPOSE_PROVE}, {"kiosk", "where", PURPOSE_PROVE})},
    {"wish", "who wants the own data handed out or erased", KEEP_wish, "person", NULL, true,
        COLUMNS(WHO, {"wish", "export or erase", PURPOSE_REQUEST},
            {"at", "when it was wished", PURPOSE_REQUEST})},
    {"erased", "who was erased, so that no roster or backup brings them back", KEEP_erased, NULL,
        NULL, false,
        COLUMNS(
            {"person_hash", "digest of the id; the id cannot be found from it", PURPOSE_IDENTIFY})},
    {0},
};

const char *const impersonal_tables[] = {"meta", "company", "kiosk", "report", "serving", NULL};
