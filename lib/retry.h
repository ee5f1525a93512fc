/* retry.h - whether to try again, and when: as the official clients of these APIs do.
 *
 * Pure, but for chance. */
#ifndef LIB_RETRY_H
#define LIB_RETRY_H

#include "lib/client.h"

/* After an attempt that ended so; response is NULL where none arrived. */
bool retry_is_due(enum scrip_outcome outcome, const struct response *response);

/* How long to wait before attempt number next, the second or later. */
int64_t retry_delay_ms(const struct scrip_options *options, const struct response *response,
                       int next);

#endif
