#include "api/auth.h"

#include "base/limits.h"

static bool is_valid(const struct key *key, struct instant now)
{
    return instant_before(now, key->revoked_at);
}

static struct caller caller_of(const struct key *key)
{
    return (struct caller){
        .key = key->number,
        .environment = key->environment,
        .scope = key->scope,
        .requests_per_second = key->requests_per_second,
    };
}

/* The keys with that secret. */
static const struct key **candidates(const struct key_snapshot *keys, struct str secret,
                                     size_t *ret_count)
{
    struct digest hmac;

    *ret_count = 0;
    if (secret.len < SECRET_BYTES_MIN || secret.len > SECRET_BYTES_MAX)
        return NULL;
    hmac = key_snapshot_hmac(keys, secret);
    return key_snapshot_find(keys, &hmac, ret_count);
}

/* A key of the business.  client_id NULL: any. */
static bool find(const struct key_snapshot *keys, const struct str *client_id, struct str secret,
                 struct instant now, struct caller *ret)
{
    size_t count;
    const struct key **same = candidates(keys, secret, &count);
    const struct key *found = NULL;

    for (size_t i = 0; i < count; i++)
        if ((client_id == NULL || str_equals(same[i]->client_id, *client_id)) &&
            is_valid(same[i], now) && same[i]->customer == 0)
            found = same[i];
    if (found == NULL)
        return false;
    *ret = caller_of(found);
    return true;
}

static bool bearer_split(const struct request *request, struct str *ret_rest)
{
    struct str scheme = str_split(request_header(request, STR("Authorization")), ' ', ret_rest);

    return str_equals_ignoring_case(scheme, STR("Bearer"));
}

bool auth_is_bearer(const struct request *request)
{
    struct str rest;

    return bearer_split(request, &rest);
}

bool auth_bearer(const struct key_snapshot *keys, const struct request *request, struct instant now,
                 struct caller *ret)
{
    struct str rest;

    if (!bearer_split(request, &rest))
        return false;
    while (rest.len > 0 && rest.data[0] == ' ')
        rest = str_skip(rest, 1);
    return find(keys, NULL, rest, now, ret);
}

bool auth_pair(const struct key_snapshot *keys, const struct request *request, struct instant now,
               struct caller *ret)
{
    struct str client_id = request_header(request, STR("Kable-Client-Id"));
    struct str secret = request_header(request, STR("Kable-Client-Secret"));

    return find(keys, &client_id, secret, now, ret);
}

/* --- customers --- */

static bool business_is_known(const struct key_snapshot *keys, struct str client_id,
                              enum environment environment, struct instant now)
{
    for (size_t i = 0; i < keys->business_count; i++) {
        const struct key *key = keys->business[i];

        if (key->environment == environment && str_equals(key->client_id, client_id) &&
            is_valid(key, now))
            return true;
    }
    return false;
}

/* By its client id, or by its id in either spelling. */
static bool customer_is_called(const struct key *key, struct str name)
{
    struct uuid id = { .bytes = { 0 } };

    if (str_equals(key->customer_client_id, name))
        return true;
    return uuid_parse_either(name, CUSTOMER_PREFIX, &id) == OK &&
           uuid_equals(id, key->customer_id.uuid);
}

bool auth_customer(const struct key_snapshot *keys, const struct request *request,
                   struct instant now, struct caller *ret)
{
    struct str business = request_header(request, STR("Kable-Client-Id"));
    struct str name = request_header(request, STR("X-Client-Id"));
    size_t count;
    const struct key **same = candidates(keys, request_header(request, STR("X-Api-Key")), &count);

    for (size_t i = 0; i < count; i++) {
        const struct key *key = same[i];
        bool is_called =
            key->customer > 0 ? customer_is_called(key, name) : str_equals(key->client_id, name);
        bool is_here = key->customer > 0 ? business_is_known(keys, business, key->environment, now)
                                         : str_equals(key->client_id, business);

        if (is_valid(key, now) && is_here && (name.len == 0 || is_called)) {
            *ret = caller_of(key);
            return true;
        }
    }
    return false;
}
