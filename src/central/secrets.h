/* SPDX-License-Identifier: EUPL-1.2 */
/* What the server knows and no database of its may tell: the key that opens sealed PINs and the
 * pepper of their hashes, in a credential file of their own. */
#ifndef ACHT_CENTRAL_SECRETS_H
#define ACHT_CENTRAL_SECRETS_H

#include "base/seal.h"

struct secrets {
    struct seal_keys keys;
    char pepper[KEY_HEX];
};

#endif
