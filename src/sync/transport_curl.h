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
void transport_curl_close(struct transport *base); /* NULL is fine */

#endif
