/* native_keys.c - keys, for those who may make them. */
#include "lib/endpoint.h"

#define T struct scrip_key_create_params
static const struct field create_fields[] = {
    OPTIONAL(T, FIELD_TEXT, name),
    OPTIONAL(T, FIELD_TEXT, scope),
    OPTIONAL(T, FIELD_INTEGER, requests_per_second),
};
static const struct shape create_shape = SHAPE(T, create_fields);
#undef T

#define T struct scrip_key
static const struct field key_fields[] = {
    NEEDED(T, FIELD_TEXT, client_id),       OPTIONAL(T, FIELD_TEXT, secret),
    OPTIONAL(T, FIELD_TEXT, name),          OPTIONAL(T, FIELD_TEXT, environment),
    OPTIONAL(T, FIELD_TEXT, scope),         OPTIONAL(T, FIELD_INTEGER, requests_per_second),
    OPTIONAL(T, FIELD_INSTANT, created_at), OPTIONAL(T, FIELD_INSTANT, revoked_at),
    OPTIONAL(T, FIELD_RAW, json),
};
static const struct shape key_shape = SHAPE(T, key_fields);
#undef T

static const struct endpoint create = {
    .method = "POST",
    .path = "/scrip/v1/keys",
    .is_mutation = true,
    .is_once = true,
    .body = &create_shape,
    .result = &key_shape,
};

enum scrip_outcome scrip_key_create(struct scrip_client *client,
                                    const struct scrip_key_create_params *params,
                                    const struct scrip_call *call, struct scrip_key **ret,
                                    struct scrip_error *reterr)
{
    return endpoint_call(client, &create, NULL, params, call, ret, reterr);
}

static const struct endpoint revoke = {
    .method = "POST",
    .path = "/scrip/v1/keys/{}/revoke",
    .subject = "client_id",
    .is_mutation = true,
    .result = &key_shape,
};

enum scrip_outcome scrip_key_revoke(struct scrip_client *client, const char *client_id,
                                    const struct scrip_call *call, struct scrip_key **ret,
                                    struct scrip_error *reterr)
{
    return endpoint_call(client, &revoke, client_id, NULL, call, ret, reterr);
}

#define T struct scrip_key_list_params
static const struct field list_fields[] = { OPTIONAL(T, FIELD_COUNT, limit) };
static const struct shape list_shape = SHAPE(T, list_fields);
#undef T

static const struct endpoint list = {
    .method = "GET",
    .path = "/scrip/v1/keys",
    .query = &list_shape,
    .result = &key_shape,
    .envelope = "data",
    .cursor_param = "cursor",
    .cursor_member = "next",
};

enum scrip_outcome scrip_key_list(struct scrip_client *client,
                                  const struct scrip_key_list_params *params,
                                  const struct scrip_call *call, struct scrip_list **ret,
                                  struct scrip_error *reterr)
{
    return endpoint_list(client, &list, NULL, params, call, ret, reterr);
}

enum scrip_outcome scrip_key_next(struct scrip_list *keys, const struct scrip_key **ret,
                                  struct scrip_error *reterr)
{
    return endpoint_next(keys, &list, ret, reterr);
}
