/* SPDX-License-Identifier: EUPL-1.2 */
/* The part of assets/api/openapi.yaml that follows from the declared types. */
#ifndef ACHT_CENTRAL_OPENAPI_H
#define ACHT_CENTRAL_OPENAPI_H

#include "base/buf.h"

#define OPENAPI_MAX (256 * 1024)

/* Appends the schemas of all records and entries as YAML, from the line OPENAPI_BEGIN to the line
 * OPENAPI_END. */
#define OPENAPI_BEGIN "    # From the declared types, by `acht-central openapi`:\n"
#define OPENAPI_END "    # End of what follows from the declared types.\n"
void openapi_schemas(struct buf *out);

#endif
