/* cli/credits.c - scrip credits: the calls of Kable and Metronome, on any server of theirs. */
#include "base/check.h"
#include "cli/detail.h"
#include "cli/listing.h"
#include "cli/report.h"
#include "cli/settings.h"
#include "cli/text.h"

int credits_grant(struct invocation *invocation)
{
    struct scrip_kable_grant_create_params params = {
        .grant_amount = invocation_amount(invocation, 1),
        .description = invocation_text(invocation, "description"),
        .charge_amount = invocation_decimal(invocation, "charge"),
        .expiration = invocation_instant(invocation, "expiration"),
    };
    struct scrip_kable_grant *grant = NULL;

    if (invocation->is_wrong || !settings_open(invocation))
        return CLI_USAGE;
    if (scrip_kable_grant_create(invocation->client, invocation->operands[0], &params,
                                 &invocation->call, &grant, &invocation->error) != SCRIP_OK)
        return report_error(invocation);
    if (!detail_json(invocation, grant)) {
        detail_text(invocation, "id", grant->credit_grant_id);
        detail_text(invocation, "customer", grant->customer_id);
        detail_decimal(invocation, "granted", grant->grant_amount);
        detail_decimal(invocation, "available", grant->balance_amount);
        detail_decimal(invocation, "paid", grant->paid_amount);
        detail_text(invocation, "currency", grant->currency);
        detail_text(invocation, "description", grant->description);
        detail_instant(invocation, "expires", grant->expiration);
    }
    scrip_free(grant);
    return CLI_WELL;
}

int credits_balance(struct invocation *invocation)
{
    struct scrip_kable_balance *balance = NULL;

    if (!settings_open(invocation))
        return CLI_USAGE;
    if (scrip_kable_balance_get(invocation->client, invocation->operands[0], NULL, &balance,
                                &invocation->error) != SCRIP_OK)
        return report_error(invocation);
    if (!detail_json(invocation, balance))
        detail_decimal(invocation, "available", balance->available);
    scrip_free(balance);
    return CLI_WELL;
}

static void put_grant(struct listing *listing, const struct scrip_metronome_grant *grant)
{
    struct arena *arena = &listing->invocation->arena;
    const char *cells[] = {
        text_shown(grant->id, arena),
        text_shown(grant->name, arena),
        text_shown(grant->customer_id, arena),
        text_decimal(grant->grant_amount.amount, arena),
        text_decimal(grant->balance.excluding_pending, arena),
        text_decimal(grant->balance.including_pending, arena),
        text_shown(grant->grant_amount.credit_type.name, arena),
        text_decimal(grant->priority, arena),
        text_instant(grant->expires_at, arena),
    };

    listing_item(listing, cells, grant->json);
}

static const struct column grant_columns[] = {
    { "id", false },    { "name", false },    { "customer", false },
    { "amount", true }, { "left", true },     { "less pending", true },
    { "of", false },    { "priority", true }, { "expires", false },
};

int credits_list(struct invocation *invocation)
{
    struct scrip_metronome_grant_list_params params = {
        .limit = listing_page_size(invocation),
        .not_expiring_before = invocation_instant(invocation, "not-expiring-before"),
        .effective_before = invocation_instant(invocation, "effective-before"),
    };
    const struct scrip_metronome_grant *grant;
    struct scrip_list *list = NULL;
    struct listing listing;
    enum scrip_outcome outcome;

    params.credit_grant_ids = invocation_texts(invocation, "grant", &params.credit_grant_id_count);
    params.credit_type_ids =
        invocation_texts(invocation, "credit-type", &params.credit_type_id_count);
    params.customer_ids = invocation_texts(invocation, "customer", &params.customer_id_count);
    if (invocation->is_wrong || !settings_open(invocation))
        return CLI_USAGE;
    outcome =
        scrip_metronome_grant_list(invocation->client, &params, NULL, &list, &invocation->error);
    listing_begin(&listing, invocation, "grants", grant_columns, array_count(grant_columns));
    while (outcome == SCRIP_OK && listing_goes_on(&listing)) {
        outcome = scrip_metronome_grant_next(list, &grant, &invocation->error);
        if (outcome == SCRIP_OK)
            put_grant(&listing, grant);
    }
    scrip_list_close(list);
    return listing_end(&listing, outcome);
}

static void put_type(struct listing *listing, const struct scrip_metronome_credit_type *type)
{
    struct arena *arena = &listing->invocation->arena;
    const char *cells[] = {
        text_shown(type->id, arena),
        text_shown(type->name, arena),
        type->is_currency == SCRIP_YES ? "currency" : "",
    };

    listing_item(listing, cells, type->json);
}

int credits_types(struct invocation *invocation)
{
    static const struct column columns[] = { { "id", false }, { "name", false }, { "", false } };
    struct scrip_metronome_credit_type_list_params params = {
        .limit = listing_page_size(invocation),
    };
    const struct scrip_metronome_credit_type *type;
    struct scrip_list *list = NULL;
    struct listing listing;
    enum scrip_outcome outcome;

    if (invocation->is_wrong || !settings_open(invocation))
        return CLI_USAGE;
    outcome = scrip_metronome_credit_type_list(invocation->client, &params, NULL, &list,
                                               &invocation->error);
    listing_begin(&listing, invocation, "credit types", columns, array_count(columns));
    while (outcome == SCRIP_OK && listing_goes_on(&listing)) {
        outcome = scrip_metronome_credit_type_next(list, &type, &invocation->error);
        if (outcome == SCRIP_OK)
            put_type(&listing, type);
    }
    scrip_list_close(list);
    return listing_end(&listing, outcome);
}
