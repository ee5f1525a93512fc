/* cli/deduct.h - deductions from a file. */
#ifndef CLI_DEDUCT_H
#define CLI_DEDUCT_H

#include "cli/invocation.h"

/* scrip deduct --file: a JSON object a line, many lines a request. */
int deduct_file(struct invocation *invocation);

#endif
