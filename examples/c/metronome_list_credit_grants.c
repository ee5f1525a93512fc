/* Lists the credit grants of customers, page by page: Metronome's V1.CreditGrants.List.
 *
 *   metronome_list_credit_grants URL CUSTOMER_ID...
 *
 * METRONOME_BEARER_TOKEN says who asks. */
#include <scrip.h>
#include <stdio.h>
#include <stdlib.h>

static void print(const struct scrip_metronome_grant *grant)
{
    char amount[SCRIP_DECIMAL_TEXT_MAX], left[SCRIP_DECIMAL_TEXT_MAX];
    char expires[SCRIP_INSTANT_TEXT_MAX];

    printf("%-10s %8s %8s %s  until %s\n", grant->name,
           scrip_decimal_format(grant->grant_amount.amount, amount),
           scrip_decimal_format(grant->balance.excluding_pending, left),
           grant->grant_amount.credit_type.name,
           scrip_instant_format(grant->expires_at, expires));
}

int main(int argc, char **argv)
{
    struct scrip_options options = { .url = argc > 1 ? argv[1] : NULL };
    const char *credit_types[] = { SCRIP_METRONOME_USD_CENTS };
    struct scrip_metronome_grant_list_params params = {
        .limit = 2, /* small pages, to see more than one */
        .credit_type_ids = credit_types,
        .credit_type_id_count = 1,
        .customer_ids = (const char *const *)argv + 2,
        .customer_id_count = argc > 2 ? (size_t)argc - 2 : 0,
        .effective_before = scrip_instant_of("2098-01-01T00:00:00Z"),
        .not_expiring_before = scrip_instant_of("2026-01-01T00:00:00Z"),
    };
    struct scrip_error error = SCRIP_ERROR_NONE;
    const struct scrip_metronome_grant *grant;
    struct scrip_client *client = NULL;
    struct scrip_list *list = NULL;
    enum scrip_outcome outcome;

    options.bearer_token = getenv("METRONOME_BEARER_TOKEN");
    outcome = scrip_client_open(&options, &client, &error);
    if (outcome == SCRIP_OK)
        outcome = scrip_metronome_grant_list(client, &params, NULL, &list, &error);
    while (outcome == SCRIP_OK) {
        outcome = scrip_metronome_grant_next(list, &grant, &error);
        if (outcome == SCRIP_OK)
            print(grant);
    }
    if (outcome != SCRIP_END)
        fprintf(stderr, "%s: %s\n", argv[0], error.message);
    scrip_list_close(list);
    scrip_client_close(client);
    scrip_error_clear(&error);
    return outcome == SCRIP_END ? EXIT_SUCCESS : EXIT_FAILURE;
}
