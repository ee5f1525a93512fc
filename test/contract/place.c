#include "place.h"

#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "store/embedded/inside.h"

void place_make(struct place *place)
{
    const char *parent = getenv("TMPDIR");

    *place = (struct place){ .sync = false };
    snprintf(place->directory, sizeof place->directory, "%s/scrip-test-XXXXXX",
             parent == NULL ? "/tmp" : parent);
    assert(mkdtemp(place->directory) != NULL);
}

static void path_in(const struct place *place, const char *name, char ret[512])
{
    snprintf(ret, 512, "%s/%s", place->directory, name);
}

void place_empty(struct place *place)
{
    DIR *directory = opendir(place->directory);
    struct dirent *file;
    char path[512];

    assert(directory != NULL);
    while ((file = readdir(directory)) != NULL) {
        path_in(place, file->d_name, path);
        if (file->d_name[0] != '.')
            unlink(path);
    }
    closedir(directory);
}

void place_remove(struct place *place)
{
    place_empty(place);
    rmdir(place->directory);
}

static struct store *open_as(struct place *place, bool read_only)
{
    struct embedded_options options = {
        .directory = place->directory,
        .read_only = read_only,
        .sync_off = !place->sync,
        .lazy_rows = place->lazy_rows,
    };
    char message[EMBEDDED_MESSAGE_BYTES];
    struct store *store;
    enum err e = embedded_store_open(&options, &store, message);

    if (e != OK)
        fprintf(stderr, "%s: %s\n", err_name(e), message);
    assert(e == OK);
    return store;
}

struct store *place_open(struct place *place)
{
    return open_as(place, false);
}

struct store *place_open_read_only(struct place *place)
{
    return open_as(place, true);
}

static void copy_file(const struct place *from, const struct place *to, const char *name)
{
    char path[512], bytes[65536];
    FILE *in, *out;
    size_t size;

    path_in(from, name, path);
    in = fopen(path, "rb");
    if (in == NULL)
        return;
    path_in(to, name, path);
    out = fopen(path, "wb");
    assert(out != NULL);
    while ((size = fread(bytes, 1, sizeof bytes, in)) > 0)
        assert(fwrite(bytes, 1, size, out) == size);
    fclose(in);
    fclose(out);
}

void place_copy(const struct place *from, const struct place *to)
{
    copy_file(from, to, "scrip.db");
    copy_file(from, to, "scrip.db-wal");     /* the -shm is made again */
    copy_file(from, to, "scrip.db-journal"); /* while the file is being made */
}

void place_limit_pages(struct store *store, int pages)
{
    struct database *database = &embedded_of(books_of(store))->database;
    char text[64];
    int64_t count;

    snprintf(text, sizeof text, "PRAGMA max_page_count=%d", pages < 1 ? 1 : pages);
    assert(database_number(database, text, &count) == OK);
}

static sqlite3 *open_file(const struct place *place)
{
    char path[512];
    sqlite3 *handle;

    path_in(place, "scrip.db", path);
    assert(sqlite3_open(path, &handle) == SQLITE_OK);
    return handle;
}

void place_run(const struct place *place, const char *sql)
{
    sqlite3 *handle = open_file(place);
    char *message = NULL;
    int code = sqlite3_exec(handle, sql, NULL, NULL, &message);

    if (code != SQLITE_OK)
        fprintf(stderr, "%s\n", message);
    assert(code == SQLITE_OK);
    assert(sqlite3_close(handle) == SQLITE_OK);
}

long long place_number(const struct place *place, const char *sql)
{
    sqlite3 *handle = open_file(place);
    sqlite3_stmt *statement;
    long long number;

    assert(sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) == SQLITE_OK);
    assert(sqlite3_step(statement) == SQLITE_ROW);
    number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    assert(sqlite3_close(handle) == SQLITE_OK);
    return number;
}
