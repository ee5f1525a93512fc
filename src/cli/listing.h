/* cli/listing.h - a list as it comes: a table for people, a line of JSON each for programs.
 *
 * On a terminal it goes through a pager; while it goes to a file, how far it has come is shown on
 * the terminal. */
#ifndef CLI_LISTING_H
#define CLI_LISTING_H

#include <stdint.h>
#include <sys/types.h>
#include "cli/invocation.h"
#include "cli/table.h"

struct listing {
    struct invocation *invocation;
    const char *noun; /* "grants" */
    struct table table;
    FILE *to;
    pid_t pager; /* 0: none */
    bool is_json;
    bool shows_progress;
    uint64_t count;
    uint64_t limit; /* of items; 0: all */
    int64_t shown_us;
    struct arena_mark mark; /* what cells take of the invocation's arena is given back each time */
};

void listing_begin(struct listing *listing, struct invocation *invocation, const char *noun,
                   const struct column *columns, size_t column_count);
/* Is there a point in asking for another item?  Not when enough have come, or the reader left. */
bool listing_goes_on(struct listing *listing);
void listing_item(struct listing *listing, const char *const *cells, struct scrip_text json);
/* outcome is the list's last; gives the exit code, and says what went wrong. */
int listing_end(struct listing *listing, enum scrip_outcome outcome);

/* How many items to ask for at a time: --page-size, or --limit when that is less. */
int64_t listing_page_size(struct invocation *invocation);

/* --order; 0 when it is not given. */
enum scrip_order order_of(struct invocation *invocation);

/* JSON on one line. */
void json_line(FILE *to, const char *data, size_t size);

#endif
