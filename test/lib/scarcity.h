/* test/lib/scarcity.h - memory that runs out when a test says so.
 *
 * A program that is linked with scarcity_dep has every malloc, calloc, realloc and arena_take of
 * our code counted here, and can have one of them fail.  What shared libraries take is not seen. */
#ifndef TEST_LIB_SCARCITY_H
#define TEST_LIB_SCARCITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct scarcity {
    long taken;       /* since the start */
    long fail_at;     /* this one fails; 0: none */
    bool lasts;       /* and all after it */
    bool met;         /* it has failed */
    long live;        /* blocks of malloc that nobody has freed, ever */
    uint64_t *paths;  /* NULL, or the call path of each that is taken */
    long paths_count; /* room there */
};
extern struct scarcity scarcity;

/* Counts from here. */
void scarcity_start(long fail_at, bool lasts);
/* There is enough again; how many were taken. */
long scarcity_stop(void);

#endif
