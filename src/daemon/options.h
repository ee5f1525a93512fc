/* daemon/options.h - flags of the command line, each also in the environment.
 *
 * A flag "--tls-cert FILE" is also SCRIP_TLS_CERT; the command line wins.  "--flag=value" and
 * "--flag value" are the same.  What is wrong is said on stderr, with what to do.
 * Start-up code: one thread, texts live as long as the process.
 */
#ifndef DAEMON_OPTIONS_H
#define DAEMON_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct option {
    const char *name;    /* without the dashes: "tls-cert" */
    const char *operand; /* "FILE"; NULL for a switch */
    const char *help;
    const char **value; /* where the text goes; holds the default before */
    bool *is_on;        /* for a switch */
};

struct options {
    const char *usage; /* "scrip serve [--data DIR] ..." */
    const char *about; /* a sentence or two */
    const struct option *list;
    size_t count;
};

enum options_outcome { OPTIONS_READ = 1, OPTIONS_HELPED, OPTIONS_WRONG };

/* Reads arguments[0..count-1] (after the command's name).  Words that are no flags are moved to
 * the front and counted in *ret_word_count; more than words_max of them is wrong.
 * OPTIONS_HELPED: --help was asked for and answered. */
enum options_outcome options_read(const struct options *options, int count, char **arguments,
                                  int words_max, int *ret_word_count);

/* A whole number within bounds; says on stderr what is wrong with it. */
bool option_number(const char *name, const char *text, int64_t min, int64_t max, int64_t *ret);

#endif
