#include "ledger/ahead.h"

static struct str customer_of(const struct job *job)
{
    const struct command *command = &job->command;

    if (job->query.kind == QUERY_BALANCE)
        return job->query.customer;
    if (command->kind == COMMAND_DEDUCT)
        return command->deduct.customer;
    if (command->kind == COMMAND_HOLD_CREATE)
        return command->hold.use.customer;
    return STR_NONE;
}

static struct store_soon soon_of(const struct job *job)
{
    return (struct store_soon){
        .environment = job_environment(job),
        .customer = customer_of(job),
    };
}

/* Alone there is nobody to wait beside. */
static void fetch(struct store *store, const struct store_soon *soon, size_t count)
{
    if (count > 1)
        store_prefetch(store, soon, count);
}

size_t ahead_jobs(struct store *store, const struct job *first)
{
    struct store_soon soon[STORE_SOON_MAX];
    size_t count = 0;

    for (const struct job *job = first; job != NULL && count < STORE_SOON_MAX; job = job->next)
        soon[count++] = soon_of(job);
    fetch(store, soon, count);
    return count;
}

size_t ahead_parts(struct store *store, const struct job *parts, size_t count)
{
    struct store_soon soon[STORE_SOON_MAX];
    size_t looked = count < STORE_SOON_MAX ? count : STORE_SOON_MAX;

    for (size_t i = 0; i < looked; i++)
        soon[i] = soon_of(&parts[i]);
    fetch(store, soon, looked);
    return looked;
}
