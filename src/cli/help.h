/* cli/help.h - what the table of commands says, for people at a terminal. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "cli/command.h"

void help_group(const char *group);
void help_command(const struct command *command);

/* "scrip grants create CUSTOMER AMOUNT [flags]" */
void help_print_usage(const struct command *command);

/* "--credit-type TYPE" into buffer; returns it. */
const char *help_flag_text(const struct flag *flag, char *buffer, size_t size);

struct exit_meaning {
    int code;
    const char *meaning;
};
extern const struct exit_meaning exit_meanings[];
extern const size_t exit_meaning_count;

#endif
