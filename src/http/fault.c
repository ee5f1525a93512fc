#include "http/fault.h"

#include "http/exchange.h"

static const struct {
    const char *name;
    int status;
    struct str text;
    struct str body;
} fault_table[FAULT_COUNT] = {
#define FAULT(fault_name, status_code, text_of_it)                                                 \
    [FAULT_##fault_name] = { .name = #fault_name,                                                  \
                             .status = (status_code),                                              \
                             .text = STR_INIT(text_of_it),                                         \
                             .body = STR_INIT("{\"message\":\"" text_of_it "\"}") },
#include "http/fault.def"
#undef FAULT
};

int fault_status(enum fault fault)
{
    assert(fault > FAULT_NONE);
    assert(fault < FAULT_COUNT);
    return fault_table[fault].status;
}

const char *fault_name(enum fault fault)
{
    assert(fault > FAULT_NONE);
    assert(fault < FAULT_COUNT);
    return fault_table[fault].name;
}

struct str fault_text(enum fault fault)
{
    assert(fault > FAULT_NONE);
    assert(fault < FAULT_COUNT);
    return fault_table[fault].text;
}

struct reply fault_reply(enum fault fault)
{
    struct reply reply = {
        .status = fault_status(fault),
        .content_type = STR("application/json"),
        .body = fault_table[fault].body,
    };

    if (reply.status == 503)
        reply_header(&reply, STR("Retry-After"), STR("1"));
    return reply;
}
