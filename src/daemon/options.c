#include "daemon/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/check.h"

#define ENVIRONMENT_NAME_MAX 64

static void environment_name_of(const char *flag, char ret[ENVIRONMENT_NAME_MAX])
{
    size_t i;

    assert(strlen(flag) + sizeof("SCRIP_") < ENVIRONMENT_NAME_MAX);
    memcpy(ret, "SCRIP_", 6);
    for (i = 0; flag[i] != '\0'; i++) {
        char c = flag[i];
        if (c == '-')
            c = '_';
        else if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        ret[6 + i] = c;
    }
    ret[6 + i] = '\0';
}

static void read_environment(const struct options *options)
{
    for (size_t i = 0; i < options->count; i++) {
        const struct option *option = &options->list[i];
        char name[ENVIRONMENT_NAME_MAX];
        const char *text;

        environment_name_of(option->name, name);
        text = getenv(name);
        if (text == NULL || text[0] == '\0')
            continue;
        if (option->operand != NULL)
            *option->value = text;
        else
            *option->is_on = strcmp(text, "0") != 0 && strcmp(text, "false") != 0;
    }
}

static void print_help(const struct options *options)
{
    printf("Usage: %s\n\n%s\n", options->usage, options->about);
    if (options->count > 0)
        printf("\nEach flag may also stand in the environment: --data is SCRIP_DATA.\n\n");
    for (size_t i = 0; i < options->count; i++) {
        const struct option *option = &options->list[i];
        char left[64];

        snprintf(left, sizeof left, "--%s%s%s", option->name, option->operand != NULL ? " " : "",
                 option->operand != NULL ? option->operand : "");
        printf("  %-26s %s", left, option->help);
        if (option->operand != NULL && *option->value != NULL)
            printf(" (default %s)", *option->value);
        printf("\n");
    }
}

static const struct option *find(const struct options *options, const char *name, size_t len)
{
    for (size_t i = 0; i < options->count; i++) {
        const struct option *option = &options->list[i];
        if (strlen(option->name) == len && memcmp(option->name, name, len) == 0)
            return option;
    }
    return NULL;
}

/* Reads the flag at arguments[*at], and its value, and moves *at to the last word that it used. */
static bool read_flag(const struct options *options, int count, char **arguments, int *at)
{
    const char *flag = arguments[*at] + 2;
    const char *equals = strchr(flag, '=');
    size_t len = equals != NULL ? (size_t)(equals - flag) : strlen(flag);
    const struct option *option = find(options, flag, len);

    if (option == NULL) {
        fprintf(stderr, "scrip: there is no flag --%.*s; try --help\n", (int)len, flag);
        return false;
    }
    if (option->operand == NULL) {
        if (equals != NULL) {
            fprintf(stderr, "scrip: --%s takes no value\n", option->name);
            return false;
        }
        *option->is_on = true;
        return true;
    }
    if (equals == NULL && *at + 1 >= count) {
        fprintf(stderr, "scrip: --%s needs a value: --%s %s\n", option->name, option->name,
                option->operand);
        return false;
    }
    *option->value = equals != NULL ? equals + 1 : arguments[++*at];
    return true;
}

enum options_outcome options_read(const struct options *options, int count, char **arguments,
                                  int words_max, int *ret_word_count)
{
    int words = 0;

    for (int i = 0; i < count; i++) {
        if (strcmp(arguments[i], "--help") == 0 || strcmp(arguments[i], "-h") == 0) {
            print_help(options);
            return OPTIONS_HELPED;
        }
    }
    read_environment(options);
    for (int i = 0; i < count; i++) {
        if (strncmp(arguments[i], "--", 2) == 0) {
            if (!read_flag(options, count, arguments, &i))
                return OPTIONS_WRONG;
        } else if (words == words_max) {
            fprintf(stderr, "scrip: \"%s\" is one word too many; usage: %s\n", arguments[i],
                    options->usage);
            return OPTIONS_WRONG;
        } else {
            arguments[words++] = arguments[i];
        }
    }
    *ret_word_count = words;
    return OPTIONS_READ;
}

bool option_number(const char *name, const char *text, int64_t min, int64_t max, int64_t *ret)
{
    char *end;
    long long number;

    errno = 0;
    number = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || number < min || number > max) {
        fprintf(stderr, "scrip: --%s takes a number from %lld to %lld, not \"%s\"\n", name,
                (long long)min, (long long)max, text);
        return false;
    }
    *ret = number;
    return true;
}
