#include "cli/completion.h"

#include <string.h>
#include "cli/command.h"

/* A flag whose value is the name of a file. */
static bool wants_file(const struct flag *flag)
{
    return flag->operand != NULL && strcmp(flag->operand, "FILE") == 0;
}

/* The names of flags, "--a --b". */
static void write_flag_names(const struct command *command, FILE *to)
{
    for (size_t i = 0; i < command->flag_count; i++)
        fprintf(to, "--%s ", command->flags[i].name);
    for (size_t i = 0; i < common_flag_count; i++)
        fprintf(to, "--%s ", common_flags[i].name);
}

static void write_verbs(const char *group, FILE *to)
{
    for (const struct command *c = command_group(group); c != NULL; c = command_next(c))
        fprintf(to, "%s ", c->verb != NULL ? c->verb : "");
}

static void write_groups(const struct cli_other *others, size_t other_count, FILE *to)
{
    for (size_t i = 0; i < command_count; i++) {
        if (command_is_first(&commands[i]))
            fprintf(to, "%s ", commands[i].group);
    }
    fprintf(to, "completions man ");
    for (size_t i = 0; i < other_count; i++)
        fprintf(to, "%s ", others[i].name);
}

/* --- bash --- */

static void bash_values(const struct flag *flags, size_t count, FILE *to)
{
    for (size_t i = 0; i < count; i++) {
        if (flags[i].choices != NULL)
            fprintf(to, "    --%s) COMPREPLY=($(compgen -W \"%s\" -- \"$word\")); return ;;\n",
                    flags[i].name, flags[i].choices);
        else if (wants_file(&flags[i]))
            fprintf(to, "    --%s) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n",
                    flags[i].name);
        else if (flags[i].operand != NULL)
            fprintf(to, "    --%s) return ;;\n", flags[i].name);
    }
}

/* Each flag once, whichever commands have it. */
static void bash_all_values(FILE *to)
{
    for (size_t i = 0; i < command_count; i++) {
        for (size_t k = 0; k < commands[i].flag_count; k++) {
            const struct flag *flag = &commands[i].flags[k];
            bool is_seen = false;

            for (size_t earlier = 0; earlier < i && !is_seen; earlier++) {
                const struct flag *other =
                    command_flag(&commands[earlier], flag->name, strlen(flag->name));
                is_seen = other != NULL;
            }
            if (!is_seen)
                bash_values(flag, 1, to);
        }
    }
    bash_values(common_flags, common_flag_count, to);
}

static void write_bash(const struct cli_other *others, size_t other_count, FILE *to)
{
    fprintf(to, "# bash completion for scrip; from \"scrip completions bash\".\n"
                "_scrip() {\n"
                "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
                "    local group=${COMP_WORDS[1]} verb=${COMP_WORDS[2]}\n"
                "    COMPREPLY=()\n"
                "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                "        COMPREPLY=($(compgen -W \"");
    write_groups(others, other_count, to);
    fprintf(to, "\" -- \"$word\"))\n        return\n    fi\n    case $before in\n");
    bash_all_values(to);
    fprintf(to, "    esac\n    case \"$group $verb\" in\n");
    for (size_t i = 0; i < command_count; i++) {
        if (commands[i].verb == NULL)
            fprintf(to, "    \"%s \"*) ", commands[i].group);
        else
            fprintf(to, "    \"%s %s\") ", commands[i].group, commands[i].verb);
        fprintf(to, "COMPREPLY=($(compgen -W \"");
        write_flag_names(&commands[i], to);
        fprintf(to, "\" -- \"$word\")); return ;;\n");
    }
    fprintf(to, "    esac\n    [ \"$COMP_CWORD\" -eq 2 ] || return\n    case $group in\n");
    for (size_t i = 0; i < command_count; i++) {
        if (!command_is_first(&commands[i]) || commands[i].verb == NULL)
            continue;
        fprintf(to, "    %s) COMPREPLY=($(compgen -W \"", commands[i].group);
        write_verbs(commands[i].group, to);
        fprintf(to, "\" -- \"$word\")) ;;\n");
    }
    fprintf(to, "    completions) COMPREPLY=($(compgen -W \"bash zsh fish\" -- \"$word\")) ;;\n"
                "    esac\n}\ncomplete -o default -F _scrip scrip\n");
}

/* --- zsh --- */

/* In single quotes, where a quote is '\'' and, for _describe, a colon is \:. */
static void zsh_text(const char *text, const char *escaped, FILE *to)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            fputs("'\\''", to);
            continue;
        }
        if (strchr(escaped, *text) != NULL)
            fputc('\\', to);
        fputc(*text, to);
    }
}

static void zsh_flag(const struct flag *flag, FILE *to)
{
    fprintf(to, "            '%s--%s%s[", flag->is_repeated ? "*" : "", flag->name,
            flag->operand != NULL ? "=" : "");
    zsh_text(flag->help, "[]:", to);
    fputc(']', to);
    if (flag->operand != NULL) {
        fputc(':', to);
        zsh_text(flag->operand, ":", to);
        if (flag->choices != NULL)
            fprintf(to, ":(%s)", flag->choices);
        else
            fputs(wants_file(flag) ? ":_files" : ": ", to);
    }
    fputs("' \\\n", to);
}

static void zsh_arguments(const struct command *command, FILE *to)
{
    fputs("        _arguments \\\n", to);
    for (size_t i = 0; i < command->flag_count; i++)
        zsh_flag(&command->flags[i], to);
    for (size_t i = 0; i < common_flag_count; i++)
        zsh_flag(&common_flags[i], to);
    fputs("            '*: : '\n        ;;\n", to);
}

static void zsh_item(const char *name, const char *help, FILE *to)
{
    fprintf(to, "            '%s:", name);
    zsh_text(help, ":", to);
    fputs("'\n", to);
}

static void zsh_groups(const struct cli_other *others, size_t other_count, FILE *to)
{
    fputs("    local -a words_\n    if (( CURRENT == 2 )); then\n        words_=(\n", to);
    for (size_t i = 0; i < command_count; i++) {
        if (command_is_first(&commands[i]))
            zsh_item(commands[i].group, group_summary(commands[i].group), to);
    }
    for (size_t i = 0; i < other_count; i++)
        zsh_item(others[i].name, others[i].help, to);
    zsh_item("completions", "what a shell offers after scrip", to);
    zsh_item("man", "a manual page", to);
    fputs("        )\n        _describe 'command' words_\n        return\n    fi\n", to);
}

static void zsh_verbs(FILE *to)
{
    fputs("    if (( CURRENT == 3 )); then\n        words_=()\n        case $words[2] in\n", to);
    for (size_t i = 0; i < command_count; i++) {
        if (!command_is_first(&commands[i]) || commands[i].verb == NULL)
            continue;
        fprintf(to, "        %s) words_=(\n", commands[i].group);
        for (const struct command *c = &commands[i]; c != NULL; c = command_next(c))
            zsh_item(c->verb, c->summary, to);
        fputs("        ) ;;\n", to);
    }
    fputs("        completions) words_=(bash zsh fish) ;;\n        esac\n"
          "        if (( $#words_ )); then\n"
          "            _describe 'command' words_\n            return\n        fi\n    fi\n",
          to);
}

static void write_zsh(const struct cli_other *others, size_t other_count, FILE *to)
{
    fputs("#compdef scrip\n# zsh completion for scrip; from \"scrip completions zsh\".\n"
          "_scrip() {\n",
          to);
    zsh_groups(others, other_count, to);
    zsh_verbs(to);
    fputs("    case \"$words[2] $words[3]\" in\n", to);
    for (size_t i = 0; i < command_count; i++) {
        if (commands[i].verb == NULL)
            fprintf(to, "    \"%s \"*)\n", commands[i].group);
        else
            fprintf(to, "    \"%s %s\")\n", commands[i].group, commands[i].verb);
        zsh_arguments(&commands[i], to);
    }
    fputs("    esac\n}\nif [ \"$funcstack[1]\" = _scrip ]; then\n    _scrip \"$@\"\nelse\n"
          "    compdef _scrip scrip\nfi\n",
          to);
}

/* --- fish --- */

static void fish_text(const char *text, FILE *to)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\')
            fputc('\\', to);
        fputc(*text, to);
    }
}

static void fish_flag(const char *condition, const struct flag *flag, FILE *to)
{
    fprintf(to, "complete -c scrip -n '%s' -l %s", condition, flag->name);
    if (flag->operand != NULL)
        fputs(wants_file(flag) ? " -r -F" : " -x", to);
    if (flag->choices != NULL)
        fprintf(to, " -a '%s'", flag->choices);
    fputs(" -d '", to);
    fish_text(flag->help, to);
    fputs("'\n", to);
}

static void fish_word(const char *condition, const char *word, const char *help, FILE *to)
{
    fprintf(to, "complete -c scrip -n '%s' -f -a %s -d '", condition, word);
    fish_text(help, to);
    fputs("'\n", to);
}

static void fish_command(const struct command *command, FILE *to)
{
    char condition[160];

    if (command->verb != NULL) {
        snprintf(condition, sizeof condition, "__scrip_is %s", command->group);
        fish_word(condition, command->verb, command->summary, to);
    }
    snprintf(condition, sizeof condition, "__scrip_in %s %s", command->group,
             command->verb != NULL ? command->verb : "");
    for (size_t i = 0; i < command->flag_count; i++)
        fish_flag(condition, &command->flags[i], to);
    for (size_t i = 0; i < common_flag_count; i++)
        fish_flag(condition, &common_flags[i], to);
}

static void write_fish(const struct cli_other *others, size_t other_count, FILE *to)
{
    fputs("# fish completion for scrip; from \"scrip completions fish\".\n"
          "function __scrip_none\n    test (count (commandline -opc)) -eq 1\nend\n"
          "function __scrip_is\n    set -l words (commandline -opc)\n"
          "    test (count $words) -eq 2; and test $words[2] = $argv[1]\nend\n"
          "function __scrip_in\n    set -l words (commandline -opc)\n"
          "    for i in (seq (count $argv))\n"
          "        test (count $words) -gt $i; and test $words[(math $i + 1)] = $argv[$i]\n"
          "        or return 1\n    end\nend\n",
          to);
    for (size_t i = 0; i < command_count; i++) {
        if (command_is_first(&commands[i]))
            fish_word("__scrip_none", commands[i].group, group_summary(commands[i].group), to);
        fish_command(&commands[i], to);
    }
    for (size_t i = 0; i < other_count; i++)
        fish_word("__scrip_none", others[i].name, others[i].help, to);
    fish_word("__scrip_none", "completions", "what a shell offers after scrip", to);
    fish_word("__scrip_is completions", "'bash zsh fish'", "shell", to);
    fish_word("__scrip_none", "man", "a manual page", to);
}

bool completion_write(const char *shell, const struct cli_other *others, size_t other_count,
                      FILE *to)
{
    if (strcmp(shell, "bash") == 0)
        write_bash(others, other_count, to);
    else if (strcmp(shell, "zsh") == 0)
        write_zsh(others, other_count, to);
    else if (strcmp(shell, "fish") == 0)
        write_fish(others, other_count, to);
    else
        return false;
    return true;
}
