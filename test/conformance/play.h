/* test/conformance/play.h - a .http file at play: its world, its names, its memory. */
#ifndef TEST_CONFORMANCE_PLAY_H
#define TEST_CONFORMANCE_PLAY_H

#include "match.h"
#include "script.h"
#include "world.h"

#define PLAY_HEADERS_MAX (SCRIPT_HEADERS_MAX + 2)

struct play {
    struct world world;
    struct names names;
    struct arena arena; /* for all of a file */
};

/* In the arena; empty: there is no such file. */
struct str play_file_read(const char *path, struct arena *arena);

/* The step's clock and disk. */
void play_prepare(struct play *play, const struct step *step);
/* Its request, with the names filled in, good as long as the headers are.  False, and says so:
 * there is no such name. */
bool play_request(struct play *play, const struct step *step,
                  struct http_header headers[PLAY_HEADERS_MAX], struct request *ret);
/* Says what is not as the step expects, or as every reply promises. */
bool play_check(struct play *play, const struct step *step, const struct request *request,
                const struct reply *reply);

#endif
