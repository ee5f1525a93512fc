/* cli/grants.c - scrip grants list|show|create|edit|void. */
#include <string.h>
#include "base/check.h"
#include "cli/detail.h"
#include "cli/listing.h"
#include "cli/report.h"
#include "cli/settings.h"
#include "cli/text.h"

#define CREDIT_TYPE_DEFAULT "USD (cents)"

static void put_row(struct listing *listing, const struct scrip_grant *grant)
{
    struct arena *arena = &listing->invocation->arena;
    const char *cells[] = {
        text_shown(grant->id, arena),          text_shown(grant->name, arena),
        text_shown(grant->status, arena),      text_decimal(grant->amount, arena),
        text_decimal(grant->available, arena), text_shown(grant->credit_type.name, arena),
        text_decimal(grant->priority, arena),  text_instant(grant->expires_at, arena),
    };

    listing_item(listing, cells, grant->json);
}

int grants_list(struct invocation *invocation)
{
    static const struct column columns[] = {
        { "id", false },  { "name", false }, { "status", false },  { "amount", true },
        { "left", true }, { "of", false },   { "priority", true }, { "expires", false },
    };
    struct scrip_grant_list_params params = {
        .limit = listing_page_size(invocation),
        .customer = invocation_text(invocation, "customer"),
        .credit_type = invocation_text(invocation, "credit-type"),
        .not_expiring_before = invocation_instant(invocation, "not-expiring-before"),
        .effective_before = invocation_instant(invocation, "effective-before"),
        .with_voided = invocation_is_on(invocation, "voided") ? SCRIP_YES : SCRIP_UNSET,
    };
    const struct scrip_grant *grant;
    struct scrip_list *list = NULL;
    struct listing listing;
    enum scrip_outcome outcome;

    if (invocation->is_wrong || !settings_open(invocation))
        return CLI_USAGE;
    outcome = scrip_grant_list(invocation->client, &params, NULL, &list, &invocation->error);
    listing_begin(&listing, invocation, "grants", columns, array_count(columns));
    while (outcome == SCRIP_OK && listing_goes_on(&listing)) {
        outcome = scrip_grant_next(list, &grant, &invocation->error);
        if (outcome == SCRIP_OK)
            put_row(&listing, grant);
    }
    scrip_list_close(list);
    return listing_end(&listing, outcome);
}

static int show(struct invocation *invocation, enum scrip_outcome outcome,
                struct scrip_grant *grant)
{
    struct arena *arena = &invocation->arena;

    if (outcome != SCRIP_OK)
        return report_error(invocation);
    if (!detail_json(invocation, grant)) {
        detail_text(invocation, "id", grant->id);
        detail_text(invocation, "name", grant->name);
        detail_text(invocation, "customer", grant->customer);
        detail_text(invocation, "status", grant->status);
        detail_decimal(invocation, "amount", grant->amount);
        detail_decimal(invocation, "available", grant->available);
        detail_text(invocation, "of", grant->credit_type.name);
        detail_decimal(invocation, "priority", grant->priority);
        detail_instant(invocation, "effective", grant->effective_at);
        detail_text(invocation, "expires",
                    grant->expires_at.is_given ? text_instant(grant->expires_at, arena) : "never");
        detail_text(invocation, "reason", grant->reason);
        detail_text(invocation, "fields",
                    text_pairs(grant->custom_fields, grant->custom_field_count, arena));
    }
    scrip_free(grant);
    return CLI_WELL;
}

int grants_show(struct invocation *invocation)
{
    struct scrip_grant *grant = NULL;
    enum scrip_outcome outcome;

    if (!settings_open(invocation))
        return CLI_USAGE;
    outcome = scrip_grant_get(invocation->client, invocation->operands[0], NULL, &grant,
                              &invocation->error);
    return show(invocation, outcome, grant);
}

/* True when it is asked for; what is missing of it is said. */
static bool read_rollover(struct invocation *invocation, struct scrip_rollover *ret)
{
    *ret = (struct scrip_rollover){
        .expires_at = invocation_instant(invocation, "rollover-until"),
        .priority = invocation_decimal(invocation, "rollover-priority"),
        .amount_max = invocation_decimal(invocation, "rollover-amount"),
        .share_max = invocation_decimal(invocation, "rollover-share"),
    };
    if (invocation_is_on(invocation, "rollover-until"))
        return true;
    if (ret->priority.is_given || ret->amount_max.is_given || ret->share_max.is_given)
        invocation_blame(invocation, "--rollover-until is missing: how long what is left goes on");
    return false;
}

int grants_create(struct invocation *invocation)
{
    struct scrip_rollover rollover;
    const char *credit_type = invocation_text(invocation, "credit-type");
    struct scrip_grant_create_params params = {
        .customer = invocation->operands[0],
        .credit_type = credit_type != NULL ? credit_type : CREDIT_TYPE_DEFAULT,
        .amount = invocation_amount(invocation, 1),
        .id = invocation_text(invocation, "id"),
        .name = invocation_text(invocation, "name"),
        .paid_amount = invocation_decimal(invocation, "paid"),
        .paid_credit_type = invocation_text(invocation, "paid-credit-type"),
        .priority = invocation_decimal(invocation, "priority"),
        .effective_at = invocation_instant(invocation, "effective-at"),
        .expires_at = invocation_instant(invocation, "expires-at"),
        .rollover = read_rollover(invocation, &rollover) ? &rollover : NULL,
        .reason = invocation_text(invocation, "reason"),
        .grant_type = invocation_text(invocation, "type"),
        .uniqueness_key = invocation_text(invocation, "uniqueness-key"),
        .invoice_id = invocation_text(invocation, "invoice-id"),
    };
    struct scrip_grant *grant = NULL;
    enum scrip_outcome outcome;

    params.products = invocation_texts(invocation, "product", &params.product_count);
    params.custom_fields = invocation_fields(invocation, &params.custom_field_count);
    if (invocation->is_wrong || !settings_open(invocation))
        return CLI_USAGE;
    outcome = scrip_grant_create(invocation->client, &params, &invocation->call, &grant,
                                 &invocation->error);
    return show(invocation, outcome, grant);
}

static int show_change(struct invocation *invocation, enum scrip_outcome outcome,
                       struct scrip_grant_change *change)
{
    if (outcome != SCRIP_OK)
        return report_error(invocation);
    if (!detail_json(invocation, change)) {
        detail_text(invocation, "id", change->id);
        detail_text(invocation, "entry",
                    change->sequence.is_given ? text_integer(change->sequence, &invocation->arena)
                                              : "none: nothing had to change");
        detail_instant(invocation, "at", change->at);
    }
    scrip_free(change);
    return CLI_WELL;
}

int grants_edit(struct invocation *invocation)
{
    struct scrip_grant_edit_params params = {
        .name = invocation_text(invocation, "name"),
        .expires_at = invocation_instant(invocation, "expires-at"),
        .grant_type = invocation_text(invocation, "type"),
    };
    struct scrip_grant_change *change = NULL;
    enum scrip_outcome outcome;

    params.custom_fields = invocation_fields(invocation, &params.custom_field_count);
    if (invocation->is_wrong || !settings_open(invocation))
        return CLI_USAGE;
    outcome = scrip_grant_edit(invocation->client, invocation->operands[0], &params,
                               &invocation->call, &change, &invocation->error);
    return show_change(invocation, outcome, change);
}

int grants_void(struct invocation *invocation)
{
    struct scrip_grant_void_params params = {
        .release_uniqueness_key =
            invocation_is_on(invocation, "release-key") ? SCRIP_YES : SCRIP_UNSET,
    };
    struct scrip_grant_change *change = NULL;
    enum scrip_outcome outcome;

    if (!settings_open(invocation))
        return CLI_USAGE;
    outcome = scrip_grant_void(invocation->client, invocation->operands[0], &params,
                               &invocation->call, &change, &invocation->error);
    return show_change(invocation, outcome, change);
}
