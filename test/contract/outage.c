#include "outage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/types.h>

struct outage outage;
bool outage_says_read_only;

void outage_begin(enum outage_kind kind, long fail_at, bool lasts)
{
    outage = (struct outage){ .kind = kind, .fail_at = fail_at, .lasts = lasts, .error = EIO };
}

void outage_end(void)
{
    outage.kind = OUTAGE_NONE;
}

static bool fails(enum outage_kind kind)
{
    if (outage.kind != kind || ++outage.taken < outage.fail_at)
        return false;
    if (outage.taken > outage.fail_at && !outage.lasts)
        return false;
    outage.met = true;
    return true;
}

static bool fails_with_errno(void)
{
    bool is_out = fails(OUTAGE_SYSTEM);

    if (is_out)
        errno = outage.error;
    return is_out;
}

int __real_sqlite3_step(sqlite3_stmt *statement);
int __wrap_sqlite3_step(sqlite3_stmt *statement);
int __wrap_sqlite3_step(sqlite3_stmt *statement)
{
    return fails(OUTAGE_DATABASE) ? SQLITE_IOERR_READ : __real_sqlite3_step(statement);
}

int __real_sqlite3_prepare_v2(sqlite3 *handle, const char *text, int size, sqlite3_stmt **ret,
                              const char **ret_rest);
int __wrap_sqlite3_prepare_v2(sqlite3 *handle, const char *text, int size, sqlite3_stmt **ret,
                              const char **ret_rest);
int __wrap_sqlite3_prepare_v2(sqlite3 *handle, const char *text, int size, sqlite3_stmt **ret,
                              const char **ret_rest)
{
    return fails(OUTAGE_DATABASE) ? SQLITE_IOERR_READ
                                  : __real_sqlite3_prepare_v2(handle, text, size, ret, ret_rest);
}

int __real_sqlite3_prepare_v3(sqlite3 *handle, const char *text, int size, unsigned flags,
                              sqlite3_stmt **ret, const char **ret_rest);
int __wrap_sqlite3_prepare_v3(sqlite3 *handle, const char *text, int size, unsigned flags,
                              sqlite3_stmt **ret, const char **ret_rest);
int __wrap_sqlite3_prepare_v3(sqlite3 *handle, const char *text, int size, unsigned flags,
                              sqlite3_stmt **ret, const char **ret_rest)
{
    return fails(OUTAGE_DATABASE)
               ? SQLITE_IOERR_READ
               : __real_sqlite3_prepare_v3(handle, text, size, flags, ret, ret_rest);
}

int __real_sqlite3_exec(sqlite3 *handle, const char *text,
                        int (*row)(void *, int, char **, char **), void *context,
                        char **ret_message);
int __wrap_sqlite3_exec(sqlite3 *handle, const char *text,
                        int (*row)(void *, int, char **, char **), void *context,
                        char **ret_message);
int __wrap_sqlite3_exec(sqlite3 *handle, const char *text,
                        int (*row)(void *, int, char **, char **), void *context,
                        char **ret_message)
{
    return fails(OUTAGE_DATABASE) ? SQLITE_IOERR_WRITE
                                  : __real_sqlite3_exec(handle, text, row, context, ret_message);
}

sqlite3_backup *__real_sqlite3_backup_init(sqlite3 *to, const char *to_name, sqlite3 *from,
                                           const char *from_name);
sqlite3_backup *__wrap_sqlite3_backup_init(sqlite3 *to, const char *to_name, sqlite3 *from,
                                           const char *from_name);
sqlite3_backup *__wrap_sqlite3_backup_init(sqlite3 *to, const char *to_name, sqlite3 *from,
                                           const char *from_name)
{
    return fails(OUTAGE_DATABASE) ? NULL : __real_sqlite3_backup_init(to, to_name, from, from_name);
}

int __real_sqlite3_backup_step(sqlite3_backup *backup, int pages);
int __wrap_sqlite3_backup_step(sqlite3_backup *backup, int pages);
int __wrap_sqlite3_backup_step(sqlite3_backup *backup, int pages)
{
    return fails(OUTAGE_DATABASE) ? SQLITE_IOERR_READ : __real_sqlite3_backup_step(backup, pages);
}

int __real_sqlite3_wal_checkpoint_v2(sqlite3 *handle, const char *name, int mode, int *ret_log,
                                     int *ret_moved);
int __wrap_sqlite3_wal_checkpoint_v2(sqlite3 *handle, const char *name, int mode, int *ret_log,
                                     int *ret_moved);
int __wrap_sqlite3_wal_checkpoint_v2(sqlite3 *handle, const char *name, int mode, int *ret_log,
                                     int *ret_moved)
{
    return fails(OUTAGE_CHECKPOINT)
               ? SQLITE_IOERR_WRITE
               : __real_sqlite3_wal_checkpoint_v2(handle, name, mode, ret_log, ret_moved);
}

int __real_sqlite3_file_control(sqlite3 *handle, const char *name, int what, void *argument);
int __wrap_sqlite3_file_control(sqlite3 *handle, const char *name, int what, void *argument);
int __wrap_sqlite3_file_control(sqlite3 *handle, const char *name, int what, void *argument)
{
    return fails(OUTAGE_SYNC) ? SQLITE_IOERR_FSYNC
                              : __real_sqlite3_file_control(handle, name, what, argument);
}

/* There is a handle also of what could not be opened, but for want of memory. */
int __real_sqlite3_open_v2(const char *path, sqlite3 **ret, int flags, const char *vfs);
int __wrap_sqlite3_open_v2(const char *path, sqlite3 **ret, int flags, const char *vfs);
int __wrap_sqlite3_open_v2(const char *path, sqlite3 **ret, int flags, const char *vfs)
{
    int code = __real_sqlite3_open_v2(path, ret, flags, vfs);

    return fails(OUTAGE_DATABASE) ? SQLITE_IOERR_READ : code;
}

/* Under the names that they have with _FILE_OFFSET_BITS=64, as Meson builds. */
int __real_flock(int file, int operation);
int __wrap_flock(int file, int operation);
int __wrap_flock(int file, int operation)
{
    return fails_with_errno() ? -1 : __real_flock(file, operation);
}

int __real_ftruncate64(int file, off_t size);
int __wrap_ftruncate64(int file, off_t size);
int __wrap_ftruncate64(int file, off_t size)
{
    return fails_with_errno() ? -1 : __real_ftruncate64(file, size);
}

int __real_fchmod(int file, mode_t mode);
int __wrap_fchmod(int file, mode_t mode);
int __wrap_fchmod(int file, mode_t mode)
{
    return fails_with_errno() ? -1 : __real_fchmod(file, mode);
}

int __real_fsync(int file);
int __wrap_fsync(int file);
int __wrap_fsync(int file)
{
    return fails_with_errno() ? -1 : __real_fsync(file);
}

int __real_mkdir(const char *path, mode_t mode);
int __wrap_mkdir(const char *path, mode_t mode);
int __wrap_mkdir(const char *path, mode_t mode)
{
    return fails_with_errno() ? -1 : __real_mkdir(path, mode);
}

int __real_access(const char *path, int mode);
int __wrap_access(const char *path, int mode);
int __wrap_access(const char *path, int mode)
{
    return fails_with_errno() ? -1 : __real_access(path, mode);
}

int __real_stat64(const char *path, struct stat *ret);
int __wrap_stat64(const char *path, struct stat *ret);
int __wrap_stat64(const char *path, struct stat *ret)
{
    return fails_with_errno() ? -1 : __real_stat64(path, ret);
}

int __real_lstat64(const char *path, struct stat *ret);
int __wrap_lstat64(const char *path, struct stat *ret);
int __wrap_lstat64(const char *path, struct stat *ret)
{
    return fails_with_errno() ? -1 : __real_lstat64(path, ret);
}

int __real_statvfs64(const char *path, struct statvfs *ret);
int __wrap_statvfs64(const char *path, struct statvfs *ret);
int __wrap_statvfs64(const char *path, struct statvfs *ret)
{
    int status = fails_with_errno() ? -1 : __real_statvfs64(path, ret);

    if (status == 0 && outage_says_read_only)
        ret->f_flag |= ST_RDONLY;
    return status;
}

int __real_renameat2(int from_at, const char *from, int to_at, const char *to, unsigned flags);
int __wrap_renameat2(int from_at, const char *from, int to_at, const char *to, unsigned flags);
int __wrap_renameat2(int from_at, const char *from, int to_at, const char *to, unsigned flags)
{
    if (fails(OUTAGE_RENAME)) {
        errno = outage.error;
        return -1;
    }
    return fails_with_errno() ? -1 : __real_renameat2(from_at, from, to_at, to, flags);
}

ssize_t __real_pwrite64(int file, const void *bytes, size_t size, off_t at);
ssize_t __wrap_pwrite64(int file, const void *bytes, size_t size, off_t at);
ssize_t __wrap_pwrite64(int file, const void *bytes, size_t size, off_t at)
{
    return fails_with_errno() ? -1 : __real_pwrite64(file, bytes, size, at);
}

DIR *__real_opendir(const char *path);
DIR *__wrap_opendir(const char *path);
DIR *__wrap_opendir(const char *path)
{
    return fails_with_errno() ? NULL : __real_opendir(path);
}

int __real_pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes);
int __wrap_pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes);
int __wrap_pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes)
{
    return fails(OUTAGE_SYSTEM) ? EAGAIN : __real_pthread_mutex_init(mutex, attributes);
}

int __real_pthread_cond_init(pthread_cond_t *cond, const pthread_condattr_t *attributes);
int __wrap_pthread_cond_init(pthread_cond_t *cond, const pthread_condattr_t *attributes);
int __wrap_pthread_cond_init(pthread_cond_t *cond, const pthread_condattr_t *attributes)
{
    return fails(OUTAGE_SYSTEM) ? EAGAIN : __real_pthread_cond_init(cond, attributes);
}

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                          void *context);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                          void *context);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                          void *context)
{
    return fails(OUTAGE_SYSTEM) ? EAGAIN : __real_pthread_create(thread, attributes, run, context);
}

int __real_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...)
{
    mode_t mode = 0;

    if ((flags & O_CREAT) != 0) {
        va_list arguments;

        va_start(arguments, flags);
        mode = va_arg(arguments, mode_t);
        va_end(arguments);
    }
    return fails_with_errno() ? -1 : __real_open64(path, flags, mode);
}
