/* store/well_known.h - the credit types that every directory has from the start, in this order.
 * Static; any thread. */
#ifndef STORE_WELL_KNOWN_H
#define STORE_WELL_KNOWN_H

#include <stddef.h>
#include "domain/directory.h"

size_t well_known_count(void);
/* index from 0; the number is index + 1. */
struct credit_type well_known_credit_type(size_t index);

#endif
