#include "domain/command.h"

struct str command_name(enum command_kind kind)
{
    switch (kind) {
#define BOOK_COMMAND(name, arm, text)                                                              \
    case COMMAND_##name:                                                                           \
        return STR(text);
#define TIME_COMMAND BOOK_COMMAND
#define DIRECTORY_COMMAND BOOK_COMMAND
#include "domain/command.def"
#undef BOOK_COMMAND
#undef TIME_COMMAND
#undef DIRECTORY_COMMAND
    case COMMAND_NONE:
    case COMMAND_COUNT:
        break;
    }
    never("not a kind of command");
}

bool command_is_of_directory(enum command_kind kind)
{
    switch (kind) {
#define BOOK_COMMAND(name, arm, text)                                                              \
    case COMMAND_##name:                                                                           \
        return false;
#define TIME_COMMAND BOOK_COMMAND
#define DIRECTORY_COMMAND(name, arm, text)                                                         \
    case COMMAND_##name:                                                                           \
        return true;
#include "domain/command.def"
#undef BOOK_COMMAND
#undef TIME_COMMAND
#undef DIRECTORY_COMMAND
    case COMMAND_NONE:
    case COMMAND_COUNT:
        break;
    }
    never("not a kind of command");
}

bool command_is_dry_run(const struct command *command)
{
    if (command->kind == COMMAND_HOLD_CREATE)
        return command->hold.use.dry_run;
    return command->kind == COMMAND_DEDUCT && command->deduct.dry_run;
}
