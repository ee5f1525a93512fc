#include "api/outcome.h"

bool call_is_command(const struct call *call)
{
    return call->job.command.kind != COMMAND_NONE || call->job.part_count > 0;
}

enum reject call_refusal(const struct call *call)
{
    if (outcome_is_by_part(&call->job))
        return REJECT_NONE;
    return call_is_command(call) ? call->job.decision.reject : call->job.answer.reject;
}

struct blame call_blame(const struct call *call)
{
    if (!reading_is_fine(&call->reading))
        return call->reading.blame;
    if (call->job.err == ERR_MALFORMED)
        return call->job.blame;
    return call_is_command(call) ? call->job.decision.blame : call->job.answer.blame;
}

static enum err success_encode(struct call *call, route_encode *encode, struct outcome *ret)
{
    struct json_writer writer;

    ret->status = call->dialect->success_status(call);
    ret->content_type = STR("application/json");
    if (encode == NULL) {
        ret->body = STR("{}");
        return OK;
    }
    if (call->encode_text != NULL)
        return call->encode_text(call, &ret->content_type, &ret->body);
    json_writer_init_in(&writer, call->exchange->arena);
    encode(call, &writer);
    return json_writer_finish(&writer, &ret->body);
}

static enum err refusal_encode(struct call *call, enum reject reject, struct outcome *ret)
{
    struct json_writer writer;

    ret->status = call->dialect->refusal_status(reject);
    ret->content_type = call->dialect->error_type;
    json_writer_init_in(&writer, call->exchange->arena);
    call->dialect->write_refusal(call, reject, &writer);
    return json_writer_finish(&writer, &ret->body);
}

static enum err encode(struct call *call, route_encode *success, struct outcome *ret)
{
    enum reject reject = call_refusal(call);

    return reject == REJECT_NONE ? success_encode(call, success, ret)
                                 : refusal_encode(call, reject, ret);
}

static bool is_tried(const struct job *part)
{
    return part->err != OK || part->has_receipt || part->decision.reject != REJECT_NONE ||
           part->decision.entry_count > 0;
}

/* What is the matter with one part of a group is told there. */
bool outcome_is_by_part(const struct job *job)
{
    return job->part_count > 0 && (job->err == OK || job->err == ERR_MALFORMED) &&
           is_tried(&job->parts[0]);
}

/* The dialects tell of the call's own job. */
static int write_failed_part(const struct call *call, const struct job *part,
                             struct json_writer *writer)
{
    struct call single = *call;
    enum trouble trouble;

    single.job = *part;
    single.job.part_count = 0;
    if (part->err == OK) {
        call->dialect->write_refusal(&single, part->decision.reject, writer);
        return call->dialect->refusal_status(part->decision.reject);
    }
    trouble = trouble_of(part->err);
    call->dialect->write_trouble(&single, trouble, writer);
    return trouble_status(trouble);
}

static bool has_succeeded(const struct job *part)
{
    return part->err == OK && part->decision.reject == REJECT_NONE;
}

int outcome_write_part(const struct call *call, const struct job *part, struct json_writer *writer)
{
    if (part->has_receipt) {
        json_put_raw(writer, part->receipt.body);
        return part->receipt.status;
    }
    if (!has_succeeded(part))
        return write_failed_part(call, part, writer);
    call->encode_part(part, writer);
    return call->dialect->success_status(call);
}

enum err outcome_encode_part(const struct call *call, const struct job *part, struct outcome *ret)
{
    struct json_writer writer;

    assert(!part->has_receipt);
    json_writer_init_in(&writer, call->exchange->arena);
    ret->status = outcome_write_part(call, part, &writer);
    ret->content_type = has_succeeded(part) ? STR("application/json") : call->dialect->error_type;
    return json_writer_finish(&writer, &ret->body);
}

enum err outcome_encode(struct call *call, struct outcome *ret)
{
    return encode(call, call->route->encode, ret);
}

struct outcome outcome_of_trouble(struct call *call, enum trouble trouble)
{
    struct outcome outcome = {
        .status = trouble_status(trouble),
        .content_type = call->dialect->error_type,
    };
    struct json_writer writer;

    json_writer_init_in(&writer, call->exchange->arena);
    call->dialect->write_trouble(call, trouble, &writer);
    if (json_writer_finish(&writer, &outcome.body) != OK)
        outcome.body = call->dialect->broken_body;
    return outcome;
}
