#include "api/metronome/metronome.h"
#include "api/page.h"

/* What a key is called on the wire is made from its number. */
void metronome_encode_key_added(struct call *call, struct json_writer *writer)
{
    uint32_t number = call->job.decision.field_key.number;

    json_begin_object(writer);
    json_begin_object(json_key(writer, STR("data")));
    metronome_put_uuid(json_key(writer, STR("id")), uuid_from_sequence('k', number));
    json_end_object(writer);
    json_end_object(writer);
}

void metronome_encode_keys(struct call *call, struct json_writer *writer)
{
    const struct answer *answer = &call->job.answer;

    json_begin_object(writer);
    json_begin_array(json_key(writer, STR("data")));
    for (size_t i = 0; i < answer->field_key_count; i++) {
        const struct custom_field_key *key = &answer->field_keys[i];

        json_begin_object(writer);
        json_put_string(json_key(writer, STR("entity")), key->entity);
        json_put_string(json_key(writer, STR("key")), key->key);
        json_put_bool(json_key(writer, STR("enforce_uniqueness")), key->enforce_uniqueness);
        json_end_object(writer);
    }
    json_end_array(writer);
    page_encode_next(call, CURSOR_FIELD_KEYS, json_key(writer, STR("next_page")));
    json_end_object(writer);
}
