/* slot.h - a place that holds a pointer of some type or other, written and read as C allows. */
#ifndef LIB_SLOT_H
#define LIB_SLOT_H

#include <string.h>

static inline void slot_put(void *slot, const void *pointer)
{
    memcpy(slot, &pointer, sizeof(pointer));
}

static inline const void *slot_get(const void *slot)
{
    const void *pointer;

    memcpy(&pointer, slot, sizeof(pointer));
    return pointer;
}

#endif
