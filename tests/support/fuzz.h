/* SPDX-License-Identifier: EUPL-1.2 */
/* What fuzz targets share. A target that finds something wrong aborts. */
#ifndef TESTS_SUPPORT_FUZZ_H
#define TESTS_SUPPORT_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition))                                                                          \
            BUG("not so: %s", #condition);                                                         \
    } while (0)

#endif
