/* cli/completion.h - what a shell offers after "scrip": scripts made from the table of commands. */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

#include "cli/cli.h"

/* Writes the script for "bash", "zsh" or "fish"; false for any other shell. */
bool completion_write(const char *shell, const struct cli_other *others, size_t other_count,
                      FILE *to);

#endif
