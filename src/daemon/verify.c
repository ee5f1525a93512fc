/* daemon/verify.c - scrip verify: proves both books of a data directory from their entries. */
#include <inttypes.h>
#include <stdio.h>
#include "daemon/commands.h"
#include "daemon/options.h"
#include "ledger/verify.h"
#include "store/embedded/embedded.h"

static int verify_one(struct store *store, enum environment environment)
{
    struct str name = environment_name(environment);
    struct verify_report report = { 0 };
    char hash[2 * DIGEST_BYTES + 1];
    enum err e = verify_book(store, environment, &report);

    if (e == ERR_CORRUPT) {
        printf("%.*s: WRONG: %s\n", STR_PRINT(name), report.problem);
        return EXIT_NO;
    }
    if (e != OK) {
        fprintf(stderr, "scrip: cannot read the %.*s book: %s\n", STR_PRINT(name), err_name(e));
        return EXIT_WORLD;
    }
    digest_to_hex(&report.hash, hash);
    printf("%.*s: ok: %" PRIu64 " entries, %" PRIu64 " grants, %" PRIu64 " accounts, %" PRIu64
           " seals, hash %s\n",
           STR_PRINT(name), report.entries, report.grants, report.accounts, report.seals, hash);
    return EXIT_WELL;
}

int command_verify(int count, char **arguments)
{
    const char *data = DATA_DIRECTORY_DEFAULT;
    const struct option list[] = { { "data", "DIR", "the data directory", &data, NULL } };
    const struct options options = {
        .usage = "scrip verify [--data DIR]",
        .about =
            "Reads every entry of both books, recomputes every balance and the hash chain, and\n"
            "names the first thing that is wrong.  Changes nothing.  Exit code 1 when something\n"
            "is wrong.",
        .list = list,
        .count = array_count(list),
    };
    char message[EMBEDDED_MESSAGE_BYTES] = "";
    struct embedded_options embedded = { .read_only = true };
    struct store *store;
    int words, live, test;
    enum options_outcome outcome = options_read(&options, count, arguments, 0, &words);
    enum err e;

    if (outcome != OPTIONS_READ)
        return outcome == OPTIONS_HELPED ? EXIT_WELL : EXIT_USAGE;
    embedded.directory = data;
    e = embedded_store_open(&embedded, &store, message);
    if (e != OK) {
        fprintf(stderr, "scrip: cannot open %s: %s\n", data, message);
        return e == ERR_CORRUPT ? EXIT_NO : EXIT_WORLD;
    }
    live = verify_one(store, ENVIRONMENT_LIVE);
    test = verify_one(store, ENVIRONMENT_TEST);
    store_close(store);
    return live > test ? live : test;
}
