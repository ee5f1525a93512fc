#include "ledger/receipt.h"

#include "ledger/pulse.h"

enum err receipt_replay(struct ledger *ledger, struct job *job, bool *ret)
{
    struct receipt receipt;
    enum err e;

    *ret = false;
    if (!job->has_idempotency_key)
        return OK;
    e = store_receipt_find(ledger->store, &job->idempotency_key, job->arena, &receipt);
    if (e == ERR_NOT_FOUND)
        return OK;
    if (e != OK)
        return e;
    *ret = true;
    if (!digest_equals(&receipt.request, &job->request)) {
        job->decision.reject = REJECT_KEY_REUSED;
        return OK;
    }
    job->receipt = receipt;
    job->has_receipt = true;
    job->replayed = true;
    count_add(ledger->counters.replays, 1);
    return OK;
}

static bool refusal_is_by_the_book(enum reject reject)
{
    assert(reject != REJECT_NONE);
    if (reject == REJECT_KEY_REUSED || reject == REJECT_BATCH_REFUSED)
        return false;
    if (reject == REJECT_GRANT_UNKNOWN || reject == REJECT_HOLD_UNKNOWN ||
        reject == REJECT_DEDUCTION_UNKNOWN)
        return true;
    return reject_status(reject) == 402 || reject_status(reject) == 409;
}

static bool command_is_to_keep(const struct job *job)
{
    if (job->err != OK)
        return false;
    if (command_is_dry_run(&job->command))
        return false;
    return job->decision.reject == REJECT_NONE || refusal_is_by_the_book(job->decision.reject);
}

/* A group is kept as soon as one of its parts is, since sending it again would repeat that part;
 * an atomic one only as a whole. */
static bool group_is_to_keep(const struct job *job)
{
    if (job->err != OK)
        return false;
    if (job->atomic && job->decision.reject != REJECT_NONE)
        return refusal_is_by_the_book(job->decision.reject);
    for (size_t i = 0; i < job->part_count; i++) {
        if (job->parts[i].replayed || command_is_to_keep(&job->parts[i]))
            return true;
    }
    return false;
}

static bool is_to_keep(const struct job *job)
{
    if (!job->has_idempotency_key)
        return false;
    return job_is_group(job) ? group_is_to_keep(job) : command_is_to_keep(job);
}

enum err receipt_keep(struct ledger *ledger, struct batch *batch, struct job *job)
{
    struct receipt receipt = { .request = job->request };
    enum err e;

    if (!is_to_keep(job))
        return OK;
    assert(!job->replayed);
    assert(job->render != NULL);
    job->render(job, &receipt);
    receipt.request = job->request;
    receipt.at = pulse_now(ledger, ENVIRONMENT_LIVE); /* real time, also under a test clock */
    if (receipt.status == 0)
        return ERR_NOMEM;
    e = store_receipt_append(ledger->store, &job->idempotency_key, &receipt);
    if (e != OK)
        return e;
    batch->changed = true;
    job->receipt = receipt;
    job->has_receipt = true;
    return OK;
}
