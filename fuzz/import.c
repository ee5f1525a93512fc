/* Lines of an export, as scrip import takes them into a directory that is new, or empty.
 *
 * "=" stands for a sum, a count of lines or the hash of a seal, and what is right is put there
 * (import_sums.h): so changed lines get as far as they deserve.  What is taken is proved, says what
 * the lines say (import_rows.h), and its own export is taken, too, and comes back byte for byte.
 * What is refused is the lines' fault, is told, and leaves the directory as it was.
 *
 * FUZZ_LOUD=1 in the environment shows what the program says to each. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "daemon/commands.h"
#include "daemon/lines.h"
#include "daemon/verify.h"
#include "fuzz.h"
#include "import_rows.h"
#include "import_sums.h"
#include "place.h"
#include "store/embedded/schema.h"

#define PATH_BYTES 512

static struct place work;
static struct unfinished blank; /* an empty book */
static struct import *columns;  /* of it */

static void path_of(const char *name, char ret[PATH_BYTES])
{
    snprintf(ret, PATH_BYTES, "%s/%s", work.directory, name);
}

static void finish(void)
{
    import_end(columns);
    unfinished_end(&blank);
    place_remove(&work);
}

static void start(void)
{
    char path[PATH_BYTES], message[EMBEDDED_MESSAGE_BYTES];

    place_make(&work);
    path_of("blank", path);
    assert(unfinished_begin(&blank, path, message) == OK);
    assert(import_begin(&blank, schema_version(), &columns, message) == OK);
    (void)atexit(finish);
}

/* What goes to stdout and stderr is kept apart: both are variables with glibc. */
struct silence {
    FILE *out, *err, *heard;
    char *said;
    size_t said_bytes;
};

static void silence_begin(struct silence *silence)
{
    silence->heard = open_memstream(&silence->said, &silence->said_bytes);
    assert(silence->heard != NULL);
    silence->out = stdout;
    silence->err = stderr;
    stdout = silence->heard;
    stderr = silence->heard;
}

static void silence_end(struct silence *silence)
{
    stdout = silence->out;
    stderr = silence->err;
    fclose(silence->heard);
    if (getenv("FUZZ_LOUD") != NULL)
        fprintf(stderr, "# %s", silence->said);
}

static int import_lines(struct str lines, const char *data)
{
    FILE *from = fmemopen((void *)(uintptr_t)lines.data, lines.len, "r");
    struct silence silence;
    int code;

    assert(from != NULL);
    silence_begin(&silence);
    code = lines_import(from, data);
    silence_end(&silence);
    assert(silence.said_bytes > 0);
    free(silence.said);
    fclose(from);
    return code;
}

static struct str export_lines(const char *data)
{
    static const struct portable_options all = { .books = { true, true }, .with_secrets = true };
    char path[PATH_BYTES + 16], *text;
    size_t size;
    FILE *to = open_memstream(&text, &size);

    assert(to != NULL);
    snprintf(path, sizeof path, "%s/" EMBEDDED_FILE, data);
    assert(lines_export(to, path, &all) == EXIT_WELL);
    fclose(to);
    return (struct str){ .data = text, .len = size };
}

static void check_proved(const char *data)
{
    struct silence silence;
    char path[PATH_BYTES + 16];
    int code;

    snprintf(path, sizeof path, "%s/" EMBEDDED_FILE, data);
    silence_begin(&silence);
    code = verify_file(path, VERIFY_READ_ONLY);
    silence_end(&silence);
    free(silence.said);
    assert(code == EXIT_WELL);
}

static int file_count(const char *directory)
{
    DIR *folder = opendir(directory);
    int count = 0;

    if (folder == NULL)
        return -1;
    for (const struct dirent *file = readdir(folder); file != NULL; file = readdir(folder))
        count += file->d_name[0] != '.';
    closedir(folder);
    return count;
}

static void remove_directory(const char *data)
{
    struct place place = { .sync = false };

    assert(snprintf(place.directory, sizeof place.directory, "%s", data) <
           (int)sizeof place.directory);
    place_remove(&place);
}

/* Rows of an older format are other ones when they have been brought up to date. */
static bool is_newest(struct str lines)
{
    char head[64];
    size_t at;

    snprintf(head, sizeof head, "\"format\":\"%d\"", schema_version());
    if (str_find(lines, '\n', &at))
        lines = str_take(lines, at);
    for (; lines.len > 0; lines = str_skip(lines, 1)) {
        if (str_starts_with(lines, str_from_c(head)))
            return true;
    }
    return false;
}

static void check_taken(struct str given, const char *data)
{
    struct str lines = export_lines(data), again;
    char other[PATH_BYTES];

    assert(file_count(data) == 1);
    check_proved(data);
    assert(if_then(is_newest(given), rows_same(given, lines, columns)));
    path_of("again", other);
    assert(import_lines(lines, other) == EXIT_WELL);
    again = export_lines(other);
    assert(str_equals(lines, again));
    free((void *)(uintptr_t)lines.data);
    free((void *)(uintptr_t)again.data);
    remove_directory(other);
}

void fuzz_one(struct str input)
{
    char data[PATH_BYTES];
    struct str lines;
    bool is_there = input.len % 2 == 0;
    int code;

    if (work.directory[0] == '\0')
        start();
    path_of("data", data);
    if (is_there)
        assert(mkdir(data, 0700) == 0);
    lines = sums_put(input);
    code = import_lines(lines, data);
    if (code == EXIT_WELL) {
        check_taken(lines, data);
        remove_directory(data);
    } else {
        assert(code == EXIT_NO);
        assert(file_count(data) == (is_there ? 0 : -1));
        (void)rmdir(data);
    }
    free((void *)(uintptr_t)lines.data);
}
