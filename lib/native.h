/* native.h - the shapes that Scrip's own calls share. */
#ifndef LIB_NATIVE_H
#define LIB_NATIVE_H

#include "lib/shape.h"

extern const struct shape native_credit_type_shape;
extern const struct shape native_grant_shape;
extern const struct shape native_account_balance_shape;
extern const struct shape native_draw_shape;
extern const char *const native_policies[];

#endif
