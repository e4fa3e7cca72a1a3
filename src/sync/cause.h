/* SPDX-License-Identifier: EUPL-1.2 */
/* What came of a try to reach the server, in the words that the screens know. */
#ifndef ACHT_SYNC_CAUSE_H
#define ACHT_SYNC_CAUSE_H

/* portal: somebody else answered (a hotel's login page, another server). busy: again later.
 * server_wrong: our server, but its answer cannot be used. */
#define CAUSES "ok|no_network|portal|certificate|clock|not_enrolled|busy|server_wrong"
enum cause {
    CAUSE_ok,
    CAUSE_no_network,
    CAUSE_portal,
    CAUSE_certificate,
    CAUSE_clock,
    CAUSE_not_enrolled,
    CAUSE_busy,
    CAUSE_server_wrong,
};

#endif
