/* The simulation: simulation [--seed N] [--count N] [--rounds N] [--store memory|embedded]
 *
 * Runs count worlds, with the seeds from N on, each a TAP case.  What a seed does it does again:
 * when an assertion fails the seed is told, and --seed with it and --count 1 is the way back. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "world.h"

static volatile unsigned long long seed_at_work;

static void on_abort(int signal_number)
{
    (void)signal_number;
    fprintf(stderr, "# seed %llu\n", seed_at_work); /* we are lost anyway */
    fflush(stdout);
}

static unsigned long long number_of(const char *text)
{
    char *end;
    unsigned long long number = strtoull(text, &end, 10);

    if (*text == '\0' || *end != '\0') {
        fprintf(stderr, "simulation: \"%s\" is not a number\n", text);
        exit(2);
    }
    return number;
}

static void run(unsigned long long seed, unsigned long long rounds, bool embedded)
{
    static struct world world;

    seed_at_work = seed;
    world_open(&world, seed, embedded);
    for (unsigned long long i = 0; i < rounds; i++)
        world_round(&world);
    printf("# %zu requests, %llu replays, %llu failures, %llu restarts, %llu entries\n",
           world.promise_count, (unsigned long long)world.replays,
           (unsigned long long)world.failures, (unsigned long long)world.restarts,
           (unsigned long long)desk_sequence(&world.desk));
    world_close(&world);
}

int main(int argument_count, char **arguments)
{
    unsigned long long seed = 1, count = 100, rounds = 100;
    bool embedded = false;

    for (int i = 1; i + 1 < argument_count; i += 2) {
        if (strcmp(arguments[i], "--seed") == 0)
            seed = number_of(arguments[i + 1]);
        else if (strcmp(arguments[i], "--count") == 0)
            count = number_of(arguments[i + 1]);
        else if (strcmp(arguments[i], "--rounds") == 0)
            rounds = number_of(arguments[i + 1]);
        else if (strcmp(arguments[i], "--store") == 0)
            embedded = strcmp(arguments[i + 1], "embedded") == 0;
    }
    (void)signal(SIGABRT, on_abort);
    printf("1..%llu\n", count);
    for (unsigned long long i = 0; i < count; i++) {
        run(seed + i, rounds, embedded);
        printf("ok %llu - seed %llu\n", i + 1, seed + i);
        fflush(stdout);
    }
    return 0;
}
