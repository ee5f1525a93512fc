#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include "store/embedded/inside.h"
#include "store/embedded/schema.h"

void file_tell(char ret_message[EMBEDDED_MESSAGE_BYTES], const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(ret_message, EMBEDDED_MESSAGE_BYTES, format, arguments);
    va_end(arguments);
}

enum err file_err(int error)
{
    return error == ENOSPC || error == EDQUOT ? ERR_FULL : error == ENOMEM ? ERR_NOMEM : ERR_IO;
}

enum err file_name(const char *path, const char *suffix, char **ret)
{
    size_t size = strlen(path) + strlen(suffix) + 1;
    char *name = room_new(size);

    if (name == NULL)
        return ERR_NOMEM;
    snprintf(name, size, "%s%s", path, suffix);
    *ret = name;
    return OK;
}

enum err file_path(const char *directory, char **ret)
{
    return file_name(directory, "/" EMBEDDED_FILE, ret);
}

enum err file_directory_make(const char *directory, char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    struct stat status;

    if (mkdir(directory, 0700) == 0)
        return OK;
    if (errno == EEXIST && stat(directory, &status) == 0 && S_ISDIR(status.st_mode))
        return OK;
    if (errno == EEXIST)
        errno = ENOTDIR;
    file_tell(ret_message, "%s: %s", directory, strerror(errno));
    return file_err(errno);
}

/* --- the lock: the system lets go of it when its process ends, however that ends --- */

/* Who it says that it is; for people. */
static void tell_owner(int lock, const char *directory, char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    char text[32] = "";
    ssize_t size = pread(lock, text, sizeof text - 1, 0);

    text[size > 0 ? strcspn(text, "\n") : 0] = '\0';
    file_tell(ret_message, "%s: it belongs to the running process %s", directory,
              text[0] == '\0' ? "(unknown)" : text);
}

static enum err write_owner(int lock)
{
    char text[32];
    int size = snprintf(text, sizeof text, "%jd\n", (intmax_t)getpid());

    if (ftruncate(lock, 0) != 0 || pwrite(lock, text, (size_t)size, 0) != size)
        return file_err(errno);
    return OK;
}

static enum err lock_take(int lock, const char *directory, char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    enum err e;

    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) {
            tell_owner(lock, directory, ret_message);
            return ERR_BUSY;
        }
        file_tell(ret_message, "%s/lock: %s", directory, strerror(errno));
        return ERR_IO;
    }
    e = write_owner(lock);
    if (e != OK)
        file_tell(ret_message, "%s/lock: %s", directory, strerror(errno));
    return e;
}

enum err file_lock(const char *directory, int *ret, char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    char *path;
    int lock;
    enum err e = file_name(directory, "/lock", &path);

    if (e != OK)
        return e;
    lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) {
        file_tell(ret_message, "%s: %s", path, strerror(errno));
        e = file_err(errno);
    } else {
        e = lock_take(lock, directory, ret_message);
    }
    room_free(path);
    if (e != OK) {
        if (lock >= 0)
            close(lock);
        return e;
    }
    *ret = lock;
    return OK;
}

void file_unlock(int lock)
{
    if (lock >= 0)
        close(lock);
}

/* --- the file --- */

/* The page size counts for a new file only: of 4, 8 and 16 kB, 8 took the least time an entry.
 * Checkpoints are ours (checkpoint.h).  The log is cut to its limit when it is begun anew: under
 * a long backup it has grown far beyond. */
static const char settings[] = "PRAGMA page_size=" FILE_PAGE_BYTES ";"
                               "PRAGMA journal_mode=WAL;"
                               "PRAGMA synchronous=FULL;"
                               "PRAGMA wal_autocheckpoint=0;"
                               "PRAGMA journal_size_limit=67108864;"
                               "PRAGMA cache_size=-65536;" /* 64 MB: the pages of state */
                               "PRAGMA temp_store=MEMORY;"
                               "PRAGMA trusted_schema=OFF;";
static const char reader_settings[] = "PRAGMA cache_size=-8192;"
                                      "PRAGMA query_only=ON;"
                                      "PRAGMA trusted_schema=OFF;";

enum err file_find(const char *path, char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    if (access(path, R_OK) == 0)
        return OK;
    file_tell(ret_message, "%s: %s", path, strerror(errno));
    return ERR_IO;
}

static const char about_log[] = ": its -wal and -shm beside it cannot be opened, or made; copy it, "
                                "with its -wal if that is there, to where you may write";

static void tell_why(const struct database *database, char ret[EMBEDDED_MESSAGE_BYTES])
{
    bool is_about_log = (sqlite3_errcode(database->handle) & 0xff) == SQLITE_CANTOPEN;

    snprintf(ret, EMBEDDED_MESSAGE_BYTES, "%s%s", database_message(database),
             is_about_log ? about_log : "");
}

static enum err open_to_write(const char *path, enum database_mode mode, struct database *ret,
                              char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    char why[EMBEDDED_MESSAGE_BYTES];
    enum err e = database_open(ret, path, mode, DATABASE_TIMEOUT_MS);

    if (e != OK) {
        file_tell(ret_message, "%s: cannot be opened (%s)", path, err_name(e));
        return e;
    }
    e = database_run(ret, settings);
    if (e != OK)
        tell_why(ret, why);
    else
        e = schema_upgrade(ret, mode == DATABASE_WRITE, why);
    if (e == OK)
        return OK;
    file_tell(ret_message, "%s: %.400s", path, why);
    database_close(ret);
    return e;
}

/* --- the file, to look at --- */

static bool is_on_read_only_system(const char *path)
{
    struct statvfs system;

    return statvfs(path, &system) == 0 && (system.f_flag & ST_RDONLY) != 0;
}

/* What SQLite keeps beside the file while somebody has it open, or after a crash. */
static enum err has_company(const char *path, bool *ret)
{
    static const char *const suffixes[] = { "-wal", "-shm", "-journal" };
    bool found = false;

    for (size_t i = 0; i < array_count(suffixes); i++) {
        struct stat status;
        char *name;
        enum err e = file_name(path, suffixes[i], &name);

        if (e != OK)
            return e;
        found |= stat(name, &status) == 0 ? status.st_size > 0 : errno != ENOENT;
        room_free(name);
    }
    *ret = found;
    return OK;
}

/* As SQLite has it: each byte as %XX, so that none of them means anything. */
static enum err still_name(const char *path, char **ret)
{
    static const char end[] = "?immutable=1";
    size_t size = strlen("file:") + 3 * strlen(path) + sizeof end;
    char *name = room_new(size);
    size_t used;

    if (name == NULL)
        return ERR_NOMEM;
    used = (size_t)snprintf(name, size, "file:");
    for (; *path != '\0'; path++)
        used += (size_t)snprintf(name + used, size - used, "%%%02X", (unsigned char)*path);
    snprintf(name + used, size - used, "%s", end);
    *ret = name;
    return OK;
}

/* To read a file that was written with a log, SQLite makes a log and an index of it anew.  Where
 * that cannot be and need not be, it is told that the file is all there is and that it stays. */
static enum err open_by_name(const char *path, struct database *ret)
{
    bool is_busy = true;
    char *name;
    enum err e = is_on_read_only_system(path) ? has_company(path, &is_busy) : OK;

    if (e != OK)
        return e;
    if (is_busy)
        return database_open(ret, path, DATABASE_READ, DATABASE_TIMEOUT_MS);
    e = still_name(path, &name);
    if (e != OK)
        return e;
    e = database_open(ret, name, DATABASE_READ_STILL, DATABASE_TIMEOUT_MS);
    room_free(name);
    return e;
}

typedef enum err schema_look(struct database *database, char ret_message[EMBEDDED_MESSAGE_BYTES]);

static enum err open_to_read(const char *path, schema_look *check, struct database *ret,
                             char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    char why[EMBEDDED_MESSAGE_BYTES];
    enum err e = file_find(path, ret_message);

    if (e != OK)
        return e;
    e = open_by_name(path, ret);
    if (e != OK) {
        file_tell(ret_message, "%s: cannot be opened (%s)", path, err_name(e));
        return e;
    }
    e = database_run(ret, reader_settings);
    if (e != OK)
        tell_why(ret, why);
    else
        e = check(ret, why);
    if (e == OK)
        return OK;
    file_tell(ret_message, "%s: %.400s", path, why);
    database_close(ret);
    return e;
}

enum err file_open(const char *path, enum database_mode mode, struct database *ret,
                   char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    return mode == DATABASE_READ ? open_to_read(path, schema_check, ret, ret_message)
                                 : open_to_write(path, mode, ret, ret_message);
}

enum err file_open_any(const char *path, struct database *ret,
                       char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    return open_to_read(path, schema_check_known, ret, ret_message);
}

/* --- what is in it --- */

enum err file_secret(struct database *database, const char *name, void *ret, size_t size)
{
    sqlite3_stmt *s;
    enum err e = sql_meta(database, str_from_c(name), &s);

    if (e != OK)
        return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
    e = sql_blob(s, 0, ret, size);
    sql_done(s);
    return e;
}
