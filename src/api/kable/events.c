/* Usage events.  One that names an amount is a deduction, which takes what there is and notes what
 * is not covered; any other is recorded as it is.
 *
 * What cannot be deducted (nobody is so called, the book is full) is recorded too, with the reason,
 * by a second group: a client that gets anything but 200 drops the whole list, and what is good in
 * it would be lost.  The transactionId is the key of either, so that a list may be sent again. */
#include "api/kable/kable.h"
#include "base/limits.h"

struct event {
    struct str client_id;
    struct instant at;
    struct str transaction_id;
    struct str data;
    struct decimal_option credits;
};

struct events {
    struct event *list;
    struct job *parts;
    bool is_second; /* what could not be deducted */
};

/* --- reading --- */

static void read_timestamp(struct fields *fields, struct instant *ret)
{
    struct str text = STR_NONE;

    fields_text(fields, STR("timestamp"), FIELD_REQUIRED, &text_reference, &text);
    if (reading_is_fine(fields->reading) && instant_parse(text, INSTANT_ZONE_OR_UTC, ret) != OK)
        fields_blame(fields, STR("timestamp"), STR("must be an RFC 3339 date and time"));
}

static void read_credits(struct fields *fields, struct decimal_option *ret)
{
    struct fields data;

    if (!fields_object(fields, STR("data"), FIELD_OPTIONAL, &data))
        return;
    fields_amount(&data, STR("credits"), FIELD_OPTIONAL, ret);
    if (ret->given && decimal_is_negative(ret->value))
        fields_blame(&data, STR("credits"), STR("must not be negative"));
}

static void read_event(struct fields *fields, struct event *event)
{
    fields_text(fields, STR("clientId"), FIELD_REQUIRED, &text_reference, &event->client_id);
    read_timestamp(fields, &event->at);
    fields_text(fields, STR("transactionId"), FIELD_OPTIONAL, &text_reference,
                &event->transaction_id);
    fields_json_object(fields, STR("data"), &event->data);
    read_credits(fields, &event->credits);
}

/* --- commands --- */

/* Whatever else it says, an event with the transactionId of one before is that one. */
static void set_key(struct call *call, struct job *part, const struct event *event,
                    const char *purpose)
{
    struct idempotency idempotency;
    char hex[2 * DIGEST_BYTES + 1];
    struct digest digest;
    struct str key;

    if (event->transaction_id.len == 0)
        return;
    digest = digest_sha256(event->transaction_id.data, event->transaction_id.len);
    digest_to_hex(&digest, hex);
    key = str_format(call->exchange->arena, "%s %s", purpose, hex);
    if (key.data == NULL) {
        reading_out_of_memory(&call->reading);
        return;
    }
    idempotency = idempotency_of_part(call->caller.environment, key, STR("event"));
    part->has_idempotency_key = true;
    part->idempotency_key = idempotency.key;
    part->request = idempotency.request;
}

/* The event as the book keeps it. */
static struct str metadata_of(struct call *call, const struct event *event)
{
    struct json_writer writer;
    struct str text = STR_NONE;

    json_writer_init_in(&writer, call->exchange->arena);
    json_begin_object(&writer);
    json_put_string(json_key(&writer, STR("clientId")), event->client_id);
    if (event->transaction_id.len > 0)
        json_put_string(json_key(&writer, STR("transactionId")), event->transaction_id);
    json_put_raw(json_key(&writer, STR("data")), event->data);
    json_end_object(&writer);
    if (json_writer_finish(&writer, &text) != OK)
        reading_out_of_memory(&call->reading);
    return text;
}

static void ask_to_record(const struct event *event, struct str because, struct job *part)
{
    part->command.kind = COMMAND_USAGE_RECORD;
    part->command.usage_record = (struct usage_record){
        .customer = event->client_id,
        .at = event->at,
        .transaction_id = event->transaction_id,
        .data = event->data,
        .because = because,
    };
}

static void ask(struct call *call, const struct event *event, struct job *part)
{
    set_key(call, part, event, "event");
    if (!event->credits.given || decimal_is_zero(event->credits.value)) {
        ask_to_record(event, STR("no amount"), part);
        return;
    }
    part->command.kind = COMMAND_DEDUCT;
    part->command.deduct = (struct deduct){
        .customer = event->client_id,
        .credit_type = STR(CREDIT_TYPE_CREDITS_UUID),
        .asked = event->credits.value,
        .rounding = ROUND_HALF_EVEN,
        .policy = POLICY_PARTIAL,
        .at = event->at,
        .at_or_now = true,
        .reason = STR("Usage event"),
        .metadata = metadata_of(call, event),
    };
}

/* --- the list --- */

static bool events_init(struct call *call, size_t count)
{
    struct events *events = arena_new(call->exchange->arena, struct events, 1);

    if (events != NULL) {
        events->list = arena_new(call->exchange->arena, struct event, count);
        events->parts = arena_new(call->exchange->arena, struct job, count);
    }
    if (events == NULL || events->list == NULL || events->parts == NULL) {
        reading_out_of_memory(&call->reading);
        return false;
    }
    call->context = events;
    call->job.parts = events->parts;
    call->job.part_count = count;
    return true;
}

static void read_one(struct call *call, const struct json *node, struct str path, size_t index)
{
    struct events *events = call->context;
    struct fields fields = { .reading = &call->reading, .object = node, .path = path };

    if (node->kind != JSON_OBJECT) {
        reading_blame(&call->reading, path, STR("must be an object"));
        return;
    }
    read_event(&fields, &events->list[index]);
    if (reading_is_fine(&call->reading))
        ask(call, &events->list[index], &events->parts[index]);
}

static void read_list(struct call *call, const struct json *array)
{
    size_t index = 0;

    if (array->count == 0) {
        call->is_answered = true;
        return;
    }
    if (array->count > EVENTS_PER_REQUEST_MAX) {
        reading_blame(&call->reading, STR("events"), STR("must be at most 1000"));
        return;
    }
    if (!events_init(call, array->count))
        return;
    for (const struct json *node = array->first; node != NULL && reading_is_fine(&call->reading);
         node = node->next, index++)
        read_one(call, node, str_format(call->exchange->arena, "events[%zu]", index), index);
}

static void encode_nothing(const struct job *part, struct json_writer *writer)
{
    json_put_raw(writer, STR("{}"));
}

/* Its own keys are in it: one for all of the list would hide what became of each. */
void kable_decode_events(struct call *call)
{
    static const struct json nothing = { .kind = JSON_OBJECT };
    const struct json *root = &nothing;
    struct str body = call->exchange->request.body;
    struct json_error error;
    enum err e = OK;

    call->idempotency.given = false;
    call->encode_text = kable_encode_empty;
    call->encode_part = encode_nothing;
    if (body.len > 0)
        e = json_parse(body, call->exchange->arena, &root, &error);
    if (e == ERR_MALFORMED)
        reading_blame(&call->reading, STR("body"), json_error_why(&error, call->exchange->arena));
    else if (e != OK)
        reading_out_of_memory(&call->reading);
    else if (root->kind == JSON_ARRAY)
        read_list(call, root);
    else if (root->kind != JSON_OBJECT && root->kind != JSON_NULL)
        reading_blame(&call->reading, STR("body"), STR("must be an event or a list of events"));
    else if (events_init(call, 1))
        read_one(call, root->kind == JSON_NULL ? &nothing : root, STR(""), 0);
}

/* --- what could not be deducted --- */

#define RECEIPT_STATUS_REFUSED 400

static bool is_refused(const struct job *part)
{
    return part->has_receipt ? part->receipt.status >= RECEIPT_STATUS_REFUSED
                             : part->decision.reject != REJECT_NONE;
}

/* A refusal that has a receipt has taken the transactionId's own key. */
static void record_refused(struct call *call, size_t index, struct job *part)
{
    struct events *events = call->context;
    const struct job *refused = &events->parts[index];
    enum reject reject = refused->decision.reject;

    set_key(call, part, &events->list[index], refused->has_receipt ? "event refused" : "event");
    ask_to_record(&events->list[index],
                  reject == REJECT_NONE ? STR("refused before") : reject_title(reject), part);
}

bool kable_follow_events(struct call *call)
{
    struct events *events = call->context;
    size_t count = call->job.part_count, refused = 0;
    struct job *parts;

    for (size_t i = 0; i < count; i++) {
        if (call->job.parts[i].err != OK)
            reading_out_of_memory(&call->reading);
        refused += is_refused(&call->job.parts[i]) ? 1 : 0;
    }
    if (!reading_is_fine(&call->reading) || events->is_second || refused == 0)
        return false;
    parts = arena_new(call->exchange->arena, struct job, refused);
    if (parts == NULL) {
        reading_out_of_memory(&call->reading);
        return false;
    }
    for (size_t i = 0, next = 0; i < count; i++)
        if (is_refused(&events->parts[i]))
            record_refused(call, i, &parts[next++]);
    events->is_second = true;
    call->job.parts = parts;
    call->job.part_count = refused;
    return reading_is_fine(&call->reading);
}
