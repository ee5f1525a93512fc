#include "store/embedded/checkpoint.h"

#include "store/embedded/inside.h"

/* 1 MB; then the thread is asked.  The next commit may wait behind what it syncs. */
#define PAGES_WORTH_MOVING 128
/* 48 MB; then the log shall be begun anew, which takes a commit or two. */
#define PAGES_BEFORE_RESET 6144
/* What the ledger's thread moves: an eighth of the log at most; mostly it is some ten pages. */
#define PAGES_LEFT_SHARE 8
/* 64 MB: the thread does not keep up, so commits must wait for it. */
#define PAGES_MAX 8192

static int pages_in_log(void *context, sqlite3 *handle, const char *name, int pages)
{
    struct checkpoint *checkpoint = context;

    (void)handle;
    (void)name;
    checkpoint->pages = pages;
    return SQLITE_OK;
}

void checkpoint_init(struct checkpoint *checkpoint, struct database *ledger, const char *path,
                     bool sync_off)
{
    *checkpoint = (struct checkpoint){ .ledger = ledger, .path = path, .sync_off = sync_off };
    sqlite3_wal_hook(ledger->handle, pages_in_log, checkpoint);
    /* Not when the last connection closes either: after a failed sync there must be none. */
    sqlite3_db_config(ledger->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
}

/* Moves what it can without making anybody wait.  *ret_moved: pages of the log now in the file. */
static enum err move_pages(struct database *database, int *ret_moved)
{
    int in_log = 0, moved = 0;
    int code = sqlite3_wal_checkpoint_v2(database->handle, "main", SQLITE_CHECKPOINT_PASSIVE,
                                         &in_log, &moved);
    enum err e = database_err(code);

    if (code == SQLITE_OK)
        *ret_moved = moved;
    return e == ERR_IO || e == ERR_CORRUPT ? e : OK; /* for a full disk there is another time */
}

/* --- the thread --- */

/* What was moved, onto the disk.  SQLite syncs the file only once all of the log is in it, and that
 * is when the ledger's thread has moved the last of it, which would wait for all the rest. */
static enum err sync_pages(struct database *database)
{
    sqlite3_file *file = NULL;
    int code = sqlite3_file_control(database->handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);

    if (code == SQLITE_OK)
        code = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
    return code == SQLITE_OK ? OK : ERR_IO;
}

static void lock(struct checkpoint *checkpoint)
{
    int status = pthread_mutex_lock(&checkpoint->lock);

    assert(status == 0);
}

static void unlock(struct checkpoint *checkpoint)
{
    int status = pthread_mutex_unlock(&checkpoint->lock);

    assert(status == 0);
}

/* Called and left with the lock. */
static void work(struct checkpoint *checkpoint, struct database *database)
{
    int moved = 0;
    enum err e;

    unlock(checkpoint);
    e = move_pages(database, &moved);
    if (e == OK && !checkpoint->sync_off)
        e = sync_pages(database);
    lock(checkpoint);
    checkpoint->moved = moved;
    checkpoint->err = e;
    checkpoint->asked = false;
    pthread_cond_broadcast(&checkpoint->wake);
}

static void *thread_main(void *context)
{
    struct checkpoint *checkpoint = context;
    char message[EMBEDDED_MESSAGE_BYTES];
    struct database database;
    enum err e = file_open(checkpoint->path, DATABASE_WRITE, &database, message);

    if (e == OK && checkpoint->sync_off)
        e = database_run(&database, "PRAGMA synchronous=OFF");
    lock(checkpoint);
    while (!checkpoint->stopping && e == OK && checkpoint->err == OK) {
        if (checkpoint->asked)
            work(checkpoint, &database);
        else
            pthread_cond_wait(&checkpoint->wake, &checkpoint->lock);
    }
    checkpoint->ended = true;
    checkpoint->asked = false;
    pthread_cond_broadcast(&checkpoint->wake);
    unlock(checkpoint);
    if (database.handle != NULL)
        database_close(&database);
    return NULL;
}

static bool thread_start(struct checkpoint *checkpoint)
{
    if (checkpoint->has_thread)
        return true;
    if (pthread_mutex_init(&checkpoint->lock, NULL) != 0)
        return false;
    if (pthread_cond_init(&checkpoint->wake, NULL) == 0) {
        if (pthread_create(&checkpoint->thread, NULL, thread_main, checkpoint) == 0) {
            checkpoint->has_thread = true;
            return true;
        }
        pthread_cond_destroy(&checkpoint->wake);
    }
    pthread_mutex_destroy(&checkpoint->lock);
    return false;
}

void checkpoint_finish(struct checkpoint *checkpoint)
{
    if (!checkpoint->has_thread)
        return;
    lock(checkpoint);
    checkpoint->stopping = true;
    pthread_cond_broadcast(&checkpoint->wake);
    unlock(checkpoint);
    pthread_join(checkpoint->thread, NULL);
    pthread_cond_destroy(&checkpoint->wake);
    pthread_mutex_destroy(&checkpoint->lock);
    checkpoint->has_thread = false;
}

/* --- the ledger's side --- */

/* What is left to the ledger's thread.  Called with the lock, while the other is idle. */
static enum err finish_log(struct checkpoint *checkpoint)
{
    int left = checkpoint->pages - checkpoint->moved;
    bool is_short = left <= checkpoint->pages / PAGES_LEFT_SHARE;

    if (checkpoint->pages < PAGES_BEFORE_RESET || (!is_short && checkpoint->pages < PAGES_MAX))
        return OK;
    return move_pages(checkpoint->ledger, &checkpoint->moved);
}

enum err checkpoint_after_commit(struct checkpoint *checkpoint)
{
    enum err e;

    if (checkpoint->pages < PAGES_WORTH_MOVING && !checkpoint->has_thread)
        return OK;
    if (!thread_start(checkpoint))
        return move_pages(checkpoint->ledger, &checkpoint->moved);
    lock(checkpoint);
    if (checkpoint->pages < checkpoint->moved) /* it has been begun anew */
        checkpoint->moved = 0;
    while (checkpoint->pages >= PAGES_MAX && checkpoint->asked && !checkpoint->ended)
        pthread_cond_wait(&checkpoint->wake, &checkpoint->lock);
    e = checkpoint->err;
    if (e == OK && !checkpoint->asked) {
        e = finish_log(checkpoint);
        checkpoint->asked =
            checkpoint->pages - checkpoint->moved >= PAGES_WORTH_MOVING && !checkpoint->ended;
        if (checkpoint->asked)
            pthread_cond_broadcast(&checkpoint->wake);
    }
    unlock(checkpoint);
    return e;
}
