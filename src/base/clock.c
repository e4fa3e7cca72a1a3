/* SPDX-License-Identifier: EUPL-1.2 */
#define _DEFAULT_SOURCE 1
#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MS_DAY (24 * 60 * 60 * INT64_C(1000))

static int64_t read_clock(clockid_t id)
{
    struct timespec ts;
    if (clock_gettime(id, &ts) != 0)
        BUG("clock %d cannot be read", (int)id);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t clock_now(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t clock_monotonic(void)
{
    return read_clock(CLOCK_BOOTTIME);
}

/* Proleptic Gregorian calendar, years counted from March so that the leap day comes last. */
int64_t date_from_civil(int year, int month, int day)
{
    int64_t y = year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

struct civil civil_from_date(int64_t date)
{
    int64_t z = date + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    struct civil c = {0};
    c.day = (int)(doy - (153 * mp + 2) / 5 + 1);
    c.month = (int)(mp < 10 ? mp + 3 : mp - 9);
    c.year = (int)(yoe + era * 400 + (c.month <= 2));
    c.weekday = (int)(((date + 4) % 7 + 7) % 7);
    return c;
}

struct civil civil_from_instant(int64_t instant)
{
    time_t t = (time_t)(instant / 1000 - (instant % 1000 < 0));
    struct tm tm = {0};
    localtime_r(&t, &tm);
    return (struct civil){
        tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_wday};
}

int64_t date_from_instant(int64_t instant)
{
    struct civil c = civil_from_instant(instant);
    return date_from_civil(c.year, c.month, c.day);
}

/* Reads exactly n digits of *s into *out and moves on. */
static int digits(const char **s, int n, int *out)
{
    *out = 0;
    for (int i = 0; i < n; i++, (*s)++) {
        if (**s < '0' || **s > '9')
            return -1;
        *out = *out * 10 + (**s - '0');
    }
    return 0;
}

static int literal(const char **s, char c)
{
    if (**s != c)
        return -1;
    (*s)++;
    return 0;
}

static int scan_date(const char **s, int64_t *date)
{
    int y, m, d;
    if (digits(s, 4, &y) || literal(s, '-') || digits(s, 2, &m) || literal(s, '-') ||
        digits(s, 2, &d))
        return -1;
    if (y < 1900 || y > 2199 || m < 1 || m > 12 || d < 1 || d > 31)
        return -1;
    *date = date_from_civil(y, m, d);
    struct civil c = civil_from_date(*date);
    return c.month == m && c.day == d ? 0 : -1;
}

int date_parse(const char *s, int64_t *date, struct err *err)
{
    const char *at = s;
    if (scan_date(&at, date) || *at)
        return err_set(err, ERR_DATA, "'%.40s' is not a date like 2027-01-12", s);
    return 0;
}

void date_format(int64_t date, char out[16])
{
    struct civil c = civil_from_date(date);
    snprintf(out, 16, "%04d-%02d-%02d", c.year % 10000, c.month % 100, c.day % 100);
}

int instant_parse(const char *s, int64_t *instant, struct err *err)
{
    const char *at = s;
    int64_t date;
    int h, m, sec, ms = 0;
    int bad = scan_date(&at, &date) || literal(&at, 'T') || digits(&at, 2, &h) ||
              literal(&at, ':') || digits(&at, 2, &m) || literal(&at, ':') || digits(&at, 2, &sec);
    if (!bad && *at == '.') {
        at++;
        bad = digits(&at, 3, &ms);
    }
    if (bad || literal(&at, 'Z') || *at || h > 23 || m > 59 || sec > 59)
        return err_set(err, ERR_DATA, "'%.40s' is not a time like 2026-11-24T02:14:00Z", s);
    *instant = date * MS_DAY + ((h * 60 + m) * 60 + sec) * INT64_C(1000) + ms;
    return 0;
}

void instant_format(int64_t instant, char out[32])
{
    int64_t date = instant / MS_DAY - (instant % MS_DAY < 0);
    int64_t sec = (instant - date * MS_DAY) / 1000;
    char day[16];
    date_format(date, day);
    snprintf(out, 32, "%sT%02d:%02d:%02dZ", day, (int)(sec / 3600 % 24), (int)(sec / 60 % 60),
        (int)(sec % 60));
}

void instant_format_local(int64_t instant, char out[32])
{
    time_t t = (time_t)(instant / 1000 - (instant % 1000 < 0));
    struct tm tm = {0};
    localtime_r(&t, &tm);
    if (strftime(out, 32, "%Y-%m-%d %H:%M %Z", &tm) == 0)
        instant_format(instant, out); /* the zone's name is too long */
}
