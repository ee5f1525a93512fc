/* fuzz/fuzz.h - what a fuzzer is: one function that takes any input and breaks for none.
 *
 * A target is one file, fuzz/<name>.c, with fuzz_one() in it.  It is linked twice: with entry.c and
 * libFuzzer, which makes up inputs (tools/fuzz), and with replay.c, which feeds it the files that
 * it is given (`make test`: all of fuzz/corpus/<name>/).  What must hold is asserted. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdint.h>
#include "base/check.h"
#include "base/str.h"

/* The input is in memory of exactly its size, so that a sanitizer sees who reads beyond.  The same
 * input does the same each time. */
void fuzz_one(struct str input);

/* The next byte of the input, 0 behind its end: for inputs that are decisions. */
static inline unsigned fuzz_byte(struct str *input)
{
    unsigned byte;

    if (input->len == 0)
        return 0;
    byte = (unsigned char)input->data[0];
    *input = str_skip(*input, 1);
    return byte;
}

#endif
