#include "scene.h"

#include <stdio.h>
#include <string.h>
#include "dump.h"

void scene_open(struct scene *scene, uint64_t seed)
{
    place_make(&scene->place);
    scene_open_at(scene, seed);
}

void scene_open_at(struct scene *scene, uint64_t seed)
{
    desk_init(&scene->desk, place_open(&scene->place));
    chance_init(&scene->chance, &scene->desk, seed);
}

void scene_close(struct scene *scene)
{
    store_close(scene->desk.store);
    desk_finish(&scene->desk);
    place_remove(&scene->place);
}

void scene_batch(struct scene *scene, int steps)
{
    desk_begin(&scene->desk);
    for (int i = 0; i < steps; i++)
        chance_step(&scene->chance);
    desk_commit(&scene->desk);
}

void scene_same(const char *expected, const char *found)
{
    if (strcmp(expected, found) != 0) { /* to print both whole would be too much */
        size_t i = 0;

        while (expected[i] == found[i])
            i++;
        i = i > 300 ? i - 300 : 0;
        fprintf(stderr, "--- expected\n%.600s\n--- found\n%.600s\n", expected + i, found + i);
    }
    assert(strcmp(expected, found) == 0);
}

char *scene_opened_dump(struct place *place)
{
    struct store *store = place_open(place);
    char *dump = dump_store(store);

    store_close(store);
    return dump;
}
