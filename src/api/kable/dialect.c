#include "api/kable/kable.h"

#include "api/message.h"

static const struct route routes[] = {
#define ROUTE(method, template, access, decode, encode, follow)                                    \
    { HTTP_##method,         STR_INIT("/api/v1" template), ACCESS_##access,                        \
      kable_decode_##decode, kable_encode_##encode,        follow },                               \
        { HTTP_##method,         STR_INIT("/api" template), ACCESS_##access,                       \
          kable_decode_##decode, kable_encode_##encode,     follow },
#include "api/kable/routes.def"
#undef ROUTE
};

/* The ledger's words for what a client of this dialect has sent. */
static const struct field_name field_names[] = {
    { STR_INIT("amount"), STR_INIT("grantAmount") },
    { STR_INIT("paid_amount"), STR_INIT("chargeAmount") },
    { STR_INIT("expires_at"), STR_INIT("expiration") },
    { STR_INIT("expires_in"), STR_INIT("expiration") },
    { STR_INIT("name"), STR_INIT("companyName") },
    { STR_INIT("aliases"), STR_INIT("clientId") },
};

static struct refusal refusal_of(enum reject reject)
{
    switch (reject) {
#define REFUSAL(name, status, field, text)                                                         \
    case REJECT_##name:                                                                            \
        return (struct refusal){ status, STR(field), STR(text) };
#include "api/kable/refusals.def"
#undef REFUSAL
    case REJECT_NONE:
    case REJECT_COUNT:
        break;
    }
    never("a refusal is one of these");
}

/* The later contract says 201 to a POST that makes something; a check of keys makes nothing, and
 * events it takes with 200 too. */
static int success_status(const struct call *call)
{
    bool makes = call->route->method == HTTP_POST && call->route->access == ACCESS_WRITE &&
                 call->route->decode != kable_decode_events;

    return makes && call_contract_b(call) ? 201 : 200;
}

static int refusal_status(enum reject reject)
{
    return refusal_of(reject).status;
}

static void write_refusal(const struct call *call, enum reject reject, struct json_writer *writer)
{
    struct refusal refusal = refusal_of(reject);

    message_write_refusal(call, &refusal, field_names, array_count(field_names), writer);
}

static struct str trouble_text(enum trouble trouble)
{
    switch (trouble) {
    case TROUBLE_MALFORMED:
        return STR("invalid input");
    case TROUBLE_UNAUTHORIZED:
        return STR("Unauthorized");
    case TROUBLE_FORBIDDEN:
    case TROUBLE_NOT_ADMIN:
        return STR("This key may only read");
    case TROUBLE_ROUTE_UNKNOWN:
        return STR("not found");
    case TROUBLE_METHOD_WRONG:
        return STR("method not allowed");
    case TROUBLE_BROKEN:
        return STR("Something went wrong");
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

const struct dialect kable_dialect = {
    .prefixes = { STR_INIT("/api") },
    .routes = routes,
    .route_count = array_count(routes),
    .credentials = { STR_INIT("Kable-Client-Id"), STR_INIT("Kable-Client-Secret"),
                     STR_INIT("X-Client-Id"), STR_INIT("X-Api-Key") },
    .authenticate = kable_authenticate,
    .success_status = success_status,
    .refusal_status = refusal_status,
    .error_type = STR_INIT("application/json"),
    .write_trouble = write_trouble,
    .write_refusal = write_refusal,
    .broken_body = STR_INIT("{\"message\":\"Something went wrong\"}"),
};
