/* SPDX-License-Identifier: EUPL-1.2 */
/* assets/api/openapi.yaml says what the server does: its addresses and its types. Answers:
 * test_central_contract.c */
#include "central_house.h"

#include "central/openapi.h"
#include "support/contract_schema.h"

#define DOCUMENT "assets/api/openapi.yaml" /* tests run from the top of the repository */

static struct buf document = BUF_INIT(OPENAPI_MAX);

static int read_document(void **unused)
{
    (void)unused;
    OK(buf_read_file(&document, DOCUMENT, &err));
    return 0;
}

static int release_document(void **unused)
{
    (void)unused;
    buf_release(&document);
    return 0;
}

/* Both ways: each is in the other, for the same people. */
static void routes_and_the_document_are_the_same(void **unused)
{
    (void)unused;
    const char *path, *method;
    json_t *methods, *operation;
    int documented = 0, known = 0;
    for (const struct route *r = routes; r->method; r++, known++) {
        bool kiosks_only;
        if (!contract_has(contract_here(), r->method, r->path, &kiosks_only))
            fail_msg("%s %s is not in the document", r->method, r->path);
        assert_int_equal(kiosks_only, r->kiosks_only);
    }
    json_object_foreach(contract_paths(contract_here()), path, methods)
    {
        json_object_foreach(methods, method, operation) documented++;
    }
    assert_int_equal(documented, known);
}

static void schemas_are_those_of_the_declared_types(void **unused)
{
    (void)unused;
    struct buf want = BUF_INIT(OPENAPI_MAX);
    openapi_schemas(&want);
    assert_false(want.overflow);
    if (!strstr(document.p, want.p))
        fail_msg(
            "%s is not up to date: put the output of `acht-central openapi` into it", DOCUMENT);
    buf_release(&want);
}

static void reasons_and_verdicts_are_listed(void **unused)
{
    (void)unused;
    static const char *const choices[] = {VERDICTS, REASONS};
    static const char *const members[] = {"        verdict: {enum: [", "        reason: {enum: ["};
    for (int i = 0; i < 2; i++) {
        struct buf want = BUF_INIT(LIM_LINE);
        buf_puts(&want, members[i]);
        for (const char *c = choices[i]; *c; c++)
            buf_add(&want, *c == '|' ? ", " : c, *c == '|' ? 2 : 1);
        buf_puts(&want, "]}");
        assert_non_null(strstr(document.p, want.p));
        buf_release(&want);
    }
}

static json_t *at(const char *path)
{
    struct err err = {0};
    json_t *ref = json_string(path);
    json_t *found = schema_target(contract_document(contract_here()), ref, &err);
    json_decref(ref);
    if (!found)
        fail_msg("%s", err.msg);
    return found;
}

/* Each answer of an error says which codes it may have. */
static void answers_of_errors_name_their_codes(void **unused)
{
    (void)unused;
    const char *name;
    json_t *answer,
        *listed = at("#/components/schemas/error/properties/error/properties/code/enum");
    json_object_foreach(at("#/components/responses"), name, answer)
    {
        json_t *codes = json_object_get(answer, "x-codes");
        assert_true(json_array_size(codes) > 0);
        for (size_t i = 0; i < json_array_size(codes); i++) {
            size_t k = 0;
            while (k < json_array_size(listed) &&
                   !json_equal(json_array_get(listed, k), json_array_get(codes, i)))
                k++;
            if (k == json_array_size(listed))
                fail_msg("%s: a code that is not listed", name);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(routes_and_the_document_are_the_same),
        cmocka_unit_test(schemas_are_those_of_the_declared_types),
        cmocka_unit_test(reasons_and_verdicts_are_listed),
        cmocka_unit_test(answers_of_errors_name_their_codes),
    };
    return cmocka_run_group_tests(tests, read_document, release_document);
}
