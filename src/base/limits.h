/* SPDX-License-Identifier: EUPL-1.2 */
/* Every limit of the product in one place: what it bounds and why that much is enough. */
#ifndef ACHT_BASE_LIMITS_H
#define ACHT_BASE_LIMITS_H

#define LIM_ERR 320               /* one finished sentence, with room for a path */
#define LIM_ID 64                 /* ids of records; a UUID has 36 characters */
#define LIM_TEXT 4096             /* the longest text field of any type, in bytes */
#define LIM_WORDS 200             /* what somebody may say with a request, in bytes */
#define LIM_SEAL 512              /* a sealed PIN, in base64 */
#define LIM_BOX (16 * 1024)       /* a sealed text, in base64 */
#define LIM_PIN 6                 /* digits of a PIN: exactly so many */
#define LIM_CODE 10               /* digits of a one-time code */
#define LIM_LIST 64               /* elements of a list field */
#define LIM_FIELDS 40             /* fields of one type */
#define LIM_LINE (64 * 1024)      /* one line of NDJSON: a record or an entry */
#define LIM_BODY (256 * 1024)     /* request body of POST /v1/journal */
#define LIM_PAGE (1024 * 1024)    /* one feed page, decoded */
#define LIM_PAGE_RECORDS 500      /* records of one feed page */
#define LIM_BATCH 200             /* entries of one POST */
#define LIM_MARKS 60              /* requests that are marked to be answered together */
#define LIM_PAGES 4000            /* pages of one pull: two million records */
#define LIM_SKIPS 8               /* entries that one push may leave out */
#define LIM_HEADERS (64 * 1024)   /* header bytes of one answer */
#define LIM_CURSOR 64             /* feed cursor, opaque to the kiosk */
#define LIM_URL 512               /* server addresses and request targets */
#define LIM_TOKEN 64              /* kiosk token: 32 random bytes in hex */
#define LIM_JSON_DEPTH 16         /* nesting that any document of ours may have */
#define LIM_QUERY 128             /* what a person may type in the search box, in bytes */
#define LIM_QUERY_WORDS 8         /* words of it that are looked up */
#define LIM_BADGE 32              /* a badge number, in any of the readers' formats */
#define LIM_CSV_FIELD (64 * 1024) /* one CSV field; longer is a broken quote */
#define LIM_CSV_COLUMNS 128       /* columns of a CSV file */
#define LIM_SCREENS 128           /* screens in one definition */
#define LIM_STACK 12              /* screens on the stack; the checker proves the real depth */
#define LIM_WIDGETS 8             /* widgets of one screen */
#define LIM_ROWS 64               /* rows a query hands to one frame */
#define LIM_CANVAS_ROWS 200       /* the largest picture: a pty may claim 32767 */
#define LIM_CANVAS_COLS 400
#define LIM_SCREEN_FILE (64 * 1024)    /* one screens/NAME.json */
#define LIM_REQUEST_MEMORY (32 * 1024) /* server: headers and buffers of a connection */
#define LIM_CONNECTIONS 512            /* server: connections at a time */
#define LIM_PER_ADDRESS 20             /* server: of these, from one address */
#define LIM_SLOW 8                     /* server: requests that wait for a PIN's slow hash */
#define LIM_IDLE_SECONDS 8             /* server: silence on a connection */
#define LIM_SLOW_SECONDS 9             /* server: until headers, a body, an answer are through */
#define LIM_SLOW_BODY 1024             /* server: and a second more for so many bytes of a body */
#define LIM_SLOW_ANSWER (8 * 1024)     /* server: or of an answer */
#define LIM_JUDGE_SECONDS 120          /* server: until a request has its answer */
#define LIM_STOP_SECONDS 8             /* server: for requests in hand when it is to stop */
#define LIM_BUSY_SECONDS 5             /* server: when it says that it is busy */
#define LIM_KIOSK_RATE 60              /* server: requests of a kiosk in a minute */
#define LIM_COMPANY_RATE 600           /* server: of all kiosks of a company */
#define LIM_ADDRESS_RATE 60            /* server: of strangers from one address */
#define LIM_CODE_RATE 10               /* server: refused codes from one address in an hour */
#define LIM_RATE 1000000               /* server: any of these may be as much */
#define LIM_STATUS 4096                /* request body of POST /v1/status */
#define LIM_STARTS 5                   /* starts in vain; the next one says whom to call */
#define LIM_READY_SECONDS 3            /* server: for the writer to show that it gets on */
#define LIM_LANGUAGES 16               /* languages a deployment may carry */

#endif
