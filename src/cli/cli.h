/* cli/cli.h - the client on the command line: scrip customers, grants, deduct, ...
 *
 * It can do what a stranger with the client library can, and nothing else.  The offline commands
 * (serve, key, verify) are the daemon's; it tells their names here, for help and completions.
 * One thread, in all of cli/.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct cli_other {
    const char *name;
    const char *help;
};

/* Is this one of the client's commands? */
bool cli_knows(const char *name);
/* Runs arguments[0], which cli_knows(); gives the exit code. */
int cli_run(int count, char **arguments, const struct cli_other *others, size_t other_count);
/* A line a command, for the usage of the whole. */
void cli_print_summary(FILE *to);

#endif
