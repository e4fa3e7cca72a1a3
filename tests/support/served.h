/* SPDX-License-Identifier: EUPL-1.2 */
/* A real server for many kiosks on one address, and what it costs. What goes wrong ends the program
 * with a sentence. */
#ifndef TESTS_SUPPORT_SERVED_H
#define TESTS_SUPPORT_SERVED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct served {
    pid_t pid;
    char url[64]; /* its base address */
    int port;
    bool postgres; /* of the cluster in $ACHT_POSTGRES_DIR */
};

/* Serves the database (a path or a URL) with these secrets; its messages go to log. Returns when it
 * listens. The program is that of $ACHT_BUILD. */
void served_start(struct served *s, const char *database, const char *secrets, const char *log);
/* Ends it as the system does; false when it ended otherwise than it should. */
bool served_stop(struct served *s);

struct served_cost {
    double cpu_ms;   /* of the server's processes, PostgreSQL's too, since each began */
    int64_t rss;     /* bytes; of the server's process, the most it ever had */
    int descriptors; /* of the server's process, now */
};
void served_cost(const struct served *s, struct served_cost *out);

/* Makes a database of this name in the cluster that with-postgres has made and writes its URL;
 * false: there is none. */
bool served_postgres(const char *name, char *url, size_t size);

#endif
