/* SPDX-License-Identifier: EUPL-1.2 */
/* CSV files: the reader comes to an end, and every field is a text of the row. */
#include <stdio.h>
#include <string.h>

#include "central/csv.h"
#include "support/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct csv c;
    FILE *in = size ? fmemopen((void *)data, size, "r") : NULL;
    if (!in)
        return 0;
    csv_start(&c, in);
    size_t rows = 0;
    for (;;) {
        struct err err = {0};
        enum csv_result result = csv_next(&c, &err);
        if (result == CSV_END || result == CSV_FAILED)
            break;
        MUST(++rows <= size);
        MUST(result == CSV_ROW || err.code != ERR_NONE);
        MUST(c.count <= LIM_CSV_COLUMNS);
        for (int i = 0; result == CSV_ROW && i < c.count; i++)
            MUST(strlen(csv_field(&c, i)) <= LIM_CSV_FIELD);
        MUST(csv_field(&c, c.count)[0] == '\0');
    }
    csv_release(&c);
    fclose(in);
    return 0;
}
