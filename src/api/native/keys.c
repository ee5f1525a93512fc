/* Keys, for a key with scope admin: those of its own environment, but not the customers' own. */
#include "api/native/native.h"
#include "api/page.h"
#include "api/secret.h"

#define RATE_MAX 1000000

struct made_key {
    char secret[SECRET_TEXT_BYTES];
    char client_id[KEY_ID_BYTES];
};

/* --- making one --- */

static void key_make(enum environment environment, struct made_key *ret)
{
    struct random random = random_system();

    secret_make(&random, environment, ret->secret);
    key_id_make(&random, ret->client_id);
}

static void read_scope(struct fields *body, enum key_scope *ret)
{
    struct str scope = STR_NONE;

    *ret = KEY_SCOPE_WRITE;
    fields_text(body, STR("scope"), FIELD_OPTIONAL, &text_name, &scope);
    if (str_equals(scope, STR("read")))
        *ret = KEY_SCOPE_READ;
    else if (str_equals(scope, STR("admin")))
        *ret = KEY_SCOPE_ADMIN;
    else if (scope.data != NULL && !str_equals(scope, STR("write")))
        fields_blame(body, STR("scope"), STR("must be read, write or admin"));
}

/* A receipt would keep the secret in the clear. */
static void refuse_idempotency(struct call *call)
{
    if (call->idempotency.given)
        reading_blame(&call->reading, STR("Idempotency-Key"),
                      STR("is not taken here: a secret is shown once and never kept"));
}

void native_decode_create_key(struct call *call)
{
    struct made_key *made = arena_new(call->exchange->arena, struct made_key, 1);
    struct key *key = &call->job.command.key_create.key;
    struct key_snapshot *keys;
    struct fields body;
    int64_t rate = 0;

    call->job.command.kind = COMMAND_KEY_CREATE;
    call->context = made;
    refuse_idempotency(call);
    fields_init(&body, call->exchange->request.body, &call->reading);
    fields_text(&body, STR("name"), FIELD_OPTIONAL, &text_name, &key->name);
    read_scope(&body, &key->scope);
    fields_integer(&body, STR("requests_per_second"), FIELD_OPTIONAL, 0, RATE_MAX, &rate);
    fields_close(&body);
    if (made == NULL) {
        reading_out_of_memory(&call->reading);
        return;
    }
    key_make(call->caller.environment, made);
    keys = call_keys_acquire(call);
    key->secret_hmac =
        key_snapshot_hmac(keys, (struct str){ .data = made->secret, .len = sizeof made->secret });
    ledger_keys_release(keys);
    key->client_id = (struct str){ .data = made->client_id, .len = sizeof made->client_id };
    key->environment = call->caller.environment;
    key->requests_per_second = (uint32_t)rate;
}

void native_decode_revoke_key(struct call *call)
{
    struct key_revoke *revoke = &call->job.command.key_revoke;
    struct fields body;

    call->job.command.kind = COMMAND_KEY_REVOKE;
    revoke->client_id = call->params[0];
    revoke->environment = call->caller.environment;
    fields_init(&body, call->exchange->request.body, &call->reading);
    fields_close(&body);
}

/* The keys are in a snapshot; the question makes sure that it has those of replies before. */
void native_decode_list_keys(struct call *call)
{
    struct params params;

    call->job.query.kind = QUERY_BOOK;
    params_init(&params, call->exchange->request.query, &call->reading);
    page_decode(call, &params, STR("cursor"), CURSOR_KEYS);
    params_close(&params);
}

/* --- replies --- */

static struct str scope_name(enum key_scope scope)
{
    switch (scope) {
    case KEY_SCOPE_WRITE:
        return STR("write");
    case KEY_SCOPE_READ:
        return STR("read");
    case KEY_SCOPE_ADMIN:
        return STR("admin");
    }
    never("a key has one of these scopes");
}

static void put_key(struct json_writer *writer, const struct key *key)
{
    json_put_string(json_key(writer, STR("client_id")), key->client_id);
    json_put_string(json_key(writer, STR("name")), key->name);
    json_put_string(json_key(writer, STR("environment")), environment_name(key->environment));
    json_put_string(json_key(writer, STR("scope")), scope_name(key->scope));
    json_put_integer(json_key(writer, STR("requests_per_second")), key->requests_per_second);
}

void native_encode_key_made(struct call *call, struct json_writer *writer)
{
    const struct made_key *made = call->context;

    json_begin_object(writer);
    put_key(writer, &call->job.command.key_create.key);
    json_put_string(json_key(writer, STR("secret")),
                    (struct str){ .data = made->secret, .len = sizeof made->secret });
    json_put_instant(json_key(writer, STR("created_at")), call->job.decision.at);
    json_end_object(writer);
}

void native_encode_key_revoked(struct call *call, struct json_writer *writer)
{
    json_begin_object(writer);
    json_put_string(json_key(writer, STR("client_id")), call->job.command.key_revoke.client_id);
    json_put_instant(json_key(writer, STR("revoked_at")), call->job.decision.at);
    json_end_object(writer);
}

static bool is_listed(const struct call *call, const struct key *key)
{
    return key->customer == 0 && key->environment == call->caller.environment &&
           key->number > call->job.query.after;
}

void native_encode_keys(struct call *call, struct json_writer *writer)
{
    struct answer *answer = &call->job.answer;
    struct key_snapshot *keys = call_keys_acquire(call);
    uint64_t last = 0;
    size_t count = 0;

    json_begin_object(writer);
    json_begin_array(json_key(writer, STR("data")));
    answer->next = 0;
    for (size_t i = 0; i < keys->key_count && answer->next == 0; i++) {
        const struct key *key = &keys->keys[i];

        if (!is_listed(call, key))
            continue;
        if (count++ == call->job.query.limit) {
            answer->next = last;
            continue;
        }
        last = key->number;
        json_begin_object(writer);
        put_key(writer, key);
        json_put_instant(json_key(writer, STR("created_at")), key->created_at);
        json_put_instant(json_key(writer, STR("revoked_at")), key->revoked_at);
        json_end_object(writer);
    }
    ledger_keys_release(keys);
    json_end_array(writer);
    page_encode_next(call, CURSOR_KEYS, json_key(writer, STR("next")));
    json_end_object(writer);
}
