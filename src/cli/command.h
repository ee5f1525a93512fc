/* cli/command.h - the commands of the client, as one table.
 *
 * From it come the parsing of the command line, the help, the completions of three shells and the
 * manual pages; so there is one place to add a flag to.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

struct invocation;

struct flag {
    const char *name;    /* without the dashes: "credit-type" */
    const char *operand; /* "TYPE"; NULL for a switch */
    const char *help;
    const char *choices; /* "oldest newest"; NULL: anything */
    bool is_repeated;    /* may be given more than once */
};

struct command {
    const char *group; /* "customers" */
    const char *verb;  /* "create"; NULL where the group is the command */
    const char *operands;
    int operand_min;
    int operand_max;
    const char *summary; /* a line */
    const char *about;   /* what else is worth knowing; may be empty */
    const char *example; /* what follows "scrip " in a good first try */
    const struct flag *flags;
    size_t flag_count;
    int (*run)(struct invocation *invocation); /* gives the exit code */
};

extern const struct command commands[];
extern const size_t command_count;

/* What every command takes. */
extern const struct flag common_flags[];
extern const size_t common_flag_count;

/* The first command of a group, whose others follow; NULL when there is no such group. */
const struct command *command_group(const char *group);
/* The command after it of the same group, or NULL. */
const struct command *command_next(const struct command *command);
/* Does the group start here in the table? */
bool command_is_first(const struct command *command);
const struct flag *command_flag(const struct command *command, const char *name, size_t len);

/* In a sentence: what the group is about. */
const char *group_summary(const char *group);

int customers_list(struct invocation *invocation);
int customers_show(struct invocation *invocation);
int customers_create(struct invocation *invocation);
int customers_update(struct invocation *invocation);
int customers_archive(struct invocation *invocation);
int grants_list(struct invocation *invocation);
int grants_create(struct invocation *invocation);
int grants_show(struct invocation *invocation);
int grants_edit(struct invocation *invocation);
int grants_void(struct invocation *invocation);
int credits_grant(struct invocation *invocation);
int credits_balance(struct invocation *invocation);
int credits_list(struct invocation *invocation);
int credits_ledgers(struct invocation *invocation);
int credits_types(struct invocation *invocation);
int run_deduct(struct invocation *invocation);
int run_reverse(struct invocation *invocation);
int hold_list(struct invocation *invocation);
int hold_show(struct invocation *invocation);
int hold_create(struct invocation *invocation);
int hold_capture(struct invocation *invocation);
int hold_release(struct invocation *invocation);
int hold_extend(struct invocation *invocation);
int run_balance(struct invocation *invocation);
int run_credit_limit(struct invocation *invocation);
int run_entries(struct invocation *invocation);
int keys_check(struct invocation *invocation);
int keys_list(struct invocation *invocation);
int keys_create(struct invocation *invocation);
int keys_revoke(struct invocation *invocation);

#endif
