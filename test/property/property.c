/* Random commands against the oracle.
 *
 *     property [--seed N] [--count N] [--length N] [--print]
 *
 * Runs sessions of length steps until count commands were compared.  When one fails, it is
 * shrunk, by leaving out steps while it still fails, and printed as a story.  Sessions run in a
 * child, so that a broken assertion is a failure like any other.  Prints TAP; with --print, the
 * first session as a story instead.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "session.h"

/* Sessions that fit, one after the other, into a child's work. */
struct work {
    uint64_t seed; /* of the first session; the next has one more */
    uint64_t session_count;
    size_t length;
    uint64_t *session; /* shared: which one is being played */
};

static void session_steps(const struct work *work, uint64_t session, struct step *steps)
{
    struct random random = random_seeded(work->seed + session);

    steps_generate(&random, steps, work->length);
}

static void play_all(const struct work *work)
{
    static struct step steps[STEPS_MAX];

    for (uint64_t i = 0; i < work->session_count; i++) {
        *work->session = i;
        session_steps(work, i, steps);
        if (!session_play(steps, work->length, stderr))
            _exit(EXIT_FAILURE);
    }
    exit(EXIT_SUCCESS); /* what counts the ways taken ends well too */
}

static bool child_succeeds(pid_t child)
{
    int status = 0;

    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == EXIT_SUCCESS;
}

/* In a child of its own; silent. */
static bool fails(const struct step *steps, size_t count)
{
    pid_t child = fork();

    if (child == 0) {
        FILE *nowhere = freopen("/dev/null", "w", stderr);

        _exit(nowhere != NULL && session_play(steps, count, nowhere) ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    return !child_succeeds(child);
}

/* Leaves out ever smaller runs of steps as long as the rest still fails. */
static size_t shrink(struct step *steps, size_t count)
{
    static struct step tried[STEPS_MAX];

    for (size_t chunk = count / 2; chunk > 0; chunk /= 2) {
        for (size_t from = 0; from + chunk <= count;) {
            memcpy(tried, steps, from * sizeof *steps);
            memcpy(tried + from, steps + from + chunk, (count - from - chunk) * sizeof *steps);
            if (fails(tried, count - chunk)) {
                count -= chunk;
                memcpy(steps, tried, count * sizeof *steps);
            } else {
                from += chunk;
            }
        }
    }
    return count;
}

static void report(const struct work *work)
{
    static struct step steps[STEPS_MAX];
    size_t count;

    session_steps(work, *work->session, steps);
    count = shrink(steps, work->length);
    count = shrink(steps, count); /* what stood in the way may have gone */
    printf("# --seed %" PRIu64 " --count %zu --length %zu fails; %zu steps do:\n",
           work->seed + *work->session, work->length, work->length, count);
    fflush(stdout);
    session_print(steps, count, stderr);
    if (fork() == 0) {
        (void)session_play(steps, count, stderr);
        _exit(EXIT_SUCCESS);
    }
    (void)wait(NULL);
}

static uint64_t option(int argc, char **argv, const char *name, uint64_t otherwise)
{
    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], name) == 0)
            return strtoull(argv[i + 1], NULL, 10);
    }
    return otherwise;
}

static int print_first(const struct work *work)
{
    static struct step steps[STEPS_MAX];

    session_steps(work, 0, steps);
    session_print(steps, work->length, stdout);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    struct random random = random_system();
    struct work work = {
        .seed = option(argc, argv, "--seed", random_u64(&random) >> 16),
        .length = option(argc, argv, "--length", 100),
        .session = mmap(NULL, sizeof *work.session, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0),
    };
    uint64_t count = option(argc, argv, "--count", 300000);
    bool good;
    pid_t child;

    assert(work.session != MAP_FAILED);
    assert(work.length > 0 && work.length <= STEPS_MAX);
    if (strcmp(argv[argc - 1], "--print") == 0)
        return print_first(&work);
    work.session_count = (count + work.length - 1) / work.length;
    printf("1..1\n# seed %" PRIu64 "\n", work.seed);
    fflush(stdout);
    child = fork();
    if (child == 0)
        play_all(&work);
    good = child_succeeds(child);
    if (!good)
        report(&work);
    printf("%sok 1 - %" PRIu64 " random commands do what the oracle does\n", good ? "" : "not ",
           work.session_count * work.length);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
