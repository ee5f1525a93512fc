/* A fuzzer without libFuzzer: replay FILE|FOLDER...
 *
 * Feeds the target every file, and every file of a folder, each a TAP case.  One that breaks it is
 * the last that was named. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include "fuzz.h"

static int case_number;

static void replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t size;
    char *data;
    long end;

    assert(file != NULL);
    fseek(file, 0, SEEK_END);
    end = ftell(file);
    assert(end >= 0);
    size = (size_t)end;
    rewind(file);
    data = malloc(size + (size == 0));
    assert(data != NULL);
    assert(fread(data, 1, size, file) == size);
    fclose(file);
    printf("# %s\n", path);
    fflush(stdout);
    fuzz_one((struct str){ .data = data, .len = size });
    free(data);
    printf("ok %d - %s\n", ++case_number, path);
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void replay_folder(const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_shown, alphasort);

    for (int i = 0; i < count; i++) {
        char path[1024];

        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        replay_file(path);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);

        if (folder == NULL) {
            replay_file(argv[i]);
            continue;
        }
        closedir(folder);
        replay_folder(argv[i]);
    }
    assert(case_number > 0);
    printf("1..%d\n", case_number);
    return EXIT_SUCCESS;
}
