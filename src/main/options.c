/* SPDX-License-Identifier: EUPL-1.2 */
#include "main/options.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef ACHT_VERSION
#define ACHT_VERSION "unknown"
#endif

#define NAME_COLUMN 26 /* where help's second column starts */

static const struct option common[] = {
    {"help", NULL, "show this help", false},
    {"version", NULL, "show the version", false},
    {0},
};

static int option_index(const struct option *options, const char *name, size_t len)
{
    for (int i = 0; options && options[i].name; i++)
        if (strlen(options[i].name) == len && memcmp(options[i].name, name, len) == 0)
            return i;
    return -1;
}

/* ---- help ---- */

static void print_option(const struct option *o)
{
    char head[64];
    snprintf(head, sizeof(head), "--%s%s%s", o->name, o->arg ? " " : "", o->arg ? o->arg : "");
    printf("  %-*s%s%s\n", NAME_COLUMN, head, o->says, o->needed ? " (needed)" : "");
}

static void print_examples(const char *examples)
{
    printf("\nExamples:\n");
    while (*examples) {
        size_t n = strcspn(examples, "\n");
        printf("  %.*s\n", (int)n, examples);
        examples += n + (examples[n] == '\n');
    }
}

static int help_command(const struct program *p, const struct command *c)
{
    printf("%s %s: %s\n\nUsage: %s %s [OPTION...]%s%s\n\nOptions:\n", p->name, c->name, c->says,
        p->name, c->name, *c->operands ? " " : "", c->operands);
    for (const struct option *o = c->options; o && o->name; o++)
        print_option(o);
    for (const struct option *o = common; o->name; o++)
        print_option(o);
    if (c->examples)
        print_examples(c->examples);
    return 0;
}

static bool in_group(const struct command *c, const char *group)
{
    size_t n = strlen(group);
    return strncmp(c->name, group, n) == 0 && c->name[n] == ' ';
}

/* group NULL: all commands. */
static int help_commands(const struct program *p, const char *group)
{
    printf("%s: %s\n\nUsage: %s COMMAND [OPTION...]\n\nCommands:\n", p->name, p->says, p->name);
    for (const struct command *c = p->commands; c->name; c++) {
        if (group && !in_group(c, group))
            continue;
        char head[64];
        snprintf(head, sizeof(head), "%s %s", c->name, c->operands);
        printf("  %-*s%s\n", NAME_COLUMN, head, c->says);
    }
    if (p->fallback)
        printf("\nWithout a command: %s %s.\n", p->name, p->fallback);
    printf("\n%s COMMAND --help shows options and examples; %s --version the version.\n", p->name,
        p->name);
    return 0;
}

static int show_version(const struct program *p)
{
    printf("%s %s\n", p->name, ACHT_VERSION);
    return 0;
}

/* ---- errors ---- */

static int fail(const struct program *p, const struct command *c, const struct err *err)
{
    fprintf(stderr, "%s: %s", p->name, err->msg);
    if (err->code == ERR_USAGE)
        fprintf(stderr, "; see %s%s%s --help", p->name, c ? " " : "", c ? c->name : "");
    fputc('\n', stderr);
    return err_exit_code(err->code);
}

int args_fail(const struct args *args, const struct err *err)
{
    return fail(args->program, args->command, err);
}

/* ---- which command ---- */

/* The command that argv names, and in *used how many words that took; NULL when none is named so.
 */
static const struct command *find_command(const struct program *p, int argc, char **argv, int *used)
{
    for (const struct command *c = p->commands; c->name; c++) {
        size_t first = strcspn(c->name, " ");
        if (argc < 2 || strlen(argv[1]) != first || memcmp(c->name, argv[1], first) != 0)
            continue;
        *used = c->name[first] ? 2 : 1;
        if (*used == 1 || (argc > 2 && strcmp(c->name + first + 1, argv[2]) == 0))
            return c;
    }
    return NULL;
}

static const struct command *fallback_command(const struct program *p)
{
    for (const struct command *c = p->commands; c->name; c++)
        if (p->fallback && strcmp(c->name, p->fallback) == 0)
            return c;
    return NULL;
}

static bool is_group(const struct program *p, const char *word)
{
    for (const struct command *c = p->commands; c->name; c++)
        if (in_group(c, word))
            return true;
    return false;
}

/* What to do when no command is named: the program's own --help and --version, a group's help, or
 * misuse. */
static int without_command(const struct program *p, int argc, char **argv)
{
    struct err err = {0};
    const char *word = argc > 1 ? argv[1] : NULL;
    if (!word)
        err_set(&err, ERR_USAGE, "a command is needed");
    else if (!is_group(p, word))
        err_set(&err, ERR_USAGE, "there is no command %.80s", word);
    else if (argc > 2 && strcmp(argv[2], "--help") == 0)
        return help_commands(p, word);
    else
        err_set(&err, ERR_USAGE, "%.80s needs to know what to do", word);
    return fail(p, NULL, &err);
}

/* ---- the rest of the line ---- */

static int take_option(struct args *a, int argc, char **argv, int *at, struct err *err)
{
    const char *name = argv[*at] + 2;
    size_t len = strcspn(name, "=");
    const struct option *options = a->command->options;
    int i = option_index(options, name, len);
    if (i < 0 || i >= OPTIONS_MAX)
        return err_set(err, ERR_USAGE, "%s has no option --%.*s", a->command->name,
            (int)(len > 80 ? 80 : len), name);
    if (a->value[i])
        return err_set(err, ERR_USAGE, "--%s is given twice", options[i].name);
    bool attached = name[len] == '=';
    if (!options[i].arg && attached)
        return err_set(err, ERR_USAGE, "--%s takes no value", options[i].name);
    if (!options[i].arg)
        a->value[i] = "";
    else if (attached)
        a->value[i] = name + len + 1;
    else if (*at + 1 < argc)
        a->value[i] = argv[++*at];
    else
        return err_set(err, ERR_USAGE, "--%s needs its %s", options[i].name, options[i].arg);
    return 0;
}

static int take_operand(struct args *a, const char *word, struct err *err)
{
    if (a->operands >= a->command->max)
        return err_set(
            err, ERR_USAGE, "%s does not know what to do with %.80s", a->command->name, word);
    a->operand[a->operands++] = word;
    return 0;
}

static int take_words(struct args *a, int argc, char **argv, int at, struct err *err)
{
    bool options = true;
    for (; at < argc; at++) {
        int rc = 0;
        if (options && strcmp(argv[at], "--") == 0)
            options = false;
        else if (options && strncmp(argv[at], "--", 2) == 0)
            rc = take_option(a, argc, argv, &at, err);
        else if (options && argv[at][0] == '-' && argv[at][1])
            rc = err_set(err, ERR_USAGE, "there is no option %.80s", argv[at]);
        else
            rc = take_operand(a, argv[at], err);
        if (rc < 0)
            return -1;
    }
    return 0;
}

static int check_needed(const struct args *a, struct err *err)
{
    const struct command *c = a->command;
    if (a->operands < c->min)
        return err_set(err, ERR_USAGE, "%s needs %s", c->name, c->operands);
    for (int i = 0; c->options && c->options[i].name; i++)
        if (c->options[i].needed && !a->value[i])
            return err_set(
                err, ERR_USAGE, "%s needs --%s %s", c->name, c->options[i].name, c->options[i].arg);
    return 0;
}

/* The first --help or --version before a "--", or NULL. */
static const char *asks_for_help(int argc, char **argv, int at)
{
    for (; at < argc && strcmp(argv[at], "--") != 0; at++)
        if (strcmp(argv[at], "--help") == 0 || strcmp(argv[at], "--version") == 0)
            return argv[at];
    return NULL;
}

/* No file that is opened later may stand where a message goes. */
static void fill_standard_descriptors(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        close(fd);
}

/* What was printed counts once it is written; what failed before has had its word. */
static int finish_output(const struct program *p, int code)
{
    struct err err = {0};
    errno = 0;
    if ((fflush(stdout) == 0 && !ferror(stdout)) || code != 0)
        return code;
    err_set(&err, ERR_IO, "cannot write to the standard output%s%s", errno ? ": " : "",
        errno ? strerrordesc_np(errno) : "");
    return fail(p, NULL, &err);
}

static int run_words(const struct program *p, int argc, char **argv)
{
    int used = 0;
    const struct command *c = find_command(p, argc, argv, &used);
    bool named = c;
    if (!c && (argc < 2 || argv[1][0] == '-'))
        c = fallback_command(p);
    const char *help = asks_for_help(argc, argv, used + 1);
    if (help && strcmp(help, "--version") == 0)
        return show_version(p);
    if (help && !named && argv[1][0] == '-')
        return help_commands(p, NULL);
    if (!c)
        return without_command(p, argc, argv);
    if (help)
        return help_command(p, c);
    struct args args = {.program = p, .command = c};
    struct err err = {0};
    if (take_words(&args, argc, argv, used + 1, &err) < 0 || check_needed(&args, &err) < 0)
        return args_fail(&args, &err);
    return c->run(&args);
}

int program_main(const struct program *program, int argc, char **argv)
{
    fill_standard_descriptors();
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error like a full disk */
    return finish_output(program, run_words(program, argc, argv));
}

/* ---- what a command asks ---- */

const char *args_get(const struct args *args, const char *option)
{
    int i = option_index(args->command->options, option, strlen(option));
    if (i < 0 || i >= OPTIONS_MAX)
        BUG("%s does not declare --%s", args->command->name, option);
    return args->value[i];
}

bool args_has(const struct args *args, const char *option)
{
    return args_get(args, option) != NULL;
}

int args_number(const struct args *args, const char *option, int64_t min, int64_t max,
    int64_t fallback, int64_t *out, struct err *err)
{
    const char *text = args_get(args, option);
    *out = fallback;
    if (!text)
        return 0;
    char *end;
    errno = 0;
    long long n = strtoll(text, &end, 10);
    if (errno || *end || end == text || n < min || n > max)
        return err_set(err, ERR_USAGE, "--%s is a number from %lld to %lld, not %.40s", option,
            (long long)min, (long long)max, text);
    *out = n;
    return 0;
}
