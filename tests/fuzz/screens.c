/* SPDX-License-Identifier: EUPL-1.2 */
/* A screen's file: refused with a sentence, or loaded, checked and drawn as a graph. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "screen/def.h"
#include "support/fuzz.h"

static char dir[] = "/tmp/acht-fuzz-XXXXXX", shared_file[64], screen_file[64];

static void write_file(const char *path, const void *bytes, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    MUST(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
    close(fd);
}

static void remove_files(void)
{
    unlink(shared_file);
    unlink(screen_file);
    rmdir(dir);
}

static void make_directory(void)
{
    static const char shared[] =
        "{\"start\": \"start\", \"home\": \"start\", \"minimum\": {\"columns\": 40, \"rows\": 20},"
        " \"idle\": {\"after\": 60, \"countdown\": 10}, \"keys\": {},"
        " \"on\": {\"idle\": [{\"do\": \"end_session\"}], \"ended\": [{\"goto\": \"@start\"}],"
        " \"store_failed\": [{\"goto\": \"@start\"}], \"stop\": [{\"goto\": \"@start\"}]}}";
    MUST(mkdtemp(dir) != NULL);
    snprintf(shared_file, sizeof(shared_file), "%s/kiosk.json", dir);
    snprintf(screen_file, sizeof(screen_file), "%s/start.json", dir);
    write_file(shared_file, shared, strlen(shared));
    atexit(remove_files);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct app app = {0};
    struct err err = {0};
    struct buf out = BUF_INIT(LIM_PAGE);
    if (!shared_file[0])
        make_directory();
    write_file(screen_file, data, size);
    if (app_load(&app, dir, &err) == 0) {
        app_check(&app, &out);
        (void)app_graph(&app, &out);
        (void)app_texts(&app, &out);
        app_release(&app);
    } else {
        MUST(err.msg[0]);
    }
    buf_release(&out);
    return 0;
}
