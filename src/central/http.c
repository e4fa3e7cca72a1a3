/* SPDX-License-Identifier: EUPL-1.2 */
#include "central/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "central/clerk.h"
#include "central/http_inner.h"

/* ---- connections and their deadlines ---- */

static struct connection *connection_of(struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

void connection_step(
    struct http_server *server, struct MHD_Connection *mhd, bool busy, int64_t seconds)
{
    struct connection *c = connection_of(mhd);
    if (!c)
        return;
    pthread_mutex_lock(&server->lock);
    c->busy = busy;
    c->deadline = clock_monotonic() + seconds * 1000;
    pthread_mutex_unlock(&server->lock);
}

static struct connection *connection_new(struct MHD_Connection *mhd)
{
    struct connection *c = mem_alloc(sizeof(*c));
    c->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    c->deadline = clock_monotonic() + LIM_SLOW_SECONDS * 1000;
    return c;
}

/* Called before the socket is closed, so a listed connection's socket is open. */
static void notify(void *context, struct MHD_Connection *mhd, void **socket_context,
    enum MHD_ConnectionNotificationCode code)
{
    struct http_server *server = context;
    struct connection *c = *socket_context;
    pthread_mutex_lock(&server->lock);
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        c = connection_new(mhd);
        c->next = server->connections;
        c->link = &server->connections;
        if (c->next)
            c->next->link = &c->next;
        server->connections = c;
    } else if (c) {
        *c->link = c->next;
        if (c->next)
            c->next->link = c->link;
        free(c);
        c = NULL;
    }
    *socket_context = c;
    pthread_mutex_unlock(&server->lock);
}

void http_tick(struct http_server *server, int64_t now)
{
    pthread_mutex_lock(&server->lock);
    for (struct connection *c = server->connections; c; c = c->next)
        if (now > c->deadline)
            shutdown(c->fd, SHUT_RDWR);
    pthread_mutex_unlock(&server->lock);
    http_ready_tick(server, now);
}

void http_judging(struct http_server *server, bool begins)
{
    pthread_mutex_lock(&server->lock);
    server->judging = begins ? clock_monotonic() : 0;
    pthread_mutex_unlock(&server->lock);
}

bool http_moves(struct http_server *server, int64_t now, int64_t milliseconds)
{
    pthread_mutex_lock(&server->lock);
    bool moves = server->judging == 0 || now - server->judging <= milliseconds;
    pthread_mutex_unlock(&server->lock);
    return moves && clerk_moves(server->central->clerk, now, milliseconds);
}

static bool busy(struct http_server *server)
{
    bool found = false;
    pthread_mutex_lock(&server->lock);
    for (struct connection *c = server->connections; c && !found; c = c->next)
        found = c->busy;
    pthread_mutex_unlock(&server->lock);
    return found;
}

/* ---- where to listen ---- */

struct address {
    struct sockaddr_storage sa;
    char host[NI_MAXHOST];
    bool v6, loopback;
};

static int split_listen(const char *listen, char *host, size_t size, const char **port)
{
    const char *colon = strrchr(listen, ':');
    if (!colon || !colon[1] || strspn(colon + 1, "0123456789") != strlen(colon + 1) ||
        strlen(colon + 1) > 5 || strtol(colon + 1, NULL, 10) > UINT16_MAX)
        return -1;
    bool brackets = listen[0] == '[' && colon > listen && colon[-1] == ']';
    size_t len = (size_t)(colon - listen) - (brackets ? 2 : 0);
    if (len == 0 || len >= size)
        return -1;
    memcpy(host, listen + brackets, len);
    host[len] = '\0';
    *port = colon + 1;
    return 0;
}

static bool is_loopback(const struct sockaddr_storage *sa)
{
    if (sa->ss_family == AF_INET)
        return ntohl(((const struct sockaddr_in *)sa)->sin_addr.s_addr) >> 24 == 127;
    return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)sa)->sin6_addr);
}

static int parse_listen(const char *listen, struct address *a, struct err *err)
{
    const char *port;
    struct addrinfo *found = NULL, hints = {.ai_family = AF_UNSPEC,
                                       .ai_socktype = SOCK_STREAM,
                                       .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    if (split_listen(listen, a->host, sizeof(a->host), &port) < 0 ||
        getaddrinfo(a->host, port, &hints, &found) != 0)
        return err_set(err, ERR_USAGE, "'%.80s' is not an address like 127.0.0.1:8470", listen);
    memcpy(&a->sa, found->ai_addr, found->ai_addrlen);
    a->v6 = found->ai_family == AF_INET6;
    a->loopback = is_loopback(&a->sa);
    freeaddrinfo(found);
    return 0;
}

static int check_options(const struct http_options *o, const struct address *a, struct err *err)
{
    if (!o->certificate != !o->key)
        return err_set(err, ERR_CONFIG, "a certificate and its key belong together");
    if (!o->certificate && !a->loopback)
        return err_set(err, ERR_CONFIG,
            "plain HTTP is for loopback only: give a certificate and its key for %s", a->host);
    return 0;
}

/* ---- start and stop ---- */

static int load_certificate(
    struct http_server *server, const struct http_options *o, struct err *err)
{
    struct err why = {0};
    if (!o->certificate)
        return 0;
    if (buf_read_file(&server->certificate, o->certificate, &why) < 0 ||
        buf_read_file(&server->key, o->key, &why) < 0)
        return err_set(err, ERR_CONFIG, "%s", why.msg);
    return 0;
}

/* Addresses have nothing that must be escaped, so an escaped one is another; and a NUL would make
 * a text shorter than it is. */
static size_t unescape(void *unused, struct MHD_Connection *mhd, char *text)
{
    (void)unused, (void)mhd;
    return text[0] == '/' || strstr(text, "%00") ? strlen(text) : MHD_http_unescape(text);
}

static struct MHD_Daemon *start_daemon(
    struct http_server *server, const struct http_options *o, struct address *a)
{
    static char priorities[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, server->certificate.p},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, server->key.p},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, priorities},
        {MHD_OPTION_END, 0, NULL},
    };
    if (o->certificate)
        flags |= MHD_USE_TLS;
    if (a->v6)
        flags |= MHD_USE_IPv6;
    return MHD_start_daemon(flags, 0, NULL, NULL, http_access, server, MHD_OPTION_SOCK_ADDR,
        (struct sockaddr *)&a->sa, MHD_OPTION_NOTIFY_COMPLETED, http_completed, server,
        MHD_OPTION_NOTIFY_CONNECTION, notify, server, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)LIM_REQUEST_MEMORY, MHD_OPTION_CONNECTION_LIMIT, (unsigned)LIM_CONNECTIONS,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, o->per_address, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)LIM_IDLE_SECONDS, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_UNESCAPE_CALLBACK,
        unescape, NULL, o->certificate ? MHD_OPTION_ARRAY : MHD_OPTION_END, tls, MHD_OPTION_END);
}

static void set_url(struct http_server *server, const struct address *a, bool tls)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
    snprintf(server->url, sizeof(server->url), "%s://%s%.200s%s:%u", tls ? "https" : "http",
        a->v6 ? "[" : "", a->host, a->v6 ? "]" : "", info ? info->port : 0u);
}

static void release(struct http_server *server)
{
    buf_release(&server->certificate);
    memory_wipe(server->key.p, server->key.len);
    buf_release(&server->key);
    pthread_mutex_destroy(&server->lock);
    free(server);
}

int http_start(struct http_server **out, struct central *central,
    const struct http_options *options, struct err *err)
{
    struct address a = {0};
    if (parse_listen(options->listen, &a, err) < 0 || check_options(options, &a, err) < 0)
        return -1;
    struct http_server *server = mem_alloc(sizeof(*server));
    server->central = central;
    buf_init(&server->certificate, LIM_LINE);
    buf_init(&server->key, LIM_LINE);
    pthread_mutex_init(&server->lock, NULL);
    int rc = load_certificate(server, options, err);
    if (rc == 0) {
        errno = 0;
        server->daemon = start_daemon(server, options, &a);
        if (!server->daemon)
            rc = err_set(err, options->certificate ? ERR_CONFIG : ERR_IO, "cannot serve on %s: %s",
                options->listen, errno ? strerrordesc_np(errno) : "the certificate is not usable");
    }
    if (rc < 0) {
        release(server);
        return -1;
    }
    set_url(server, &a, options->certificate);
    *out = server;
    return 0;
}

const char *http_url(const struct http_server *server)
{
    return server->url;
}

void http_stop(struct http_server *server)
{
    int64_t until = clock_monotonic() + LIM_STOP_SECONDS * 1000;
    int listening = MHD_quiesce_daemon(server->daemon);
    pthread_mutex_lock(&server->lock);
    server->closing = true;
    pthread_mutex_unlock(&server->lock);
    while (busy(server) && clock_monotonic() < until)
        nanosleep(&(struct timespec){.tv_nsec = 10 * 1000 * 1000}, NULL);
    pthread_mutex_lock(&server->lock);
    server->stopping = true;
    pthread_mutex_unlock(&server->lock);
    clerk_stop(server->central->clerk); /* nothing may be waiting for it when the daemon stops */
    http_ready_tick(server, INT64_MAX);
    MHD_stop_daemon(server->daemon);
    clerk_free(server->central->clerk);
    server->central->clerk = NULL;
    if (listening >= 0)
        close(listening);
    release(server);
}
