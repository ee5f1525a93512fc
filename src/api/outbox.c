#include "api/outbox.h"

#include "ledger/ledger.h"

void outbox_put(struct outbox *outbox, struct ledger *ledger, struct job *job)
{
    job->next = outbox->newest;
    if (outbox->newest == NULL)
        outbox->oldest = job;
    outbox->newest = job;
    outbox->count++;
    if (outbox->count >= OUTBOX_JOBS_MAX)
        outbox_flush(outbox, ledger);
}

void outbox_flush(struct outbox *outbox, struct ledger *ledger)
{
    const struct outbox full = *outbox;
    struct job *refused, *next;

    if (full.count == 0)
        return;
    *outbox = (struct outbox){ .count = 0 };
    refused = ledger_submit_all(ledger, full.newest, full.oldest, full.count);
    for (; refused != NULL; refused = next) {
        next = refused->next;
        refused->err = ERR_BUSY;
        refused->done(refused);
    }
}
