#include "store/embedded/backup.h"

#include <sys/stat.h>
#include "store/embedded/inside.h"
#include "store/embedded/schema.h"

struct backup {
    const char *to;
    char *log_path; /* of the original */
    int64_t log_bytes;
    struct database from;
    struct database copy;
    sqlite3_backup *work;
    int64_t page_bytes;
};

static int64_t bytes_of(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 ? (int64_t)status.st_size : 0;
}

/* What is seen from now on is what is committed now.  While a transaction of ours is open, a step
 * does not begin anew when others have written. */
static enum err moment_begin(struct backup *backup)
{
    int64_t tables;
    enum err e = database_run(&backup->from, "BEGIN");

    if (e == OK)
        e = database_number(&backup->from, "SELECT count(*) FROM sqlite_schema", &tables);
    if (e == OK)
        e = database_number(&backup->from, "PRAGMA page_size", &backup->page_bytes);
    return e;
}

/* What is killed is of no use, so there is no journal, and one sync at the end. */
static enum err copy_begin(struct backup *backup)
{
    enum err e = database_run(&backup->copy, "PRAGMA journal_mode=OFF;PRAGMA synchronous=OFF");

    if (e != OK)
        return e;
    backup->work = sqlite3_backup_init(backup->copy.handle, "main", backup->from.handle, "main");
    return backup->work != NULL ? OK : ERR_NOMEM;
}

static enum err begin(struct backup *backup, const char *from,
                      char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    enum err e = file_open_any(from, &backup->from, ret_message);

    if (e != OK)
        return e;
    e = moment_begin(backup);
    if (e != OK) {
        file_tell(ret_message, "%s: %s", from, database_message(&backup->from));
        return e;
    }
    e = database_open(&backup->copy, backup->to, DATABASE_WRITE, 0);
    if (e != OK) {
        file_tell(ret_message, "%s: cannot be opened (%s)", backup->to, err_name(e));
        return e;
    }
    e = copy_begin(backup);
    if (e != OK)
        file_tell(ret_message, "%s: %s", backup->to, database_message(&backup->copy));
    return e;
}

enum err backup_begin(const char *from, const struct unfinished *to, struct backup **ret,
                      char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    struct backup *backup = room_new(sizeof *backup);
    enum err e;

    file_tell(ret_message, "%s: out of memory", to->path);
    if (backup == NULL)
        return ERR_NOMEM;
    backup->to = to->path;
    e = file_name(from, "-wal", &backup->log_path);
    if (e == OK)
        e = begin(backup, from, ret_message);
    if (e != OK) {
        backup_end(backup);
        return e;
    }
    backup->log_bytes = bytes_of(backup->log_path);
    *ret = backup;
    ret_message[0] = '\0';
    return OK;
}

enum err backup_step(struct backup *backup, int64_t bytes, struct backup_progress *ret,
                     char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    int64_t pages = (bytes + backup->page_bytes - 1) / backup->page_bytes;
    int code = sqlite3_backup_step(backup->work, pages > INT32_MAX ? INT32_MAX : (int)pages);
    int64_t total = sqlite3_backup_pagecount(backup->work) * backup->page_bytes;
    int64_t left = sqlite3_backup_remaining(backup->work) * backup->page_bytes;
    enum err e = database_err(code);

    assert(bytes > 0);
    if (e != OK) {
        file_tell(ret_message, "%s: %s", backup->to, sqlite3_errstr(code));
        return e;
    }
    *ret = (struct backup_progress){
        .bytes_done = total - left,
        .bytes_total = total,
        .log_grown_bytes = bytes_of(backup->log_path) - backup->log_bytes,
    };
    return OK;
}

void backup_end(struct backup *backup)
{
    if (backup == NULL)
        return;
    if (backup->work != NULL)
        (void)sqlite3_backup_finish(backup->work); /* the steps have told what went wrong */
    if (backup->copy.handle != NULL)
        database_close(&backup->copy);
    if (backup->from.handle != NULL)
        database_close(&backup->from);
    room_free(backup->log_path);
    room_free(backup);
}

enum err data_file_format(const char *path, int *ret, int *ret_newest,
                          char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    struct database database;
    int64_t format;
    enum err e = file_open_any(path, &database, ret_message);

    if (e != OK)
        return e;
    e = database_number(&database, "PRAGMA user_version", &format);
    if (e != OK)
        file_tell(ret_message, "%s: %s", path, database_message(&database));
    database_close(&database);
    if (e != OK)
        return e;
    *ret = (int)format;
    *ret_newest = schema_version();
    return OK;
}
