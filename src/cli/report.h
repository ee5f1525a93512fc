/* cli/report.h - what is said of a call that failed, and the exit code that tells it to scripts. */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include "cli/invocation.h"

enum cli_exit exit_of(enum scrip_outcome outcome);

/* Says what is in invocation->error on standard error: in words, and with --json as an object. */
enum cli_exit report_error(const struct invocation *invocation);

#endif
