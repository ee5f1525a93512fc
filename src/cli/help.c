#include "cli/help.h"

#include <stdio.h>
#include "base/check.h"
#include "cli/invocation.h"

#define FLAG_TEXT_SIZE 64

const struct exit_meaning exit_meanings[] = {
    { CLI_WELL, "done" },
    { CLI_REFUSED, "the server refuses: the request is wrong, or conflicts with what there is" },
    { CLI_USAGE, "the command line or the settings are wrong; nothing was sent" },
    { CLI_WORLD, "no server, no secure connection, no sensible reply, or the server has failed" },
    { CLI_NOT_COVERED, "not enough credit" },
    { CLI_NOT_FOUND, "there is no such customer, grant, ..." },
    { CLI_KEY, "the key is wrong, or may not do this" },
};
const size_t exit_meaning_count = array_count(exit_meanings);

const char *help_flag_text(const struct flag *flag, char *buffer, size_t size)
{
    snprintf(buffer, size, "--%s%s%s", flag->name, flag->operand != NULL ? " " : "",
             flag->operand != NULL ? flag->operand : "");
    return buffer;
}

void help_print_usage(const struct command *command)
{
    printf("scrip %s", command->group);
    if (command->verb != NULL)
        printf(" %s", command->verb);
    if (command->operands[0] != '\0')
        printf(" %s", command->operands);
    printf(" [flags]\n");
}

static void print_flags(const struct flag *flags, size_t count)
{
    char text[FLAG_TEXT_SIZE];

    for (size_t i = 0; i < count; i++)
        printf("  %-30s %s%s\n", help_flag_text(&flags[i], text, sizeof text), flags[i].help,
               flags[i].is_repeated ? "; may be repeated" : "");
}

static void print_common(void)
{
    printf("\nFlags of every command:\n");
    print_flags(common_flags, common_flag_count);
    printf("\nExit codes:\n");
    for (size_t i = 0; i < exit_meaning_count; i++)
        printf("  %d  %s\n", exit_meanings[i].code, exit_meanings[i].meaning);
}

static char capital(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

void help_command(const struct command *command)
{
    printf("Usage: ");
    help_print_usage(command);
    printf("\n%c%s.\n", capital(command->summary[0]), command->summary + 1);
    if (command->about[0] != '\0')
        printf("%s\n", command->about);
    printf("\nFor example:\n  scrip %s\n", command->example);
    if (command->flag_count > 0) {
        printf("\nFlags:\n");
        print_flags(command->flags, command->flag_count);
    }
    print_common();
}

void help_group(const char *group)
{
    const struct command *command = command_group(group);

    if (command->verb == NULL) {
        help_command(command);
        return;
    }
    printf("scrip %s: %s\n\nUsage:\n", group, group_summary(group));
    for (; command != NULL; command = command_next(command)) {
        printf("  ");
        help_print_usage(command);
        printf("      %s\n", command->summary);
    }
    printf("\n\"scrip %s %s --help\" tells more, and so on.\n", group, command_group(group)->verb);
    print_common();
}
