/* cli/invocation.h - one command as it was typed: its flags, its words, what it needs to run.
 *
 * What is wrong with a value is said on standard error by the function that reads it, which sets
 * is_wrong; a command reads all that it needs, and then looks.  One thread.
 */
#ifndef CLI_INVOCATION_H
#define CLI_INVOCATION_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "cli/command.h"
#include "scrip.h"

/* The exit codes of the client, which scripts can rely on. */
enum cli_exit {
    CLI_WELL = 0,
    CLI_REFUSED = 1,     /* the server says no: 400, 409, ... */
    CLI_USAGE = 2,       /* the command line or the settings are wrong; nothing was sent */
    CLI_WORLD = 3,       /* no server, no TLS, no sensible reply, 5xx */
    CLI_NOT_COVERED = 4, /* 402: not enough credit */
    CLI_NOT_FOUND = 5,   /* 404 */
    CLI_KEY = 6,         /* 401, 403 */
};

struct given {
    const struct flag *flag;
    const char *text; /* of a switch "" */
    struct given *next;
};

#define OPERANDS_MAX 2

struct invocation {
    const struct command *command;
    struct arena arena;
    struct given *given; /* in the order of the command line */
    struct given *last;
    const char *operands[OPERANDS_MAX];
    int operand_count;
    bool is_wrong;
    bool asks_for_help;
    struct scrip_client *client;
    struct scrip_error error;
    struct scrip_call call; /* with --idempotency-key */
};

/* arguments come after the command's own words, and must stay.  False: the fault was told. */
bool invocation_read(struct invocation *invocation, const struct command *command, int count,
                     char **arguments);
void invocation_finish(struct invocation *invocation);

bool invocation_is_on(const struct invocation *invocation, const char *flag);
const char *invocation_text(const struct invocation *invocation, const char *flag); /* or NULL */
/* All values of a flag that may be repeated. */
const char *const *invocation_texts(struct invocation *invocation, const char *flag,
                                    size_t *ret_count);
/* --field name=value, each. */
const struct scrip_pair *invocation_fields(struct invocation *invocation, size_t *ret_count);
struct scrip_decimal invocation_decimal(struct invocation *invocation, const char *flag);
/* RFC 3339, or a date alone, which is its midnight in UTC. */
struct scrip_instant invocation_instant(struct invocation *invocation, const char *flag);
/* A whole number, 0 when it is not given. */
int64_t invocation_number(struct invocation *invocation, const char *flag, int64_t max);
/* "15m" in seconds; default_seconds when it is not given. */
int64_t invocation_seconds(struct invocation *invocation, const char *flag,
                           int64_t default_seconds);
/* The operand as a decimal. */
struct scrip_decimal invocation_amount(struct invocation *invocation, int operand);

/* Says what is wrong with the command line. */
void invocation_blame(struct invocation *invocation, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
