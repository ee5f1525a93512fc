/* A program of somebody else, in C and in C++: its names are its own, whatever the library calls
 * its functions inside. */
#include <scrip.h>
#include <stdio.h>
#include <string.h>

int arena_init(void);
int str_copy(void);
int json_parse(void);
int attempt(void);

int arena_init(void)
{
    return 1;
}

int str_copy(void)
{
    return 1;
}

int json_parse(void)
{
    return 1;
}

int attempt(void)
{
    return 1;
}

int main(void)
{
    struct scrip_error error = SCRIP_ERROR_NONE;
    struct scrip_options options;
    struct scrip_client *client = NULL;
    struct scrip_kable_balance *balance = NULL;
    struct scrip_decimal sum;
    char text[SCRIP_DECIMAL_TEXT_MAX];
    enum scrip_outcome outcome;

    memset(&options, 0, sizeof options);
    options.url = "http://127.0.0.1:1";
    options.attempts_max = 1;
    if (scrip_client_open(&options, &client, &error) != SCRIP_OK)
        return 1;
    outcome = scrip_kable_balance_get(client, "acme", NULL, &balance, &error);
    scrip_free(balance);
    scrip_client_close(client);
    if (outcome != SCRIP_UNREACHABLE || error.message[0] == '\0')
        return 2;
    scrip_error_clear(&error);
    if (!scrip_decimal_add(scrip_decimal_of("0.1"), scrip_decimal_of("0.2"), &sum) ||
        strcmp(scrip_decimal_format(sum, text), "0.3") != 0)
        return 3;
    return arena_init() + str_copy() + json_parse() + attempt() == 4 ? 0 : 4;
}
