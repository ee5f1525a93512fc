#include "api/native/native.h"

#define ADVANCE_SECONDS_MAX (INT64_C(100) * 366 * 24 * 3600)

void native_decode_test_clock(struct call *call)
{
    call->job.query.kind = QUERY_TEST_CLOCK;
    native_read_no_params(call);
}

void native_decode_set_test_clock(struct call *call)
{
    struct test_clock_set *set = &call->job.command.test_clock_set;
    int64_t seconds = 0;
    struct fields body;

    call->job.command.kind = COMMAND_TEST_CLOCK_SET;
    set->now = INSTANT_NONE;
    fields_init(&body, call->exchange->request.body, &call->reading);
    fields_instant(&body, STR("now"), FIELD_OPTIONAL, &set->now);
    set->has_advance = fields_has(&body, STR("advance"));
    fields_integer(&body, STR("advance"), FIELD_OPTIONAL, 0, ADVANCE_SECONDS_MAX, &seconds);
    if (set->has_advance && !instant_is_none(set->now))
        fields_blame(&body, STR("advance"), STR("must not be given together with now"));
    fields_close(&body);
    set->advance.us = seconds * SPAN_US_PER_SECOND;
}

static void put_clock(struct json_writer *writer, struct instant now, bool is_frozen)
{
    json_begin_object(writer);
    json_put_instant(json_key(writer, STR("now")), now);
    json_put_bool(json_key(writer, STR("frozen")), is_frozen);
    json_end_object(writer);
}

void native_encode_test_clock(struct call *call, struct json_writer *writer)
{
    put_clock(writer, call->job.answer.now, call->job.answer.clock_is_frozen);
}

void native_encode_test_clock_set(struct call *call, struct json_writer *writer)
{
    const struct test_clock_set *set = &call->job.command.test_clock_set;

    put_clock(writer, call->job.decision.at, set->has_advance || !instant_is_none(set->now));
}
