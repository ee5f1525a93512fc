/* A data file of which bytes were changed: it is opened or refused, and never brings us down.
 *
 * The input is the damage, four bytes each: where (three), and what is flipped there; 0 cuts the
 * file off.  The first byte says which of two files: one of a clean end, or one with a write-ahead
 * log, which is what is damaged then.  Whatever opens can be looked at whole and be proved or
 * disproved, and closes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "dump.h"
#include "fuzz.h"
#include "ledger/verify.h"
#include "scene.h"

#define DAMAGES_MAX 32
#define FILE_BYTES_MAX ((size_t)4 << 20)

struct copy {
    char *data;
    size_t size;
};

/* As they were. */
static struct copy clean, crashed, crashed_log;
static struct place work;

static void path_of(const struct place *place, const char *name, char ret[512])
{
    snprintf(ret, 512, "%s/%s", place->directory, name);
}

static struct copy copy_read(const struct place *place, const char *name)
{
    struct copy copy = { .data = malloc(FILE_BYTES_MAX) };
    char path[512];
    FILE *file;

    path_of(place, name, path);
    file = fopen(path, "rb");
    assert(file != NULL && copy.data != NULL);
    copy.size = fread(copy.data, 1, FILE_BYTES_MAX, file);
    assert(copy.size > 0 && copy.size < FILE_BYTES_MAX);
    fclose(file);
    return copy;
}

static void copy_write(struct copy copy, const char *name)
{
    char path[512];
    FILE *file;

    path_of(&work, name, path);
    file = fopen(path, "wb");
    assert(file != NULL);
    assert(fwrite(copy.data, 1, copy.size, file) == copy.size);
    fclose(file);
}

static void finish(void)
{
    place_remove(&work);
    free(clean.data);
    free(crashed.data);
    free(crashed_log.data);
}

static void start(void)
{
    struct scene scene;

    scene_open(&scene, 21);
    for (int batch = 0; batch < 6; batch++)
        scene_batch(&scene, 25);
    crashed = copy_read(&scene.place, "scrip.db");
    crashed_log = copy_read(&scene.place, "scrip.db-wal");
    store_close(scene.desk.store);
    clean = copy_read(&scene.place, "scrip.db");
    scene.desk.store = place_open(&scene.place);
    scene_close(&scene);
    place_make(&work);
    (void)atexit(finish);
}

/* What is left of the copy, in new memory. */
static struct copy damaged(struct copy from, struct str *input)
{
    struct copy copy = { .data = malloc(from.size), .size = from.size };

    assert(copy.data != NULL);
    memcpy(copy.data, from.data, from.size);
    for (int i = 0; i < DAMAGES_MAX && input->len > 0; i++) {
        size_t high = fuzz_byte(input), middle = fuzz_byte(input);
        size_t place = (high << 16 | middle << 8 | fuzz_byte(input)) % from.size;
        unsigned flip = fuzz_byte(input);

        copy.data[place] = (char)((unsigned char)copy.data[place] ^ flip);
        if (flip == 0 && place < copy.size)
            copy.size = place;
    }
    return copy;
}

static void look(struct store *store)
{
    struct verify_report report;
    char *dump = dump_store(store);

    free(dump);
    for (int i = 0; i < ENVIRONMENT_COUNT; i++) {
        enum err e = verify_book(store, (enum environment)(i + 1), &report);

        assert(e == OK || e == ERR_CORRUPT || e == ERR_IO || e == ERR_NOMEM);
        assert(if_then(e == ERR_CORRUPT, report.problem[0] != '\0'));
    }
}

static void open_and_look(bool read_only)
{
    struct embedded_options options = { .directory = work.directory,
                                        .sync_off = true,
                                        .read_only = read_only };
    char message[EMBEDDED_MESSAGE_BYTES] = "";
    struct store *store;
    enum err e = embedded_store_open(&options, &store, message);

    if (e != OK) {
        assert(message[0] != '\0');
        return;
    }
    look(store);
    store_close(store);
}

void fuzz_one(struct str input)
{
    bool is_crashed;
    struct copy copy;

    if (work.directory[0] == '\0')
        start();
    place_empty(&work);
    is_crashed = fuzz_byte(&input) % 4 == 0;
    copy = damaged(is_crashed ? crashed_log : clean, &input);
    if (is_crashed)
        copy_write(crashed, "scrip.db");
    copy_write(copy, is_crashed ? "scrip.db-wal" : "scrip.db");
    free(copy.data);
    open_and_look(true);
    open_and_look(false);
}
