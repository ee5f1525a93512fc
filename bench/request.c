#include "request.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/check.h"

#define USD_CENTS "2714e483-4ff1-48e4-9e25-ac732e8f24f2"
#define CUSTOMER "00000000-0000-4000-8000-"
#define DIGITS "000000000000"
#define DIGIT_COUNT (sizeof(DIGITS) - 1)
#define STEP 7919u /* a prime: neighbours in time are strangers in the book */
#define ITEM_BYTES_MAX 256u
#define HEAD_BYTES_MAX 1024u

/* --- the text --- */

__attribute__((format(printf, 2, 3))) static void put(struct request_text *text, const char *format,
                                                      ...)
{
    va_list arguments;
    int len;

    va_start(arguments, format);
    len = vsnprintf(text->bytes + text->len, HEAD_BYTES_MAX, format, arguments);
    va_end(arguments);
    assert(len >= 0);
    assert(len < (int)HEAD_BYTES_MAX);
    text->len += (size_t)len;
}

static size_t place_of(const struct request_text *text, size_t from, const char *mark, size_t skip)
{
    const char *found = strstr(text->bytes + from, mark);

    assert(found != NULL);
    return (size_t)(found - text->bytes) + skip;
}

static void put_head(struct request_text *text, const char *method, const char *path)
{
    put(text, "%s %s HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\n", method, path,
        text->kind.secret);
}

static void put_post(struct request_text *text, const char *path, size_t body_len)
{
    put_head(text, "POST", path);
    put(text, "Content-Type: application/json\r\nContent-Length: %zu\r\n", body_len);
}

static size_t item_write(const struct request_text *text, int with_key, char *ret)
{
    return (size_t)snprintf(ret, ITEM_BYTES_MAX,
                            "{\"customer\":\"" CUSTOMER DIGITS "\",\"credit_type\":\"" USD_CENTS
                            "\",\"amount\":\"0.000001\"%s%s%s}",
                            with_key ? ",\"idempotency_key\":\"" : "",
                            with_key ? text->kind.run : "", with_key ? "-" DIGITS "\"" : "");
}

static void make_deduct(struct request_text *text)
{
    char item[ITEM_BYTES_MAX];
    size_t body;

    put_post(text, "/scrip/v1/deductions", item_write(text, 0, item));
    if (text->kind.run != NULL) {
        put(text, "Idempotency-Key: %s-" DIGITS "\r\n", text->kind.run);
        text->head_key_at = text->len - 2 - DIGIT_COUNT;
    }
    put(text, "\r\n");
    body = text->len;
    put(text, "%s", item);
    text->items = 1;
    text->customer_at = place_of(text, body, CUSTOMER, sizeof(CUSTOMER) - 1);
}

static void make_batch(struct request_text *text)
{
    static const char open[] = "{\"deductions\":[", close[] = "]}";
    char item[ITEM_BYTES_MAX];
    int with_key = text->kind.run != NULL;
    size_t item_len = item_write(text, with_key, item);
    size_t count = text->kind.batch_size, first;

    put_post(text, "/scrip/v1/deductions/batch",
             sizeof(open) - 1 + count * (item_len + 1) - 1 + sizeof(close) - 1);
    put(text, "\r\n%s", open);
    first = text->len;
    for (size_t i = 0; i < count; i++)
        put(text, "%s%s", i == 0 ? "" : ",", item);
    put(text, "%s", close);
    text->items = count;
    text->step = item_len + 1;
    text->customer_at = place_of(text, first, CUSTOMER, sizeof(CUSTOMER) - 1);
    if (with_key)
        text->key_at = first + item_len - 2 - DIGIT_COUNT;
}

static void make_customer(struct request_text *text)
{
    static const char body[] = "{\"id\":\"" CUSTOMER DIGITS "\",\"name\":\"Customer " DIGITS "\"}";

    put_post(text, "/scrip/v1/customers", sizeof(body) - 1);
    put(text, "\r\n%s", body);
    text->items = 1;
    text->customer_at = place_of(text, 0, CUSTOMER, sizeof(CUSTOMER) - 1);
    text->key_at = place_of(text, 0, "Customer ", 9);
}

static void make_grant(struct request_text *text)
{
    static const char body[] = "{\"customer\":\"" CUSTOMER DIGITS "\",\"credit_type\":\"" USD_CENTS
                               "\",\"amount\":\"1000000\",\"priority\":1}";

    put_post(text, "/scrip/v1/grants", sizeof(body) - 1);
    put(text, "\r\n%s", body);
    text->items = 1;
    text->customer_at = place_of(text, 0, CUSTOMER, sizeof(CUSTOMER) - 1);
    text->ordinal_at[0] = place_of(text, 0, "\"amount\":\"", 10);
    text->ordinal_at[1] = place_of(text, 0, "\"priority\":", 11);
}

static void make_balance(struct request_text *text)
{
    put_head(text, "GET", "/scrip/v1/customers/" CUSTOMER DIGITS "/balance");
    put(text, "\r\n");
    text->items = 1;
    text->customer_at = place_of(text, 0, CUSTOMER, sizeof(CUSTOMER) - 1);
}

/* What the Metronome dialect tells of a customer, as one of its clients asks. */
static void make_list(struct request_text *text, const char *path)
{
    static const char body[] = "{\"customer_ids\":[\"" CUSTOMER DIGITS "\"]}";

    put_post(text, path, sizeof(body) - 1);
    put(text, "\r\n%s", body);
    text->items = 1;
    text->customer_at = place_of(text, 0, CUSTOMER, sizeof(CUSTOMER) - 1);
}

static void make_list_grants(struct request_text *text)
{
    make_list(text, "/v1/credits/listGrants");
}

static void make_list_entries(struct request_text *text)
{
    make_list(text, "/v1/credits/listEntries");
}

static void make_healthz(struct request_text *text)
{
    put_head(text, "GET", "/healthz");
    put(text, "\r\n");
}

int request_text_init(struct request_text *text, const struct request_kind *kind)
{
    static const struct {
        const char *name;
        void (*make)(struct request_text *text);
    } kinds[] = {
        { "healthz", make_healthz },         { "balance", make_balance },
        { "deduct", make_deduct },           { "batch", make_batch },
        { "customer", make_customer },       { "grant", make_grant },
        { "list-grants", make_list_grants }, { "list-entries", make_list_entries },
    };

    *text = (struct request_text){ .kind = *kind };
    text->bytes = calloc(kind->batch_size + 16, ITEM_BYTES_MAX);
    assert(text->bytes != NULL);
    for (size_t i = 0; i < array_count(kinds); i++) {
        if (strcmp(kinds[i].name, kind->kind) == 0) {
            kinds[i].make(text);
            return 1;
        }
    }
    return 0;
}

/* --- one of them --- */

static void write_digits(uint64_t number, unsigned base, char *ret)
{
    for (size_t i = DIGIT_COUNT; i > 0; i--) {
        ret[i - 1] = "0123456789abcdef"[number % base];
        number /= base;
    }
}

/* Customers and grants come in order, whatever else is spread. */
static uint64_t customer_of(const struct request_text *text, uint64_t item)
{
    int in_order = text->ordinal_at[0] != 0 || strcmp(text->kind.kind, "customer") == 0;

    return text->kind.first + (in_order ? item : item * STEP) % text->kind.customers;
}

void request_write(const struct request_text *text, uint64_t number, char *ret)
{
    memcpy(ret, text->bytes, text->len);
    if (text->head_key_at != 0)
        write_digits(number, 10, ret + text->head_key_at);
    for (size_t i = 0; i < 2 && text->ordinal_at[i] != 0; i++)
        ret[text->ordinal_at[i]] = (char)('1' + number / text->kind.customers % 3);
    for (uint64_t i = 0; i < text->items; i++) {
        uint64_t item = number * text->items + i;

        write_digits(customer_of(text, item), 16, ret + text->customer_at + i * text->step);
        if (text->key_at != 0)
            write_digits(item, 10, ret + text->key_at + i * text->step);
    }
}
