#include "ledger/reader.h"

#include "base/limits.h"
#include "ledger/errand.h"

#define SLEEP_US_MAX 60000000 /* it is woken when there is work */

void reader_init(struct reader *reader, const struct ledger_options *options)
{
    *reader = (struct reader){ .store = options->store, .options = options };
    atomic_init(&reader->stops, false);
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

/* Whoever stops the ledger has waited for the answers that anybody still reads. */
static enum err errand_of(struct reader *reader, struct job *job)
{
    enum err e;

    if (atomic_load(&reader->stops))
        return ERR_BUSY;
    e = handle_open(reader);
    return e == OK ? errand_run(job, reader->handle) : e;
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

static void run_all(struct reader *reader, struct job *job)
{
    size_t count = 0;

    while (job != NULL) {
        struct job *next = job->next;

        job->next = NULL;
        run(reader, job);
        job = next;
        count++;
    }
    inbox_begun(&reader->inbox, count);
    if (count > 0 && reader->options->batch_done != NULL)
        reader->options->batch_done(reader->options->context);
}

static void *reader_main(void *context)
{
    struct reader *reader = context;

    while (!atomic_load(&reader->stops)) {
        run_all(reader, inbox_take(&reader->inbox));
        inbox_sleep(&reader->inbox, SLEEP_US_MAX);
    }
    run_all(reader, inbox_close(&reader->inbox));
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
    if (!reader->is_started)
        return;
    atomic_store(&reader->stops, true);
    inbox_rouse(&reader->inbox);
    pthread_join(reader->thread, NULL);
    reader->is_started = false;
}

void reader_send(struct reader *reader, struct job *job)
{
    if (!reader->is_started) {
        run(reader, job);
        return;
    }
    if (inbox_push(&reader->inbox, job) == OK)
        return;
    job->answer = (struct answer){ .reject = REJECT_NONE };
    job->errand = NULL;
    job->err = ERR_BUSY;
    job->done(job);
}
