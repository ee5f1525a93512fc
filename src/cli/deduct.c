/* cli/deduct.c - scrip deduct, reverse. */
#include "cli/deduct.h"

#include <stdio.h>
#include "cli/detail.h"
#include "cli/report.h"
#include "cli/settings.h"

static int show(struct invocation *invocation, enum scrip_outcome outcome,
                struct scrip_deduction *deduction)
{
    if (outcome != SCRIP_OK)
        return report_error(invocation);
    if (!detail_json(invocation, deduction)) {
        detail_text(invocation, deduction->deduction_id != NULL ? "reversal" : "deduction",
                    deduction->id != NULL ? deduction->id : "none: a dry run");
        detail_text(invocation, "of", deduction->deduction_id);
        detail_decimal(invocation, "amount", deduction->amount);
        if (scrip_decimal_compare(deduction->uncovered, scrip_decimal_of("0")) != 0)
            detail_decimal(invocation, "uncovered", deduction->uncovered);
        detail_unless_zero(invocation, "lent", deduction->lent);
        detail_instant(invocation, "at", deduction->at);
        detail_draws(deduction->draws, deduction->draw_count);
        detail_balance(invocation, &deduction->balance);
    }
    scrip_free(deduction);
    return CLI_WELL;
}

static int deduct_one(struct invocation *invocation)
{
    struct scrip_deduct_params params = {
        .customer = invocation->operands[0],
        .amount = invocation_amount(invocation, 1),
        .credit_type = invocation_text(invocation, "credit-type"),
        .product = invocation_text(invocation, "product"),
        .at = invocation_instant(invocation, "at"),
        .policy = invocation_is_on(invocation, "partial") ? SCRIP_PARTIAL : SCRIP_REFUSE,
        .dry_run = invocation_is_on(invocation, "dry-run") ? SCRIP_YES : SCRIP_UNSET,
        .reason = invocation_text(invocation, "reason"),
        .invoice_id = invocation_text(invocation, "invoice-id"),
        .metadata = invocation_text(invocation, "metadata"),
    };
    struct scrip_deduction *deduction = NULL;
    enum scrip_outcome outcome;

    if (invocation->is_wrong || !settings_open(invocation))
        return CLI_USAGE;
    outcome = scrip_deduct(invocation->client, &params, &invocation->call, &deduction,
                           &invocation->error);
    return show(invocation, outcome, deduction);
}

int run_deduct(struct invocation *invocation)
{
    bool has_file = invocation_is_on(invocation, "file");

    if (has_file && invocation->operand_count > 0)
        invocation_blame(invocation, "either CUSTOMER AMOUNT or --file, not both");
    else if (!has_file && invocation->operand_count < 2)
        invocation_blame(invocation, "what is missing: scrip deduct CUSTOMER AMOUNT");
    else if (!has_file && invocation_is_on(invocation, "atomic"))
        invocation_blame(invocation, "--atomic goes with --file");
    if (invocation->is_wrong)
        return CLI_USAGE;
    return has_file ? deduct_file(invocation) : deduct_one(invocation);
}

int run_reverse(struct invocation *invocation)
{
    struct scrip_reverse_params params = {
        .amount = invocation_decimal(invocation, "amount"),
        .reason = invocation_text(invocation, "reason"),
    };
    struct scrip_deduction *deduction = NULL;
    enum scrip_outcome outcome;

    if (invocation->is_wrong || !settings_open(invocation))
        return CLI_USAGE;
    outcome = scrip_reverse(invocation->client, invocation->operands[0], &params, &invocation->call,
                            &deduction, &invocation->error);
    return show(invocation, outcome, deduction);
}
