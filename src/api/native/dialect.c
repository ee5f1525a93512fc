#include "api/native/native.h"

static const struct route routes[] = {
#define ROUTE(method, template, access, decode, encode, follow)                                    \
    { HTTP_##method,          STR_INIT(template),     ACCESS_##access,                             \
      native_decode_##decode, native_encode_##encode, follow },
#include "api/native/routes.def"
#undef ROUTE
};

#define SLUG_SIZE_MAX 64

struct problem {
    struct str name; /* "BALANCE_EXCEEDED" */
    struct str title;
    struct str detail; /* where nobody is to blame; STR_NONE: the title */
    int status;
    struct blame blame;
};

/* "/problems/balance-exceeded" */
static void put_type(struct json_writer *writer, struct str name)
{
    static const char prefix[] = "/problems/";
    char slug[sizeof(prefix) + SLUG_SIZE_MAX];
    size_t len = 0;

    assert(name.len <= SLUG_SIZE_MAX);
    for (; len < sizeof(prefix) - 1; len++)
        slug[len] = prefix[len];
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];

        slug[len++] = c == '_' ? '-' : c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    json_put_string(writer, (struct str){ .data = slug, .len = len });
}

static void put_detail(struct arena *arena, struct json_writer *writer,
                       const struct problem *problem)
{
    struct str otherwise = problem->detail.len > 0 ? problem->detail : problem->title;
    struct str detail = otherwise;

    if (problem->blame.field.len > 0 && problem->blame.why.len > 0)
        detail = str_format(arena, "%.*s %.*s", STR_PRINT(problem->blame.field),
                            STR_PRINT(problem->blame.why));
    json_put_string(json_key(writer, STR("detail")), detail.data != NULL ? detail : otherwise);
}

/* A problem of RFC 9457, without its end.  The arena is for a detail that blames a field. */
static void open_problem(struct arena *arena, struct json_writer *writer,
                         const struct problem *problem)
{
    json_begin_object(writer);
    put_type(json_key(writer, STR("type")), problem->name);
    json_put_string(json_key(writer, STR("title")), problem->title);
    json_put_integer(json_key(writer, STR("status")), problem->status);
    put_detail(arena, writer, problem);
    if (problem->blame.field.len > 0)
        json_put_string(json_key(writer, STR("field")), problem->blame.field);
}

static struct blame trouble_blame(const struct call *call, enum trouble trouble)
{
    if (trouble == TROUBLE_MALFORMED)
        return call_blame(call);
    if (trouble == TROUBLE_UNAUTHORIZED && !auth_is_bearer(&call->exchange->request))
        return (struct blame){ .field = STR("Authorization"),
                               .why = STR("must be Bearer and the secret of a key") };
    return (struct blame){ .field = STR_NONE };
}

static void write_trouble(const struct call *call, enum trouble trouble, struct json_writer *writer)
{
    struct problem problem = {
        .name = trouble_name(trouble),
        .title = trouble_title(trouble),
        .status = trouble_status(trouble),
        .blame = trouble_blame(call, trouble),
    };

    open_problem(call->exchange->arena, writer, &problem);
    json_end_object(writer);
}

/* Where the known ones are to be seen. */
static const struct str where_known[REJECT_COUNT] = {
    [REJECT_CUSTOMER_UNKNOWN] = STR_INIT("no such customer; GET /scrip/v1/customers lists all"),
    [REJECT_CREDIT_TYPE_UNKNOWN] =
        STR_INIT("no such credit type; GET /scrip/v1/credit-types lists all"),
    [REJECT_PRODUCT_UNKNOWN] = STR_INIT("no such product; GET /scrip/v1/products lists all"),
    [REJECT_GRANT_UNKNOWN] = STR_INIT("no such grant; GET /scrip/v1/grants lists them"),
    [REJECT_HOLD_UNKNOWN] = STR_INIT("no such hold; GET /scrip/v1/holds lists the open ones"),
    [REJECT_DEDUCTION_UNKNOWN] =
        STR_INIT("no such deduction; GET /scrip/v1/entries lists what was drawn"),
    [REJECT_KEY_UNKNOWN] = STR_INIT("no such key; GET /scrip/v1/keys lists all"),
};

static void write_refusal(const struct call *call, enum reject reject, struct json_writer *writer)
{
    const struct decision *decision = &call->job.decision;
    struct problem problem = {
        .name = reject_name(reject),
        .title = reject_title(reject),
        .detail = where_known[reject],
        .status = reject_status(reject),
        .blame = call_blame(call),
    };

    open_problem(call->exchange->arena, writer, &problem);
    if (reject == REJECT_BALANCE_EXCEEDED)
        json_put_amount_string(json_key(writer, STR("available")), decision->available,
                               decision->credit_type.scale);
    json_end_object(writer);
}

static void write_fault(enum fault fault, struct json_writer *writer)
{
    const struct problem problem = {
        .name = str_from_c(fault_name(fault)),
        .title = fault_text(fault),
        .status = fault_status(fault),
    };

    open_problem(NULL, writer, &problem);
    json_end_object(writer);
}

static int success_status(const struct call *call)
{
    return 200;
}

const struct dialect native_dialect = {
    .prefixes = { STR_INIT("/scrip") },
    .routes = routes,
    .route_count = array_count(routes),
    .credentials = { STR_INIT("Authorization") },
    .authenticate = auth_bearer,
    .success_status = success_status,
    .refusal_status = reject_status,
    .error_type = STR_INIT("application/problem+json"),
    .challenge = STR_INIT("Bearer"),
    .write_trouble = write_trouble,
    .write_refusal = write_refusal,
    .write_fault = write_fault,
    .broken_body = STR_INIT("{\"type\":\"/problems/broken\",\"title\":\"something went wrong\"}"),
};
