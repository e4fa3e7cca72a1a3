/* SPDX-License-Identifier: EUPL-1.2 */
/* The transport over HTTP by libcurl. */
#ifndef ACHT_SYNC_TRANSPORT_CURL_H
#define ACHT_SYNC_TRANSPORT_CURL_H

#include "sync/transport.h"

/* Refuses an address that is not https, or http to this machine. ca: path of a CA file, "" for the
 * system's. token: sent as a bearer token, "" for none. stop_fd: a transfer ends within moments
 * once this descriptor is readable; -1 for none. */
int transport_curl_open(struct transport **out, const char *server, const char *ca,
    const char *token, int stop_fd, struct err *err) ACHT_NODISCARD;

/* Public keys of which the server must have one, "sha256//BASE64" split by ';' (the one of today
 * and the one of tomorrow); "" for any. Then also a certificate that this machine trusts is not
 * enough. A text that is no such list is ERR_CONFIG. */
int transport_curl_pin(struct transport *base, const char *pins, struct err *err) ACHT_NODISCARD;

/* How long a transfer may take. Slower than slow_bytes a second over slow_seconds is too slow. */
struct patience {
    long connect_ms, total_ms, slow_bytes, slow_seconds;
};
void transport_curl_patience(struct transport *base, const struct patience *p);

void transport_curl_close(struct transport *base); /* NULL is fine */

#endif
