/* cli/keys.c - scrip keys check|list|create|revoke. */
#include <stdio.h>
#include "base/check.h"
#include "cli/detail.h"
#include "cli/listing.h"
#include "cli/report.h"
#include "cli/settings.h"
#include "cli/text.h"

#define RATE_MAX 1000000

int keys_check(struct invocation *invocation)
{
    struct scrip_book *book = NULL;

    if (!settings_open(invocation))
        return CLI_USAGE;
    if (scrip_book_get(invocation->client, NULL, &book, &invocation->error) != SCRIP_OK)
        return report_error(invocation);
    if (!detail_json(invocation, book)) {
        printf("The key is good.\n\n");
        detail_text(invocation, "entries", text_integer(book->sequence, &invocation->arena));
        detail_text(invocation, "hash", book->hash);
        detail_instant(invocation, "sealed", book->at);
    }
    scrip_free(book);
    return CLI_WELL;
}

static void put_row(struct listing *listing, const struct scrip_key *key)
{
    struct arena *arena = &listing->invocation->arena;
    const char *cells[] = {
        text_shown(key->client_id, arena),    text_shown(key->name, arena),
        text_shown(key->environment, arena),  text_shown(key->scope, arena),
        text_instant(key->created_at, arena), text_instant(key->revoked_at, arena),
    };

    listing_item(listing, cells, key->json);
}

int keys_list(struct invocation *invocation)
{
    static const struct column columns[] = {
        { "client id", false }, { "name", false },    { "environment", false },
        { "scope", false },     { "created", false }, { "revoked", false },
    };
    struct scrip_key_list_params params = { .limit = listing_page_size(invocation) };
    const struct scrip_key *key;
    struct scrip_list *list = NULL;
    struct listing listing;
    enum scrip_outcome outcome;

    if (invocation->is_wrong || !settings_open(invocation))
        return CLI_USAGE;
    outcome = scrip_key_list(invocation->client, &params, NULL, &list, &invocation->error);
    listing_begin(&listing, invocation, "keys", columns, array_count(columns));
    while (outcome == SCRIP_OK && listing_goes_on(&listing)) {
        outcome = scrip_key_next(list, &key, &invocation->error);
        if (outcome == SCRIP_OK)
            put_row(&listing, key);
    }
    scrip_list_close(list);
    return listing_end(&listing, outcome);
}

static int show(struct invocation *invocation, enum scrip_outcome outcome, struct scrip_key *key)
{
    if (outcome != SCRIP_OK)
        return report_error(invocation);
    if (!detail_json(invocation, key)) {
        detail_text(invocation, "client id", key->client_id);
        detail_text(invocation, "secret", key->secret);
        detail_text(invocation, "name", key->name);
        detail_text(invocation, "environment", key->environment);
        detail_text(invocation, "scope", key->scope);
        detail_instant(invocation, "revoked", key->revoked_at);
    }
    scrip_free(key);
    return CLI_WELL;
}

int keys_create(struct invocation *invocation)
{
    struct scrip_key_create_params params = {
        .name = invocation_text(invocation, "name"),
        .scope = invocation_text(invocation, "scope"),
    };
    int64_t rate = invocation_number(invocation, "rate", RATE_MAX);
    struct scrip_key *key = NULL;
    enum scrip_outcome outcome;

    if (invocation->is_wrong || !settings_open(invocation))
        return CLI_USAGE;
    if (rate > 0)
        params.requests_per_second = scrip_integer_of(rate);
    outcome = scrip_key_create(invocation->client, &params, NULL, &key, &invocation->error);
    return show(invocation, outcome, key);
}

int keys_revoke(struct invocation *invocation)
{
    struct scrip_key *key = NULL;
    enum scrip_outcome outcome;

    if (!settings_open(invocation))
        return CLI_USAGE;
    outcome = scrip_key_revoke(invocation->client, invocation->operands[0], &invocation->call, &key,
                               &invocation->error);
    return show(invocation, outcome, key);
}
