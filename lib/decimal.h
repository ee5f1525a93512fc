/* decimal.h - the public decimal over exact/decimal.h, and what JSON calls a number. */
#ifndef LIB_DECIMAL_H
#define LIB_DECIMAL_H

#include <stdbool.h>
#include "base/str.h"
#include "exact/decimal.h"
#include "json/read.h"
#include "scrip.h"

bool decimal_read(struct str text, struct scrip_decimal *ret) MUST_CHECK;
/* A number, or a string that is one. */
bool decimal_from_json(const struct json *node, struct scrip_decimal *ret) MUST_CHECK;
/* False when a program has put together what is no decimal. */
bool decimal_is_sound(struct scrip_decimal decimal) MUST_CHECK;

#endif
