#include "store/well_known.h"

/* 2025-01-01T00:00:00Z: they are older than any book. */
#define WELL_KNOWN_CREATED_AT_US INT64_C(1735689600000000)

struct well_known {
    struct str id;
    struct str name;
    bool is_currency;
};

/* The ids of the currencies are version 5 UUIDs of our own.  They stand in books: never change
 * one. */
static const struct well_known list[] = {
    { STR_INIT(CREDIT_TYPE_USD_UUID), STR_INIT(CREDIT_TYPE_USD_NAME), true },
    { STR_INIT(CREDIT_TYPE_CREDITS_UUID), STR_INIT(CREDIT_TYPE_CREDITS_NAME), false },
    { STR_INIT("3e2e9933-ce0f-5766-9eec-635d08b96d2a"), STR_INIT("AUD"), true },
    { STR_INIT("0bca7fb9-cc27-590b-b7ee-563ccf871d76"), STR_INIT("BRL"), true },
    { STR_INIT("d45aeed2-10de-58d2-a00f-c58e7105a9fe"), STR_INIT("CAD"), true },
    { STR_INIT("5f5202ec-cf23-5e67-830f-3adaa1f48a68"), STR_INIT("CHF"), true },
    { STR_INIT("522b4d4e-7eb7-5b0a-9a9e-5e433825afad"), STR_INIT("CZK"), true },
    { STR_INIT("95374826-7113-54be-a21e-6071eaa6a6f9"), STR_INIT("EUR"), true },
    { STR_INIT("6862d5ad-5a3f-51dc-87cd-d54f9d05ed3a"), STR_INIT("GBP"), true },
    { STR_INIT("a8db379d-33e8-5094-8a65-84c66b385d3b"), STR_INIT("INR"), true },
    { STR_INIT("6adaaf13-6dc6-518a-8831-b2013049f6e8"), STR_INIT("MXN"), true },
    { STR_INIT("5f11d126-89f6-5826-808f-9e8c3aa84df4"), STR_INIT("NGN"), true },
    { STR_INIT("05fe2d8d-d8e0-57fa-a18f-0e1ec392a57e"), STR_INIT("NOK"), true },
    { STR_INIT("b2ece45b-030c-594b-8b50-bf1bdf173eac"), STR_INIT("PLN"), true },
    { STR_INIT("ad16645d-6f95-5fd6-8dc5-366074248e8f"), STR_INIT("SEK"), true },
    { STR_INIT("5f488837-6139-5ca9-9398-ffabdc0b9a73"), STR_INIT("TRY"), true },
    { STR_INIT("6d229307-f946-5652-b41f-382d93b82937"), STR_INIT("ZAR"), true },
    { STR_INIT("34e9af1d-6a57-5867-9205-632e0bb52238"), STR_INIT("NZD"), true },
    { STR_INIT("6c977644-6d87-53de-a875-e93848bb65ec"), STR_INIT("SGD"), true },
    { STR_INIT("245e7c57-94f6-5398-acc2-e770bc6b8645"), STR_INIT("DKK"), true },
    { STR_INIT("06cd7794-9f63-595b-b245-0281e9375843"), STR_INIT("CNY"), true },
    { STR_INIT("49aedd7a-cf13-5e60-b2ce-2a2b361384b4"), STR_INIT("JPY"), true },
    { STR_INIT("5126b48c-7640-56a1-882e-92c62c5a8a7b"), STR_INIT("AED"), true },
};

size_t well_known_count(void)
{
    return array_count(list);
}

struct credit_type well_known_credit_type(size_t index)
{
    struct credit_type type = {
        .number = (uint32_t)index + 1,
        .scale = CREDIT_TYPE_SCALE_DEFAULT,
        .created_at = { .us = WELL_KNOWN_CREATED_AT_US },
    };
    enum err e;

    assert(index < array_count(list));
    e = uuid_parse(list[index].id, &type.id.uuid);
    assert(e == OK);
    type.name = list[index].name;
    type.is_currency = list[index].is_currency;
    return type;
}
