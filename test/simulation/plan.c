#include "plan.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void plan_init(struct plan *plan, uint64_t seed, size_t rounds, bool embedded)
{
    assert(rounds <= PLAN_ROUNDS_MAX);
    *plan = (struct plan){ .seed = seed, .rounds = rounds, .embedded = embedded };
    memset(plan->parts, PLAN_WHOLE, rounds);
}

size_t plan_round_count(const struct plan *plan)
{
    size_t count = 0;

    for (size_t i = 0; i < plan->rounds; i++)
        count += plan->parts[i] > 0;
    return count;
}

uint64_t plan_play(const struct plan *plan, bool tells)
{
    static struct world world;

    world_open(&world, plan->seed, plan->embedded);
    world.tells = tells;
    world.is_sabotaged = plan->is_sabotaged;
    for (size_t i = 0; i < plan->rounds; i++) {
        if (plan->parts[i] == PLAN_WHOLE)
            world_round(&world, i, SIZE_MAX);
        else if (plan->parts[i] > 0)
            world_round(&world, i, plan->parts[i] - 1u);
    }
    if (!tells)
        printf("# %zu requests, %llu replays, %llu failures, %llu restarts, %llu entries\n",
               world.promise_count, (unsigned long long)world.replays,
               (unsigned long long)world.failures, (unsigned long long)world.restarts,
               (unsigned long long)desk_sequence(&world.desk));
    world_close(&world);
    return world.digest;
}

/* What it would say of a plan that fails is said once, of the last one. */
static void be_silent(void)
{
    int nowhere = open("/dev/null", O_WRONLY);

    assert(nowhere >= 0);
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
}

bool plan_holds(const struct plan *plan)
{
    int status;
    pid_t child;

    fflush(stdout);
    child = fork();
    assert(child >= 0);
    if (child == 0) {
        be_silent();
        (void)plan_play(plan, false);
        _exit(EXIT_SUCCESS);
    }
    while (waitpid(child, &status, 0) != child) {
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
}

/* Without the rounds from first on, count of them; as before when it holds then. */
static bool leave_out(struct plan *plan, size_t first, size_t count)
{
    struct plan kept = *plan;

    for (size_t i = first; i < first + count && i < plan->rounds; i++)
        plan->parts[i] = 0;
    if (plan_round_count(plan) == plan_round_count(&kept))
        return false;
    if (!plan_holds(plan))
        return true;
    *plan = kept;
    return false;
}

/* Half of them, a quarter, ... one; from the end, where little rests on them. */
static void leave_out_rounds(struct plan *plan)
{
    for (size_t count = (plan->rounds + 1) / 2; count > 0; count /= 2) {
        bool again = false;

        for (size_t first = plan->rounds; first > 0;) {
            first = first > count ? first - count : 0;
            again = leave_out(plan, first, count) || again;
        }
        if (again && count == 1)
            count = 2; /* once more by one */
    }
}

/* As few requests of a round as will do. */
static void leave_out_requests(struct plan *plan, size_t round)
{
    uint8_t kept = plan->parts[round];

    for (uint8_t part = 1; part < kept && part <= 41; part++) {
        plan->parts[round] = part;
        if (!plan_holds(plan))
            return;
    }
    plan->parts[round] = kept;
}

void plan_shrink(struct plan *plan)
{
    assert(!plan_holds(plan));
    leave_out_rounds(plan);
    for (size_t i = 0; i < plan->rounds; i++) {
        if (plan->parts[i] > 0)
            leave_out_requests(plan, i);
    }
    leave_out_rounds(plan);
    assert(!plan_holds(plan));
}
