#include "lib/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "json/read.h"
#include "lib/decimal.h"

#define ERROR_ARENA_BYTES_MAX (256u << 10) /* what an error says of itself is a few texts */

static const char *const outcome_names[SCRIP_OUTCOME_COUNT] = {
    [SCRIP_OK] = "ok",
    [SCRIP_END] = "end",
    [SCRIP_USAGE] = "usage",
    [SCRIP_NO_MEMORY] = "no memory",
    [SCRIP_SYSTEM] = "system",
    [SCRIP_CANCELLED] = "cancelled",
    [SCRIP_UNREACHABLE] = "unreachable",
    [SCRIP_TLS] = "tls",
    [SCRIP_TIMEOUT] = "timeout",
    [SCRIP_DISCONNECTED] = "disconnected",
    [SCRIP_REDIRECTED] = "redirected",
    [SCRIP_ENDLESS] = "endless",
    [SCRIP_MALFORMED] = "malformed",
    [SCRIP_TRUNCATED] = "truncated",
    [SCRIP_BAD_REQUEST] = "bad request",
    [SCRIP_UNAUTHORIZED] = "unauthorized",
    [SCRIP_NOT_COVERED] = "not covered",
    [SCRIP_FORBIDDEN] = "forbidden",
    [SCRIP_NOT_FOUND] = "not found",
    [SCRIP_CONFLICT] = "conflict",
    [SCRIP_TOO_MANY] = "too many",
    [SCRIP_REFUSED] = "refused",
    [SCRIP_SERVER] = "server",
};

const char *scrip_outcome_name(enum scrip_outcome outcome)
{
    if ((unsigned)outcome >= SCRIP_OUTCOME_COUNT)
        return "unknown";
    return outcome_names[outcome];
}

const char *scrip_version(void)
{
    return SCRIP_VERSION;
}

void scrip_error_clear(struct scrip_error *error)
{
    if (error == NULL)
        return;
    alloc_return(error->body);
    *error = (struct scrip_error)SCRIP_ERROR_NONE;
}

void error_begin(struct scrip_error *error)
{
    scrip_error_clear(error);
}

enum scrip_outcome error_set(struct scrip_error *error, enum scrip_outcome outcome,
                             const char *format, ...)
{
    va_list arguments;

    if (error == NULL)
        return outcome;
    error->outcome = outcome;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return outcome;
}

enum scrip_outcome error_no_memory(struct scrip_error *error)
{
    return error_set(error, SCRIP_NO_MEMORY, "out of memory");
}

enum scrip_outcome error_usage(struct scrip_error *error, const char *name, const char *why)
{
    return error_set(error, SCRIP_USAGE, "%s %s", name, why);
}

/* Is there the rest of a character at this byte? */
static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

void error_copy(char *field, size_t size, struct str text)
{
    size_t len = text.len < size ? text.len : size - 1;

    while (len < text.len && len > 0 && is_continuation(text.data[len]))
        len--;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text.data[i];
        field[i] = c < ' ' || c == 0x7F ? ' ' : (char)c;
    }
    field[len] = '\0';
}

enum scrip_outcome outcome_of_status(int http_status)
{
    if (http_status < 300)
        return SCRIP_MALFORMED; /* neither a success nor a refusal: HTTP has no such thing */
    switch (http_status) {
    case 400:
    case 405:
    case 413:
    case 415:
    case 422:
        return SCRIP_BAD_REQUEST;
    case 401:
        return SCRIP_UNAUTHORIZED;
    case 402:
        return SCRIP_NOT_COVERED;
    case 403:
        return SCRIP_FORBIDDEN;
    case 404:
    case 410:
        return SCRIP_NOT_FOUND;
    case 409:
        return SCRIP_CONFLICT;
    case 429:
        return SCRIP_TOO_MANY;
    default:
        break;
    }
    if (http_status < 400)
        return SCRIP_REDIRECTED;
    return http_status < 500 ? SCRIP_REFUSED : SCRIP_SERVER;
}

static struct str text_of(const struct json *object, const char *name)
{
    const struct json *node = json_member(object, str_from_c(name));

    return node != NULL && node->kind == JSON_STRING ? node->text : STR_NONE;
}

/* The first of the names that says something. */
static struct str first_text_of(const struct json *object, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct str text = text_of(object, names[i]);
        if (text.len > 0)
            return text;
    }
    return STR_NONE;
}

/* {"message", "code"} of the two dialects; {"type", "title", "detail"} of RFC 9457. */
static void read_words(struct scrip_error *error, const struct json *object)
{
    static const char *const messages[] = { "message", "detail", "title" };
    static const char *const codes[] = { "code", "type" };
    const struct json *available = json_member(object, STR("available"));
    struct str message = first_text_of(object, messages, array_count(messages));
    struct scrip_decimal amount;

    if (message.len > 0) {
        error_copy(error->message, sizeof error->message, message);
        if (message.len < sizeof error->message - 16)
            snprintf(error->message + strlen(error->message), 16, " (HTTP %d)", error->http_status);
    }
    error_copy(error->code, sizeof error->code, first_text_of(object, codes, array_count(codes)));
    if (available != NULL && decimal_from_json(available, &amount))
        error->available = amount;
}

enum scrip_outcome error_from_reply(struct scrip_error *error, int http_status, struct bytes *body)
{
    const struct json *object;
    struct json_error why;
    struct arena arena;
    enum scrip_outcome outcome = outcome_of_status(http_status);

    if (error == NULL)
        return outcome;
    error->http_status = http_status;
    error_set(error, outcome, "the server answered with HTTP %d, and no message", http_status);
    arena_init(&arena, ERROR_ARENA_BYTES_MAX);
    if (body->len > 0 &&
        json_parse((struct str){ body->data, body->len }, &arena, &object, &why) == OK &&
        object->kind == JSON_OBJECT)
        read_words(error, object);
    arena_finish(&arena);
    error->body = body->data;
    error->body_size = body->len;
    *body = (struct bytes){ .len_max = body->len_max };
    return outcome;
}
