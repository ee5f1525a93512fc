/* test/contract/changes.h - changes of every kind that a batch can have. */
#ifndef TEST_CONTRACT_CHANGES_H
#define TEST_CONTRACT_CHANGES_H

#include "desk.h"

/* In a batch.  What must be unique is called name. */
void changes_of_directory(struct desk *desk, const char *name);
/* Of customer 1: issued, deducted, given back, held, captured. */
void changes_of_book(struct desk *desk);

#endif
