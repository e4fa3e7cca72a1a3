/* SPDX-License-Identifier: EUPL-1.2 */
#include "search/search.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

enum { MONTHS_SHOWN = 12, BITS = 64 };

const int64_t price_band_limit[PRICE_BANDS] = {0, 25000, 50000, 100000, 250000, INT64_MAX};

static const struct name_list *names_of(const struct catalogue *cat, enum facet facet)
{
    return facet == FACET_theme    ? &cat->themes
           : facet == FACET_region ? &cat->regions
                                   : &cat->providers;
}

static int names_shown(const struct name_list *names, int places)
{
    return names->count <= places ? names->count : places - 1;
}

int facet_size(const struct catalogue *cat, enum facet facet, int64_t today)
{
    (void)today;
    switch (facet) {
    case FACET_form:
        return FORM_blended + 1;
    case FACET_month:
        return MONTHS_SHOWN;
    case FACET_price:
        return PRICE_BANDS;
    case FACET_provider:
        return names_shown(&cat->providers, UINT16_MAX + 1);
    default:
        return names_shown(names_of(cat, facet), BITS);
    }
}

static void month_label(int64_t today, int value, char *out, size_t size)
{
    struct civil c = civil_from_date(today);
    int month = c.month - 1 + value;
    (void)snprintf(out, size, "%04d-%02d", c.year + month / 12, month % 12 + 1);
}

void facet_label(
    const struct catalogue *cat, enum facet facet, int value, int64_t today, char out[LIM_ID + 64])
{
    const struct type *course = type_get(TYPE_COURSE);
    switch (facet) {
    case FACET_form:
        choice_name(course->fields[COURSE_form].choices, value, out);
        break;
    case FACET_month:
        month_label(today, value, out, LIM_ID + 64);
        break;
    case FACET_price:
        (void)snprintf(out, LIM_ID + 64, "%d", value);
        break;
    default:
        (void)str_copy(out, LIM_ID + 64, names_of(cat, facet)->name[value]);
    }
}

int facet_value(const struct catalogue *cat, enum facet facet, const char *label, int64_t today)
{
    char name[LIM_ID + 64];
    int n = *label ? facet_size(cat, facet, today) : 0;
    for (int i = 0; i < n; i++) {
        facet_label(cat, facet, i, today, name);
        if (strcmp(name, label) == 0)
            return i;
    }
    return -1;
}
