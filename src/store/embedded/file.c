#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
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

static enum err prepare(struct database *database, enum database_mode mode, const char *path,
                        char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    char why[EMBEDDED_MESSAGE_BYTES];
    enum err e = database_run(database, mode == DATABASE_READ ? reader_settings : settings);

    if (e != OK)
        snprintf(why, sizeof why, "%s", database_message(database));
    else if (mode == DATABASE_READ)
        e = schema_check(database, why);
    else
        e = schema_upgrade(database, mode == DATABASE_WRITE, why);
    if (e != OK)
        file_tell(ret_message, "%s: %.400s", path, why);
    return e;
}

enum err file_find(const char *path, char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    if (access(path, R_OK) == 0)
        return OK;
    file_tell(ret_message, "%s: %s", path, strerror(errno));
    return ERR_IO;
}

enum err file_open(const char *path, enum database_mode mode, struct database *ret,
                   char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    enum err e = mode == DATABASE_READ ? file_find(path, ret_message) : OK;

    if (e != OK)
        return e;
    e = database_open(ret, path, mode, DATABASE_TIMEOUT_MS);
    if (e != OK) {
        file_tell(ret_message, "%s: cannot be opened (%s)", path, err_name(e));
        return e;
    }
    e = prepare(ret, mode, path, ret_message);
    if (e != OK)
        database_close(ret);
    return e;
}

enum err file_open_any(const char *path, struct database *ret,
                       char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    char why[EMBEDDED_MESSAGE_BYTES];
    enum err e = file_find(path, ret_message);

    if (e != OK)
        return e;
    e = database_open(ret, path, DATABASE_READ, DATABASE_TIMEOUT_MS);
    if (e != OK) {
        file_tell(ret_message, "%s: cannot be opened (%s)", path, err_name(e));
        return e;
    }
    e = database_run(ret, reader_settings);
    if (e != OK)
        snprintf(why, sizeof why, "%s", database_message(ret));
    else
        e = schema_check_known(ret, why);
    if (e == OK)
        return OK;
    file_tell(ret_message, "%s: %.400s", path, why);
    database_close(ret);
    return e;
}

enum err file_secret(struct database *database, const char *name, void *ret, size_t size)
{
    sqlite3_stmt *s;
    enum err e = sql_get(database, NO_BOOK, SQL_META_FIND, &s);

    if (e != OK)
        return e;
    sql_bind_text(s, 1, str_from_c(name));
    e = sql_row(database, s);
    if (e == ERR_NOT_FOUND)
        return ERR_CORRUPT;
    if (e == OK)
        e = sql_blob(s, 0, ret, size);
    sql_done(s);
    return e;
}
