/* SPDX-License-Identifier: EUPL-1.2 */
/* What the search keeps in memory: the lexicon, and the facts of all courses. */
#include "store/inner.h"

#include <stdlib.h>
#include <string.h>

enum { LEXICON_MAX = 1024 * 1024 };

static int add_file(
    struct store *s, struct lexicon *lex, const char *name, char *digest, struct err *err)
{
    struct buf path = BUF_INIT(4096);
    struct buf text = BUF_INIT(LEXICON_MAX);
    struct err cause = {0};
    (void)buf_printf(&path, "%s/search/%s", s->share, name);
    int rc = buf_read_file(&text, path.p, &cause);
    if (rc == 0)
        rc = lexicon_add(lex, text.p, &cause);
    if (rc == 0 && digest)
        sha256_hex(text.p, text.len, digest);
    if (rc < 0)
        (void)err_set(err, ERR_CONFIG, "%s: %s", path.p, cause.msg);
    buf_release(&path);
    buf_release(&text);
    return rc;
}

int lexicon_load(struct store *s, struct err *err)
{
    if (s->lex)
        return 0;
    struct lexicon *lex = lexicon_new();
    if (add_file(s, lex, "roots.txt", s->roots_digest, err) < 0 ||
        add_file(s, lex, "jargon.txt", NULL, err) < 0) {
        lexicon_free(lex);
        return -1;
    }
    s->lex = lex;
    return 0;
}

void catalogue_drop(struct store *s)
{
    free(s->cat.course);
    arena_release(&s->cat_names);
    s->cat = (struct catalogue){0};
    s->cat_loaded = false;
    s->found.valid = s->found.counted = false;
}

static int load_names(
    struct store *s, enum name_kind kind, struct name_list *names, struct err *err)
{
    struct stmt *q =
        db_stmt(s->cache, "SELECT number, name FROM name WHERE kind = ? ORDER BY number DESC");
    stmt_number(q, 1, kind);
    int rc;
    while ((rc = stmt_step(q, err)) > 0) {
        int64_t number = stmt_get_number(q, 0);
        if (!names->name) { /* the highest comes first */
            names->count = number >= 0 && number <= UINT16_MAX ? (int)number + 1 : UINT16_MAX + 1;
            names->name = arena_alloc(&s->cat_names, (size_t)names->count * sizeof(char *));
            for (int i = 0; i < names->count; i++)
                names->name[i] = arena_strdup(&s->cat_names, "");
        }
        if (number >= 0 && number < names->count)
            names->name[number] = arena_strdup(&s->cat_names, stmt_get_text(q, 1));
    }
    return rc;
}

int catalogue_load(struct store *s, struct err *err)
{
    int64_t version = db_data_version(s->cache);
    int64_t facts;
    if (s->cat_loaded && s->cat_version == version)
        return 0;
    if (meta_get(s->cache, META_FACTS, &facts, NULL, 0, err) < 0)
        return -1;
    s->cat_version = version;
    if (s->cat_loaded && s->cat_facts == facts)
        return 0;
    catalogue_drop(s);
    if (facts_load(s->cache, &s->cat, err) < 0 ||
        load_names(s, NAME_THEME, &s->cat.themes, err) < 0 ||
        load_names(s, NAME_REGION, &s->cat.regions, err) < 0 ||
        load_names(s, NAME_PROVIDER, &s->cat.providers, err) < 0) {
        catalogue_drop(s);
        return -1;
    }
    s->cat_loaded = true;
    s->cat_facts = facts;
    return 0;
}
