#include "cli/detail.h"

#include <stdio.h>
#include "base/check.h"
#include "cli/listing.h"
#include "cli/table.h"
#include "cli/text.h"

bool detail_json(const struct invocation *invocation, const void *result)
{
    const struct scrip_reply *reply = scrip_reply_of(result);

    if (!invocation_is_on(invocation, "json"))
        return false;
    json_line(stdout, reply->body, reply->body_size);
    return true;
}

void detail_text(struct invocation *invocation, const char *name, const char *text)
{
    if (text != NULL && text[0] != '\0')
        printf("%-12s %s\n", name, text_shown(text, &invocation->arena));
}

void detail_decimal(struct invocation *invocation, const char *name, struct scrip_decimal decimal)
{
    detail_text(invocation, name, text_decimal(decimal, &invocation->arena));
}

void detail_instant(struct invocation *invocation, const char *name, struct scrip_instant instant)
{
    detail_text(invocation, name, text_instant(instant, &invocation->arena));
}

void detail_draws(const struct scrip_draw *draws, size_t count)
{
    static const struct column columns[] = {
        { "grant", false }, { "drawn", true }, { "left", true }, { "because", false }
    };
    struct arena arena;
    struct table table;

    if (count == 0)
        return;
    arena_init(&arena, 1u << 20);
    printf("\n");
    table_init(&table, stdout, columns, array_count(columns));
    for (size_t i = 0; i < count; i++) {
        const char *cells[] = {
            text_shown(draws[i].grant_id, &arena),
            text_decimal(draws[i].amount, &arena),
            text_decimal(draws[i].balance, &arena),
            text_shown(draws[i].because, &arena),
        };
        table_row(&table, cells);
        arena_reset(&arena, 4096);
    }
    table_finish(&table);
    arena_finish(&arena);
}

void detail_unless_zero(struct invocation *invocation, const char *label,
                        struct scrip_decimal decimal)
{
    if (decimal.is_given && scrip_decimal_compare(decimal, scrip_decimal_of("0")) != 0)
        detail_decimal(invocation, label, decimal);
}

void detail_balance(struct invocation *invocation, const struct scrip_account_balance *balance)
{
    if (!balance->posted.is_given)
        return;
    printf("\n");
    detail_decimal(invocation, "available", balance->available);
    if (scrip_decimal_compare(balance->held, scrip_decimal_of("0")) != 0) {
        detail_decimal(invocation, "held", balance->held);
        detail_decimal(invocation, "posted", balance->posted);
    }
    detail_unless_zero(invocation, "debt", balance->debt);
    detail_unless_zero(invocation, "credit limit", balance->credit_limit);
}
