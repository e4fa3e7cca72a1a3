/* SPDX-License-Identifier: EUPL-1.2 */
/* assets/api/openapi.yaml is the contract: what travels keeps to it, and it says no more and no
 * less than what travels: a word less in it is noticed. */
#include "contract_wrong.h"

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
            struct asking unclear = {m, path,
                .headers = {{"Content-Length", "0"}, {"Content-Length", "0"}}, .badly = true};
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
    static const struct asking elsewhere[] = {{"GET", "/v2/feed", .badly = true, .sample = true},
        {"GET", "/", .headers = {{"Content-Length", "0"}, {"Content-Length", "0"}}, .badly = true},
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
    struct asking good = {
        "POST", "/v1/journal", NDJSON, line, .headers = {TOKEN, MARK, CLOCK, PROTOCOL}};
    assert_int_equal(corpus_ask(&corpus, &served, &good)->answer.status, 200);
    static const struct asking none = {"POST", "/v1/journal", NDJSON, "", .headers = {TOKEN, MARK}};
    assert_int_equal(corpus_ask(&corpus, &served, &none)->answer.status, 400);
    static char lines[LIM_BATCH + 2];
    memset(lines, '\n', LIM_BATCH + 1);
    static const struct asking many = {
        "POST", "/v1/journal", NDJSON, lines, .headers = {TOKEN, MARK}, .badly = true};
    assert_int_equal(corpus_ask(&corpus, &served, &many)->answer.status, 413);
}

static void say_how_it_is(void)
{
    static const struct asking said = {"POST", "/v1/status", JSON,
        "{\"version\":\"1\",\"waiting\":0,\"stuck\":0,\"damaged\":0,\"disk\":\"fine\",\"starts\":0,"
        "\"rebuilt\":0,\"lost\":0}",
        .headers = {TOKEN, MARK, CLOCK, PROTOCOL}};
    static const struct asking nonsense = {
        "POST", "/v1/status", JSON, "{}", .headers = {TOKEN, MARK}, .badly = true};
    static const struct asking next = {"POST", "/v1/token", JSON,
        "{\"token_hash\":\"" TOKEN_A "\"}", .headers = {TOKEN, MARK, PROTOCOL}};
    static const struct asking none = {
        "POST", "/v1/token", JSON, "{}", .headers = {TOKEN, MARK}, .badly = true};
    assert_int_equal(corpus_ask(&corpus, &served, &said)->answer.status, 204);
    assert_int_equal(corpus_ask(&corpus, &served, &nonsense)->answer.status, 400);
    assert_int_equal(corpus_ask(&corpus, &served, &next)->answer.status, 200);
    assert_int_equal(corpus_ask(&corpus, &served, &none)->answer.status, 400);
}

/* A token that is in use since long ago. */
static void take_token(const char *token)
{
    char hash[DIGEST_HEX];
    struct database *db = served.house.central.db;
    sha256_hex(token, strlen(token), hash);
    OK(database_begin(db, &err));
    OK(database_token_announce(db, served.house.a.id, hash, &err));
    OK(database_token_begin(db, served.house.a.id, 1, &err));
    OK(database_commit(db, &err));
}

/* Another kiosk has that token; and this one's is old, which each good answer says. */
static void tokens_of_others(void)
{
    static char json[160];
    char hash[DIGEST_HEX];
    sha256_hex(TOKEN_B, strlen(TOKEN_B), hash);
    snprintf(json, sizeof(json), "{\"token_hash\":\"%s\"}", hash);
    struct asking taken = {"POST", "/v1/token", JSON, json, .headers = {TOKEN, MARK}};
    assert_int_equal(corpus_ask(&corpus, &served, &taken)->answer.status, 409);
    take_token(TOKEN_B TOKEN_A);
    take_token(TOKEN_A);
    ask_for_the_feed();
    hand_in_entries();
    say_how_it_is();
}

static void enrol(void)
{
    static char json[128];
    struct kiosk kiosk;
    char code[CODE_TEXT];
    OK(admin_add_kiosk(
        served.house.central.db, "Hal 4", "amber", "", clock_now(), code, &kiosk, &err));
    snprintf(json, sizeof(json), "{\"code\":\"%s\"}", code);
    struct asking ask = {"POST", "/v1/enrol", JSON, json, .headers = {PROTOCOL}, .sample = true};
    assert_int_equal(corpus_ask(&corpus, &served, &ask)->answer.status, 200);
    ask.sample = false;
    assert_int_equal(corpus_ask(&corpus, &served, &ask)->answer.status, 403);
}

static void ask_well(void)
{
    static const struct asking plain[] = {{"GET", "/healthz", .sample = true},
        {"GET", "/readyz", .sample = false}, {"GET", "/metrics", .sample = false}};
    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
        assert_int_equal(corpus_ask(&corpus, &served, &plain[i])->answer.status, 200);
    ask_for_the_feed();
    hand_in_entries();
    say_how_it_is();
    enrol();
    tokens_of_others();
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
            json_object_set_new(object, "nobody_knows", json_true());
            char *line = json_dumps(object, JSON_COMPACT);
            if (line_holds(contract_here(), &x, line) == 0)
                fail_msg("%s %s: %s", x.method, x.target, line);
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
    {"x-elsewhere/429", "addresses that are noisy: test_central_throttle"},
    {"x-elsewhere/414", "the library refuses most of these before; test_central_http"},
    {"headers/Retry-After", "as 429"},
    {"enum busy", "as 429"},
    {"enum internal", "as 500"},
    {"enum unavailable", "as 503"},
    {"enum not_ready", "as 503"},
    {"schemas/error/", "the list of codes of each answer says it too"},
};
enum { SURVIVORS = sizeof(survivors) / sizeof(survivors[0]) };

static struct {
    struct contract *c;
    char path[400];
    const char *member; /* the property that it stands in */
    int made, listed, missed;
    bool seen[SURVIVORS];
} run;

static void judge(const char *name, bool bound)
{
    char at[600];
    run.made++;
    if (bound ? wrong_passes(run.c, run.member) : !corpus_holds(run.c, false))
        return;
    snprintf(at, sizeof(at), "%s/%s", run.path, name);
    for (int i = 0; i < SURVIVORS; i++)
        if (strstr(at, survivors[i].at)) {
            run.seen[i] = true;
            run.listed++;
            return;
        }
    print_message("not noticed: without %s\n", at);
    run.missed++;
}

/* Takes one member away, and puts it back. */
static void without(json_t *object, const char *name, bool bound)
{
    json_t *was = json_incref(json_object_get(object, name));
    json_object_del(object, name);
    judge(name, bound);
    json_object_set_new(object, name, was);
}

static void without_each(json_t *list, const char *of)
{
    bool bound = strcmp(of, "required") == 0;
    const char *member = run.member;
    for (size_t i = 0; i < json_array_size(list); i++) {
        char name[80];
        json_t *was = json_incref(json_array_get(list, i));
        const char *word = json_is_string(was) ? json_string_value(was) : "";
        snprintf(name, sizeof(name), "%s %s", of, word);
        run.member = bound ? word : member;
        json_array_remove(list, i);
        judge(name, bound);
        json_array_insert_new(list, i, was);
    }
    run.member = member;
}

static void with_another_type(json_t *schema)
{
    json_t *was = json_incref(json_object_get(schema, "type"));
    bool text = strcmp(json_string_value(was), "string") == 0;
    json_object_set_new(schema, "type", json_string(text ? "integer" : "string"));
    judge("type", false);
    json_object_set_new(schema, "type", was);
}

static bool among(const char *name, const char *const *names)
{
    while (*names && strcmp(*names, name) != 0)
        names++;
    return *names;
}

/* Objects whose members are names, keywords that allow something, and such that forbid it. */
static const char *const holders[] = {
    "properties", "responses", "x-elsewhere", "headers", "paths", "content", NULL};
static const char *const lists[] = {"enum", "oneOf", "parameters", "x-codes", "required", NULL};
static const char *const bounds[] = {
    "maxLength", "minimum", "maximum", "maxItems", "pattern", "format", "enum", NULL};

static void mutate(json_t *node, const char *is);

static void mutate_member(json_t *node, const char *is, const char *name)
{
    json_t *child = json_object_get(node, name);
    const char *member = run.member;
    size_t length = strlen(run.path);
    bool property = strcmp(is, "properties") == 0, inner = strstr(run.path, "/schemas/") != NULL;
    if (property)
        run.member = name;
    if (among(is, holders) || *name == '/')
        without(node, name, false);
    else if (inner && json_is_string(child) && strcmp(name, "type") == 0)
        with_another_type(node);
    else if (inner && among(name, bounds) && run.member)
        without(node, name, true);
    if (among(name, lists) && json_is_array(child))
        without_each(child, name);
    snprintf(run.path + length, sizeof(run.path) - length, "/%s", name);
    mutate(child, property ? "" : name);
    run.path[length] = '\0';
    run.member = member;
}

static void mutate(json_t *node, const char *is)
{
    size_t count = 0;
    const char *name;
    json_t *child;
    char **names = mem_array(json_object_size(node) + 1, sizeof(*names));
    json_object_foreach(node, name, child) names[count++] = strdup(name);
    for (size_t i = 0; i < count; i++) {
        mutate_member(node, is, names[i]);
        free(names[i]);
    }
    mem_free(names);
    for (size_t i = 0; i < json_array_size(node); i++)
        mutate(json_array_get(node, i), "");
}

static void a_word_less_is_noticed(void **unused)
{
    (void)unused;
    struct err err = {0};
    if (contract_open(&run.c, CONTRACT_FILE, &err) < 0)
        fail_msg("%s", err.msg);
    mutate(contract_document(run.c), "");
    contract_close(run.c);
    print_message("%d mutations, %d not noticed for a reason\n", run.made, run.listed);
    assert_int_equal(run.missed, 0);
    for (int i = 0; i < SURVIVORS; i++)
        if (!run.seen[i])
            fail_msg("%s is noticed now, or not there any more", survivors[i].at);
}

static int begin(void **state)
{
    setup(state);
    make_wrongs(&corpus);
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
