/* SPDX-License-Identifier: EUPL-1.2 */
/* What came of a try to reach the server, in the words that the screens know. */
#ifndef ACHT_MODEL_CAUSE_H
#define ACHT_MODEL_CAUSE_H

/* portal: somebody else answered (a hotel's login page, another server). intercepted: somebody with
 * a certificate that this machine trusts stands in between. certificate: the server's cannot be
 * trusted. clock: it could be, at another time than this machine says. busy: again later.
 * server_wrong: our server, but its answer cannot be used. */
#define CAUSES "ok|no_network|portal|intercepted|certificate|clock|not_enrolled|busy|server_wrong"
enum cause {
    CAUSE_ok,
    CAUSE_no_network,
    CAUSE_portal,
    CAUSE_intercepted,
    CAUSE_certificate,
    CAUSE_clock,
    CAUSE_not_enrolled,
    CAUSE_busy,
    CAUSE_server_wrong,
};

#endif
