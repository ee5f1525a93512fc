/* A customer's own keys.  They open nothing here but the check of keys. */
#include "api/kable/kable.h"

#define GRACE_US (10 * SPAN_US_PER_MINUTE) /* a revoked key goes on for so long */

struct kable_keys *kable_keys_make(struct call *call, const enum environment *environments,
                                   size_t count)
{
    struct kable_keys *made = arena_new(call->exchange->arena, struct kable_keys, 1);
    struct random random = random_system();
    struct key_snapshot *snapshot;

    if (call->idempotency.given)
        reading_blame(&call->reading, STR("Idempotency-Key"),
                      STR("cannot go with new keys: the reply that is kept would tell them"));
    else if (made == NULL)
        reading_out_of_memory(&call->reading);
    if (!reading_is_fine(&call->reading))
        return NULL;
    snapshot = call_keys_acquire(call);
    for (size_t i = 0; i < count; i++) {
        struct str secret = { .data = made->secrets[i], .len = SECRET_TEXT_BYTES };

        secret_make(&random, environments[i], made->secrets[i]);
        key_id_make(&random, made->ids[i]);
        made->keys[i] = (struct key){
            .client_id = { .data = made->ids[i], .len = KEY_ID_BYTES },
            .environment = environments[i],
            .scope = KEY_SCOPE_READ,
            .name = STR("customer"),
            .secret_hmac = key_snapshot_hmac(snapshot, secret),
        };
    }
    ledger_keys_release(snapshot);
    made->count = count;
    return made;
}

void kable_put_key(struct json_writer *writer, const struct kable_keys *keys, size_t i,
                   struct str client_id, struct instant created_at)
{
    bool is_live = keys->keys[i].environment == ENVIRONMENT_LIVE;
    struct str secret = { .data = keys->secrets[i], .len = SECRET_TEXT_BYTES };

    json_begin_object(writer);
    json_put_string(json_key(writer, STR("environment")), is_live ? STR("LIVE") : STR("TEST"));
    json_put_string(json_key(writer, STR("clientId")), client_id);
    json_put_string(json_key(writer, STR("key")), secret);
    json_put_instant_ms(json_key(writer, STR("created")), created_at);
    json_end_object(writer);
}

static void read_environment(struct fields *body, enum environment *ret)
{
    struct str text = STR_NONE;

    fields_text(body, STR("environment"), FIELD_REQUIRED, &text_name, &text);
    if (str_equals(text, STR("LIVE")))
        *ret = ENVIRONMENT_LIVE;
    else if (str_equals(text, STR("TEST")))
        *ret = ENVIRONMENT_TEST;
    else
        fields_blame(body, STR("environment"), STR("must be LIVE or TEST"));
}

void kable_decode_create_key(struct call *call)
{
    struct key_create *create = &call->job.command.key_create;
    enum environment environment = ENVIRONMENT_TEST;
    struct kable_keys *made;
    struct fields body;

    call->job.command.kind = COMMAND_KEY_CREATE;
    fields_init(&body, call->exchange->request.body, &call->reading);
    fields_text(&body, STR("clientId"), FIELD_REQUIRED, &text_reference, &create->customer);
    read_environment(&body, &environment);
    if (!reading_is_fine(&call->reading))
        return;
    made = kable_keys_make(call, &environment, 1);
    call->context = made;
    if (made != NULL)
        create->key = made->keys[0];
}

void kable_encode_key(struct call *call, struct json_writer *writer)
{
    const struct decision *decision = &call->job.decision;
    char text[PREFIXED_ID_SIZE];

    kable_put_key(writer, call->context, 0, kable_client_id(&decision->customer_row, text),
                  decision->at);
}

static void read_secret(struct call *call, struct fields *body, struct key_revoke *revoke)
{
    struct str secret = STR_NONE;
    struct key_snapshot *snapshot;

    fields_text(body, STR("key"), FIELD_OPTIONAL, &text_reference, &secret);
    if (secret.data == NULL)
        return;
    snapshot = call_keys_acquire(call);
    revoke->has_secret = true;
    revoke->secret_hmac = key_snapshot_hmac(snapshot, secret);
    ledger_keys_release(snapshot);
}

void kable_decode_revoke_keys(struct call *call)
{
    struct key_revoke *revoke = &call->job.command.key_revoke;
    bool is_immediate = false;
    struct fields body;

    call->job.command.kind = COMMAND_KEY_REVOKE;
    call->encode_text = kable_encode_empty;
    fields_init(&body, call->exchange->request.body, &call->reading);
    fields_text(&body, STR("clientId"), FIELD_REQUIRED, &text_reference, &revoke->customer);
    read_environment(&body, &revoke->environment);
    fields_bool(&body, STR("immediately"), &is_immediate);
    read_secret(call, &body, revoke);
    revoke->after.us = is_immediate ? 0 : GRACE_US;
}
