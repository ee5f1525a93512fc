/* test/conformance/scarce.c - the requests of .http files, while memory runs out.
 *
 *     scarce [--all] FILE...
 *
 * Each step is played in a child process with its first piece of memory missing, in another with
 * its second, and so on; then with that and all after it missing.  What comes of it is the reply
 * that was expected, or a 503, in the dialect's shape where there was memory for one.  A 503 has
 * had no effect, and when there is memory again the same request gets the expected reply.  Where no
 * idempotency key came with it, it may also say that it may have had its effect: then it had all of
 * it, or none.  The books prove themselves after it, and when all is closed nothing is left over.
 *
 * Without --all, a piece that an earlier step has taken on the same path of calls is left out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "dump.h"
#include "ledger/verify.h"
#include "play.h"
#include "scarcity.h"

#define ARENA_BYTES_MAX (64u << 20)
#define REQUEST_BYTES_MAX (16u << 20)
#define PATHS_MAX 65536

static bool is_thorough;
static int case_number, failed_count;
/* Shared with the children: of the step's pieces; and what the books are after it. */
static uint64_t *paths, *book_after;
static uint64_t known[1 << 20];
static size_t known_count;
static long live_before; /* blocks, when no world was open */

/* Remembers it. */
static bool is_known(uint64_t path)
{
    size_t mask = sizeof known / sizeof *known - 1;
    size_t i = (size_t)path & mask;

    for (; known[i] != 0; i = (i + 1) & mask) {
        if (known[i] == path)
            return true;
    }
    assert(known_count < mask / 2);
    known[i] = path;
    known_count++;
    return false;
}

/* --- in the child --- */

enum { CHILD_WELL = 0, CHILD_WRONG = 1 };

static struct reply ask(struct play *play, const struct request *request, struct arena *arena,
                        long fail_at, bool lasts)
{
    struct reply reply;

    arena_init(arena, REQUEST_BYTES_MAX);
    scarcity_start(fail_at, lasts);
    reply = world_ask(&play->world, request, arena);
    (void)scarcity_stop();
    return reply;
}

static bool prove(struct play *play)
{
    struct verify_report report;

    for (int i = 0; i < ENVIRONMENT_COUNT; i++) {
        if (verify_book(play->world.store, (enum environment)(i + 1), &report) != OK) {
            printf("# %s\n", report.problem);
            return false;
        }
    }
    return true;
}

static bool ends_clean(struct play *play)
{
    world_close(&play->world);
    arena_finish(&play->arena);
    if (scarcity.live != live_before)
        printf("# %ld blocks are left over\n", scarcity.live - live_before);
    return scarcity.live == live_before;
}

static char *dump_of(struct play *play)
{
    scarcity.live++; /* of libc's, which we shall free */
    return dump_store(play->world.store);
}

/* Of something long. */
static uint64_t print_of(const char *text)
{
    uint64_t print = UINT64_C(0xcbf29ce484222325);

    for (; *text != '\0'; text++)
        print = (print ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return print;
}

static uint64_t book_print(struct play *play)
{
    char *dump = dump_of(play);
    uint64_t print = print_of(dump);

    free(dump);
    return print;
}

/* Its parts have outcomes of their own: one of them may want for memory. */
static bool is_list(const struct request *request)
{
    return str_equals(request->path, STR("/scrip/v1/deductions/batch")) ||
           str_starts_with(request->path, STR("/api/v1/events")) ||
           str_starts_with(request->path, STR("/api/events"));
}

static bool is_done_in_part(const struct reply *reply, uint64_t before, uint64_t print)
{
    static const char name[] = "/problems/unavailable";

    if (print != before && print != *book_after)
        return true;
    return reply->status == 200 &&
           memmem(reply->body.data, reply->body.len, name, sizeof name - 1) != NULL;
}

static bool is_unsure(const struct request *request, const struct reply *reply)
{
    bool has_key = false, says_so = false;

    for (size_t i = 0; i < request->header_count; i++)
        has_key |= str_equals_ignoring_case(request->headers[i].name, STR("Idempotency-Key"));
    for (size_t i = 0; i < reply->header_count; i++)
        says_so |= str_equals(reply->headers[i].name, STR("x-should-retry"));
    return !has_key && says_so;
}

static bool is_well_said(struct play *play, const struct step *step, const struct request *request,
                         const struct reply *reply)
{
    struct step trouble = { .line = step->line, .title = step->title, .status = 503 };

    return reply->body.len == 0 || play_check(play, &trouble, request, reply);
}

/* *ret: it is to be asked again. */
static bool check_scarce(struct play *play, const struct step *step, const struct request *request,
                         const struct reply *reply, uint64_t before, bool *ret)
{
    uint64_t print = book_print(play);

    *ret = false;
    if (reply->status != 503 && step->status >= 400 && reply->status == step->status)
        return true; /* what it would have said besides may be missing */
    if (is_list(request) && is_done_in_part(reply, before, print))
        return true;
    if (reply->status != 503 || step->status == 503)
        return play_check(play, step, request, reply);
    if (!is_well_said(play, step, request, reply))
        return false;
    *ret = print == before;
    if (print == before || (print == *book_after && is_unsure(request, reply)))
        return true;
    printf("# it was refused for want of memory, and had an effect\n");
    return false;
}

static uint64_t entries_of(struct play *play)
{
    struct book_end live, test;

    store_book_end(play->world.store, ENVIRONMENT_LIVE, &live);
    store_book_end(play->world.store, ENVIRONMENT_TEST, &test);
    return live.sequence << 32 | test.sequence;
}

/* What is due comes with the next batch, or with the one after that. */
static void pass_time(struct play *play, long fail_at, bool lasts)
{
    scarcity_start(fail_at, lasts);
    (void)ledger_turn(play->world.ledger);
    (void)scarcity_stop();
    while (ledger_turn(play->world.ledger)) {
    }
}

static bool time_is_well(struct play *play, long fail_at, bool lasts)
{
    bool is_good;

    pass_time(play, fail_at, lasts);
    is_good = entries_of(play) == *book_after; /* of a rollover the id may be another */
    if (!is_good)
        printf("# what time asks for has not come\n");
    return prove(play) && ends_clean(play) && is_good;
}

static bool request_is_well(struct play *play, const struct step *step,
                            const struct request *request, long fail_at, bool lasts)
{
    uint64_t before = book_print(play);
    struct arena arena;
    struct reply reply = ask(play, request, &arena, fail_at, lasts);
    bool again, is_good = check_scarce(play, step, request, &reply, before, &again);

    arena_finish(&arena);
    if (is_good && again) {
        reply = ask(play, request, &arena, 0, false);
        is_good = play_check(play, step, request, &reply);
        arena_finish(&arena);
    }
    return prove(play) && ends_clean(play) && is_good;
}

/* --- in the parent --- */

static bool child_is_well(pid_t child)
{
    int status;

    assert(child > 0);
    while (waitpid(child, &status, 0) != child) {
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == CHILD_WELL;
}

static void child_end(bool is_good)
{
    fflush(stdout);
    exit(is_good ? CHILD_WELL : CHILD_WRONG); /* what counts, or looks for leaks, ends well too */
}

/* The paths of the step's pieces, or of what time asks for before it; how many there are. */
static long count_pieces(struct play *play, const struct request *request)
{
    struct arena arena;
    pid_t child;

    memset(paths, 0, PATHS_MAX * sizeof *paths);
    fflush(stdout);
    child = fork();
    if (child == 0) {
        scarcity.paths = paths;
        scarcity.paths_count = PATHS_MAX - 1;
        if (request == NULL)
            pass_time(play, 0, false);
        else
            (void)ask(play, request, &arena, 0, false);
        *book_after = request == NULL ? entries_of(play) : book_print(play);
        child_end(true);
    }
    assert(child_is_well(child));
    for (long i = 0; i < PATHS_MAX; i++) {
        if (paths[i] == 0)
            return i;
    }
    never("a request takes fewer pieces");
}

static bool fail_one(struct play *play, const struct step *step, const struct request *request,
                     long fail_at, bool lasts)
{
    pid_t child;

    fflush(stdout);
    child = fork();
    if (child == 0)
        child_end(request == NULL ? time_is_well(play, fail_at, lasts)
                                  : request_is_well(play, step, request, fail_at, lasts));
    if (child_is_well(child))
        return true;
    printf("# line %d (%.*s): piece %ld%s%s\n", step->line, STR_PRINT(step->title), fail_at,
           lasts ? " and all after it" : "", request == NULL ? " of its time" : "");
    return false;
}

/* request NULL: of what time asks for.  How many were tried; -1: one of them came out wrong. */
static long fail_all(struct play *play, const struct step *step, const struct request *request)
{
    long count = count_pieces(play, request), tried = 0, wrong = 0;

    for (long i = 1; i <= count; i++) {
        if (is_known(paths[i - 1]) && !is_thorough)
            continue;
        wrong += !fail_one(play, step, request, i, false);
        wrong += !fail_one(play, step, request, i, true);
        tried += 2;
    }
    return wrong > 0 ? -1 : tried;
}

static long play_step(struct play *play, const struct step *step)
{
    struct http_header headers[PLAY_HEADERS_MAX];
    struct request request;
    struct reply reply;
    bool is_once;
    long tried, of_time;

    play_prepare(play, step);
    of_time = fail_all(play, step, NULL);
    pass_time(play, 0, false);
    if (!play_request(play, step, headers, &request))
        return -1;
    /* A request of a key that may ask twice a second cannot be asked thrice. */
    is_once = step->disk_is_full || str_equals(step->key, STR("slow"));
    tried = is_once ? 0 : fail_all(play, step, &request);
    reply = world_ask(&play->world, &request, &play->arena);
    if (!play_check(play, step, &request, &reply) || of_time < 0 || tried < 0)
        return -1;
    return of_time + tried;
}

static void play_file(const char *path)
{
    struct world_options options = { .embedded = false };
    struct play play;
    const struct step *step;
    size_t count;
    long tried = 0;
    int line, wrong = 0;

    live_before = scarcity.live;
    arena_init(&play.arena, ARENA_BYTES_MAX);
    play.names = (struct names){ .arena = &play.arena };
    step = script_parse(play_file_read(path, &play.arena), &play.arena, &count, &line);
    assert(step != NULL);
    world_open(&play.world, &options);
    for (; step != NULL; step = step->next) {
        long came = play_step(&play, step);

        wrong += came < 0;
        tried += came < 0 ? 0 : came;
    }
    wrong += !ends_clean(&play);
    failed_count += wrong;
    printf("%s %d - %s, %ld times\n", wrong == 0 ? "ok" : "not ok", ++case_number, path, tried);
}

int main(int argc, char **argv)
{
    int first = 1;

    paths = mmap(NULL, (PATHS_MAX + 1) * sizeof *paths, PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert(paths != MAP_FAILED);
    book_after = paths + PATHS_MAX;
    if (first < argc && strcmp(argv[first], "--all") == 0) {
        is_thorough = true;
        first++;
    }
    for (int i = first; i < argc; i++)
        play_file(argv[i]);
    printf("1..%d\n", case_number);
    return failed_count == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
