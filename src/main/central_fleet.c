/* SPDX-License-Identifier: EUPL-1.2 */
#include "main/central_fleet.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "central/fleet.h"
#include "main/central_open.h"

const struct option fleet_options[] = {
    OPTION_DATABASE,
    {"night", "DATE", "who has not synced since that night began (the last one)", false},
    {"cause", "NAME", "all kiosks of one cause: silent, certificate, disk ...", false},
    {"all", NULL, "all kiosks that are named, however many lines", false},
    {"json", NULL, "as JSON, with times in UTC", false},
    {0},
};

static int read_night(const struct args *args, int64_t now, int64_t *night, struct err *err)
{
    struct err why = {0};
    *night = night_last(now);
    if (!args_has(args, "night"))
        return 0;
    if (date_parse(args_get(args, "night"), night, &why) < 0 || *night > night_last(now))
        return err_set(err, ERR_USAGE, "--night needs the date of a night that has ended");
    return 0;
}

static int read_view(const struct args *args, struct fleet_view *view, struct err *err)
{
    const char *cause = args_get(args, "cause");
    *view = (struct fleet_view){.all = args_has(args, "all")};
    if (!cause)
        return 0;
    int i = choice_index(FLEET_CAUSES, cause, strlen(cause));
    if (i <= FLEET_none)
        return err_set(err, ERR_USAGE, "there is no cause '%.40s'", cause);
    view->cause = (enum fleet_cause)i;
    return 0;
}

static void show(const struct args *args, const struct fleet *f, const struct fleet_view *view)
{
    if (args_has(args, "json"))
        fleet_json(f, stdout);
    else
        fleet_text(f, view, stdout);
}

int run_fleet(const struct args *args)
{
    struct err err = {0};
    struct database *db = NULL;
    struct fleet fleet = {0};
    struct fleet_view view;
    int64_t now = clock_now(), night;
    int rc = read_night(args, now, &night, &err);
    if (rc == 0)
        rc = read_view(args, &view, &err);
    if (rc == 0)
        rc = open_database(&db, args, MUST_EXIST, &err);
    if (rc == 0)
        rc = fleet_load(db, night, now, &fleet, &err);
    database_close(db);
    if (rc < 0)
        return args_fail(args, &err);
    show(args, &fleet, &view);
    rc = (int)fleet_verdict(&fleet);
    fleet_release(&fleet);
    return rc;
}
