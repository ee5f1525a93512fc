/* cli/manual.h - manual pages from the table of commands. */
#ifndef CLI_MANUAL_H
#define CLI_MANUAL_H

#include "cli/cli.h"

/* Writes "scrip" or "scrip-customers" in man(7); false when there is no such page. */
bool manual_write(const char *page, const struct cli_other *others, size_t other_count, FILE *to);

#endif
