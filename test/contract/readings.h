/* test/contract/readings.h - everything that can be read of a store that has changes.h in it.
 * What is read is thrown away. */
#ifndef TEST_CONTRACT_READINGS_H
#define TEST_CONTRACT_READINGS_H

#include "desk.h"

/* A receipt to be found; inside a batch. */
void readings_prepare(struct desk *desk);
/* The directory and some entries, alone and in one moment. */
enum err readings_of_reader(struct store_reader *reader, struct arena *arena);
/* What the ledger asks of the disk. */
enum err readings_of_store(struct store *store, struct instant now, struct arena *arena);

#endif
