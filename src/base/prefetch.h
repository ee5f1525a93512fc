/* base/prefetch.h - to ask for memory before it is needed.
 *
 * A hint to the processor, which goes on meanwhile; any address will do.  It pays only where what
 * is asked for is seldom in a cache, and there is other work to do until it has come.
 */
#ifndef BASE_PREFETCH_H
#define BASE_PREFETCH_H

#include <stddef.h>

#define CACHE_LINE_BYTES 64u

static inline void prefetch(const void *address)
{
    __builtin_prefetch(address);
}

/* All the lines of an object, wherever in a line it begins. */
static inline void prefetch_bytes(const void *address, size_t size)
{
    const char *bytes = address;

    for (size_t i = 0; i < size; i += CACHE_LINE_BYTES)
        prefetch(bytes + i);
    prefetch(bytes + size - 1);
}

#endif
