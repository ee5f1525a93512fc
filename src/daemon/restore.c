/* daemon/restore.c - scrip restore: a data directory from a backup, whole or not at all.
 *
 * The backup is proved, copied, brought to this program's format, and proved again.  Only then
 * does the copy get the name under which a server opens it.
 */
#include <limits.h>
#include <stdio.h>
#include "daemon/commands.h"
#include "daemon/options.h"
#include "daemon/verify.h"
#include "store/embedded/backup.h"

#define STEP_BYTES (64 << 20)

static int tell(const char *message)
{
    fprintf(stderr, "scrip: nothing was restored: %s\n", message);
    return EXIT_WORLD;
}

/* A file of an older format is proved after its upgrade. */
static int prove_original(const char *from)
{
    char message[EMBEDDED_MESSAGE_BYTES] = "";
    int format, newest;
    enum err e = data_file_format(from, &format, &newest, message);

    if (e != OK) {
        (void)tell(message);
        return e == ERR_CORRUPT ? EXIT_NO : EXIT_WORLD;
    }
    if (format == newest)
        return verify_file(from, VERIFY_READ_ONLY);
    printf("format %d, to be made %d\n", format, newest);
    return EXIT_WELL;
}

static enum err copy(const char *from, const struct unfinished *to,
                     char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    struct backup *backup = NULL;
    struct backup_progress progress = { .bytes_total = 1 };
    enum err e = backup_begin(from, to, &backup, ret_message);

    while (e == OK && progress.bytes_done < progress.bytes_total)
        e = backup_step(backup, STEP_BYTES, &progress, ret_message);
    backup_end(backup);
    return e;
}

static int restore_file(const char *from, const char *to)
{
    char message[EMBEDDED_MESSAGE_BYTES] = "";
    struct unfinished file;
    int code;

    if (unfinished_begin(&file, to, message) != OK)
        return tell(message);
    if (copy(from, &file, message) != OK) {
        unfinished_end(&file);
        return tell(message);
    }
    code = verify_file(file.path, VERIFY_AS_SERVED);
    if (code == EXIT_WELL &&
        (unfinished_settle(&file, message) != OK || unfinished_publish(&file, message) != OK))
        code = tell(message);
    unfinished_end(&file);
    return code;
}

static int restore(const char *from, const char *data)
{
    char message[EMBEDDED_MESSAGE_BYTES] = "", to[PATH_MAX];
    struct new_directory directory;
    int code;

    if (snprintf(to, sizeof to, "%s/" EMBEDDED_FILE, data) >= (int)sizeof to)
        return tell("the path in --data is too long");
    if (new_directory_begin(&directory, data, message) != OK)
        return tell(message);
    code = prove_original(from);
    if (code == EXIT_WELL)
        code = restore_file(from, to);
    if (code == EXIT_WELL)
        printf("restored to %s\n", data);
    else
        new_directory_abandon(&directory);
    return code;
}

int command_restore(int count, char **arguments)
{
    const char *data = NULL;
    const struct option list[] = {
        { "data", "DIR", "a new or empty directory", &data, NULL },
    };
    const struct options options = {
        .usage = "scrip restore --data DIR FILE",
        .about =
            "Makes a data directory of a backup.  The backup is proved before, and the directory\n"
            "after; an older format is brought up to date.  What is cut off in the middle leaves\n"
            "a directory that no server opens.",
        .list = list,
        .count = array_count(list),
    };
    int words;
    enum options_outcome outcome = options_read(&options, count, arguments, 1, &words);

    if (outcome != OPTIONS_READ)
        return outcome == OPTIONS_HELPED ? EXIT_WELL : EXIT_USAGE;
    if (words != 1 || data == NULL) {
        fprintf(stderr, "scrip: from which file, into which directory?  usage: %s\n",
                options.usage);
        return EXIT_USAGE;
    }
    return restore(arguments[0], data);
}
