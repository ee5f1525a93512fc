/* cli/ledgers.c - scrip credits ledgers: Metronome's ledger entries, a row each. */
#include "base/check.h"
#include "cli/listing.h"
#include "cli/settings.h"
#include "cli/text.h"

static void put_entries(struct listing *listing, const char *customer,
                        const struct scrip_metronome_ledger *ledger,
                        const struct scrip_metronome_entry *entries, size_t count,
                        const char *state)
{
    struct arena *arena = &listing->invocation->arena;

    for (size_t i = 0; i < count && listing_goes_on(listing); i++) {
        const char *cells[] = {
            text_instant(entries[i].effective_at, arena),
            text_shown(customer, arena),
            text_decimal(entries[i].amount, arena),
            text_decimal(entries[i].running_balance, arena),
            text_shown(ledger->credit_type.name, arena),
            state,
            text_shown(entries[i].credit_grant_id, arena),
            text_shown(entries[i].reason, arena),
        };
        listing_item(listing, cells, (struct scrip_text){ "", 0 });
    }
}

/* With --json a customer is an item; for people each of its entries is. */
static void put_customer(struct listing *listing,
                         const struct scrip_metronome_customer_ledgers *customer)
{
    if (listing->is_json) {
        listing_item(listing, NULL, customer->json);
        return;
    }
    for (size_t i = 0; i < customer->ledger_count; i++) {
        const struct scrip_metronome_ledger *ledger = &customer->ledgers[i];

        put_entries(listing, customer->customer_id, ledger, ledger->entries, ledger->entry_count,
                    "posted");
        put_entries(listing, customer->customer_id, ledger, ledger->pending_entries,
                    ledger->pending_entry_count, "pending");
    }
}

int credits_ledgers(struct invocation *invocation)
{
    static const struct column columns[] = {
        { "at", false }, { "customer", false }, { "amount", true }, { "balance", true },
        { "of", false }, { "", false },         { "grant", false }, { "reason", false },
    };
    struct scrip_metronome_ledger_list_params params = {
        .sort = order_of(invocation),
        .starting_on = invocation_instant(invocation, "from"),
        .ending_before = invocation_instant(invocation, "until"),
    };
    const struct scrip_metronome_customer_ledgers *customer;
    struct scrip_list *list = NULL;
    struct listing listing;
    enum scrip_outcome outcome;

    params.customer_ids = invocation_texts(invocation, "customer", &params.customer_id_count);
    params.credit_type_ids =
        invocation_texts(invocation, "credit-type", &params.credit_type_id_count);
    if (invocation->is_wrong || !settings_open(invocation))
        return CLI_USAGE;
    outcome =
        scrip_metronome_ledger_list(invocation->client, &params, NULL, &list, &invocation->error);
    listing_begin(&listing, invocation, "entries", columns, array_count(columns));
    while (outcome == SCRIP_OK && listing_goes_on(&listing)) {
        outcome = scrip_metronome_ledger_next(list, &customer, &invocation->error);
        if (outcome == SCRIP_OK)
            put_customer(&listing, customer);
    }
    scrip_list_close(list);
    return listing_end(&listing, outcome);
}
