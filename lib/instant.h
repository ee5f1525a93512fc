/* instant.h - the public instant, as the wire has it. */
#ifndef LIB_INSTANT_H
#define LIB_INSTANT_H

#include <stdbool.h>
#include "base/str.h"
#include "scrip.h"

bool instant_read(struct str text, struct scrip_instant *ret) MUST_CHECK;
bool instant_is_sound(struct scrip_instant instant) MUST_CHECK;

#endif
