/* What libFuzzer calls. */
#include <stddef.h>
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char empty[1];

    fuzz_one((struct str){ .data = size == 0 ? empty : (const char *)data, .len = size });
    return 0;
}
