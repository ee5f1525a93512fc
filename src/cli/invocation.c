#include "cli/invocation.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/check.h"

#define INVOCATION_ARENA_BYTES_MAX (64u << 20) /* a batch's lines are read into it */

void invocation_blame(struct invocation *invocation, const char *format, ...)
{
    va_list arguments;

    fputs("scrip: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    invocation->is_wrong = true;
}

static void give(struct invocation *invocation, const struct flag *flag, const char *text)
{
    struct given *given = arena_new(&invocation->arena, struct given, 1);

    if (given == NULL) {
        invocation_blame(invocation, "out of memory");
        return;
    }
    *given = (struct given){ .flag = flag, .text = text };
    if (invocation->last != NULL)
        invocation->last->next = given;
    else
        invocation->given = given;
    invocation->last = given;
}

/* Reads the flag at arguments[*at], and its value, and moves *at to the last word that it used. */
static void read_flag(struct invocation *invocation, int count, char **arguments, int *at)
{
    const char *name = arguments[*at] + 2;
    const char *equals = strchr(name, '=');
    size_t len = equals != NULL ? (size_t)(equals - name) : strlen(name);
    const struct flag *flag = command_flag(invocation->command, name, len);

    if (flag == NULL) {
        invocation_blame(invocation, "there is no flag --%.*s here; try --help", (int)len, name);
    } else if (flag->operand == NULL) {
        if (equals != NULL)
            invocation_blame(invocation, "--%s takes no value", flag->name);
        give(invocation, flag, "");
    } else if (equals == NULL && *at + 1 >= count) {
        invocation_blame(invocation, "--%s needs a value: --%s %s", flag->name, flag->name,
                         flag->operand);
    } else if (!flag->is_repeated && invocation_text(invocation, flag->name) != NULL) {
        invocation_blame(invocation, "--%s is given twice", flag->name);
    } else {
        give(invocation, flag, equals != NULL ? equals + 1 : arguments[++*at]);
    }
}

static void take_operand(struct invocation *invocation, const char *text)
{
    assert(invocation->command->operand_max <= OPERANDS_MAX);
    if (invocation->operand_count == invocation->command->operand_max)
        invocation_blame(invocation, "\"%s\" is one word too many; try --help", text);
    else
        invocation->operands[invocation->operand_count++] = text;
}

bool invocation_read(struct invocation *invocation, const struct command *command, int count,
                     char **arguments)
{
    bool flags_end = false;

    *invocation = (struct invocation){ .command = command, .error = SCRIP_ERROR_NONE };
    arena_init(&invocation->arena, INVOCATION_ARENA_BYTES_MAX);
    for (int i = 0; i < count && !invocation->is_wrong; i++) {
        if (!flags_end && strcmp(arguments[i], "--") == 0)
            flags_end = true;
        else if (!flags_end && strcmp(arguments[i], "-h") == 0)
            invocation->asks_for_help = true;
        else if (!flags_end && strncmp(arguments[i], "--", 2) == 0)
            read_flag(invocation, count, arguments, &i);
        else
            take_operand(invocation, arguments[i]);
    }
    if (invocation_is_on(invocation, "help"))
        invocation->asks_for_help = true;
    if (invocation->asks_for_help || invocation->is_wrong)
        return !invocation->is_wrong;
    if (invocation->operand_count < command->operand_min)
        invocation_blame(invocation, "what is missing: scrip %s%s%s %s", command->group,
                         command->verb != NULL ? " " : "",
                         command->verb != NULL ? command->verb : "", command->operands);
    invocation->call.idempotency_key = invocation_text(invocation, "idempotency-key");
    return !invocation->is_wrong;
}

void invocation_finish(struct invocation *invocation)
{
    scrip_client_close(invocation->client);
    scrip_error_clear(&invocation->error);
    arena_finish(&invocation->arena);
}

const char *invocation_text(const struct invocation *invocation, const char *flag)
{
    for (const struct given *given = invocation->given; given != NULL; given = given->next) {
        if (strcmp(given->flag->name, flag) == 0)
            return given->text;
    }
    return NULL;
}

bool invocation_is_on(const struct invocation *invocation, const char *flag)
{
    return invocation_text(invocation, flag) != NULL;
}

static size_t count_of(const struct invocation *invocation, const char *flag)
{
    size_t count = 0;

    for (const struct given *given = invocation->given; given != NULL; given = given->next) {
        if (strcmp(given->flag->name, flag) == 0)
            count++;
    }
    return count;
}

const char *const *invocation_texts(struct invocation *invocation, const char *flag,
                                    size_t *ret_count)
{
    size_t count = count_of(invocation, flag), i = 0;
    const char **texts = arena_new(&invocation->arena, const char *, count);

    *ret_count = 0;
    if (texts == NULL) {
        invocation_blame(invocation, "out of memory");
        return NULL;
    }
    for (const struct given *given = invocation->given; given != NULL; given = given->next) {
        if (strcmp(given->flag->name, flag) == 0)
            texts[i++] = given->text;
    }
    *ret_count = count;
    return texts;
}

const struct scrip_pair *invocation_fields(struct invocation *invocation, size_t *ret_count)
{
    const char *const *texts = invocation_texts(invocation, "field", ret_count);
    struct scrip_pair *pairs;

    if (texts == NULL)
        return NULL;
    pairs = arena_new(&invocation->arena, struct scrip_pair, *ret_count);
    for (size_t i = 0; i < *ret_count && pairs != NULL; i++) {
        const char *equals = strchr(texts[i], '=');

        if (equals == NULL || equals == texts[i]) {
            invocation_blame(invocation, "--field takes NAME=VALUE, not \"%s\"", texts[i]);
            return NULL;
        }
        pairs[i].name =
            str_copy((struct str){ texts[i], (size_t)(equals - texts[i]) }, &invocation->arena)
                .data;
        pairs[i].value = equals + 1;
    }
    return pairs;
}

static struct scrip_decimal decimal_of(struct invocation *invocation, const char *what,
                                       const char *text)
{
    struct scrip_decimal decimal = scrip_decimal_of(text);

    if (!decimal.is_given)
        invocation_blame(invocation, "%s takes a decimal number such as 12.5, not \"%s\"", what,
                         text);
    return decimal;
}

struct scrip_decimal invocation_decimal(struct invocation *invocation, const char *flag)
{
    const char *text = invocation_text(invocation, flag);
    struct str what;

    if (text == NULL)
        return (struct scrip_decimal){ .is_given = false };
    what = str_format(&invocation->arena, "--%s", flag);
    return decimal_of(invocation, what.data != NULL ? what.data : flag, text);
}

struct scrip_decimal invocation_amount(struct invocation *invocation, int operand)
{
    if (operand >= invocation->operand_count)
        return (struct scrip_decimal){ .is_given = false };
    return decimal_of(invocation, "AMOUNT", invocation->operands[operand]);
}

struct scrip_instant invocation_instant(struct invocation *invocation, const char *flag)
{
    const char *text = invocation_text(invocation, flag);
    struct scrip_instant instant;
    struct str midnight;

    if (text == NULL)
        return (struct scrip_instant){ .is_given = false };
    instant = scrip_instant_of(text);
    if (!instant.is_given && strlen(text) == sizeof("2026-01-01") - 1) {
        midnight = str_format(&invocation->arena, "%sT00:00:00Z", text);
        instant = scrip_instant_of(midnight.data);
    }
    if (!instant.is_given)
        invocation_blame(
            invocation, "--%s takes an instant such as 2026-01-31T12:00:00Z, or a date, not \"%s\"",
            flag, text);
    return instant;
}

/* The digits at the start of text; where they end, in *ret_rest. */
static bool read_digits(const char *text, int64_t *ret, const char **ret_rest)
{
    int64_t number = 0;
    const char *c = text;

    for (; *c >= '0' && *c <= '9'; c++) {
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, *c - '0', &number))
            return false;
    }
    *ret = number;
    *ret_rest = c;
    return c > text;
}

int64_t invocation_number(struct invocation *invocation, const char *flag, int64_t max)
{
    const char *text = invocation_text(invocation, flag), *rest;
    int64_t number = 0;

    if (text == NULL)
        return 0;
    if (!read_digits(text, &number, &rest) || *rest != '\0' || number < 1 || number > max) {
        invocation_blame(invocation, "--%s takes a number from 1 to %" PRId64 ", not \"%s\"", flag,
                         max, text);
        return 0;
    }
    return number;
}

static int64_t seconds_of_unit(const char *unit)
{
    static const struct {
        const char *unit;
        int64_t seconds;
    } units[] = { { "", 1 }, { "s", 1 }, { "m", 60 }, { "h", 3600 }, { "d", 86400 } };

    for (size_t i = 0; i < array_count(units); i++) {
        if (strcmp(units[i].unit, unit) == 0)
            return units[i].seconds;
    }
    return 0;
}

int64_t invocation_seconds(struct invocation *invocation, const char *flag, int64_t default_seconds)
{
    const char *text = invocation_text(invocation, flag), *unit;
    int64_t seconds;

    if (text == NULL)
        return default_seconds;
    if (!read_digits(text, &seconds, &unit) || seconds_of_unit(unit) == 0 ||
        __builtin_mul_overflow(seconds, seconds_of_unit(unit), &seconds)) {
        invocation_blame(invocation, "--%s takes a time such as 90s, 15m, 2h or 1d, not \"%s\"",
                         flag, text);
        return default_seconds;
    }
    return seconds;
}
