/* daemon/main.c - the command line: finds the command and runs it. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "base/check.h"
#include "cli/cli.h"
#include "daemon/commands.h"

struct command_line {
    const char *name;
    int (*run)(int count, char **arguments);
    const char *help;
};

static const struct command_line command_lines[] = {
    { "serve", command_serve, "run the server on a data directory" },
    { "key", command_key, "create, list and revoke the keys that clients use" },
    { "verify", command_verify, "prove every balance and the hash chain from the entries alone" },
    { "backup", command_backup, "copy a data directory's books into one file, and prove the copy" },
    { "restore", command_restore, "make a data directory of a backup" },
    { "export", command_export, "write the directory and the books as lines of JSON" },
    { "import", command_import, "make a data directory of an export" },
    { "version", command_version, "print the version" },
};

static void print_usage(FILE *to)
{
    fprintf(to, "scrip - a credit-grant ledger server\n\nUsage: scrip COMMAND [flags]\n\n"
                "The server:\n");
    for (size_t i = 0; i < array_count(command_lines); i++)
        fprintf(to, "  %-12s %s\n", command_lines[i].name, command_lines[i].help);
    fprintf(to, "\nIts client:\n");
    cli_print_summary(to);
    fprintf(to, "\n\"scrip COMMAND --help\" tells more.\n");
}

/* The client's help and completions name these commands too. */
static int run_client(int count, char **arguments)
{
    struct cli_other others[array_count(command_lines)];

    for (size_t i = 0; i < array_count(command_lines); i++)
        others[i] = (struct cli_other){ command_lines[i].name, command_lines[i].help };
    return cli_run(count, arguments, others, array_count(others));
}

int command_version(int count, char **arguments)
{
    printf("scrip %s\n", SCRIP_VERSION);
    return EXIT_WELL;
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";

    umask(S_IRWXG | S_IRWXO); /* the books are their owner's alone */
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        print_usage(stdout);
        return EXIT_WELL;
    }
    if (strcmp(name, "--version") == 0)
        name = "version";
    for (size_t i = 0; i < array_count(command_lines); i++) {
        if (strcmp(command_lines[i].name, name) == 0)
            return command_lines[i].run(argc - 2, argv + 2);
    }
    if (cli_knows(name))
        return run_client(argc - 1, argv + 1);
    if (name[0] != '\0')
        fprintf(stderr, "scrip: there is no command \"%s\"; \"scrip --help\" lists them\n", name);
    else
        print_usage(stderr);
    return EXIT_USAGE;
}
