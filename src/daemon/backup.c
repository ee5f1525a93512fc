/* daemon/backup.c - scrip backup: a copy of one moment, proved before it gets its name. */
#include "store/embedded/backup.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include "daemon/commands.h"
#include "daemon/options.h"
#include "daemon/verify.h"

#define MEGABYTE 1000000
#define STEP_BYTES (1 << 20) /* and a pause; in between, the disk is the server's */
#define NS_PER_S 1000000000

struct pace {
    int64_t rate_bytes; /* a second; 0: as fast as it goes */
    int64_t log_bytes_max;
};

/* After so many bytes. */
static void pause_after(int64_t bytes, const struct pace *pace)
{
    struct timespec pause;
    int64_t ns;

    if (pace->rate_bytes == 0)
        return;
    ns = bytes * NS_PER_S / pace->rate_bytes;
    pause = (struct timespec){ .tv_sec = ns / NS_PER_S, .tv_nsec = ns % NS_PER_S };
    (void)nanosleep(&pause, NULL); /* cut short by a signal: no harm */
}

static bool log_is_long(const struct backup_progress *progress, const struct pace *pace,
                        char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    if (progress->log_grown_bytes <= pace->log_bytes_max)
        return false;
    snprintf(ret_message, EMBEDDED_MESSAGE_BYTES,
             "the server wrote %" PRId64 " MB meanwhile, which its log keeps until the copy is "
             "made; copy faster (--rate), or allow more (--log-max)",
             progress->log_grown_bytes / MEGABYTE);
    return true;
}

static enum err copy(const char *from, const struct unfinished *to, const struct pace *pace,
                     char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    struct backup *backup = NULL;
    struct backup_progress progress = { .bytes_total = 1 };
    enum err e = backup_begin(from, to, &backup, ret_message);

    if (e != OK)
        return e;
    while (progress.bytes_done < progress.bytes_total) {
        e = backup_step(backup, STEP_BYTES, &progress, ret_message);
        if (e == OK && log_is_long(&progress, pace, ret_message))
            e = ERR_FULL;
        if (e != OK)
            break;
        if (progress.bytes_done < progress.bytes_total)
            pause_after(STEP_BYTES, pace);
    }
    backup_end(backup);
    return e;
}

/* Only this program's format can be proved without changing the file. */
static int prove(const char *path, char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    int format, newest;

    if (data_file_format(path, &format, &newest, ret_message) != OK)
        return EXIT_WORLD;
    if (format < newest) {
        fprintf(stderr,
                "scrip: not proved: the file has format %d, this program's is %d; scrip restore "
                "proves it, or the scrip that wrote it\n",
                format, newest);
        return EXIT_WELL;
    }
    return verify_file(path, VERIFY_READ_ONLY);
}

static int64_t bytes_of(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 ? (int64_t)status.st_size : 0;
}

static int backup_to(const char *from, const char *to, const struct pace *pace)
{
    char message[EMBEDDED_MESSAGE_BYTES] = "";
    struct unfinished file;
    int code = EXIT_WORLD;

    if (unfinished_begin(&file, to, message) != OK)
        goto failed;
    if (copy(from, &file, pace, message) != OK || unfinished_settle(&file, message) != OK)
        goto failed;
    code = prove(file.path, message);
    if (code == EXIT_WELL && unfinished_publish(&file, message) != OK)
        code = EXIT_WORLD;
    if (code == EXIT_WELL)
        printf("%s: %" PRId64 " bytes\n", to, bytes_of(to));
failed:
    if (code != EXIT_WELL)
        fprintf(stderr, "scrip: no backup was made%s%s\n", message[0] != '\0' ? ": " : "", message);
    unfinished_end(&file);
    return code;
}

int command_backup(int count, char **arguments)
{
    const char *data = DATA_DIRECTORY_DEFAULT, *rate = "50", *log_max = "1000";
    const struct option list[] = {
        { "data", "DIR", "the data directory", &data, NULL },
        { "rate", "MB", "megabytes copied a second; 0: as fast as it goes", &rate, NULL },
        { "log-max", "MB", "give up when the server writes more meanwhile", &log_max, NULL },
    };
    const struct options options = {
        .usage = "scrip backup [--data DIR] [--rate MB] [--log-max MB] FILE",
        .about =
            "Copies both books and the directory as of one moment into one new file, proves\n"
            "the copy as \"scrip verify\" does, and only then gives it its name.  Works while a\n"
            "server runs on the directory.  Prints what the copy holds, and the hash of each book.",
        .list = list,
        .count = array_count(list),
    };
    char from[PATH_MAX];
    struct pace pace;
    int words;
    enum options_outcome outcome = options_read(&options, count, arguments, 1, &words);

    if (outcome != OPTIONS_READ)
        return outcome == OPTIONS_HELPED ? EXIT_WELL : EXIT_USAGE;
    if (words != 1) {
        fprintf(stderr, "scrip: into which file?  usage: %s\n", options.usage);
        return EXIT_USAGE;
    }
    if (!option_number("rate", rate, 0, 100000, &pace.rate_bytes) ||
        !option_number("log-max", log_max, 1, 10000000, &pace.log_bytes_max))
        return EXIT_USAGE;
    pace.rate_bytes *= MEGABYTE;
    pace.log_bytes_max *= MEGABYTE;
    if (snprintf(from, sizeof from, "%s/" EMBEDDED_FILE, data) >= (int)sizeof from) {
        fprintf(stderr, "scrip: the path in --data is too long\n");
        return EXIT_USAGE;
    }
    return backup_to(from, arguments[0], &pace);
}
