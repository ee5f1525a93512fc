/* cli/customers.c - scrip customers list|show|create|update|archive. */
#include "base/check.h"
#include "cli/detail.h"
#include "cli/listing.h"
#include "cli/report.h"
#include "cli/settings.h"
#include "cli/text.h"

static void put_row(struct listing *listing, const struct scrip_customer *customer)
{
    struct arena *arena = &listing->invocation->arena;
    const char *cells[] = {
        text_shown(customer->id, arena),
        text_shown(customer->name, arena),
        text_joined(customer->aliases, customer->alias_count, arena),
        text_instant(customer->created_at, arena),
        customer->archived_at.is_given ? "archived" : "",
    };

    listing_item(listing, cells, customer->json);
}

int customers_list(struct invocation *invocation)
{
    static const struct column columns[] = { { "id", false },
                                             { "name", false },
                                             { "aliases", false },
                                             { "created", false },
                                             { "", false } };
    struct scrip_customer_list_params params = {
        .limit = listing_page_size(invocation),
        .alias = invocation_text(invocation, "alias"),
        .with_archived = invocation_is_on(invocation, "archived") ? SCRIP_YES : SCRIP_UNSET,
    };
    const struct scrip_customer *customer;
    struct scrip_list *list = NULL;
    struct listing listing;
    enum scrip_outcome outcome;

    if (invocation->is_wrong || !settings_open(invocation))
        return CLI_USAGE;
    outcome = scrip_customer_list(invocation->client, &params, NULL, &list, &invocation->error);
    listing_begin(&listing, invocation, "customers", columns, array_count(columns));
    while (outcome == SCRIP_OK && listing_goes_on(&listing)) {
        outcome = scrip_customer_next(list, &customer, &invocation->error);
        if (outcome == SCRIP_OK)
            put_row(&listing, customer);
    }
    scrip_list_close(list);
    return listing_end(&listing, outcome);
}

static int show(struct invocation *invocation, enum scrip_outcome outcome,
                struct scrip_customer *customer)
{
    struct arena *arena = &invocation->arena;

    if (outcome != SCRIP_OK)
        return report_error(invocation);
    if (!detail_json(invocation, customer)) {
        detail_text(invocation, "id", customer->id);
        detail_text(invocation, "kable id", customer->kable_id);
        detail_text(invocation, "name", customer->name);
        detail_text(invocation, "aliases",
                    text_joined(customer->aliases, customer->alias_count, arena));
        detail_text(invocation, "currency", customer->currency);
        detail_text(invocation, "fields",
                    text_pairs(customer->custom_fields, customer->custom_field_count, arena));
        detail_instant(invocation, "created", customer->created_at);
        detail_instant(invocation, "archived", customer->archived_at);
    }
    scrip_free(customer);
    return CLI_WELL;
}

int customers_show(struct invocation *invocation)
{
    struct scrip_customer *customer = NULL;
    enum scrip_outcome outcome;

    if (!settings_open(invocation))
        return CLI_USAGE;
    outcome = scrip_customer_get(invocation->client, invocation->operands[0], NULL, &customer,
                                 &invocation->error);
    return show(invocation, outcome, customer);
}

int customers_create(struct invocation *invocation)
{
    struct scrip_customer_create_params params = {
        .name = invocation->operands[0],
        .id = invocation_text(invocation, "id"),
        .currency = invocation_text(invocation, "currency"),
    };
    struct scrip_customer *customer = NULL;
    enum scrip_outcome outcome;

    params.aliases = invocation_texts(invocation, "alias", &params.alias_count);
    params.custom_fields = invocation_fields(invocation, &params.custom_field_count);
    if (invocation->is_wrong || !settings_open(invocation))
        return CLI_USAGE;
    outcome = scrip_customer_create(invocation->client, &params, &invocation->call, &customer,
                                    &invocation->error);
    return show(invocation, outcome, customer);
}

int customers_update(struct invocation *invocation)
{
    struct scrip_customer_update_params params = {
        .name = invocation_text(invocation, "name"),
    };
    struct scrip_customer *customer = NULL;
    enum scrip_outcome outcome;

    params.aliases = invocation_texts(invocation, "alias", &params.alias_count);
    params.custom_fields = invocation_fields(invocation, &params.custom_field_count);
    if (invocation->is_wrong || !settings_open(invocation))
        return CLI_USAGE;
    outcome = scrip_customer_update(invocation->client, invocation->operands[0], &params,
                                    &invocation->call, &customer, &invocation->error);
    return show(invocation, outcome, customer);
}

int customers_archive(struct invocation *invocation)
{
    struct scrip_customer *customer = NULL;
    enum scrip_outcome outcome;

    if (!settings_open(invocation))
        return CLI_USAGE;
    outcome = scrip_customer_archive(invocation->client, invocation->operands[0], &invocation->call,
                                     &customer, &invocation->error);
    return show(invocation, outcome, customer);
}
