/* alloc.h - the only place where the library asks for memory, but for base/arena.c.
 *
 * A test makes each of these fail in turn.  Any thread.
 */
#ifndef LIB_ALLOC_H
#define LIB_ALLOC_H

#include <stddef.h>
#include "base/check.h"

void *alloc_take(size_t size) MUST_CHECK;                 /* zeroed; NULL: there is no memory */
void *alloc_resize(void *memory, size_t size) MUST_CHECK; /* NULL: memory is as it was */
void alloc_return(void *memory);

/* Bytes that come piece by piece. */
struct bytes {
    char *data; /* with a NUL behind what is used; NULL while there is nothing */
    size_t len;
    size_t size;
    size_t len_max;
};

enum bytes_outcome { BYTES_TAKEN = 0, BYTES_NO_MEMORY, BYTES_TOO_MANY };

/* On failure nothing of data was taken. */
enum bytes_outcome bytes_append(struct bytes *bytes, const char *data, size_t len) MUST_CHECK;
void bytes_finish(struct bytes *bytes);

#endif
