#include "api/auth.h"

#include "base/limits.h"

/* client_id NULL: any.  Looks at every key, so that the time taken tells nothing. */
static bool find(const struct key_snapshot *keys, const struct str *client_id, struct str secret,
                 struct caller *ret)
{
    const struct key *found = NULL;
    struct digest hmac;

    if (secret.len < SECRET_BYTES_MIN || secret.len > SECRET_BYTES_MAX)
        return false;
    hmac = digest_hmac_sha256(keys->pepper, sizeof(keys->pepper), secret);
    for (size_t i = 0; i < keys->key_count; i++) {
        const struct key *key = &keys->keys[i];
        bool same = digest_equals(&key->secret_hmac, &hmac);

        if (same && (client_id == NULL || str_equals(key->client_id, *client_id)) &&
            instant_is_never(key->revoked_at) && key->customer == 0)
            found = key;
    }
    if (found == NULL)
        return false;
    *ret = (struct caller){
        .key = found->number,
        .environment = found->environment,
        .scope = found->scope,
        .requests_per_second = found->requests_per_second,
    };
    return true;
}

bool auth_bearer(const struct key_snapshot *keys, const struct request *request, struct caller *ret)
{
    struct str rest;
    struct str value = request_header(request, STR("Authorization"));
    struct str scheme = str_split(value, ' ', &rest);

    if (!str_equals_ignoring_case(scheme, STR("Bearer")))
        return false;
    while (rest.len > 0 && rest.data[0] == ' ')
        rest = str_skip(rest, 1);
    return find(keys, NULL, rest, ret);
}

bool auth_pair(const struct key_snapshot *keys, const struct request *request, struct caller *ret)
{
    struct str client_id = request_header(request, STR("Kable-Client-Id"));
    struct str secret = request_header(request, STR("Kable-Client-Secret"));

    return find(keys, &client_id, secret, ret);
}
