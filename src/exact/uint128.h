/* exact/uint128.h - whole numbers of 128 bits, which both compilers have and ISO C does not.
 *
 * Products of two 64-bit numbers fit, and so does every number of 38 decimal digits.
 */
#ifndef EXACT_UINT128_H
#define EXACT_UINT128_H

__extension__ typedef unsigned __int128 uint128;

#define UINT128_POWER_OF_TEN_MAX 38

/* 10 to the given power.  Precondition: 0 <= power <= UINT128_POWER_OF_TEN_MAX. */
uint128 uint128_power_of_ten(int power);

/* Writes value as decimal digits, most significant first, so that the last one is at end[-1].
 * Writes at least digit_count_min of them, zeros in front.  Returns where the first one is. */
char *uint128_write_digits(uint128 value, int digit_count_min, char *end);

#endif
