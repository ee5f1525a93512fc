/* cli/balance.c - scrip balance: what a customer has left. */
#include <stdio.h>
#include "base/check.h"
#include "cli/detail.h"
#include "cli/listing.h"
#include "cli/report.h"
#include "cli/settings.h"
#include "cli/text.h"

static void show_grants(const struct scrip_balance *balance)
{
    static const struct column columns[] = {
        { "grant", false }, { "status", false },  { "amount", true },
        { "left", true },   { "priority", true }, { "expires", false },
    };
    struct arena arena;
    struct table table;

    if (balance->grant_count == 0)
        return;
    arena_init(&arena, 1u << 20);
    printf("\n");
    table_init(&table, stdout, columns, array_count(columns));
    for (size_t i = 0; i < balance->grant_count; i++) {
        const struct scrip_grant *grant = &balance->grants[i];
        const char *cells[] = {
            text_shown(grant->id, &arena),
            text_shown(grant->status, &arena),
            text_decimal(grant->amount, &arena),
            text_decimal(grant->available, &arena),
            text_decimal(grant->priority, &arena),
            grant->expires_at.is_given ? text_instant(grant->expires_at, &arena) : "never",
        };
        table_row(&table, cells);
        arena_reset(&arena, 4096);
    }
    table_finish(&table);
    arena_finish(&arena);
}

static void show_balance(struct invocation *invocation, const struct scrip_balance *balance)
{
    const struct scrip_account_balance account = {
        .posted = balance->posted,
        .held = balance->held,
        .available = balance->available,
        .debt = balance->debt,
        .credit_limit = balance->credit_limit,
    };

    detail_text(invocation, "of",
                balance->credit_type.name != NULL ? balance->credit_type.name : "no credits yet");
    detail_instant(invocation, "at", balance->at);
    detail_balance(invocation, &account);
    detail_decimal(invocation, "expiring", balance->expiring);
    show_grants(balance);
}

int run_balance(struct invocation *invocation)
{
    struct scrip_balance_get_params params = {
        .credit_type = invocation_text(invocation, "credit-type"),
        .at = invocation_instant(invocation, "at"),
        .expiring_before = invocation_instant(invocation, "expiring-before"),
    };
    struct scrip_balance *answer = NULL;

    if (invocation->is_wrong || !settings_open(invocation))
        return CLI_USAGE;
    if (scrip_balance_get(invocation->client, invocation->operands[0], &params, NULL, &answer,
                          &invocation->error) != SCRIP_OK)
        return report_error(invocation);
    if (!detail_json(invocation, answer))
        show_balance(invocation, answer);
    scrip_free(answer);
    return CLI_WELL;
}
