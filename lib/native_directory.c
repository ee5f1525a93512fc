/* native_directory.c - Scrip's customers, credit types and products. */
#include "lib/endpoint.h"
#include "lib/native.h"

#define T struct scrip_customer_create_params
static const struct field customer_create_fields[] = {
    NEEDED(T, FIELD_TEXT, name),
    OPTIONAL(T, FIELD_TEXT, id),
    MANY(T, FIELD_TEXTS, aliases, alias_count, "aliases", NULL),
    OPTIONAL(T, FIELD_TEXT, currency),
    MANY(T, FIELD_PAIRS, custom_fields, custom_field_count, "custom_fields", NULL),
};
static const struct shape customer_create_shape = SHAPE(T, customer_create_fields);
#undef T

#define T struct scrip_customer
static const struct field customer_fields[] = {
    NEEDED(T, FIELD_TEXT, id),
    OPTIONAL(T, FIELD_TEXT, kable_id),
    OPTIONAL(T, FIELD_TEXT, name),
    MANY(T, FIELD_TEXTS, aliases, alias_count, "aliases", NULL),
    OPTIONAL(T, FIELD_TEXT, currency),
    MANY(T, FIELD_PAIRS, custom_fields, custom_field_count, "custom_fields", NULL),
    OPTIONAL(T, FIELD_INSTANT, created_at),
    OPTIONAL(T, FIELD_INSTANT, updated_at),
    OPTIONAL(T, FIELD_INSTANT, archived_at),
    OPTIONAL(T, FIELD_RAW, json),
};
static const struct shape customer_shape = SHAPE(T, customer_fields);
#undef T

static const struct endpoint customer_create = {
    .method = "POST",
    .path = "/scrip/v1/customers",
    .is_mutation = true,
    .body = &customer_create_shape,
    .result = &customer_shape,
};

static const struct endpoint customer_get = {
    .method = "GET",
    .path = "/scrip/v1/customers/{}",
    .subject = "customer",
    .result = &customer_shape,
};

enum scrip_outcome scrip_customer_create(struct scrip_client *client,
                                         const struct scrip_customer_create_params *params,
                                         const struct scrip_call *call, struct scrip_customer **ret,
                                         struct scrip_error *reterr)
{
    return endpoint_call(client, &customer_create, NULL, params, call, ret, reterr);
}

enum scrip_outcome scrip_customer_get(struct scrip_client *client, const char *customer,
                                      const struct scrip_call *call, struct scrip_customer **ret,
                                      struct scrip_error *reterr)
{
    return endpoint_call(client, &customer_get, customer, NULL, call, ret, reterr);
}

#define T struct scrip_customer_update_params
static const struct field customer_update_fields[] = {
    OPTIONAL(T, FIELD_TEXT, name),
    MANY(T, FIELD_TEXTS, aliases, alias_count, "aliases", NULL),
    MANY(T, FIELD_PAIRS, custom_fields, custom_field_count, "custom_fields", NULL),
};
static const struct shape customer_update_shape = SHAPE(T, customer_update_fields);
#undef T

static const struct endpoint customer_update = {
    .method = "POST",
    .path = "/scrip/v1/customers/{}",
    .subject = "customer",
    .is_mutation = true,
    .body = &customer_update_shape,
    .result = &customer_shape,
};

enum scrip_outcome scrip_customer_update(struct scrip_client *client, const char *customer,
                                         const struct scrip_customer_update_params *params,
                                         const struct scrip_call *call, struct scrip_customer **ret,
                                         struct scrip_error *reterr)
{
    return endpoint_call(client, &customer_update, customer, params, call, ret, reterr);
}

static const struct endpoint customer_archive = {
    .method = "POST",
    .path = "/scrip/v1/customers/{}/archive",
    .subject = "customer",
    .is_mutation = true,
    .result = &customer_shape,
};

enum scrip_outcome scrip_customer_archive(struct scrip_client *client, const char *customer,
                                          const struct scrip_call *call,
                                          struct scrip_customer **ret, struct scrip_error *reterr)
{
    return endpoint_call(client, &customer_archive, customer, NULL, call, ret, reterr);
}

#define T struct scrip_customer_list_params
static const struct field customer_list_fields[] = {
    OPTIONAL(T, FIELD_COUNT, limit),
    OPTIONAL(T, FIELD_TEXT, alias),
    OPTIONAL(T, FIELD_FLAG, with_archived),
};
static const struct shape customer_list_shape = SHAPE(T, customer_list_fields);
#undef T

static const struct endpoint customer_list = {
    .method = "GET",
    .path = "/scrip/v1/customers",
    .query = &customer_list_shape,
    .result = &customer_shape,
    .envelope = "data",
    .cursor_param = "cursor",
    .cursor_member = "next",
};

enum scrip_outcome scrip_customer_list(struct scrip_client *client,
                                       const struct scrip_customer_list_params *params,
                                       const struct scrip_call *call, struct scrip_list **ret,
                                       struct scrip_error *reterr)
{
    return endpoint_list(client, &customer_list, NULL, params, call, ret, reterr);
}

enum scrip_outcome scrip_customer_next(struct scrip_list *list, const struct scrip_customer **ret,
                                       struct scrip_error *reterr)
{
    return endpoint_next(list, &customer_list, ret, reterr);
}

#define T struct scrip_credit_type_create_params
static const struct field credit_type_create_fields[] = {
    NEEDED(T, FIELD_TEXT, name),
    OPTIONAL(T, FIELD_TEXT, id),
    OPTIONAL(T, FIELD_INTEGER, scale),
    OPTIONAL(T, FIELD_FLAG, is_currency),
};
static const struct shape credit_type_create_shape = SHAPE(T, credit_type_create_fields);
#undef T

#define T struct scrip_credit_type
static const struct field credit_type_fields[] = {
    NEEDED(T, FIELD_TEXT, id),
    OPTIONAL(T, FIELD_TEXT, name),
    OPTIONAL(T, FIELD_INTEGER, scale),
    OPTIONAL(T, FIELD_FLAG, is_currency),
};
const struct shape native_credit_type_shape = SHAPE(T, credit_type_fields);
#undef T

static const struct endpoint credit_type_create = {
    .method = "POST",
    .path = "/scrip/v1/credit-types",
    .is_mutation = true,
    .body = &credit_type_create_shape,
    .result = &native_credit_type_shape,
};

enum scrip_outcome scrip_credit_type_create(struct scrip_client *client,
                                            const struct scrip_credit_type_create_params *params,
                                            const struct scrip_call *call,
                                            struct scrip_credit_type **ret,
                                            struct scrip_error *reterr)
{
    return endpoint_call(client, &credit_type_create, NULL, params, call, ret, reterr);
}

#define T struct scrip_product_create_params
static const struct field product_create_fields[] = {
    NEEDED(T, FIELD_TEXT, name),
    OPTIONAL(T, FIELD_TEXT, id),
};
static const struct shape product_create_shape = SHAPE(T, product_create_fields);
#undef T

#define T struct scrip_product
static const struct field product_fields[] = {
    NEEDED(T, FIELD_TEXT, id),
    OPTIONAL(T, FIELD_TEXT, name),
};
static const struct shape product_shape = SHAPE(T, product_fields);
#undef T

static const struct endpoint product_create = {
    .method = "POST",
    .path = "/scrip/v1/products",
    .is_mutation = true,
    .body = &product_create_shape,
    .result = &product_shape,
};

enum scrip_outcome scrip_product_create(struct scrip_client *client,
                                        const struct scrip_product_create_params *params,
                                        const struct scrip_call *call, struct scrip_product **ret,
                                        struct scrip_error *reterr)
{
    return endpoint_call(client, &product_create, NULL, params, call, ret, reterr);
}
