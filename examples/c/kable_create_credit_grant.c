/* Grants 100 credits to a customer: what Kable's clients call CreateCreditGrant.
 *
 *   kable_create_credit_grant URL CUSTOMER
 *
 * KABLE_CLIENT_ID and KABLE_CLIENT_SECRET say who asks. */
#include <scrip.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    struct scrip_options options = { .url = argc > 1 ? argv[1] : NULL };
    const char *customer = argc > 2 ? argv[2] : NULL;
    struct scrip_kable_grant_create_params params = {
        .grant_amount = scrip_decimal_of("100"),
        .description = "A top-up grant to buy more API credits.",
    };
    struct scrip_error error = SCRIP_ERROR_NONE;
    struct scrip_kable_grant *grant = NULL;
    struct scrip_client *client = NULL;
    char granted[SCRIP_DECIMAL_TEXT_MAX], left[SCRIP_DECIMAL_TEXT_MAX];
    int status = EXIT_FAILURE;

    options.kable_client_id = getenv("KABLE_CLIENT_ID");
    options.kable_client_secret = getenv("KABLE_CLIENT_SECRET");
    if (scrip_client_open(&options, &client, &error) != SCRIP_OK)
        goto out;
    if (scrip_kable_grant_create(client, customer, &params, NULL, &grant, &error) != SCRIP_OK)
        goto out;
    printf("%s: %s credits granted, %s of them left\n", grant->credit_grant_id,
           scrip_decimal_format(grant->grant_amount, granted),
           scrip_decimal_format(grant->balance_amount, left));
    status = EXIT_SUCCESS;
out:
    if (status != EXIT_SUCCESS)
        fprintf(stderr, "%s: %s\n", argv[0], error.message);
    scrip_free(grant);
    scrip_client_close(client);
    scrip_error_clear(&error);
    return status;
}
