#include "api/native/native.h"

#include "base/limits.h"

#define HOLD_SECONDS_MAX                                                                           \
    (INT64_C(10) * 366 * 24 * 3600) /* ten years: an open hold never ends by itself */

static void read_policy(struct fields *body, enum policy *ret)
{
    struct str policy = STR_NONE;

    *ret = POLICY_REFUSE;
    fields_text(body, STR("policy"), FIELD_OPTIONAL, &text_name, &policy);
    if (policy.data == NULL || str_equals(policy, STR("refuse")))
        return;
    if (str_equals(policy, STR("partial")))
        *ret = POLICY_PARTIAL;
    else
        fields_blame(body, STR("policy"), STR("must be refuse or partial"));
}

static void read_notes(struct fields *body, struct str *ret_reason, struct str *ret_invoice_id,
                       struct str *ret_metadata)
{
    fields_text(body, STR("reason"), FIELD_OPTIONAL, &text_free, ret_reason);
    fields_text(body, STR("invoice_id"), FIELD_OPTIONAL, &text_reference, ret_invoice_id);
    fields_json_object(body, STR("metadata"), ret_metadata);
}

/* What a deduction and a hold are asked for with. */
static void read_use(struct fields *body, struct deduct *use)
{
    struct decimal_option amount = { .given = false };

    use->at = INSTANT_NONE;
    use->rounding = ROUND_NONE;
    fields_text(body, STR("customer"), FIELD_REQUIRED, &text_reference, &use->customer);
    fields_text(body, STR("credit_type"), FIELD_OPTIONAL, &text_reference, &use->credit_type);
    fields_amount(body, STR("amount"), FIELD_REQUIRED, &amount);
    use->asked = amount.value;
    fields_text(body, STR("product"), FIELD_OPTIONAL, &text_reference, &use->product);
    read_policy(body, &use->policy);
    read_notes(body, &use->reason, &use->invoice_id, &use->metadata);
    fields_bool(body, STR("dry_run"), &use->dry_run);
}

void native_read_deduction(struct fields *object, struct deduct *deduct)
{
    read_use(object, deduct);
    fields_instant(object, STR("at"), FIELD_OPTIONAL, &deduct->at);
}

void native_decode_deduct(struct call *call)
{
    struct fields body;

    call->job.command.kind = COMMAND_DEDUCT;
    fields_init(&body, call->exchange->request.body, &call->reading);
    native_read_deduction(&body, &call->job.command.deduct);
    fields_close(&body);
}

static void read_expires_in(struct fields *body, struct span *ret)
{
    int64_t seconds = 1;

    fields_integer(body, STR("expires_in"), FIELD_REQUIRED, 1, HOLD_SECONDS_MAX, &seconds);
    ret->us = seconds * SPAN_US_PER_SECOND;
}

void native_decode_create_hold(struct call *call)
{
    struct hold_create *hold = &call->job.command.hold;
    struct fields body;

    call->job.command.kind = COMMAND_HOLD_CREATE;
    fields_init(&body, call->exchange->request.body, &call->reading);
    read_use(&body, &hold->use);
    read_expires_in(&body, &hold->expires_in);
    fields_close(&body);
}

/* 0 lends nothing any more. */
void native_decode_set_credit_limit(struct call *call)
{
    struct credit_limit_set *set = &call->job.command.credit_limit_set;
    struct decimal_option limit = { .given = false };
    struct fields body;

    call->job.command.kind = COMMAND_CREDIT_LIMIT_SET;
    set->customer = call->params[0];
    set->rounding = ROUND_NONE;
    fields_init(&body, call->exchange->request.body, &call->reading);
    fields_text(&body, STR("credit_type"), FIELD_OPTIONAL, &text_reference, &set->credit_type);
    fields_amount(&body, STR("limit"), FIELD_REQUIRED, &limit);
    if (limit.given && decimal_is_negative(limit.value))
        fields_blame(&body, STR("limit"), STR("must not be negative"));
    set->asked = limit.value;
    fields_text(&body, STR("reason"), FIELD_OPTIONAL, &text_free, &set->reason);
    fields_close(&body);
}

/* The id in the path, as the sequence number that it was made from.  One that was made for
 * something else names nothing. */
static void read_path_id(struct call *call, char kind, enum reject unknown, uint64_t *ret)
{
    struct uuid uuid;

    if (uuid_parse(call->params[0], &uuid) == OK && uuid_to_sequence(uuid, kind, ret))
        return;
    call->job.decision.reject = unknown;
    call->is_answered = true;
}

void native_decode_reverse(struct call *call)
{
    struct command *command = &call->job.command;
    struct fields body;

    command->kind = COMMAND_REVERSE;
    command->reverse.rounding = ROUND_NONE;
    read_path_id(call, DEDUCTION_ID_KIND, REJECT_DEDUCTION_UNKNOWN, &command->subject.deduction);
    fields_init(&body, call->exchange->request.body, &call->reading);
    fields_amount(&body, STR("amount"), FIELD_OPTIONAL, &command->reverse.asked);
    fields_text(&body, STR("reason"), FIELD_OPTIONAL, &text_free, &command->reverse.reason);
    fields_close(&body);
}

void native_decode_capture(struct call *call)
{
    struct command *command = &call->job.command;
    struct capture *capture = &command->capture;
    struct fields body;

    command->kind = COMMAND_HOLD_CAPTURE;
    capture->rounding = ROUND_NONE;
    read_path_id(call, HOLD_ID_KIND, REJECT_HOLD_UNKNOWN, &command->subject.hold);
    fields_init(&body, call->exchange->request.body, &call->reading);
    fields_amount(&body, STR("amount"), FIELD_OPTIONAL, &capture->asked);
    read_policy(&body, &capture->policy);
    read_notes(&body, &capture->reason, &capture->invoice_id, &capture->metadata);
    fields_close(&body);
}

void native_decode_release(struct call *call)
{
    struct command *command = &call->job.command;
    struct fields body;

    command->kind = COMMAND_HOLD_RELEASE;
    read_path_id(call, HOLD_ID_KIND, REJECT_HOLD_UNKNOWN, &command->subject.hold);
    fields_init(&body, call->exchange->request.body, &call->reading);
    fields_close(&body);
}

void native_decode_extend(struct call *call)
{
    struct command *command = &call->job.command;
    struct fields body;

    command->kind = COMMAND_HOLD_EXTEND;
    read_path_id(call, HOLD_ID_KIND, REJECT_HOLD_UNKNOWN, &command->subject.hold);
    fields_init(&body, call->exchange->request.body, &call->reading);
    read_expires_in(&body, &command->extend.expires_in);
    fields_close(&body);
}
