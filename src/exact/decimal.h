/* exact/decimal.h - a decimal number as a client wrote it, before its scale is known.
 *
 * A request names an amount before anybody has looked up its credit type, so its text is first
 * read into a decimal, exactly, and becomes an amount when the scale is known.  Only then may
 * anything be rounded, and the caller names the way.
 *
 * Value: significand / 10^scale, negated if negative.  If surplus is set, the text had further
 * digits, not all 0, beyond the 38th significant digit or the 38th decimal: the exact value then
 * lies strictly between this one and the next one further from 0.  Rounding takes it into
 * account, so that half to even is right for a text of any length.
 *
 * Invariants: significand < 10^38, 0 <= scale <= DECIMAL_SCALE_MAX; without surplus the scale
 * is the smallest possible, so equal numbers have equal fields; zero is never negative unless
 * it has a surplus.
 *
 * Reading takes time in proportion to the text, whatever its exponent.  Pure; any thread.
 */
#ifndef EXACT_DECIMAL_H
#define EXACT_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>
#include "base/check.h"
#include "base/err.h"
#include "base/str.h"
#include "exact/amount.h"
#include "exact/uint128.h"

struct decimal {
    uint128 significand;
    uint8_t scale;
    bool negative;
    bool surplus;
};

#define DECIMAL_DIGITS_MAX 38
#define DECIMAL_SCALE_MAX 38
#define DECIMAL_TEXT_MAX 44 /* '-', "0.", 38 digits, NUL */

#define DECIMAL_ZERO ((struct decimal){ .scale = 0 })

enum decimal_form {
    DECIMAL_PLAIN = 1, /* -?(0|[1-9][0-9]*)(\.[0-9]+)?  what a native string may be */
    DECIMAL_JSON,      /* the same with an optional exponent: a number of RFC 8259.  JavaScript
                        * and Go print large and small floats that way. */
};

enum rounding {
    ROUND_NONE = 1,  /* more decimals than the scale has are an error */
    ROUND_HALF_EVEN, /* to the nearest; a tie to the even neighbour */
    ROUND_DOWN,      /* toward zero */
};

/* Reads the whole of text.
 *
 *   ERR_MALFORMED  text is not of that form
 *   ERR_RANGE      the number is 10^38 or larger
 *
 * On error *ret is untouched. */
enum err decimal_parse(struct str text, enum decimal_form form, struct decimal *ret) MUST_CHECK;

/* The decimal as an amount of a credit type of that scale, 0 to AMOUNT_SCALE_MAX.
 *
 *   ERR_MALFORMED  ROUND_NONE, and there are more decimals than scale
 *   ERR_RANGE      it does not fit an amount
 *
 * On error *ret is untouched. */
enum err decimal_to_amount(struct decimal decimal, int scale, enum rounding rounding,
                           struct amount *ret) MUST_CHECK;

/* Exact; the inverse of decimal_to_amount(). */
struct decimal decimal_from_amount(struct amount amount, int scale);

/* Is it 0, exactly?  1e-99 is not. */
bool decimal_is_zero(struct decimal decimal);
bool decimal_is_negative(struct decimal decimal); /* below 0; -0 is not */

/* <0, 0, >0.  Of numbers that differ only in their surplus digits it cannot tell which is the
 * larger, and says 0. */
int decimal_compare(struct decimal a, struct decimal b);

/* The shortest exact decimal, without exponent; surplus digits are left out.  The result lies
 * in ret_text, with a NUL behind it, but not necessarily at its start. */
struct str decimal_format(struct decimal decimal, char ret_text[DECIMAL_TEXT_MAX]);

/* Writes significand / 10^scale, with exactly scale decimals, so that it ends before *end, where
 * it puts a NUL; returns its start.  Takes up to 2 + max(digits, scale) bytes before end. */
char *decimal_write_magnitude(uint128 significand, int scale, char *end);

#endif
