/* cli/hold.c - scrip hold create|list|show|capture|release|extend. */
#include "base/check.h"
#include "cli/detail.h"
#include "cli/listing.h"
#include "cli/report.h"
#include "cli/settings.h"
#include "cli/text.h"

#define HOLD_SECONDS_DEFAULT INT64_C(900)

static int show(struct invocation *invocation, enum scrip_outcome outcome, struct scrip_hold *hold)
{
    if (outcome != SCRIP_OK)
        return report_error(invocation);
    if (!detail_json(invocation, hold)) {
        detail_text(invocation, "hold", hold->id != NULL ? hold->id : "none: a dry run");
        detail_text(invocation, "status", hold->status);
        detail_decimal(invocation, "amount", hold->amount);
        if (scrip_decimal_compare(hold->uncovered, scrip_decimal_of("0")) != 0)
            detail_decimal(invocation, "uncovered", hold->uncovered);
        detail_unless_zero(invocation, "lent", hold->lent);
        detail_instant(invocation, "expires", hold->expires_at);
        detail_decimal(invocation, "captured", hold->captured);
        detail_text(invocation, "deduction", hold->deduction_id);
        detail_text(invocation, "customer", hold->customer);
        detail_text(invocation, "of", hold->credit_type.name);
        detail_text(invocation, "reason", hold->reason);
        detail_draws(hold->draws, hold->draw_count);
        detail_balance(invocation, &hold->balance);
    }
    scrip_free(hold);
    return CLI_WELL;
}

int hold_create(struct invocation *invocation)
{
    struct scrip_hold_create_params params = {
        .customer = invocation->operands[0],
        .amount = invocation_amount(invocation, 1),
        .expires_in = scrip_integer_of(invocation_seconds(invocation, "for", HOLD_SECONDS_DEFAULT)),
        .credit_type = invocation_text(invocation, "credit-type"),
        .product = invocation_text(invocation, "product"),
        .policy = invocation_is_on(invocation, "partial") ? SCRIP_PARTIAL : SCRIP_REFUSE,
        .dry_run = invocation_is_on(invocation, "dry-run") ? SCRIP_YES : SCRIP_UNSET,
        .reason = invocation_text(invocation, "reason"),
        .invoice_id = invocation_text(invocation, "invoice-id"),
        .metadata = invocation_text(invocation, "metadata"),
    };
    struct scrip_hold *hold = NULL;
    enum scrip_outcome outcome;

    if (invocation->is_wrong || !settings_open(invocation))
        return CLI_USAGE;
    outcome = scrip_hold_create(invocation->client, &params, &invocation->call, &hold,
                                &invocation->error);
    return show(invocation, outcome, hold);
}

int hold_capture(struct invocation *invocation)
{
    struct scrip_hold_capture_params params = {
        .amount = invocation_amount(invocation, 1),
        .policy = invocation_is_on(invocation, "partial") ? SCRIP_PARTIAL : SCRIP_REFUSE,
        .reason = invocation_text(invocation, "reason"),
        .invoice_id = invocation_text(invocation, "invoice-id"),
        .metadata = invocation_text(invocation, "metadata"),
    };
    struct scrip_hold *hold = NULL;
    enum scrip_outcome outcome;

    if (invocation->is_wrong || !settings_open(invocation))
        return CLI_USAGE;
    outcome = scrip_hold_capture(invocation->client, invocation->operands[0], &params,
                                 &invocation->call, &hold, &invocation->error);
    return show(invocation, outcome, hold);
}

int hold_release(struct invocation *invocation)
{
    struct scrip_hold *hold = NULL;
    enum scrip_outcome outcome;

    if (!settings_open(invocation))
        return CLI_USAGE;
    outcome = scrip_hold_release(invocation->client, invocation->operands[0], &invocation->call,
                                 &hold, &invocation->error);
    return show(invocation, outcome, hold);
}

int hold_extend(struct invocation *invocation)
{
    int64_t seconds = invocation_seconds(invocation, "for", HOLD_SECONDS_DEFAULT);
    struct scrip_hold *hold = NULL;
    enum scrip_outcome outcome;

    if (invocation->is_wrong || !settings_open(invocation))
        return CLI_USAGE;
    outcome = scrip_hold_extend(invocation->client, invocation->operands[0], seconds,
                                &invocation->call, &hold, &invocation->error);
    return show(invocation, outcome, hold);
}

int hold_show(struct invocation *invocation)
{
    struct scrip_hold *hold = NULL;
    enum scrip_outcome outcome;

    if (!settings_open(invocation))
        return CLI_USAGE;
    outcome = scrip_hold_get(invocation->client, invocation->operands[0], NULL, &hold,
                             &invocation->error);
    return show(invocation, outcome, hold);
}

static void put_row(struct listing *listing, const struct scrip_hold *hold)
{
    struct arena *arena = &listing->invocation->arena;
    const char *cells[] = {
        text_shown(hold->id, arena),           text_shown(hold->customer, arena),
        text_decimal(hold->amount, arena),     text_shown(hold->credit_type.name, arena),
        text_instant(hold->expires_at, arena), text_shown(hold->reason, arena),
    };

    listing_item(listing, cells, hold->json);
}

int hold_list(struct invocation *invocation)
{
    static const struct column columns[] = {
        { "id", false }, { "customer", false }, { "amount", true },
        { "of", false }, { "expires", false },  { "reason", false },
    };
    struct scrip_hold_list_params params = {
        .limit = listing_page_size(invocation),
        .customer = invocation_text(invocation, "customer"),
        .credit_type = invocation_text(invocation, "credit-type"),
    };
    const struct scrip_hold *hold;
    struct scrip_list *list = NULL;
    struct listing listing;
    enum scrip_outcome outcome;

    if (invocation->is_wrong || !settings_open(invocation))
        return CLI_USAGE;
    outcome = scrip_hold_list(invocation->client, &params, NULL, &list, &invocation->error);
    listing_begin(&listing, invocation, "holds", columns, array_count(columns));
    while (outcome == SCRIP_OK && listing_goes_on(&listing)) {
        outcome = scrip_hold_next(list, &hold, &invocation->error);
        if (outcome == SCRIP_OK)
            put_row(&listing, hold);
    }
    scrip_list_close(list);
    return listing_end(&listing, outcome);
}
