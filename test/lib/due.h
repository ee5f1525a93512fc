/* test/lib/due.h - what time will ask of a book, earliest first (rule 6). */
#ifndef TEST_LIB_DUE_H
#define TEST_LIB_DUE_H

#include "book.h"

void due_add_grant(struct book *book, const struct grant *grant);
void due_add_hold(struct book *book, const struct hold *hold);
/* Takes out the next that is due up to that instant; of those due at one instant, the one with
 * the smallest number. */
bool due_take(struct book *book, struct instant to, struct book_due *ret);

/* For arrays that grow; in book.c. */
void *book_room(void *array, size_t size, size_t count, size_t *capacity);

#endif
