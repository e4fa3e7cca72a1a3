/* SPDX-License-Identifier: EUPL-1.2 */
/* Names on the wire that the kiosk and the server must agree on. */
#ifndef ACHT_PROTO_WIRE_H
#define ACHT_PROTO_WIRE_H

#define WIRE_ENROL "/v1/enrol"     /* POST, JSON both ways */
#define WIRE_JOURNAL "/v1/journal" /* POST entries, answered with verdicts; NDJSON both ways */
#define WIRE_FEED "/v1/feed"       /* GET ?cursor=, answered with records; NDJSON */
#define WIRE_TOKEN "/v1/token"     /* POST, JSON: announces the next token by its SHA-256 */
#define WIRE_STATUS "/v1/status"   /* POST, JSON: what a kiosk says of itself */

#define WIRE_JSON "application/json"
#define WIRE_NDJSON "application/x-ndjson"

/* Every answer of the server carries its id: a portal's page does not. */
#define WIRE_SERVER_HEADER "Acht-Server"
/* Of a kiosk that sends entries: what its clock says now, so that theirs can be put right. */
#define WIRE_CLOCK_HEADER "Acht-Clock"
/* Of a kiosk: "EPOCH BEFORE NEXT", the epoch of its journal, the mark that it knows the server has
 * ("-" for none) and the one to have from now on. Of the server: that mark, once it has it, or
 * WIRE_MARK_AGAIN: before is not what it has, so one of the two is a copy and the kiosk has to send
 * and fetch everything again. */
#define WIRE_MARK_HEADER "Acht-Mark"
#define WIRE_MARK_AGAIN "again"
/* Of the server: WIRE_TOKEN_RENEW, when the kiosk is to replace its token. */
#define WIRE_TOKEN_HEADER "Acht-Token"
#define WIRE_TOKEN_RENEW "renew"
#define WIRE_PROTOCOL_HEADER "Acht-Protocol"
#define WIRE_PROTOCOL "1"

#endif
