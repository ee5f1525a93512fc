/* cli/detail.h - one thing, told line by line: "available:  12.5". */
#ifndef CLI_DETAIL_H
#define CLI_DETAIL_H

#include "cli/invocation.h"

/* With --json prints what the server has said, and is true: there is no more to say. */
bool detail_json(const struct invocation *invocation, const void *result);

/* An empty text is left out. */
void detail_text(struct invocation *invocation, const char *name, const char *text);
void detail_decimal(struct invocation *invocation, const char *name, struct scrip_decimal decimal);
void detail_instant(struct invocation *invocation, const char *name, struct scrip_instant instant);

/* What a deduction or hold drew, as a table. */
void detail_draws(const struct scrip_draw *draws, size_t count);
/* Nothing where it is not given, or 0. */
void detail_unless_zero(struct invocation *invocation, const char *label,
                        struct scrip_decimal decimal);
void detail_balance(struct invocation *invocation, const struct scrip_account_balance *balance);

#endif
