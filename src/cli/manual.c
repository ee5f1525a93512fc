#include "cli/manual.h"

#include <string.h>
#include "cli/command.h"
#include "cli/help.h"

/* A hyphen is a minus here, a backslash is \e, and a dot at the start of a line is no request. */
static void write_text(const char *text, FILE *to)
{
    bool starts_line = true;

    for (; *text != '\0'; text++) {
        if (starts_line && (*text == '.' || *text == '\''))
            fputs("\\&", to);
        if (*text == '-')
            fputs("\\-", to);
        else if (*text == '\\')
            fputs("\\e", to);
        else
            fputc(*text, to);
        starts_line = *text == '\n';
    }
}

static void write_line(const char *text, FILE *to)
{
    write_text(text, to);
    fputc('\n', to);
}

static void write_flags(const struct flag *flags, size_t count, FILE *to)
{
    for (size_t i = 0; i < count; i++) {
        fputs(".TP\n.BI ", to);
        write_text("--", to);
        write_text(flags[i].name, to);
        if (flags[i].operand != NULL) {
            fputs(" \" \" ", to);
            write_text(flags[i].operand, to);
        }
        fputc('\n', to);
        write_text(flags[i].help, to);
        fputs(flags[i].is_repeated ? "; may be repeated\n" : "\n", to);
    }
}

static void write_exits(FILE *to)
{
    fputs(".SH EXIT STATUS\n", to);
    for (size_t i = 0; i < exit_meaning_count; i++) {
        fprintf(to, ".TP\n.B %d\n", exit_meanings[i].code);
        write_line(exit_meanings[i].meaning, to);
    }
}

static void write_head(const char *page, const char *summary, FILE *to)
{
    fprintf(to, ".TH %s 1 \"\" \"scrip %s\" \"Scrip\"\n.SH NAME\n", page, SCRIP_VERSION);
    write_text(page, to);
    fputs(" \\- ", to);
    write_line(summary, to);
}

static void write_synopsis(const struct command *command, FILE *to)
{
    fprintf(to, ".B scrip %s%s%s\n", command->group, command->verb != NULL ? " " : "",
            command->verb != NULL ? command->verb : "");
    if (command->operands[0] != '\0') {
        fputs(".I ", to);
        write_line(command->operands, to);
    }
    fputs("[flags]\n", to);
}

static void write_command(const struct command *command, FILE *to)
{
    fputs(".SS ", to);
    write_text("scrip ", to);
    write_text(command->group, to);
    if (command->verb != NULL)
        fprintf(to, " %s", command->verb);
    fputs(command->operands[0] != '\0' ? " " : "", to);
    write_line(command->operands, to);
    write_text(command->summary, to);
    fputs(".\n", to);
    if (command->about[0] != '\0') {
        fputs(".PP\n", to);
        for (const char *c = command->about; *c != '\0';) { /* an empty line parts paragraphs */
            size_t len = strcspn(c, "\n");
            char line[256];

            snprintf(line, sizeof line, "%.*s", (int)len, c);
            if (len == 0)
                fputs(".PP\n", to);
            else
                write_line(line, to);
            c += len + (c[len] == '\n' ? 1 : 0);
        }
    }
    fputs(".PP\n.RS 4\n.nf\n", to);
    write_text("scrip ", to);
    write_line(command->example, to);
    fputs(".fi\n.RE\n", to);
    write_flags(command->flags, command->flag_count, to);
}

static void write_group(const char *page, const char *group, FILE *to)
{
    const struct command *first = command_group(group);

    write_head(page, group_summary(group), to);
    fputs(".SH SYNOPSIS\n", to);
    for (const struct command *c = first; c != NULL; c = command_next(c)) {
        fputs(c != first ? ".br\n" : "", to);
        write_synopsis(c, to);
    }
    fputs(".SH COMMANDS\n", to);
    for (const struct command *c = first; c != NULL; c = command_next(c))
        write_command(c, to);
    fputs(".SH FLAGS OF EVERY COMMAND\n", to);
    write_flags(common_flags, common_flag_count, to);
    write_exits(to);
    fputs(".SH SEE ALSO\n.BR scrip (1)\n", to);
}

static void write_item(const char *name, const char *help, FILE *to)
{
    fputs(".TP\n.B scrip ", to);
    write_line(name, to);
    write_line(help, to);
}

static void write_settings(FILE *to)
{
    static const char *const rows[][2] = {
        { "SCRIP_URL", "the server" },
        { "SCRIP_SECRET", "the secret of a key" },
        { "SCRIP_CLIENT_ID", "its client id, for Kable's calls" },
        { "SCRIP_CA_FILE", "authorities to trust, PEM" },
        { "SCRIP_CONFIG", "another file of settings" },
        { "SCRIP_PAGER, PAGER", "what shows long lists; cat is none" },
    };

    fputs(".SH ENVIRONMENT\n", to);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fprintf(to, ".TP\n.B %s\n", rows[i][0]);
        write_line(rows[i][1], to);
    }
    fputs(".SH FILES\n.TP\n.I \\(ti/.config/scrip/config\n"
          "Settings, a line each: url, secret, client_id, ca_file, then = and the value.\n"
          "Others must not be able to read it (chmod 600), or it is refused.\n",
          to);
}

static void write_whole(const struct cli_other *others, size_t other_count, FILE *to)
{
    write_head("scrip", "a credit-grant ledger: its server, its tools, its client", to);
    fputs(
        ".SH SYNOPSIS\n.B scrip\n.I COMMAND\n[flags]\n.SH DESCRIPTION\n"
        "A business grants its customers credits; usage burns them down, by priority and expiry;\n"
        "everyone can ask what is left, exactly, at any instant.\n"
        ".SH THE SERVER\nEach of these tells more with \\-\\-help.\n",
        to);
    for (size_t i = 0; i < other_count; i++)
        write_item(others[i].name, others[i].help, to);
    fputs(".SH THE CLIENT\nEach of these has a page of its own.\n", to);
    for (size_t i = 0; i < command_count; i++) {
        if (command_is_first(&commands[i]))
            write_item(commands[i].group, group_summary(commands[i].group), to);
    }
    write_settings(to);
    write_exits(to);
    fputs(".SH SEE ALSO\n", to);
    for (size_t i = 0; i < command_count; i++) {
        if (command_is_first(&commands[i]))
            fprintf(to, ".BR scrip\\-%s (1)\n", commands[i].group);
    }
}

bool manual_write(const char *page, const struct cli_other *others, size_t other_count, FILE *to)
{
    static const char prefix[] = "scrip-";

    if (strcmp(page, "scrip") == 0) {
        write_whole(others, other_count, to);
        return true;
    }
    if (strncmp(page, prefix, sizeof(prefix) - 1) != 0 ||
        command_group(page + sizeof(prefix) - 1) == NULL)
        return false;
    write_group(page, page + sizeof(prefix) - 1, to);
    return true;
}
