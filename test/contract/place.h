/* test/contract/place.h - a data directory for a test, and embedded stores in it. */
#ifndef TEST_CONTRACT_PLACE_H
#define TEST_CONTRACT_PLACE_H

#include "store/embedded/embedded.h"

struct place {
    char directory[256];
    bool sync;        /* else a crash of the machine may lose everything, and nothing else */
    size_t lazy_rows; /* as in struct embedded_options */
};

void place_make(struct place *place);
void place_empty(struct place *place); /* of its files */
void place_remove(struct place *place);
/* Asserts that it opens. */
struct store *place_open(struct place *place);
struct store *place_open_read_only(struct place *place);
/* As after a crash now: what is in the files, while the store is open.  to has been made. */
void place_copy(const struct place *from, const struct place *to);

/* The file may have so many pages; fewer than it has: as many as it has. */
void place_limit_pages(struct store *store, int pages);
/* Runs SQL on the file behind the store's back. */
void place_run(const struct place *place, const char *sql);
long long place_number(const struct place *place, const char *sql);

#endif
