/* The simulation: simulation [--seed N] [--count N] [--rounds N] [--store memory|embedded]
 *                            [--shrink yes]
 *
 * Runs count worlds, with the seeds from N on, each a TAP case.  What a seed does it does again,
 * byte for byte: one in ten is run twice and held to that.  When an assertion fails the seed is
 * told; --shrink with it finds the few rounds and requests that are to blame, and tells them as a
 * story.  That this finds a mistake is tried first, with one that is made for it. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "plan.h"

static volatile unsigned long long seed_at_work;

static void on_abort(int signal_number)
{
    (void)signal_number;
    fprintf(stderr, "# seed %llu; --seed %llu --shrink yes makes a story of it\n", seed_at_work,
            seed_at_work); /* we are lost anyway */
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

struct wish {
    unsigned long long seed, count, rounds;
    bool embedded, shrinks;
};

static void run(const struct wish *wish, unsigned long long seed)
{
    struct plan plan;
    uint64_t digest;

    seed_at_work = seed;
    plan_init(&plan, seed, wish->rounds, wish->embedded);
    digest = plan_play(&plan, false);
    if (seed % 10 == 0)
        assert(plan_play(&plan, false) == digest);
}

/* Runs into the failure again, telling what led to it. */
static int tell(struct plan *plan)
{
    if (plan_holds(plan)) {
        printf("# it holds\n");
        return EXIT_SUCCESS;
    }
    plan_shrink(plan);
    (void)plan_play(plan, true);
    return EXIT_FAILURE;
}

/* A reversal needs a deduction, which needs a grant: of a hundred rounds three are left at most. */
static void check_shrinking(const struct wish *wish)
{
    struct plan plan;

    plan_init(&plan, 1, 100, wish->embedded);
    plan.is_sabotaged = true;
    plan_shrink(&plan);
    printf("# a mistake was found in %zu of 100 rounds\n", plan_round_count(&plan));
    assert(plan_round_count(&plan) <= 3);
    plan.is_sabotaged = false;
    assert(plan_holds(&plan));
}

static struct wish wish_of(int argument_count, char **arguments)
{
    struct wish wish = { .seed = 1, .count = 100, .rounds = 100 };

    for (int i = 1; i + 1 < argument_count; i += 2) {
        if (strcmp(arguments[i], "--seed") == 0)
            wish.seed = number_of(arguments[i + 1]);
        else if (strcmp(arguments[i], "--count") == 0)
            wish.count = number_of(arguments[i + 1]);
        else if (strcmp(arguments[i], "--rounds") == 0)
            wish.rounds = number_of(arguments[i + 1]);
        else if (strcmp(arguments[i], "--store") == 0)
            wish.embedded = strcmp(arguments[i + 1], "embedded") == 0;
        else if (strcmp(arguments[i], "--shrink") == 0)
            wish.shrinks = strcmp(arguments[i + 1], "yes") == 0;
    }
    return wish;
}

int main(int argument_count, char **arguments)
{
    struct wish wish = wish_of(argument_count, arguments);

    if (wish.shrinks) {
        struct plan plan;

        plan_init(&plan, wish.seed, wish.rounds, wish.embedded);
        return tell(&plan);
    }
    printf("1..%llu\n", wish.count + 1);
    check_shrinking(&wish);
    printf("ok 1 - a mistake is found, and made a short story\n");
    (void)signal(SIGABRT, on_abort);
    for (unsigned long long i = 0; i < wish.count; i++) {
        run(&wish, wish.seed + i);
        printf("ok %llu - seed %llu\n", i + 2, wish.seed + i);
        fflush(stdout);
    }
    return 0;
}
