/* Asks how many credits a customer has left: what Kable's clients call GetCustomerCreditBalance.
 *
 *   kable_get_credit_balance URL CUSTOMER
 *
 * KABLE_CLIENT_ID and KABLE_CLIENT_SECRET say who asks. */
#include <scrip.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    struct scrip_options options = { .url = argc > 1 ? argv[1] : NULL };
    const char *customer = argc > 2 ? argv[2] : NULL;
    struct scrip_error error = SCRIP_ERROR_NONE;
    struct scrip_kable_balance *balance = NULL;
    struct scrip_client *client = NULL;
    char available[SCRIP_DECIMAL_TEXT_MAX];
    int status = EXIT_FAILURE;

    options.kable_client_id = getenv("KABLE_CLIENT_ID");
    options.kable_client_secret = getenv("KABLE_CLIENT_SECRET");
    if (scrip_client_open(&options, &client, &error) != SCRIP_OK)
        goto out;
    if (scrip_kable_balance_get(client, customer, NULL, &balance, &error) != SCRIP_OK)
        goto out;
    printf("%s has %s credits\n", customer, scrip_decimal_format(balance->available, available));
    status = EXIT_SUCCESS;
out:
    if (status != EXIT_SUCCESS)
        fprintf(stderr, "%s: %s\n", argv[0], error.message);
    scrip_free(balance);
    scrip_client_close(client);
    scrip_error_clear(&error);
    return status;
}
