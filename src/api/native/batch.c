/* Many deductions in one request: in order, in one commit, each with its own key and result. */
#include <stdlib.h>
#include <string.h>
#include "api/native/native.h"
#include "api/outcome.h"
#include "base/limits.h"

#define MEMBER STR("deductions")

static void read_key(struct call *call, struct fields *element, struct job *part)
{
    struct idempotency idempotency;
    struct str key = STR_NONE;

    fields_text(element, STR("idempotency_key"), FIELD_OPTIONAL, &text_reference, &key);
    if (key.data == NULL)
        return;
    if (!idempotency_key_is_fine(key)) {
        fields_blame(element, STR("idempotency_key"),
                     STR("must be 1 to 255 printable ASCII characters"));
        return;
    }
    idempotency = idempotency_of_part(call->caller.environment, key, element->object->text);
    part->has_idempotency_key = true;
    part->idempotency_key = idempotency.key;
    part->request = idempotency.request;
}

static void read_part(struct call *call, struct fields *element, struct job *part)
{
    part->command.kind = COMMAND_DEDUCT;
    native_read_deduction(element, &part->command.deduct);
    read_key(call, element, part);
    fields_close(element);
}

/* --- a key names one deduction --- */

static int key_compare(const void *left, const void *right)
{
    const struct job *const *a = left, *const *b = right;
    int order = memcmp((*a)->idempotency_key.bytes, (*b)->idempotency_key.bytes, DIGEST_BYTES);

    return order != 0 ? order : (*a > *b) - (*a < *b);
}

static void blame_repeated(struct call *call, const struct job *first, const struct job *second)
{
    struct arena *arena = call->exchange->arena;
    const struct job *parts = call->job.parts;

    reading_blame(&call->reading,
                  str_format(arena, "deductions[%zu].idempotency_key", (size_t)(second - parts)),
                  str_format(arena, "is that of deductions[%zu] too", (size_t)(first - parts)));
}

static void refuse_repeated_keys(struct call *call)
{
    const struct job **keyed =
        arena_new(call->exchange->arena, const struct job *, call->job.part_count);
    size_t count = 0;

    if (keyed == NULL) {
        reading_out_of_memory(&call->reading);
        return;
    }
    for (size_t i = 0; i < call->job.part_count; i++)
        if (call->job.parts[i].has_idempotency_key)
            keyed[count++] = &call->job.parts[i];
    qsort(keyed, count, sizeof(struct job *), key_compare);
    for (size_t i = 1; i < count; i++)
        if (digest_equals(&keyed[i - 1]->idempotency_key, &keyed[i]->idempotency_key))
            blame_repeated(call, keyed[i - 1], keyed[i]);
}

void native_decode_deduct_batch(struct call *call)
{
    struct job *job = &call->job;
    const struct json *array;
    struct fields body, element;
    size_t index = 0;

    fields_init(&body, call->exchange->request.body, &call->reading);
    fields_bool(&body, STR("atomic"), &job->atomic);
    array = fields_objects(&body, MEMBER, BATCH_DEDUCTIONS_MAX);
    fields_close(&body);
    if (array == NULL)
        return;
    job->parts = arena_new(call->exchange->arena, struct job, array->count);
    if (job->parts == NULL) {
        reading_out_of_memory(&call->reading);
        return;
    }
    job->part_count = array->count;
    call->encode_part = native_encode_deduction_part;
    for (const struct json *node = array->first; node != NULL && reading_is_fine(&call->reading);
         node = node->next, index++)
        if (fields_element(&body, MEMBER, node, index, &element))
            read_part(call, &element, &job->parts[index]);
    if (reading_is_fine(&call->reading))
        refuse_repeated_keys(call);
}

/* --- the reply --- */

void native_encode_deduction_batch(struct call *call, struct json_writer *writer)
{
    const struct job *job = &call->job;
    size_t refused = 0;

    json_begin_object(writer);
    json_begin_array(json_key(writer, STR("results")));
    for (size_t i = 0; i < job->part_count; i++)
        refused += outcome_write_part(call, &job->parts[i], writer) >= 400 ? 1 : 0;
    json_end_array(writer);
    json_put_integer(json_key(writer, STR("accepted")), (int64_t)(job->part_count - refused));
    json_put_integer(json_key(writer, STR("refused")), (int64_t)refused);
    json_end_object(writer);
}
