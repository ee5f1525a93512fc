#include "lib/alloc.h"

#include <stdlib.h>
#include <string.h>

#define BYTES_SIZE_MIN 1024u

void *alloc_take(size_t size)
{
    return calloc(1, size);
}

void *alloc_resize(void *memory, size_t size)
{
    return realloc(memory, size);
}

void alloc_return(void *memory)
{
    free(memory);
}

enum bytes_outcome bytes_append(struct bytes *bytes, const char *data, size_t len)
{
    assert(bytes->len <= bytes->len_max);
    if (len > bytes->len_max - bytes->len)
        return BYTES_TOO_MANY;
    if (bytes->data == NULL || bytes->len + len + 1 > bytes->size) {
        size_t size = 2 * (bytes->len + len) + BYTES_SIZE_MIN;
        char *grown = alloc_resize(bytes->data, size);

        if (grown == NULL)
            return BYTES_NO_MEMORY;
        bytes->data = grown;
        bytes->size = size;
    }
    if (len > 0)
        memcpy(bytes->data + bytes->len, data, len);
    bytes->len += len;
    bytes->data[bytes->len] = '\0';
    return BYTES_TAKEN;
}

void bytes_finish(struct bytes *bytes)
{
    alloc_return(bytes->data);
    *bytes = (struct bytes){ .len_max = bytes->len_max };
}
