/* domain/hold.h - a reservation: held parts of grants, until capture, release or lapse (rule 5).
 *
 * Its number is the sequence of its first entry.  A hold ends exactly once. */
#ifndef DOMAIN_HOLD_H
#define DOMAIN_HOLD_H

#include <stddef.h>
#include <stdint.h>
#include "domain/id.h"
#include "exact/amount.h"
#include "exact/instant.h"

enum hold_status {
    HOLD_OPEN = 1,
    HOLD_CAPTURED,
    HOLD_RELEASED,
    HOLD_LAPSED,
};

/* What one grant has reserved for a hold, in draw order.  0 once the hold has ended. */
struct hold_part {
    uint64_t grant; /* number */
    struct amount amount;
};

struct hold {
    uint64_t number;
    uint32_t account;
    enum hold_status status;
    struct instant expires_at;
    struct amount amount;      /* as created: the sum of its parts then */
    struct amount captured;    /* of that; more than 0 only once a capture has ended the hold */
    struct product_id product; /* nil: of no particular product; the facts of its first HOLD entry
                                * say so.  The excess of a capture is a use of the same product */
    struct hold_part *parts;
    size_t part_count;
    size_t part_first; /* the first part that still holds something; kept by engine/fold.h */
};

#endif
