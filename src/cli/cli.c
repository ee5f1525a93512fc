#include "cli/cli.h"

#include <string.h>
#include "base/check.h"
#include "cli/command.h"
#include "cli/completion.h"
#include "cli/help.h"
#include "cli/invocation.h"
#include "cli/manual.h"

bool cli_knows(const char *name)
{
    return strcmp(name, "completions") == 0 || strcmp(name, "man") == 0 ||
           command_group(name) != NULL;
}

void cli_print_summary(FILE *to)
{
    for (size_t i = 0; i < command_count; i++) {
        if (command_is_first(&commands[i]))
            fprintf(to, "  %-12s %s\n", commands[i].group, group_summary(commands[i].group));
    }
    fprintf(to, "  %-12s %s\n", "completions", "what bash, zsh or fish offers after scrip");
    fprintf(to, "  %-12s %s\n", "man", "a manual page, such as scrip-grants");
}

static bool asks_for_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0;
}

static int run_completions(int count, char **arguments, const struct cli_other *others,
                           size_t other_count)
{
    if (count == 2 && completion_write(arguments[1], others, other_count, stdout))
        return CLI_WELL;
    fprintf(count == 2 && asks_for_help(arguments[1]) ? stdout : stderr,
            "Usage: scrip completions bash|zsh|fish\n\n"
            "Prints what teaches the shell to complete scrip's commands and flags:\n"
            "  bash  source <(scrip completions bash)\n"
            "  zsh   source <(scrip completions zsh), after compinit\n"
            "  fish  scrip completions fish | source\n");
    return count == 2 && asks_for_help(arguments[1]) ? CLI_WELL : CLI_USAGE;
}

static int run_manual(int count, char **arguments, const struct cli_other *others,
                      size_t other_count)
{
    const char *page = count > 1 ? arguments[1] : "scrip";

    if (count <= 2 && manual_write(page, others, other_count, stdout))
        return CLI_WELL;
    fprintf(asks_for_help(page) ? stdout : stderr,
            "Usage: scrip man [PAGE]\n\nPrints a manual page, scrip or scrip-COMMAND:\n"
            "  scrip man scrip-grants | man -l -\n");
    return asks_for_help(page) ? CLI_WELL : CLI_USAGE;
}

/* The command that the words name, and how many of them that takes; NULL: it was said what is
 * wrong, or helped. */
static const struct command *find(int count, char **arguments, int *ret_words, int *ret_code)
{
    const struct command *command = command_group(arguments[0]);

    *ret_words = command->verb == NULL ? 1 : 2;
    *ret_code = CLI_USAGE;
    if (command->verb == NULL)
        return command;
    if (count > 1 && asks_for_help(arguments[1])) {
        help_group(arguments[0]);
        *ret_code = CLI_WELL;
        return NULL;
    }
    for (; count > 1 && command != NULL; command = command_next(command)) {
        if (strcmp(command->verb, arguments[1]) == 0)
            return command;
    }
    if (count > 1)
        fprintf(stderr, "scrip: %s has no \"%s\"; it has:", arguments[0], arguments[1]);
    else
        fprintf(stderr, "scrip: %s what?", arguments[0]);
    for (command = command_group(arguments[0]); command != NULL; command = command_next(command))
        fprintf(stderr, " %s", command->verb);
    fprintf(stderr, "; try scrip %s --help\n", arguments[0]);
    return NULL;
}

int cli_run(int count, char **arguments, const struct cli_other *others, size_t other_count)
{
    const struct command *command;
    struct invocation invocation;
    int words, code;

    assert(count > 0);
    assert(cli_knows(arguments[0]));
    if (strcmp(arguments[0], "completions") == 0)
        return run_completions(count, arguments, others, other_count);
    if (strcmp(arguments[0], "man") == 0)
        return run_manual(count, arguments, others, other_count);
    command = find(count, arguments, &words, &code);
    if (command == NULL)
        return code;
    if (!invocation_read(&invocation, command, count - words, arguments + words)) {
        code = CLI_USAGE;
    } else if (invocation.asks_for_help) {
        help_command(command);
        code = CLI_WELL;
    } else {
        code = command->run(&invocation);
    }
    invocation_finish(&invocation);
    return code;
}
