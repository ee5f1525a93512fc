/* test/conformance/player.c - plays .http files (script.h), each in a world of its own.
 *
 *     player [--contract-b] [--embedded] [--bytes] [--record LINES] FILE...
 *
 * Besides what a step expects, every reply is held to what is promised of all: an X-Request-Id,
 * a JSON body where there is one, and of the two dialects' errors, nothing but texts in it.
 * --bytes takes requests and replies through the bytes of a connection.
 * --record adds every exchange to the file LINES (record.h).
 */
#include <stdio.h>
#include <stdlib.h>
#include "play.h"
#include "record.h"
#include "wire.h"

#define ARENA_BYTES_MAX (64u << 20)

static int case_number;
static int failed_count;
static bool takes_bytes;

static bool play_step(struct play *play, const struct step *step)
{
    struct http_header headers[PLAY_HEADERS_MAX];
    struct request request;
    struct reply reply;

    play_prepare(play, step);
    if (!play_request(play, step, headers, &request))
        return false;
    if (takes_bytes)
        request = wire_request(&request, step->method, &play->arena);
    reply = world_ask(&play->world, &request, &play->arena);
    if (takes_bytes)
        reply = wire_reply(&reply, request.method, &play->arena);
    record_exchange(&request, &reply, &play->arena);
    return play_check(play, step, &request, &reply);
}

static void play_file(const char *path, const struct world_options *options)
{
    struct world_options begun = *options;
    struct play play;
    const struct step *step;
    struct str text;
    size_t count;
    int line;

    arena_init(&play.arena, ARENA_BYTES_MAX);
    play.names = (struct names){ .arena = &play.arena };
    text = play_file_read(path, &play.arena);
    step = script_parse(text, &play.arena, &count, &line);
    if (step == NULL) {
        printf("not ok %d - %s: line %d\n", ++case_number, path, line);
        failed_count++;
    }
    begun.start = step != NULL ? step->now : STR_NONE;
    world_open(&play.world, &begun);
    for (; step != NULL; step = step->next) {
        bool is_good = play_step(&play, step);

        failed_count += is_good ? 0 : 1;
        printf("%s %d - %.*s\n", is_good ? "ok" : "not ok", ++case_number, STR_PRINT(step->title));
    }
    world_close(&play.world);
    arena_finish(&play.arena);
}

int main(int argc, char **argv)
{
    struct world_options options = { .embedded = false };
    const char *record = NULL;
    int first = 1;

    for (; first < argc && argv[first][0] == '-'; first++) {
        struct str option = str_from_c(argv[first]);

        options.kable_contract_b =
            options.kable_contract_b || str_equals(option, STR("--contract-b"));
        takes_bytes = takes_bytes || str_equals(option, STR("--bytes"));
        options.embedded = options.embedded || str_equals(option, STR("--embedded"));
        if (str_equals(option, STR("--record")) && first + 1 < argc)
            record = argv[++first];
    }
    record_open(record);
    for (int i = first; i < argc; i++) {
        printf("# %s\n", argv[i]);
        play_file(argv[i], &options);
    }
    record_close();
    printf("1..%d\n", case_number);
    return failed_count == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
