/* SPDX-License-Identifier: EUPL-1.2 */
/* What an operator does at the shell, and lists that are safe to show on a terminal. */
#ifndef ACHT_CENTRAL_ADMIN_H
#define ACHT_CENTRAL_ADMIN_H

#include <stdio.h>

#include "central/code.h"
#include "central/secrets.h"

/* Makes the kiosk (and its company, when that is new), or gives it a new code. site "": of all
 * sites, or as it was. */
int admin_add_kiosk(struct database *db, const char *name, const char *company, const char *site,
    int64_t now, char code[CODE_TEXT], struct kiosk *kiosk, struct err *err) ACHT_NODISCARD;

/* Gives the person with this badge a one-time code, to set a PIN with. company NULL: the only one
 * there is. */
struct admin_code {
    char text[16]; /* the code in groups */
    char company[LIM_ID], name[LIM_TEXT];
    int64_t expires;
};
int admin_person_code(struct database *db, const struct secrets *secrets, const char *badge,
    const char *company, int64_t now, struct admin_code *out, struct err *err) ACHT_NODISCARD;

/* A name that no kiosk has is ERR_NOT_FOUND. */
int admin_revoke_kiosk(struct database *db, const char *name, struct err *err) ACHT_NODISCARD;

int admin_list_kiosks(struct database *db, FILE *out, struct err *err) ACHT_NODISCARD;

/* What of the requests is shown. company, state NULL: all. What is on the own route is shown only
 * to the fund: no list or export that a company could get has it. */
struct request_filter {
    const char *company, *state;
    bool fund, json;
};

/* JSON: an array of the records, each with its company. A state that there is none of is
 * ERR_USAGE. */
int admin_list_requests(struct database *db, const struct request_filter *filter, FILE *out,
    struct err *err) ACHT_NODISCARD;

/* Entries that are held because their request has not come in, or were given up. */
int admin_list_held(struct database *db, const struct request_filter *filter, FILE *out,
    struct err *err) ACHT_NODISCARD;

/* One request, by its id or the number that people have of it: where it stands, and every step with
 * who, when, verdict and why. One that is not there, or not to be shown, is ERR_NOT_FOUND; a number
 * that several have is ERR_USAGE. */
int admin_show_request(struct database *db, const char *id, const struct request_filter *filter,
    int64_t now, FILE *out, struct err *err) ACHT_NODISCARD;

/* Gives a seat that the fund found itself to a request on a date of which nobody knows how many
 * seats there are; the trail has it, the worker reads it. It is named as for admin_show_request();
 * company NULL: of whichever has it, ERR_USAGE when several have. What must not have a seat
 * (request_may_have_seat()), has one, or is on a date whose seats are counted, is ERR_DATA and
 * changes nothing. */
int admin_place_request(struct database *db, const char *name, const char *company, int64_t now,
    struct err *err) ACHT_NODISCARD;

#endif
