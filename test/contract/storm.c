#include "storm.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/check.h"

#define SECTOR_BYTES 512
#define FILES_MAX 64

struct storm storm;

/* Something that was done to a file since its last sync. */
struct wave {
    struct wave *next;
    long long offset;
    int size; /* -1: cut off at offset */
    unsigned char bytes[];
};

/* What is known of a file, while and after it is open. */
struct coast {
    char *path;
    unsigned char *bytes; /* as of the last sync */
    size_t size;
    struct wave *first, **last;
    bool is_gone; /* deleted */
};

static struct coast coasts[FILES_MAX];
static size_t coast_count;
static sqlite3_vfs storm_vfs;
static sqlite3_vfs *real_vfs;

struct storm_file {
    sqlite3_file base;
    struct coast *coast; /* NULL: not remembered */
    sqlite3_file *real;
};

static struct storm_file *file_of(sqlite3_file *file)
{
    return (struct storm_file *)(void *)file;
}

static sqlite3_file *real_of(sqlite3_file *file)
{
    return file_of(file)->real;
}

/* --- what is remembered --- */

static void apply(unsigned char **bytes, size_t *size, const struct wave *wave, size_t skip,
                  size_t count)
{
    size_t start = (size_t)wave->offset + skip;

    if (wave->size < 0) {
        if (*size > start)
            *size = start;
        return;
    }
    if (start + count > *size) {
        *bytes = realloc(*bytes, start + count);
        assert(*bytes != NULL);
        memset(*bytes + *size, 0, start + count - *size);
        *size = start + count;
    }
    memcpy(*bytes + start, wave->bytes + skip, count);
}

static void waves_settle(struct coast *coast)
{
    while (coast->first != NULL) {
        struct wave *wave = coast->first;

        apply(&coast->bytes, &coast->size, wave, 0, wave->size < 0 ? 0 : (size_t)wave->size);
        coast->first = wave->next;
        free(wave);
    }
    coast->last = &coast->first;
}

static void wave_add(struct coast *coast, const void *bytes, int size, long long offset)
{
    struct wave *wave = malloc(sizeof *wave + (size < 0 ? 0 : (size_t)size));

    assert(wave != NULL);
    wave->next = NULL;
    wave->offset = offset;
    wave->size = size;
    if (size > 0)
        memcpy(wave->bytes, bytes, (size_t)size);
    *coast->last = wave;
    coast->last = &wave->next;
}

static void file_read(const char *path, unsigned char **ret, size_t *ret_size)
{
    FILE *in = fopen(path, "rb");
    long size = 0;

    *ret = malloc(1);
    *ret_size = 0;
    if (in == NULL)
        return;
    assert(fseek(in, 0, SEEK_END) == 0);
    size = ftell(in);
    rewind(in);
    *ret = realloc(*ret, (size_t)size + 1);
    assert(fread(*ret, 1, (size_t)size, in) == (size_t)size);
    *ret_size = (size_t)size;
    fclose(in);
}

static struct coast *coast_of(const char *path)
{
    struct coast *coast;

    for (size_t i = 0; i < coast_count; i++) {
        if (strcmp(coasts[i].path, path) == 0) {
            coasts[i].is_gone = false;
            return &coasts[i];
        }
    }
    assert(coast_count < FILES_MAX);
    coast = &coasts[coast_count++];
    *coast = (struct coast){ .path = strdup(path) };
    coast->last = &coast->first;
    file_read(path, &coast->bytes, &coast->size);
    return coast;
}

static void coast_drown(struct coast *coast)
{
    waves_settle(coast);
    coast->size = 0;
    coast->is_gone = true;
}

static void coasts_forget(void)
{
    for (size_t i = 0; i < coast_count; i++) {
        waves_settle(&coasts[i]);
        free(coasts[i].bytes);
        free(coasts[i].path);
    }
    coast_count = 0;
}

/* --- faults --- */

static int code_of(enum storm_operation operation)
{
    static const int codes[STORM_OPERATION_COUNT] = {
        [STORM_OPEN] = SQLITE_CANTOPEN,     [STORM_READ] = SQLITE_IOERR_READ,
        [STORM_WRITE] = SQLITE_IOERR_WRITE, [STORM_TRUNCATE] = SQLITE_IOERR_TRUNCATE,
        [STORM_SYNC] = SQLITE_IOERR_FSYNC,
    };

    return codes[operation];
}

/* Counts the operation; SQLITE_OK where it goes through. */
static int fault_of(enum storm_operation operation)
{
    long number = ++storm.operations;
    bool lasts = storm.fault == STORM_IS_DEAD || storm.fault == STORM_IS_FIXED;

    if (storm.fault_at == 0 || number < storm.fault_at || (number > storm.fault_at && !lasts))
        return SQLITE_OK;
    if (storm.fault == STORM_IS_FIXED && operation != STORM_WRITE && operation != STORM_TRUNCATE)
        return SQLITE_OK;
    if (storm.met == 0)
        storm.met = operation;
    return storm.fault == STORM_IS_FIXED ? SQLITE_READONLY : code_of(operation);
}

/* --- files --- */

static int x_close(sqlite3_file *file)
{
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int x_read(sqlite3_file *file, void *bytes, int size, sqlite3_int64 offset)
{
    int code = fault_of(STORM_READ);

    if (code != SQLITE_OK)
        return code;
    return real_of(file)->pMethods->xRead(real_of(file), bytes, size, offset);
}

static int x_write(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset)
{
    int code = fault_of(STORM_WRITE);
    bool is_short = code != SQLITE_OK && storm.fault == STORM_IS_SHORT;

    storm.writes++;
    if (storm.full_from > 0 && storm.writes >= storm.full_from)
        return SQLITE_FULL;
    if (code != SQLITE_OK && !is_short)
        return code;
    size = is_short ? size / 2 : size;
    if (storm.on_write != NULL)
        storm.on_write(storm.context);
    if (file_of(file)->coast != NULL)
        wave_add(file_of(file)->coast, bytes, size, offset);
    code = real_of(file)->pMethods->xWrite(real_of(file), bytes, size, offset);
    return is_short && code == SQLITE_OK ? SQLITE_FULL : code;
}

static int x_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    int code = fault_of(STORM_TRUNCATE);

    if (code != SQLITE_OK)
        return code;
    if (file_of(file)->coast != NULL)
        wave_add(file_of(file)->coast, NULL, -1, size);
    return real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int x_sync(sqlite3_file *file, int flags)
{
    int code = fault_of(STORM_SYNC);

    storm.syncs++;
    if (code != SQLITE_OK)
        return code;
    if (storm.fail_sync > 0 && storm.syncs == storm.fail_sync)
        return SQLITE_IOERR_FSYNC;
    if (file_of(file)->coast != NULL)
        waves_settle(file_of(file)->coast);
    return SQLITE_OK; /* the machine's own disk is not what is tested */
}

static int x_file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int x_lock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int x_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int x_check_reserved_lock(sqlite3_file *file, int *ret)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), ret);
}

static int x_file_control(sqlite3_file *file, int operation, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), operation, argument);
}

static int x_sector_size(sqlite3_file *file)
{
    return SECTOR_BYTES;
}

static int x_device_characteristics(sqlite3_file *file)
{
    return 0; /* nothing is promised */
}

static int x_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **ret)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, ret);
}

static int x_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}

static void x_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int x_shm_unmap(sqlite3_file *file, int delete)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), delete);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = x_close,
    .xRead = x_read,
    .xWrite = x_write,
    .xTruncate = x_truncate,
    .xSync = x_sync,
    .xFileSize = x_file_size,
    .xLock = x_lock,
    .xUnlock = x_unlock,
    .xCheckReservedLock = x_check_reserved_lock,
    .xFileControl = x_file_control,
    .xSectorSize = x_sector_size,
    .xDeviceCharacteristics = x_device_characteristics,
    .xShmMap = x_shm_map,
    .xShmLock = x_shm_lock,
    .xShmBarrier = x_shm_barrier,
    .xShmUnmap = x_shm_unmap,
};

static bool is_remembered(const char *path, int flags)
{
    if (storm.directory == NULL || path == NULL)
        return false;
    return (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0 &&
           strncmp(path, storm.directory, strlen(storm.directory)) == 0;
}

static int x_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *ret_flags)
{
    struct storm_file *opened = file_of(file);
    int code = fault_of(STORM_OPEN);

    opened->base.pMethods = NULL;
    if (code != SQLITE_OK)
        return code;
    opened->real = (sqlite3_file *)(void *)(opened + 1);
    opened->coast = is_remembered(path, flags) ? coast_of(path) : NULL;
    code = real_vfs->xOpen(real_vfs, path, opened->real, flags, ret_flags);
    if (code == SQLITE_OK)
        opened->base.pMethods = &methods;
    return code;
}

/* The journal of a file that is being made; the end of it is not what is tested: it is durable. */
static int x_delete(sqlite3_vfs *vfs, const char *path, int sync_directory)
{
    for (size_t i = 0; i < coast_count; i++) {
        if (strcmp(coasts[i].path, path) == 0)
            coast_drown(&coasts[i]);
    }
    return real_vfs->xDelete(real_vfs, path, sync_directory);
}

void storm_start(void)
{
    storm = (struct storm){ .writes = 0 };
    coasts_forget();
    if (real_vfs == NULL) {
        real_vfs = sqlite3_vfs_find(NULL);
        storm_vfs = *real_vfs; /* the rest goes straight through */
        storm_vfs.zName = "storm";
        storm_vfs.szOsFile = real_vfs->szOsFile + (int)sizeof(struct storm_file);
        storm_vfs.xOpen = x_open;
        storm_vfs.xDelete = x_delete;
    }
    assert(sqlite3_vfs_register(&storm_vfs, 1) == SQLITE_OK);
}

void storm_stop(void)
{
    assert(sqlite3_vfs_register(real_vfs, 1) == SQLITE_OK);
    coasts_forget();
    storm = (struct storm){ .writes = 0 };
}

/* --- the power cut --- */

static void wave_break(const struct wave *wave, unsigned char **bytes, size_t *size,
                       struct random *random)
{
    if (wave->size < 0) {
        if (random_below(random, 2) == 0)
            apply(bytes, size, wave, 0, 0);
        return;
    }
    for (size_t skip = 0; skip < (size_t)wave->size; skip += SECTOR_BYTES) {
        size_t left = (size_t)wave->size - skip;

        if (random_below(random, 2) == 0)
            apply(bytes, size, wave, skip, left < SECTOR_BYTES ? left : SECTOR_BYTES);
    }
}

static void coast_image(const struct coast *coast, const char *path, struct random *random)
{
    unsigned char *bytes = malloc(coast->size + 1);
    size_t size = coast->size;
    uint64_t mood = random_below(random, 4);
    FILE *out = fopen(path, "wb");

    assert(bytes != NULL);
    assert(out != NULL);
    memcpy(bytes, coast->bytes, size);
    for (const struct wave *wave = coast->first; wave != NULL; wave = wave->next) {
        if (mood == 0) /* all of it arrived */
            apply(&bytes, &size, wave, 0, wave->size < 0 ? 0 : (size_t)wave->size);
        else if (mood != 1) /* 1: nothing did */
            wave_break(wave, &bytes, &size, random);
    }
    assert(fwrite(bytes, 1, size, out) == size);
    fclose(out);
    free(bytes);
}

void storm_image(const char *from_directory, const char *to_directory, struct random *random)
{
    size_t length = strlen(from_directory);
    char path[512];

    for (size_t i = 0; i < coast_count; i++) {
        if (strncmp(coasts[i].path, from_directory, length) != 0 || coasts[i].path[length] != '/' ||
            coasts[i].is_gone)
            continue;
        snprintf(path, sizeof path, "%s%s", to_directory, coasts[i].path + length);
        coast_image(&coasts[i], path, random);
    }
}
