/* test/contract/scene.h - an embedded store with a desk and random commands, and what is in it. */
#ifndef TEST_CONTRACT_SCENE_H
#define TEST_CONTRACT_SCENE_H

#include "chance.h"
#include "place.h"

struct scene {
    struct place place;
    struct desk desk;
    struct chance chance;
};

void scene_open(struct scene *scene, uint64_t seed);
/* The same, with a place that has been made and set up. */
void scene_open_at(struct scene *scene, uint64_t seed);
void scene_close(struct scene *scene);
void scene_batch(struct scene *scene, int steps);

/* Asserts that two dumps are one. */
void scene_same(const char *expected, const char *found);
/* What another process would find on opening that place now. */
char *scene_opened_dump(struct place *place);

#endif
