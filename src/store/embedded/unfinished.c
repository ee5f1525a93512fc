#include "store/embedded/unfinished.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "store/embedded/inside.h"

#define SUFFIX ".incomplete"

/* Where it is not, errno says why: EEXIST, or what keeps us from knowing. */
static bool name_is_free(const char *path)
{
    struct stat status;

    if (lstat(path, &status) == 0)
        errno = EEXIST;
    return errno == ENOENT;
}

/* Two that write to the same name must not meet; one that was killed is overwritten. */
static enum err claim(struct unfinished *file, char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    if (!name_is_free(file->to)) {
        int error = errno;

        file_tell(ret_message, "%s: %s", file->to,
                  error == EEXIST ? "it is there already, and is not overwritten"
                                  : strerror(error));
        return error == EEXIST ? ERR_BUSY : file_err(error);
    }
    file->lock = open(file->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file->lock < 0) {
        file_tell(ret_message, "%s: %s", file->path, strerror(errno));
        return file_err(errno);
    }
    if (flock(file->lock, LOCK_EX | LOCK_NB) != 0) {
        int error = errno;

        file_tell(ret_message, "%s: %s", file->path,
                  error == EWOULDBLOCK ? "another process is writing it" : strerror(error));
        close(file->lock);
        file->lock = -1;
        return error == EWOULDBLOCK ? ERR_BUSY : file_err(error);
    }
    if (ftruncate(file->lock, 0) == 0 && fchmod(file->lock, 0600) == 0)
        return OK;
    file_tell(ret_message, "%s: %s", file->path, strerror(errno));
    return file_err(errno);
}

enum err unfinished_begin(struct unfinished *file, const char *to,
                          char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    enum err e;

    *file = (struct unfinished){ .lock = -1 };
    file_tell(ret_message, "%s: out of memory", to);
    e = file_name(to, "", &file->to);
    if (e == OK)
        e = file_name(to, SUFFIX, &file->path);
    if (e == OK)
        e = claim(file, ret_message);
    if (e != OK) {
        unfinished_end(file);
        return e;
    }
    ret_message[0] = '\0';
    return OK;
}

enum err unfinished_settle(struct unfinished *file, char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    struct database database;
    enum err e = database_open(&database, file->path, DATABASE_WRITE, 0);

    if (e != OK) {
        file_tell(ret_message, "%s: cannot be opened (%s)", file->path, err_name(e));
        return e;
    }
    e = database_run(&database, "PRAGMA journal_mode=DELETE");
    if (e != OK)
        file_tell(ret_message, "%s: %s", file->path, database_message(&database));
    database_close(&database);
    if (e == OK && fsync(file->lock) != 0) {
        file_tell(ret_message, "%s: %s", file->path, strerror(errno));
        e = ERR_IO;
    }
    return e;
}

/* --- its name --- */

static int rename_to_free_name(const char *from, const char *to)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
    return name_is_free(to) ? rename(from, to) : -1; /* on a file system that cannot promise it */
}

/* So that the name survives a power cut. */
static enum err folder_sync(const char *path, char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    const char *slash = strrchr(path, '/');
    size_t len = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);
    char *folder = room_new(len + 2);
    int fd;
    enum err e = OK;

    if (folder == NULL) {
        file_tell(ret_message, "%s: out of memory", path);
        return ERR_NOMEM;
    }
    memcpy(folder, slash == NULL ? "." : path, slash == NULL ? 1 : len);
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0) {
        file_tell(ret_message, "%s: %s", folder, strerror(errno));
        e = ERR_IO;
    }
    if (fd >= 0)
        close(fd);
    room_free(folder);
    return e;
}

enum err unfinished_publish(struct unfinished *file, char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    if (rename_to_free_name(file->path, file->to) != 0) {
        file_tell(ret_message, "%s: %s", file->to, strerror(errno));
        return errno == EEXIST ? ERR_BUSY : file_err(errno);
    }
    file->is_published = true;
    return folder_sync(file->to, ret_message);
}

/* SQLite's files beside it too. */
static void remove_all(const struct unfinished *file)
{
    static const char *const suffixes[] = { "-wal", "-shm", "-journal", "" };
    char *path;

    for (size_t i = 0; i < array_count(suffixes); i++) {
        if (file_name(file->path, suffixes[i], &path) != OK)
            continue;
        (void)unlink(path);
        room_free(path);
    }
}

void unfinished_end(struct unfinished *file)
{
    if (file->lock >= 0) {
        if (!file->is_published)
            remove_all(file);
        close(file->lock);
    }
    room_free(file->to);
    room_free(file->path);
    *file = (struct unfinished){ .lock = -1 };
}

/* --- the directory --- */

enum err file_is_finished(const char *directory, char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    char *path = NULL, *unfinished = NULL;
    enum err e = file_path(directory, &path);

    if (e == OK)
        e = file_name(path, SUFFIX, &unfinished);
    if (e == OK && !name_is_free(unfinished)) {
        int error = errno;

        file_tell(ret_message, "%s: %s", directory,
                  error == EEXIST ? "it holds a restore or an import that did not end; delete it, "
                                    "and restore again"
                                  : strerror(error));
        e = error == EEXIST ? ERR_BUSY : file_err(error);
    }
    room_free(path);
    room_free(unfinished);
    return e;
}

static enum err look_for_nothing(const char *path, char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    DIR *folder = opendir(path);
    bool found = false;

    if (folder == NULL) {
        file_tell(ret_message, "%s: %s", path, strerror(errno));
        return file_err(errno);
    }
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder))
        found |= strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(folder);
    if (!found)
        return OK;
    file_tell(ret_message, "%s: it is not empty; a new directory is needed", path);
    return ERR_BUSY;
}

enum err new_directory_begin(struct new_directory *directory, const char *path,
                             char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    struct stat status;
    enum err e;

    *directory = (struct new_directory){ .path = path, .is_made = stat(path, &status) != 0 };
    e = file_directory_make(path, ret_message);
    if (e == OK)
        e = look_for_nothing(path, ret_message);
    if (e == OK && directory->is_made)
        e = folder_sync(path, ret_message);
    return e;
}

void new_directory_abandon(const struct new_directory *directory)
{
    if (directory->is_made)
        (void)rmdir(directory->path);
}
