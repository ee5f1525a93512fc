#include "api/faults.h"

enum err faults_init(struct faults *faults, const struct dialect *dialect, struct arena *arena)
{
    enum err e = OK;

    *faults = (struct faults){ .type = STR_NONE };
    if (dialect->write_fault == NULL)
        return OK;
    for (enum fault fault = FAULT_NONE + 1; e == OK && fault < FAULT_COUNT; fault++) {
        struct json_writer writer;

        json_writer_init_in(&writer, arena);
        dialect->write_fault(fault, &writer);
        e = json_writer_finish(&writer, &faults->bodies[fault]);
    }
    faults->type = dialect->error_type;
    return e;
}

void faults_word(const struct faults *faults, enum fault fault, struct reply *reply)
{
    assert(fault > FAULT_NONE);
    assert(fault < FAULT_COUNT);
    if (faults->type.len == 0)
        return;
    reply->content_type = faults->type;
    reply->body = faults->bodies[fault];
}
