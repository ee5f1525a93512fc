#include "api/message.h"
#include "api/metronome/metronome.h"

static const struct route routes[] = {
#define ROUTE(method, template, access, decode, encode)                                            \
    { HTTP_##method,                                                                               \
      STR_INIT(template),                                                                          \
      ACCESS_##access,                                                                             \
      metronome_decode_##decode,                                                                   \
      metronome_encode_##encode,                                                                   \
      NULL },
#include "api/metronome/routes.def"
#undef ROUTE
};

/* The ledger's words for what a client of this dialect has sent. */
static const struct field_name field_names[] = {
    { STR_INIT("customer"), STR_INIT("customer_id") },
    { STR_INIT("customers"), STR_INIT("customer_ids") },
    { STR_INIT("entity"), STR_INIT("entity_id") },
    { STR_INIT("credit_type"), STR_INIT("grant_amount.credit_type_id") },
    { STR_INIT("credit_types"), STR_INIT("credit_type_ids") },
    { STR_INIT("amount"), STR_INIT("grant_amount.amount") },
    { STR_INIT("paid_amount"), STR_INIT("paid_amount.amount") },
    { STR_INIT("paid_credit_type"), STR_INIT("paid_amount.credit_type_id") },
    { STR_INIT("products"), STR_INIT("product_ids") },
    { STR_INIT("rollover.amount_max"), STR_INIT("rollover_settings.rollover_amount.value") },
    { STR_INIT("expires_at"), STR_INIT("expires_at") },
    { STR_INIT("expires_in"), STR_INIT("expires_at") },
};

/* Archiving names its customer otherwise. */
static const struct field_name archive_field_names[] = {
    { STR_INIT("customer"), STR_INIT("id") },
};

static struct refusal refusal_of(enum reject reject)
{
    switch (reject) {
#define REFUSAL(name, status, field, text)                                                         \
    case REJECT_##name:                                                                            \
        return (struct refusal){ status, STR(field), STR(text) };
#include "api/metronome/refusals.def"
#undef REFUSAL
    case REJECT_NONE:
    case REJECT_COUNT:
        break;
    }
    never("a refusal is one of these");
}

static int success_status(const struct call *call)
{
    return 200;
}

static int refusal_status(enum reject reject)
{
    return refusal_of(reject).status;
}

static void write_refusal(const struct call *call, enum reject reject, struct json_writer *writer)
{
    struct refusal refusal = refusal_of(reject);

    if (call->job.command.kind == COMMAND_CUSTOMER_ARCHIVE)
        message_write_refusal(call, &refusal, archive_field_names, array_count(archive_field_names),
                              writer);
    else
        message_write_refusal(call, &refusal, field_names, array_count(field_names), writer);
}

static struct str trouble_text(enum trouble trouble)
{
    switch (trouble) {
    case TROUBLE_MALFORMED:
        return STR("Malformed request");
    case TROUBLE_UNAUTHORIZED:
        return STR("Invalid access token");
    case TROUBLE_FORBIDDEN:
    case TROUBLE_NOT_ADMIN:
        return STR("This access token may only read");
    case TROUBLE_ROUTE_UNKNOWN:
        return STR("Not found");
    case TROUBLE_METHOD_WRONG:
        return STR("Method not allowed");
    case TROUBLE_BROKEN:
        return STR("Internal server error");
    case TROUBLE_RATE_EXCEEDED:
    case TROUBLE_BUSY:
    case TROUBLE_UNAVAILABLE:
    case TROUBLE_UNSURE:
    case TROUBLE_DISK_FULL:
        return trouble_title(trouble);
    case TROUBLE_NONE:
        break;
    }
    never("trouble has a text");
}

static void write_trouble(const struct call *call, enum trouble trouble, struct json_writer *writer)
{
    message_write_trouble(call, trouble, trouble_text(trouble), writer);
}

const struct dialect metronome_dialect = {
    .prefixes = { STR_INIT("/v1"), STR_INIT("/v2") },
    .routes = routes,
    .route_count = array_count(routes),
    .credentials = { STR_INIT("Authorization") },
    .authenticate = auth_bearer,
    .success_status = success_status,
    .refusal_status = refusal_status,
    .error_type = STR_INIT("application/json"),
    .challenge = STR_INIT("Bearer"),
    .write_trouble = write_trouble,
    .write_refusal = write_refusal,
    .broken_body = STR_INIT("{\"message\":\"Internal server error\"}"),
};
