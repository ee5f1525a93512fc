#include "ledger/directory.h"
#include "ledger/ledger.h"
#include "ledger/resolve.h"

enum err directory_keys_add(struct directory *directory, uint32_t customer, const struct key *keys,
                            size_t count)
{
    enum err e = OK;

    for (size_t i = 0; e == OK && i < count; i++) {
        struct key key = keys[i];

        key.customer = customer;
        key.created_at = directory->now;
        key.revoked_at = INSTANT_NEVER;
        directory->changed = true;
        directory->keys_changed = true;
        e = store_key_add(directory->store, &key);
    }
    return e;
}

enum err directory_keys_revoke(struct directory *directory, const struct key_revocation *revocation)
{
    directory->changed = true;
    directory->keys_changed = true;
    return store_keys_revoke(directory->store, revocation);
}

enum err directory_key_create(struct directory *directory, const struct key_create *asked,
                              struct decision *ret)
{
    enum err e = OK;

    if (!str_is_empty(asked->customer))
        e = directory_customer_find(directory, asked->customer, ret);
    if (e != OK || ret->reject != REJECT_NONE)
        return e;
    return directory_keys_add(directory, ret->customer_row.number, &asked->key, 1);
}

/* Is there one that is meant, and not revoked yet? */
static bool is_known(const struct directory *directory, const struct key_revocation *revocation)
{
    for (size_t i = 0; i < directory->keys->key_count; i++) {
        const struct key *key = &directory->keys->keys[i];

        if (key->customer == revocation->customer &&
            (revocation->everywhere || key->environment == revocation->environment) &&
            (!revocation->has_secret ||
             digest_equals(&key->secret_hmac, &revocation->secret_hmac)) &&
            (revocation->client_id.len == 0 || str_equals(key->client_id, revocation->client_id)))
            return true;
    }
    return false;
}

enum err directory_key_revoke(struct directory *directory, const struct key_revoke *asked,
                              struct decision *ret)
{
    struct key_revocation revocation = {
        .everywhere = asked->everywhere,
        .environment = asked->environment,
        .has_secret = asked->has_secret,
        .secret_hmac = asked->secret_hmac,
        .client_id = asked->client_id,
    };
    enum err e = instant_add(directory->now, asked->after, &revocation.at);

    assert(!str_is_empty(asked->customer) || !str_is_empty(asked->client_id));
    if (e == OK && !str_is_empty(asked->customer))
        e = directory_customer_find(directory, asked->customer, ret);
    if (e != OK || ret->reject != REJECT_NONE)
        return e;
    revocation.customer = ret->customer_row.number;
    if (!is_known(directory, &revocation)) {
        if (asked->has_secret || !str_is_empty(asked->client_id))
            ret->reject = REJECT_KEY_UNKNOWN;
        return OK;
    }
    return directory_keys_revoke(directory, &revocation);
}

enum err directory_usage_record(struct directory *directory, const struct command *command,
                                struct decision *ret)
{
    const struct usage_record *asked = &command->usage_record;
    struct customer_ref customer = { .number = 0 };
    struct usage_event event = {
        .client_id = asked->customer,
        .at = asked->at,
        .recorded_at = directory->now,
        .transaction_id = asked->transaction_id,
        .data = asked->data,
        .because = asked->because,
        .key = command->key,
    };
    enum reject unknown;
    enum err e = resolve_customer(directory->store, asked->customer, &customer, &unknown);

    if (e != OK)
        return e;
    if (unknown == REJECT_NONE) {
        event.customer = customer.number;
        ret->customer = customer.id;
    }
    directory->changed = true;
    return store_usage_event_add(directory->store, command->subject.environment, &event);
}
