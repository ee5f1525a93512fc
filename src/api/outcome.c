#include "api/outcome.h"

enum reject call_refusal(const struct call *call)
{
    return call->job.command.kind != COMMAND_NONE ? call->job.decision.reject
                                                  : call->job.answer.reject;
}

struct blame call_blame(const struct call *call)
{
    if (!reading_is_fine(&call->reading))
        return call->reading.blame;
    if (call->job.err == ERR_MALFORMED)
        return call->job.blame;
    return call->job.command.kind != COMMAND_NONE ? call->job.decision.blame
                                                  : call->job.answer.blame;
}

static enum err success_encode(struct call *call, struct outcome *ret)
{
    struct json_writer writer;

    ret->status = call->dialect->success_status(call);
    ret->content_type = STR("application/json");
    if (call->route->encode == NULL) {
        ret->body = STR("{}");
        return OK;
    }
    json_writer_init_in(&writer, call->exchange->arena);
    call->route->encode(call, &writer);
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

enum err outcome_encode(struct call *call, struct outcome *ret)
{
    enum reject reject = call_refusal(call);

    return reject == REJECT_NONE ? success_encode(call, ret) : refusal_encode(call, reject, ret);
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
