/* SPDX-License-Identifier: EUPL-1.2 */
/* Command lines as tables: commands, their options, help and misuse, the same for every program.
 *
 *     static const struct option kiosk_options[] = {
 *         {"data", "DIR", "directory of the kiosk", true},
 *         {"plain", NULL, "numbered lines instead of a full screen", false},
 *         {0}};
 *     static const struct command commands[] = {
 *         {"kiosk", "", 0, 0, "open the kiosk", kiosk_options, "acht --data DIR", run_kiosk},
 *         {0}};
 *     static const struct program acht = {"acht", "a learning kiosk", commands, "kiosk"};
 *
 *     int main(int argc, char **argv)
 *     {
 *         return program_main(&acht, argc, argv);
 *     }
 *
 * Options may stand before or after operands, as --name VALUE or --name=VALUE; "--" ends them.
 * --help and --version exist everywhere. Misuse is one sentence on stderr and exit 64. */
#ifndef ACHT_MAIN_OPTIONS_H
#define ACHT_MAIN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define OPTIONS_MAX 12  /* options of one command */
#define OPERANDS_MAX 64 /* operands of one command line */

struct option {
    const char *name; /* without the dashes; a table ends with NULL */
    const char *arg;  /* what help calls its value, or NULL for a switch */
    const char *says;
    bool needed;
};

/* What a command was given. Texts belong to argv. */
struct args {
    const struct program *program;
    const struct command *command;
    const char *value[OPTIONS_MAX]; /* by the option's place: "" a switch, NULL not given */
    const char *operand[OPERANDS_MAX];
    int operands;
};

struct command {
    const char *name;                    /* one word, or two: "kiosk add"; a table ends with NULL */
    const char *operands;                /* as help shows them: "FILE" */
    int min, max;                        /* how many; max at most OPERANDS_MAX */
    const char *says;                    /* one line, no capital, no full stop */
    const struct option *options;        /* NULL for none */
    const char *examples;                /* lines split by '\n' */
    int (*run)(const struct args *args); /* returns the exit code */
};

struct program {
    const char *name;
    const char *says;
    const struct command *commands;
    const char *fallback; /* the command when none is named, or NULL */
};

/* Parses, runs the command and returns the exit code of the program. */
int program_main(const struct program *program, int argc, char **argv);

/* The value of an option, or NULL when it was not given. Asking for one that the command does not
 * declare is a bug. */
const char *args_get(const struct args *args, const char *option);
bool args_has(const struct args *args, const char *option);

/* The option as a whole number from min to max; fallback when it was not given. */
int args_number(const struct args *args, const char *option, int64_t min, int64_t max,
    int64_t fallback, int64_t *out, struct err *err) ACHT_NODISCARD;

/* Says "PROGRAM: sentence" on stderr (a usage error adds where help is) and returns the exit code
 * that belongs to it. */
int args_fail(const struct args *args, const struct err *err);

#endif
