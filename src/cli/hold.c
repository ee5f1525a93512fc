/* cli/hold.c - scrip hold create|capture|release|extend. */
#include "cli/detail.h"
#include "cli/report.h"
#include "cli/settings.h"

#define HOLD_SECONDS_DEFAULT (15 * 60)

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
        detail_instant(invocation, "expires", hold->expires_at);
        detail_text(invocation, "deduction", hold->deduction_id);
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
