/* cli/entries.c - scrip entries: how a balance came about; the whole book. */
#include "base/check.h"
#include "cli/listing.h"
#include "cli/settings.h"
#include "cli/text.h"

static const struct column customer_columns[] = {
    { "entry", true }, { "at", false },     { "kind", false },  { "amount", true },
    { "held", true },  { "balance", true }, { "grant", false }, { "reason", false },
};

static void put_customer_entry(struct listing *listing, const struct scrip_entry *entry)
{
    struct arena *arena = &listing->invocation->arena;
    const char *cells[] = {
        text_integer(entry->sequence, arena), text_instant(entry->at, arena),
        text_shown(entry->kind, arena),       text_decimal(entry->amount, arena),
        text_decimal(entry->held, arena),     text_decimal(entry->balance.posted, arena),
        text_shown(entry->grant_id, arena),   text_shown(entry->reason, arena),
    };

    listing_item(listing, cells, entry->json);
}

static const struct column book_columns[] = {
    { "entry", true },   { "at", false },    { "customer", false },
    { "kind", false },   { "amount", true }, { "held", true },
    { "balance", true }, { "of", false },    { "reason", false },
};

static void put_book_entry(struct listing *listing, const struct scrip_entry *entry)
{
    struct arena *arena = &listing->invocation->arena;
    const char *cells[] = {
        text_integer(entry->sequence, arena),       text_instant(entry->at, arena),
        text_shown(entry->customer, arena),         text_shown(entry->kind, arena),
        text_decimal(entry->amount, arena),         text_decimal(entry->held, arena),
        text_decimal(entry->balance.posted, arena), text_shown(entry->credit_type.name, arena),
        text_shown(entry->reason, arena),
    };

    listing_item(listing, cells, entry->json);
}

static void refuse_without_customer(struct invocation *invocation)
{
    static const char *const flags[] = { "credit-type", "grant", "from", "until", "order" };

    for (size_t i = 0; i < array_count(flags); i++) {
        if (invocation_is_on(invocation, flags[i]))
            invocation_blame(invocation, "--%s goes with a customer", flags[i]);
    }
}

static int list(struct invocation *invocation, const char *customer,
                const struct scrip_entry_list_params *params)
{
    const struct scrip_entry *entry;
    struct scrip_list *entries = NULL;
    struct listing listing;
    enum scrip_outcome outcome =
        scrip_entry_list(invocation->client, customer, params, NULL, &entries, &invocation->error);

    listing_begin(&listing, invocation, "entries",
                  customer != NULL ? customer_columns : book_columns,
                  customer != NULL ? array_count(customer_columns) : array_count(book_columns));
    while (outcome == SCRIP_OK && listing_goes_on(&listing)) {
        outcome = scrip_entry_next(entries, &entry, &invocation->error);
        if (outcome == SCRIP_OK && customer != NULL)
            put_customer_entry(&listing, entry);
        else if (outcome == SCRIP_OK)
            put_book_entry(&listing, entry);
    }
    scrip_list_close(entries);
    return listing_end(&listing, outcome);
}

int run_entries(struct invocation *invocation)
{
    const char *customer = invocation->operand_count > 0 ? invocation->operands[0] : NULL;
    struct scrip_entry_list_params params = {
        .limit = listing_page_size(invocation),
        .credit_type = invocation_text(invocation, "credit-type"),
        .grant = invocation_text(invocation, "grant"),
        .from = invocation_instant(invocation, "from"),
        .until = invocation_instant(invocation, "until"),
        .order = order_of(invocation),
    };

    if (customer == NULL)
        refuse_without_customer(invocation);
    if (invocation->is_wrong || !settings_open(invocation))
        return CLI_USAGE;
    return list(invocation, customer, &params);
}
