/* SPDX-License-Identifier: EUPL-1.2 */
/* The third act: lists, exports, rosters, erasures and retention. */
#include "central/audit.h"
#include "central/database_rights.h"
#include "central/erase.h"
#include "central/erase_list.h"
#include "central/export.h"
#include "central/fleet.h"
#include "central/import.h"
#include "central/people.h"
#include "central/person_id.h"
#include "central/retention.h"
#include "model/number.h"
#include "support/two_companies.h"

/* ---- lists ---- */

static void show(struct play *p, const char *name, const struct request_filter *filter, FILE *f)
{
    struct err err = {0};
    if (admin_show_request(p->house.central.db, name, filter, p->now, f, &err) < 0)
        fprintf(f, "%s\n", err.msg);
}

static void list(struct play *p, const struct request_filter *filter)
{
    struct database *db = p->house.central.db;
    char *text, id[UUID_TEXT], number[LIM_ID];
    size_t len;
    FILE *f = play_file(&text, &len);
    OK(admin_list_requests(db, filter, f, &err));
    OK(admin_list_held(db, filter, f, &err));
    for (int i = 1; i < 13; i++) {
        request_number(court_id(i, id), number);
        show(p, id, filter, f);
        show(p, number, filter, f);
    }
    fclose(f);
    play_tell(p, "list of %s\n%s", filter->company ? filter->company : "all", text);
    free(text);
}

static void see_wish(void *context, const struct wish_row *w)
{
    play_tell(context, "%s of %s wishes %s\n", w->person, w->company, w->wish);
}

static void see_head(void *context, const struct audit_head *head)
{
    play_tell(context, "head of %s %lld %s\n", head->company, (long long)head->seq, head->hash);
}

static void trail(struct play *p, const char *company)
{
    struct database *db = p->house.central.db;
    struct audit_fault fault = {0};
    char *text;
    size_t len;
    int rc = 0;
    FILE *f = play_file(&text, &len);
    OK(audit_heads(db, company, see_head, p, &err));
    OK(rc = audit_verify(db, company, NULL, 0, p->now, &fault, &err));
    OK(audit_export(db, company, NOW + DAY, f, &err));
    fclose(f);
    play_tell(p, "trail %d\n%s", rc, text);
    free(text);
}

static void look_at(struct play *p, const char *path)
{
    struct http_response rs;
    struct http_request rq = house_request("GET", path, "");
    rq.now = p->now;
    house_send(&p->house, &rq, &rs);
    play_tell(p, "%s\n%s", path, rs.body.p);
    response_release(&rs);
}

/* ---- the kiosks' nights ---- */

static void say_how_it_is(struct play *p, int c, int kiosk)
{
    char body[200];
    struct http_response rs;
    struct http_request rq = house_request("POST", "/v1/status", p->token[c][kiosk]);
    snprintf(body, sizeof(body),
        "{\"version\":\"0\",\"waiting\":%d,\"stuck\":0,\"damaged\":0,\"disk\":\"full\","
        "\"starts\":0,\"rebuilt\":0,\"lost\":0}",
        10 * c + kiosk);
    rq.body = body;
    rq.len = strlen(body);
    rq.now = p->now += 1000;
    rq.clock = p->now - 1000 * kiosk;
    play_tell(p, "status: %d\n", house_send(&p->house, &rq, &rs));
    response_release(&rs);
}

static void show_fleet(struct play *p)
{
    char *text;
    size_t len;
    struct fleet fleet;
    OK(fleet_load(p->house.central.db, night_last(p->now), p->now, &fleet, &err));
    FILE *f = play_file(&text, &len);
    fleet_json(&fleet, f);
    fclose(f);
    fleet_release(&fleet);
    play_tell(p, "%s", text);
    free(text);
}

/* A server that is there, is away for a while, and is joined by one whose clock is behind; the
 * first of these days is forgotten in the end. */
static void serve_on(struct play *p)
{
    static const int64_t minutes[] = {-41 * 1440, -61, -60, -20, -19, -30, -1, 0};
    for (size_t i = 0; i < sizeof(minutes) / sizeof(minutes[0]); i++)
        OK(database_serves(p->house.central.db, p->now + minutes[i] * MINUTE, &err));
}

static void nights(struct play *p)
{
    for (int c = 0; c < 2; c++) {
        for (int kiosk = 0; kiosk < KIOSKS; kiosk++)
            say_how_it_is(p, c, kiosk);
        play_scene_of(p, c, "how they are");
    }
    serve_on(p);
    show_fleet(p);
    play_scene(p, "nights");
}

static void lists(struct play *p)
{
    static const char *const companies[] = {"amber", "beril", NULL};
    struct database *db = p->house.central.db;
    char *text;
    size_t len;
    for (int i = 0; i < 3; i++) {
        list(p, &(struct request_filter){.company = companies[i]});
        list(p, &(struct request_filter){.company = companies[i], .fund = true, .json = true});
        OK(database_wishes(db, companies[i], see_wish, p, &err));
        trail(p, companies[i]);
    }
    trail(p, "");
    FILE *f = play_file(&text, &len);
    OK(admin_list_kiosks(db, f, &err));
    fclose(f);
    play_tell(p, "%s", text);
    free(text);
    look_at(p, "/readyz");
    look_at(p, "/metrics");
    play_scene(p, "lists");
}

/* ---- handing out ---- */

static void tell_file(struct play *p, const char *dir, const char *name)
{
    char path[300], line[4096];
    snprintf(path, sizeof(path), "%s/%s", dir, name);
    FILE *f = fopen(path, "r");
    if (!f)
        BUG("no file %s", path);
    while (fgets(line, sizeof(line), f))
        play_tell(p, "%s", line);
    fclose(f);
}

static void hand_out(struct play *p, int c, const char *person)
{
    const char *company = play_company[c];
    char dir[280];
    snprintf(dir, sizeof(dir), "%s/%s-%s", p->dir, company, person);
    struct export_job job = {
        p->house.central.db, &p->house.secrets, company, person, dir, p->now += 1000};
    OK(export_person(&job, &err));
    tell_file(p, dir, "person.json");
    play_scene_of(p, c, "handed out");
}

/* ---- rosters ---- */

static void roster(struct play *p, int c, const char *rows)
{
    char path[280];
    snprintf(path, sizeof(path), "%s/roster.csv", p->dir);
    FILE *f = fopen(path, "w");
    if (!f)
        BUG("no file %s", path);
    fprintf(f, "badge,name,team,role,site,from,to\n%s", rows);
    fclose(f);
    struct import_job job = {.path = path, .now = p->now += 1000};
    struct import_result r;
    OK(import_people(p->house.central.db, play_company[c], &job, &r, &err));
    play_tell(p, "%lld %lld %lld %lld %lld\n", (long long)r.people.fresh,
        (long long)r.people.changed, (long long)r.people.same, (long long)r.people.gone,
        (long long)r.erased);
    play_scene_of(p, c, "a roster");
}

static void find_badge(struct play *p, const char *company, const char *badge)
{
    char id[LIM_ID];
    struct err err = {0};
    if (person_id_find(p->house.central.db, company, badge, id, &err) < 0)
        str_copy(id, sizeof(id), err.msg);
    play_tell(p, "%s of %s is %s\n", badge, company, id);
}

static void rosters(struct play *p)
{
    roster(p, 0, "2001,Eva,T,worker,north,,\n2002,Dirk,T,worker,north,2026-12-25,\n");
    roster(p, 1, "2001,Eva,U,worker,south,,\n2003,Piet,U,worker,,,2026-12-24\n");
    roster(p, 0, "2001,Eva,T,worker,south,,\n2002,Dirk,T,worker,north,2026-12-25,\n");
    roster(p, 1, "2003,Piet,U,worker,,,2026-12-24\n");
    for (int c = 0; c < 2; c++)
        for (int badge = '1'; badge < '4'; badge++) {
            char text[] = {'2', '0', '0', (char)badge, '\0'};
            find_badge(p, play_company[c], text);
        }
    find_badge(p, "amber", "anna");
    for (int day = 10; day < 40; day += 12) {
        OK(members_new_day(p->house.central.db, date_from_instant(NOW + day * DAY), &err));
        play_scene(p, "a new day");
    }
}

/* ---- forgetting ---- */

static int tell_erased(
    void *context, const char *company, const char *hash, int64_t at, struct err *err)
{
    (void)at, (void)err;
    play_tell(context, "%s of %s was erased\n", hash, company);
    return 0;
}

static void erasures(struct play *p)
{
    char list[280], other[280];
    struct erasing e = {p->house.central.db, &p->house.secrets, list, p->now += 1000, 0};
    int64_t count;
    snprintf(list, sizeof(list), "%s/list", p->dir);
    snprintf(other, sizeof(other), "%s/other", p->dir);
    OK(erase_person(&e, "amber", "anna", &err));
    play_scene_of(p, 0, "erased");
    OK(erase_take_back(&e, "amber", "anna", &err));
    play_scene_of(p, 0, "taken back");
    OK(erase_person(&e, "beril", "aad", &err));
    play_scene_of(p, 1, "erased");
    OK(erase_reapply(&e, &count, &err));
    OK(database_erased_each(p->house.central.db, tell_erased, p, &err));
    char hash[DIGEST_HEX];
    erase_hash("beril", "sara", hash);
    OK(erase_list_add(other, "beril", hash, p->now, ERASED, &err));
    e.list = other;
    struct err err = {0};
    if (erase_reapply(&e, &count, &err) < 0)
        play_tell(p, "%s\n", err.msg);
    play_tell(p, "%lld again\n", (long long)count);
    play_scene_of(p, 1, "erased again");
}

static void retention(struct play *p)
{
    static const int days[] = {1, 80, 60, 260, 60, 400};
    for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
        struct retention_counts c;
        p->now += days[i] * DAY;
        OK(requests_tick(p->house.central.db, p->now, NULL, &err));
        OK(retention_run(p->house.central.db, p->now, &c, &err));
        play_tell(p, "%lld %lld %lld %lld %lld\n", (long long)c.records, (long long)c.bodies,
            (long long)c.verdicts, (long long)c.lines, (long long)c.rows);
        play_scene(p, "forgotten");
    }
}

void play_operator(struct play *p)
{
    nights(p);
    lists(p);
    hand_out(p, 0, "anna");
    hand_out(p, 1, "anna");
    hand_out(p, 0, "wim");
    rosters(p);
    OK(admin_revoke_kiosk(p->house.central.db, p->kiosk[0][HALL_4].id, &err));
    play_scene_of(p, 0, "revoked");
    erasures(p);
    retention(p);
    lists(p);
}
