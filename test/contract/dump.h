/* test/contract/dump.h - all that a store has in memory, as text: two stores with the same dump
 * cannot be told apart by their books. */
#ifndef TEST_CONTRACT_DUMP_H
#define TEST_CONTRACT_DUMP_H

#include "store/store.h"

/* Given back with free(). */
char *dump_store(struct store *store);

#endif
