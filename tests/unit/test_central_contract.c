/* SPDX-License-Identifier: EUPL-1.2 */
/* assets/api/openapi.yaml is the contract: what travels keeps to it, and it says no more and no
 * less than what travels: a word less in it is noticed. */
#include "contract_corpus.h"

#include "support/contract_schema.h"

#define TOKEN                                                                                      \
    {                                                                                              \
        "Authorization", "Bearer " TOKEN_A                                                         \
    }
#define MARK                                                                                       \
    {                                                                                              \
        "Acht-Mark", "e - n1"                                                                      \
    }
#define CLOCK                                                                                      \
    {                                                                                              \
        "Acht-Clock", "1795521600000"                                                              \
    }
#define PROTOCOL                                                                                   \
    {                                                                                              \
        "Acht-Protocol", "1"                                                                       \
    }

static struct corpus corpus;
static struct served served;

/* ---- the corpus ---- */

/* What every address answers to those who ask badly. */
static void ask_badly(void)
{
    const char *path, *method;
    json_t *methods, *operation;
    json_object_foreach(contract_paths(contract_here()), path, methods)
    {
        json_object_foreach(methods, method, operation)
        {
            const char *m = strcmp(method, "get") == 0 ? "GET" : "POST";
            struct asking unclear = {m, path, .headers = {{"Content-Length", "+0"}}, .badly = true};
            corpus_ask(&corpus, &served, &unclear);
            struct asking large = {
                m, path, .headers = {{"Content-Length", "300000"}}, .badly = true};
            corpus_ask(&corpus, &served, &large);
            struct asking nobody = {m, path, "application/json", "{}", .badly = true};
            corpus_ask(&corpus, &served, &nobody);
            struct asking other = {"PUT", path, .badly = true};
            corpus_ask(&corpus, &served, &other);
        }
    }
    static const struct asking elsewhere[] = {{"GET", "/v2/feed", .badly = true},
        {"GET", "/", .headers = {{"Content-Length", "+0"}}, .badly = true},
        {"POST", "/", .headers = {{"Content-Length", "300000"}}, .badly = true}};
    for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
        corpus_ask(&corpus, &served, &elsewhere[i]);
}

static void ask_after(const char *etag)
{
    static char known[LIM_CURSOR + 2];
    char target[160];
    str_copy(known, sizeof(known), etag);
    snprintf(target, sizeof(target), "/v1/feed?cursor=%.*s", (int)strlen(known) - 2, known + 1);
    struct asking again = {
        "GET", target, .headers = {TOKEN, MARK, {"If-None-Match", known}, PROTOCOL}};
    assert_int_equal(corpus_ask(&corpus, &served, &again)->answer.status, 304);
}

static void ask_for_the_feed(void)
{
    static const struct asking first = {
        "GET", "/v1/feed?cursor=", .headers = {TOKEN, MARK, PROTOCOL}};
    static const struct asking lost = {"GET", "/v1/feed?cursor=x", .headers = {TOKEN, MARK}};
    struct exchange *x = corpus_ask(&corpus, &served, &first);
    assert_int_equal(x->answer.status, 200);
    for (int i = 0; i < x->answer.m.header_count; i++)
        if (strcmp(x->answer.m.headers[i].name, "ETag") == 0)
            ask_after(x->answer.m.headers[i].value);
    assert_int_equal(corpus_ask(&corpus, &served, &lost)->answer.status, 410);
}

static void hand_in_entries(void)
{
    static const struct ask ask = {"1", "anna", "mig", NULL, NULL};
    static char line[1024];
    struct buf body = BUF_INIT(sizeof(line) - 1);
    house_ask(&served.house.a, &ask, &body);
    str_copy(line, sizeof(line), body.p);
    buf_release(&body);
    struct asking good = {"POST", "/v1/journal", NDJSON, line, {TOKEN, MARK, CLOCK, PROTOCOL}};
    assert_int_equal(corpus_ask(&corpus, &served, &good)->answer.status, 200);
    static const struct asking none = {"POST", "/v1/journal", NDJSON, "", {TOKEN, MARK}};
    assert_int_equal(corpus_ask(&corpus, &served, &none)->answer.status, 400);
}

static void enrol(void)
{
    static char json[128];
    struct kiosk kiosk;
    char code[CODE_TEXT];
    OK(admin_add_kiosk(
        served.house.central.db, "Hal 4", "amber", "", clock_now(), code, &kiosk, &err));
    snprintf(json, sizeof(json), "{\"code\":\"%s\"}", code);
    struct asking ask = {"POST", "/v1/enrol", JSON, json, {PROTOCOL}};
    assert_int_equal(corpus_ask(&corpus, &served, &ask)->answer.status, 200);
    assert_int_equal(corpus_ask(&corpus, &served, &ask)->answer.status, 403);
}

static void ask_well(void)
{
    static const struct asking plain[] = {
        {"GET", "/healthz"}, {"GET", "/readyz"}, {"GET", "/metrics"}};
    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
        assert_int_equal(corpus_ask(&corpus, &served, &plain[i])->answer.status, 200);
    ask_for_the_feed();
    hand_in_entries();
    enrol();
    OK(admin_revoke_kiosk(served.house.central.db, served.house.a.id, &err));
    static const struct asking revoked = {"GET", "/v1/feed", .headers = {TOKEN}};
    assert_int_equal(corpus_ask(&corpus, &served, &revoked)->answer.status, 401);
}

static int setup(void **unused)
{
    (void)unused;
    corpus.all = mem_array(CORPUS_MAX, sizeof(*corpus.all));
    serve(&served, LIM_PER_ADDRESS);
    ask_badly();
    ask_well();
    corpus_lines(&corpus);
    return 0;
}

static int teardown(void **unused)
{
    (void)unused;
    stop(&served);
    corpus_free(&corpus);
    return 0;
}

static bool corpus_holds(const struct contract *c, bool tell)
{
    bool all = true;
    for (int i = 0; all && i < corpus.count; i++) {
        struct err err = {0};
        all = exchange_holds(c, &corpus.all[i], &err) == 0;
        if (!all && tell)
            fail_msg("%s", err.msg);
    }
    return all;
}

static void what_travels_is_in_the_document(void **unused)
{
    (void)unused;
    assert_true(corpus_holds(contract_here(), true));
    print_message("%d requests and answers\n", corpus.count);
}

/* ---- negative controls: answers and requests that are not as the document says ---- */

/* Lines that must not pass, each of them wrong in one member. */
struct wrong {
    const struct exchange *from;
    char member[LIM_ID];
    char *line;
};
static struct wrong *wrongs;
static int wrong_count;
#define WRONGS_MAX 20000

static int line_holds(const struct contract *c, const struct exchange *from, const char *line)
{
    struct err ignored = {0};
    struct exchange x = *from;
    struct contract_message *m = x.answer.status ? &x.answer.m : &x.asked;
    m->body = line;
    m->len = strlen(line);
    return exchange_holds(c, &x, &ignored);
}

static json_t *wrong_value(int i)
{
    static char longest[LIM_BOX + 2];
    memset(longest, 'a', LIM_BOX + 1);
    switch (i) {
    case 0:
        return json_integer(-1);
    case 1:
        return json_integer(INT64_C(1000000000000));
    case 2:
        return json_string(longest);
    case 3:
        return json_string("\"?");
    case 4:
        return json_string("");
    case 5:
        return json_false();
    default:
        return json_object();
    }
}
#define WRONG_VALUES 7

static void keep_wrong(const struct exchange *from, const char *member, const json_t *object)
{
    char *line = json_dumps(object, JSON_COMPACT);
    if (line_holds(contract_here(), from, line) == 0) { /* it may be so */
        free(line);
        return;
    }
    assert_true(wrong_count < WRONGS_MAX);
    struct wrong *w = &wrongs[wrong_count++];
    *w = (struct wrong){.from = from, .line = line};
    str_copy(w->member, sizeof(w->member), member);
}

static void spoil(const struct exchange *from, const json_t *object)
{
    const char *member;
    json_t *value, *copy;
    json_object_foreach((json_t *)object, member, value)
    {
        copy = json_copy((json_t *)object);
        json_object_del(copy, member);
        keep_wrong(from, member, copy);
        json_decref(copy);
        for (int i = 0; i < WRONG_VALUES; i++) {
            copy = json_copy((json_t *)object);
            json_object_set_new(copy, member, wrong_value(i));
            keep_wrong(from, member, copy);
            json_decref(copy);
        }
        if (json_is_object(value) || json_is_array(value))
            continue;
    }
}

static void spoil_lists(const struct exchange *from, const json_t *object)
{
    const char *member;
    json_t *value;
    json_object_foreach((json_t *)object, member, value)
    {
        json_t *copy = json_copy((json_t *)object), *list = json_array();
        for (int i = 0; i < LIM_LIST + 1; i++)
            json_array_append_new(list, json_string("a"));
        json_object_set_new(copy, member, list);
        if (json_is_array(value))
            keep_wrong(from, member, copy);
        for (int i = 0; json_is_array(value) && i < WRONG_VALUES; i++) {
            json_object_set_new(copy, member, json_pack("[o]", wrong_value(i)));
            keep_wrong(from, member, copy);
        }
        json_decref(copy);
    }
}

static void make_wrongs(void)
{
    wrongs = mem_array(WRONGS_MAX, sizeof(*wrongs));
    for (int i = 0; i < corpus.count; i++) {
        const struct exchange *x = &corpus.all[i];
        const struct contract_message *m = x->answer.status ? &x->answer.m : &x->asked;
        json_t *object = json_loadb(m->body, m->len, 0, NULL);
        if (object && (x->asked_well || x->answer.status == 200)) {
            spoil(x, object);
            spoil_lists(x, object);
        }
        json_decref(object);
    }
}

static void free_wrongs(void)
{
    for (int i = 0; i < wrong_count; i++)
        free(wrongs[i].line);
    mem_free(wrongs);
}

/* Something that must not pass does so. member: only those that are wrong in it; NULL: all. */
static bool wrong_passes(const struct contract *c, const char *member)
{
    for (int i = 0; i < wrong_count; i++)
        if ((!member || strcmp(wrongs[i].member, member) == 0) &&
            line_holds(c, wrongs[i].from, wrongs[i].line) == 0)
            return true;
    return false;
}

static void what_is_not_in_the_document_is_found(void **unused)
{
    (void)unused;
    int more = 0;
    struct err err = {0};
    for (int i = 0; i < corpus.count; i++) {
        struct exchange x = corpus.all[i];
        struct contract_message *m = x.answer.status ? &x.answer.m : &x.asked;
        json_t *object = json_loadb(m->body, m->len, 0, NULL);
        if (object) { /* a member more */
            json_object_set_new(object, "more", json_true());
            char *line = json_dumps(object, JSON_COMPACT);
            assert_int_equal(line_holds(contract_here(), &x, line), -1);
            free(line);
            more++;
        }
        json_decref(object);
        if (!x.answer.status)
            continue;
        x.answer.status = 418; /* another status */
        assert_int_equal(exchange_holds(contract_here(), &x, &err), -1);
        x.answer.status = corpus.all[i].answer.status;
        x.answer.m.type = "text/html"; /* another type */
        assert_int_equal(exchange_holds(contract_here(), &x, &err), -1);
        x.answer.m.type = corpus.all[i].answer.m.type;
        static const struct contract_header foreign = {"X-More", "1"};
        x.answer.m.headers = &foreign; /* another header, and the needed ones are missing */
        x.answer.m.header_count = 1;
        assert_int_equal(exchange_holds(contract_here(), &x, &err), -1);
    }
    print_message(
        "%d lines with a member more, %d that are wrong in one: all found\n", more, wrong_count);
    assert_true(more > 100 && wrong_count > 1000);
}

/* ---- mutations of the document ---- */

/* Where nothing here notices that a word is missing, and why. */
static const struct survivor {
    const char *at, *reason;
} survivors[] = {
    {"responses/429", "so many wait only in test_central_http and test_central_clerk"},
    {"responses/500", "nothing leads there that is known"},
    {"responses/503", "test_central_faults and test_central_route take the database away"},
    {"responses/busy", "as 429"},
    {"responses/internal", "as 500"},
    {"responses/unavailable", "as 503"},
    {"responses/not_ready", "as 503"},
    {"x-elsewhere/414", "the library refuses most of these before; test_central_http"},
    {"headers/Retry-After", "as 429"},
    {"enum busy", "as 429"},
    {"enum internal", "as 500"},
    {"enum unavailable", "as 503"},
    {"enum not_ready", "as 503"},
};
enum { SURVIVORS = sizeof(survivors) / sizeof(survivors[0]) };

static struct mutation {
    struct contract *c;
    char path[400];
    const char *member; /* the property that it stands in, or NULL */
    int made, listed;
    bool seen[SURVIVORS];
} run;

static void judge(const char *what, const char *name)
{
    char at[600];
    run.made++;
    if (!corpus_holds(run.c, false) || wrong_passes(run.c, run.member))
        return;
    snprintf(at, sizeof(at), "%s/%s %s", run.path, name, what);
    for (int i = 0; i < SURVIVORS; i++)
        if (strstr(at, survivors[i].at)) {
            run.seen[i] = true;
            run.listed++;
            return;
        }
    print_message("not noticed: %s\n", at);
    run.listed = -1000000;
}

/* Takes one member away, and puts it back. */
static void without(json_t *object, const char *name)
{
    json_t *was = json_incref(json_object_get(object, name));
    json_object_del(object, name);
    judge("taken away", name);
    json_object_set_new(object, name, was);
}

static void without_element(json_t *list, size_t i, const char *of)
{
    char name[80];
    json_t *was = json_incref(json_array_get(list, i));
    snprintf(name, sizeof(name), "%s %s", of, json_is_string(was) ? json_string_value(was) : "");
    json_array_remove(list, i);
    judge("taken away", name);
    json_array_insert_new(list, i, was);
}

static void with_another_type(json_t *schema)
{
    json_t *was = json_incref(json_object_get(schema, "type"));
    bool text = strcmp(json_string_value(was), "string") == 0;
    json_object_set_new(schema, "type", json_string(text ? "integer" : "string"));
    judge("changed", "type");
    json_object_set_new(schema, "type", was);
}

static bool only_for_people(const char *name)
{
    static const char *const names[] = {"description", "summary", "info", "openapi", "operationId",
        "x-refers-to", "x-personal-for", "securitySchemes", "name", "in"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* Keywords stand in a schema, names do in the others: both are taken away one by one. */
static void mutate(json_t *node, const char *is)
{
    size_t length = strlen(run.path), count = 0;
    const char *member = run.member, *names[200], *name;
    json_t *child;
    for (size_t i = 0; i < json_array_size(node); i++) {
        without_element(node, i, is);
        mutate(json_array_get(node, i), "");
    }
    json_object_foreach(node, name, child) names[count++] = name;
    for (size_t i = 0; i < count; i++) {
        char key[80];
        str_copy(key, sizeof(key), names[i]);
        names[i] = strdup(key);
    }
    for (size_t i = 0; i < count; i++) {
        bool property = strcmp(is, "properties") == 0;
        if (!property && only_for_people(names[i]))
            continue;
        run.member = property ? names[i] : member;
        if (strcmp(names[i], "type") == 0 && json_is_string(json_object_get(node, "type")))
            with_another_type(node);
        without(node, names[i]);
        snprintf(run.path + length, sizeof(run.path) - length, "/%s", names[i]);
        mutate(json_object_get(node, names[i]), property ? "" : names[i]);
        run.path[length] = '\0';
    }
    run.member = member;
    for (size_t i = 0; i < count; i++)
        free((char *)names[i]);
}

static void a_word_less_is_noticed(void **unused)
{
    (void)unused;
    struct err err = {0};
    if (contract_open(&run.c, CONTRACT_FILE, &err) < 0)
        fail_msg("%s", err.msg);
    mutate(contract_document(run.c), "");
    contract_close(run.c);
    print_message("%d mutations, %d not noticed, with a reason\n", run.made, run.listed);
    assert_true(run.listed >= 0);
    for (int i = 0; i < SURVIVORS; i++)
        if (!run.seen[i])
            fail_msg("%s is noticed now, or not there any more", survivors[i].at);
}

static int begin(void **state)
{
    setup(state);
    make_wrongs();
    return 0;
}

static int end(void **state)
{
    free_wrongs();
    return teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_travels_is_in_the_document),
        cmocka_unit_test(what_is_not_in_the_document_is_found),
        cmocka_unit_test(a_word_less_is_noticed),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
