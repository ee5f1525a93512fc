#include "cli/report.h"

#include <stdio.h>
#include "base/check.h"
#include "json/write.h"

enum cli_exit exit_of(enum scrip_outcome outcome)
{
    switch (outcome) {
    case SCRIP_OK:
    case SCRIP_END:
        return CLI_WELL;
    case SCRIP_USAGE:
        return CLI_USAGE;
    case SCRIP_NO_MEMORY:
    case SCRIP_SYSTEM:
    case SCRIP_CANCELLED:
    case SCRIP_UNREACHABLE:
    case SCRIP_TLS:
    case SCRIP_TIMEOUT:
    case SCRIP_DISCONNECTED:
    case SCRIP_REDIRECTED:
    case SCRIP_ENDLESS:
    case SCRIP_MALFORMED:
    case SCRIP_TRUNCATED:
    case SCRIP_SERVER:
        return CLI_WORLD;
    case SCRIP_BAD_REQUEST:
    case SCRIP_CONFLICT:
    case SCRIP_TOO_MANY:
    case SCRIP_REFUSED:
        return CLI_REFUSED;
    case SCRIP_NOT_COVERED:
        return CLI_NOT_COVERED;
    case SCRIP_NOT_FOUND:
        return CLI_NOT_FOUND;
    case SCRIP_UNAUTHORIZED:
    case SCRIP_FORBIDDEN:
        return CLI_KEY;
    case SCRIP_OUTCOME_COUNT:
        break;
    }
    never("an outcome is one of these");
}

/* Nobody knows whether it was done. */
static bool is_in_doubt(const struct scrip_error *error)
{
    enum scrip_outcome outcome = error->outcome;

    return error->idempotency_key[0] != '\0' &&
           (outcome == SCRIP_TIMEOUT || outcome == SCRIP_DISCONNECTED ||
            outcome == SCRIP_MALFORMED || outcome == SCRIP_TRUNCATED || outcome == SCRIP_ENDLESS ||
            outcome == SCRIP_SERVER);
}

static void put_text(struct json_writer *writer, struct str key, const char *text)
{
    if (text[0] != '\0')
        json_put_string(json_key(writer, key), str_from_c(text));
}

static void report_json(const struct scrip_error *error)
{
    char buffer[4096], available[SCRIP_DECIMAL_TEXT_MAX];
    struct json_writer writer;
    struct str text;

    json_writer_init(&writer, buffer, sizeof buffer);
    json_begin_object(&writer);
    put_text(&writer, STR("outcome"), scrip_outcome_name(error->outcome));
    if (error->http_status != 0)
        json_put_integer(json_key(&writer, STR("http_status")), error->http_status);
    put_text(&writer, STR("message"), error->message);
    put_text(&writer, STR("code"), error->code);
    put_text(&writer, STR("available"), scrip_decimal_format(error->available, available));
    put_text(&writer, STR("request_id"), error->request_id);
    put_text(&writer, STR("idempotency_key"), error->idempotency_key);
    json_end_object(&writer);
    if (json_writer_finish(&writer, &text) == OK)
        fprintf(stderr, "%.*s\n", STR_PRINT(text));
}

enum cli_exit report_error(const struct invocation *invocation)
{
    const struct scrip_error *error = &invocation->error;
    char available[SCRIP_DECIMAL_TEXT_MAX];

    if (invocation_is_on(invocation, "json")) {
        report_json(error);
        return exit_of(error->outcome);
    }
    fprintf(stderr, "scrip: %s\n", error->message);
    if (error->available.is_given)
        fprintf(stderr, "scrip: available: %s\n",
                scrip_decimal_format(error->available, available));
    if (is_in_doubt(error))
        fprintf(stderr,
                "scrip: whether it was done is not known; to find out, repeat it with\n"
                "scrip: --idempotency-key %s\n",
                error->idempotency_key);
    if (error->outcome == SCRIP_SERVER && error->request_id[0] != '\0')
        fprintf(stderr, "scrip: the server knows it as request %s\n", error->request_id);
    return exit_of(error->outcome);
}
