/* SPDX-License-Identifier: EUPL-1.2 */
/* The commands of acht-central about records and rights. */
#ifndef ACHT_MAIN_CENTRAL_RECORDS_H
#define ACHT_MAIN_CENTRAL_RECORDS_H

#include "central/secrets.h"
#include "main/options.h"

extern const struct option deliver_options[], export_options[], erase_options[],
    audit_verify_options[], audit_export_options[], audit_head_options[], dictionary_options[];

int run_deliver(const struct args *args);
int run_export(const struct args *args);
int run_erase(const struct args *args);
int run_audit_verify(const struct args *args);
int run_audit_export(const struct args *args);
int run_audit_head(const struct args *args);
int run_dictionary(const struct args *args);

/* Before the server answers anybody: whom the list at this path names and the database does not
 * know to be erased, is erased (the database is a backup that was brought back). */
int records_reapply(struct database *db, const struct secrets *secrets, const char *list,
    struct err *err) ACHT_NODISCARD;

#endif
