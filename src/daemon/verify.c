/* daemon/verify.c - scrip verify: proves both books of a data directory from their entries. */
#include <inttypes.h>
#include <stdio.h>
#include "daemon/commands.h"
#include "daemon/options.h"
#include "daemon/verify.h"
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

int verify_both(struct store *store)
{
    int live = verify_one(store, ENVIRONMENT_LIVE);
    int test = verify_one(store, ENVIRONMENT_TEST);

    return live > test ? live : test;
}

static int open_and_verify(const struct embedded_options *options)
{
    char message[EMBEDDED_MESSAGE_BYTES] = "";
    struct store *store;
    int code;
    enum err e = embedded_store_open(options, &store, message);

    if (e != OK) {
        fprintf(stderr, "scrip: cannot open %s\n", message);
        return e == ERR_CORRUPT ? EXIT_NO : EXIT_WORLD;
    }
    code = verify_both(store);
    store_close(store);
    return code;
}

int verify_file(const char *path, enum verify_mode mode)
{
    return open_and_verify(&(struct embedded_options){
        .file = path,
        .read_only = mode == VERIFY_READ_ONLY,
    });
}

int command_verify(int count, char **arguments)
{
    const char *data = DATA_DIRECTORY_DEFAULT, *file = NULL;
    const struct option list[] = {
        { "data", "DIR", "the data directory", &data, NULL },
        { "file", "FILE", "a backup, instead of a data directory", &file, NULL },
    };
    const struct options options = {
        .usage = "scrip verify [--data DIR | --file FILE]",
        .about =
            "Reads every entry of both books, recomputes every balance and the hash chain, and\n"
            "names the first thing that is wrong.  Changes nothing.  Exit code 1 when something\n"
            "is wrong.",
        .list = list,
        .count = array_count(list),
    };
    int words;
    enum options_outcome outcome = options_read(&options, count, arguments, 0, &words);

    if (outcome != OPTIONS_READ)
        return outcome == OPTIONS_HELPED ? EXIT_WELL : EXIT_USAGE;
    if (file != NULL)
        return verify_file(file, VERIFY_READ_ONLY);
    return open_and_verify(&(struct embedded_options){ .directory = data, .read_only = true });
}
