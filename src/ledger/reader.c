#include "ledger/reader.h"

#include "base/limits.h"
#include "ledger/errand.h"

#define SLEEP_US_MAX 60000000 /* it is woken when there is work */

void reader_init(struct reader *reader, const struct ledger_options *options)
{
    *reader = (struct reader){ .store = options->store, .options = options };
    atomic_init(&reader->stops, false);
    atomic_init(&reader->rows_waiting, 0);
    inbox_init(&reader->inbox, LEDGER_INBOX_MAX);
}

void reader_finish(struct reader *reader)
{
    assert(!reader->is_started);
    if (reader->handle != NULL)
        store_reader_close(reader->handle);
    inbox_finish(&reader->inbox);
}

static enum err handle_open(struct reader *reader)
{
    return reader->handle != NULL ? OK : store_reader_open(reader->store, &reader->handle);
}

static bool is_abandoned(const struct job *job)
{
    return job->abandoned != NULL && atomic_load(job->abandoned);
}

/* Whoever stops the ledger has waited for the answers that anybody still reads. */
static enum err errand_of(struct reader *reader, struct job *job)
{
    enum err e;

    if (atomic_load(&reader->stops) || is_abandoned(job))
        return ERR_BUSY;
    e = handle_open(reader);
    if (e == OK)
        e = store_reader_begin(reader->handle);
    if (e != OK)
        return e;
    e = errand_run(job, reader->handle);
    store_reader_end(reader->handle);
    return e;
}

static void run(struct reader *reader, struct job *job)
{
    enum err e = errand_of(reader, job);

    if (e != OK) {
        job->answer = (struct answer){ .reject = REJECT_NONE };
        job->err = e;
    }
    job->errand = NULL;
    job->done(job);
}

/* --- the thread --- */

static void gather(struct reader *reader, struct job *taken)
{
    while (taken != NULL) {
        struct job *next = taken->next;

        reads_add(&reader->reads, taken);
        taken = next;
    }
}

/* False: none waits. */
static bool run_next(struct reader *reader)
{
    struct job *job = reads_take(&reader->reads);

    if (job == NULL)
        return false;
    atomic_fetch_sub(&reader->rows_waiting, job->rows);
    inbox_begun(&reader->inbox, 1);
    run(reader, job);
    if (reader->options->batch_done != NULL)
        reader->options->batch_done(reader->options->context);
    return true;
}

static void *reader_main(void *context)
{
    struct reader *reader = context;

    while (!atomic_load(&reader->stops)) {
        gather(reader, inbox_take(&reader->inbox));
        if (!run_next(reader))
            inbox_sleep(&reader->inbox, SLEEP_US_MAX);
    }
    gather(reader, inbox_close(&reader->inbox));
    while (run_next(reader))
        continue;
    if (reader->handle != NULL)
        store_reader_close(reader->handle);
    reader->handle = NULL;
    return NULL;
}

enum err reader_start(struct reader *reader)
{
    assert(!reader->is_started);
    if (pthread_create(&reader->thread, NULL, reader_main, reader) != 0)
        return ERR_NOMEM;
    reader->is_started = true;
    return OK;
}

void reader_stop(struct reader *reader)
{
    assert(reader->is_started);
    atomic_store(&reader->stops, true);
    inbox_rouse(&reader->inbox);
    pthread_join(reader->thread, NULL);
    reader->is_started = false;
}

/* Only the ledger's thread adds to what waits. */
static enum err push(struct reader *reader, struct job *job)
{
    size_t before = atomic_load(&reader->rows_waiting);
    enum err e;

    job->rows = errand_rows(job);
    if (before > READER_ROWS_MAX - job->rows)
        return ERR_BUSY;
    atomic_fetch_add(&reader->rows_waiting, job->rows);
    e = inbox_push(&reader->inbox, job);
    if (e != OK)
        atomic_fetch_sub(&reader->rows_waiting, job->rows);
    return e;
}

void reader_send(struct reader *reader, struct job *job)
{
    if (!reader->is_started) {
        run(reader, job);
        return;
    }
    if (push(reader, job) == OK)
        return;
    job->answer = (struct answer){ .reject = REJECT_NONE };
    job->errand = NULL;
    job->err = ERR_BUSY;
    job->done(job);
}
