#include "ledger/state.h"

void job_list_append(struct job_list *list, struct job *job)
{
    job->next = NULL;
    if (list->last == NULL)
        list->first = job;
    else
        list->last->next = job;
    list->last = job;
    list->count++;
    assert(list->first != NULL);
}

struct job *job_list_take(struct job_list *list)
{
    struct job *job = list->first;

    assert((job == NULL) == (list->count == 0));
    if (job == NULL)
        return NULL;
    list->first = job->next;
    if (list->first == NULL)
        list->last = NULL;
    list->count--;
    job->next = NULL;
    return job;
}

bool job_is_group(const struct job *job)
{
    return job->part_count > 0;
}

enum environment job_environment(const struct job *job)
{
    if (job_is_group(job))
        return job->parts[0].command.subject.environment;
    if (job->query.kind != QUERY_NONE)
        return job->query.environment;
    return job->command.subject.environment;
}

size_t job_weight(const struct job *job)
{
    return job_is_group(job) ? job->part_count : 1;
}

enum err job_take_error(struct job *job, enum err e)
{
    switch (e) {
    case OK:
        return OK;
    case ERR_MALFORMED:
    case ERR_RANGE:
    case ERR_NOMEM:
        job->err = e;
        return OK;
    case ERR_NOT_FOUND:
    case ERR_BUSY:
    case ERR_IO:
    case ERR_FULL:
    case ERR_CORRUPT:
        return e;
    case ERR_COUNT:
        break;
    }
    never("there is no such error");
}
