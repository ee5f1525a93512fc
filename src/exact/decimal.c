#include "exact/decimal.h"

/* A number split into its parts, none of them interpreted. */
struct spelling {
    bool negative;
    struct str whole;    /* one digit or more */
    struct str fraction; /* may be empty */
    int64_t exponent;
};

/* Exponents beyond this are as good as infinite: no text is long enough to make up for them. */
#define EXPONENT_ENOUGH (INT64_C(1) << 56)

/* Takes the digits at the start of *text off it. */
static struct str take_digits(struct str *text)
{
    size_t count = 0;
    struct str digits;

    while (count < text->len && text->data[count] >= '0' && text->data[count] <= '9')
        count++;
    digits = str_take(*text, count);
    *text = str_skip(*text, count);
    return digits;
}

/* Takes c off the start of *text if it is there. */
static bool take_char(struct str *text, char c)
{
    if (text->len == 0 || text->data[0] != c)
        return false;
    *text = str_skip(*text, 1);
    return true;
}

/* Takes "e-12" off *text; false when it is malformed. */
static bool take_exponent(struct str *text, int64_t *ret)
{
    int64_t exponent = 0;
    struct str digits;
    bool negative;

    if (!take_char(text, 'e') && !take_char(text, 'E')) {
        *ret = 0;
        return true;
    }
    negative = take_char(text, '-');
    if (!negative)
        take_char(text, '+');
    digits = take_digits(text);
    for (size_t i = 0; i < digits.len && exponent < EXPONENT_ENOUGH; i++)
        exponent = exponent * 10 + (digits.data[i] - '0');
    *ret = negative ? -exponent : exponent;
    return digits.len > 0;
}

static bool spelling_read(struct str text, enum decimal_form form, struct spelling *ret)
{
    *ret = (struct spelling){ .negative = take_char(&text, '-') };
    ret->whole = take_digits(&text);
    if (ret->whole.len == 0)
        return false;
    if (ret->whole.len > 1 && ret->whole.data[0] == '0')
        return false;
    if (take_char(&text, '.')) {
        ret->fraction = take_digits(&text);
        if (ret->fraction.len == 0)
            return false;
    }
    if (form == DECIMAL_JSON && !take_exponent(&text, &ret->exponent))
        return false;
    return text.len == 0;
}

/* Digit i of whole and fraction in one row. */
static unsigned spelling_digit(const struct spelling *spelling, size_t i)
{
    char c = i < spelling->whole.len ? spelling->whole.data[i]
                                     : spelling->fraction.data[i - spelling->whole.len];
    return (unsigned)(c - '0');
}

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

enum err decimal_parse(struct str text, enum decimal_form form, struct decimal *ret)
{
    struct decimal decimal = DECIMAL_ZERO;
    struct spelling spelling;
    size_t first = 0, end, kept;
    int64_t point; /* where it is, counted in digits from the first significant one */

    assert(form == DECIMAL_PLAIN || form == DECIMAL_JSON);
    if (!spelling_read(text, form, &spelling))
        return ERR_MALFORMED;

    /* The significant digits are those from first up to end. */
    end = spelling.whole.len + spelling.fraction.len;
    while (first < end && spelling_digit(&spelling, first) == 0)
        first++;
    while (end > first && spelling_digit(&spelling, end - 1) == 0)
        end--;
    if (first == end) {
        *ret = DECIMAL_ZERO;
        return OK;
    }
    point = (int64_t)spelling.whole.len - (int64_t)first + spelling.exponent;
    if (point > DECIMAL_DIGITS_MAX)
        return ERR_RANGE;

    /* Keep what fits both 38 digits and 38 decimals. */
    kept = (size_t)clamp(point + DECIMAL_SCALE_MAX, 0, DECIMAL_DIGITS_MAX);
    if (kept > end - first)
        kept = end - first;
    for (size_t i = first; i < first + kept; i++)
        decimal.significand = decimal.significand * 10 + spelling_digit(&spelling, i);
    if ((int64_t)kept < point) /* 1e3: zeros up to the point */
        decimal.significand *= uint128_power_of_ten((int)(point - (int64_t)kept));
    decimal.scale = (uint8_t)clamp((int64_t)kept - point, 0, DECIMAL_SCALE_MAX);
    decimal.negative = spelling.negative;
    decimal.surplus = kept < end - first;

    assert(decimal.significand < uint128_power_of_ten(DECIMAL_DIGITS_MAX));
    assert(if_then(decimal.significand == 0, decimal.surplus));
    *ret = decimal;
    return OK;
}

/* significand / 10^places, rounded; ERR_MALFORMED if that is not exact and must be. */
static enum err divide(struct decimal decimal, int places, enum rounding rounding, uint128 *ret)
{
    uint128 divisor = uint128_power_of_ten(places);
    uint128 quotient = decimal.significand / divisor;
    uint128 rest = decimal.significand % divisor;
    uint128 half = divisor / 2;

    assert(places > 0); /* so the divisor is even, and half exact */
    switch (rounding) {
    case ROUND_NONE:
        if (rest != 0 || decimal.surplus)
            return ERR_MALFORMED;
        break;
    case ROUND_DOWN:
        break;
    case ROUND_HALF_EVEN:
        if (rest > half || (rest == half && (decimal.surplus || quotient % 2 == 1)))
            quotient++;
        break;
    }
    *ret = quotient;
    return OK;
}

enum err decimal_to_amount(struct decimal decimal, int scale, enum rounding rounding,
                           struct amount *ret)
{
    uint128 units = decimal.significand;
    enum err e;

    assert(scale >= 0);
    assert(scale <= AMOUNT_SCALE_MAX);
    assert(rounding >= ROUND_NONE);
    assert(rounding <= ROUND_DOWN);
    if (decimal.scale > scale) {
        e = divide(decimal, decimal.scale - scale, rounding, &units);
        if (e != OK)
            return e;
    } else {
        if (units > AMOUNT_UNITS_MAX)
            return ERR_RANGE;
        assert(!decimal.surplus); /* or it would have 38 digits */
        units *= uint128_power_of_ten(scale - decimal.scale);
    }
    if (units > AMOUNT_UNITS_MAX)
        return ERR_RANGE;
    ret->units = decimal.negative ? -(int64_t)units : (int64_t)units;
    return OK;
}

struct decimal decimal_from_amount(struct amount amount, int scale)
{
    uint64_t units;

    assert(amount.units >= -AMOUNT_UNITS_MAX);
    assert(scale >= 0);
    assert(scale <= AMOUNT_SCALE_MAX);
    units = (uint64_t)(amount.units < 0 ? -amount.units : amount.units);
    for (; scale > 0 && units % 10 == 0; scale--)
        units /= 10;
    return (struct decimal){
        .significand = units,
        .scale = (uint8_t)scale,
        .negative = amount.units < 0,
    };
}

bool decimal_is_zero(struct decimal decimal)
{
    return decimal.significand == 0 && !decimal.surplus;
}

bool decimal_is_negative(struct decimal decimal)
{
    assert(if_then(decimal_is_zero(decimal), !decimal.negative));
    return decimal.negative;
}

static int uint128_compare(uint128 a, uint128 b)
{
    return (a > b) - (a < b);
}

/* What is behind the point, in units of 10^-DECIMAL_SCALE_MAX. */
static uint128 fraction_units(struct decimal decimal)
{
    return decimal.significand % uint128_power_of_ten(decimal.scale) *
           uint128_power_of_ten(DECIMAL_SCALE_MAX - decimal.scale);
}

static int magnitude_compare(struct decimal a, struct decimal b)
{
    int order = uint128_compare(a.significand / uint128_power_of_ten(a.scale),
                                b.significand / uint128_power_of_ten(b.scale));
    if (order == 0)
        order = uint128_compare(fraction_units(a), fraction_units(b));
    /* With the same digits before the point, both were cut off at the same place. */
    return order != 0 ? order : a.surplus - b.surplus;
}

int decimal_compare(struct decimal a, struct decimal b)
{
    assert(a.scale <= DECIMAL_SCALE_MAX);
    assert(b.scale <= DECIMAL_SCALE_MAX);
    if (a.negative != b.negative)
        return a.negative ? -1 : 1;
    return a.negative ? magnitude_compare(b, a) : magnitude_compare(a, b);
}

/* Leaves what is before the point, and returns what is behind it.  Nearly every significand has
 * 64 bits, for which the machine divides: for 128 it needs a call. */
static uint128 split_at_point(uint128 *significand, int scale)
{
    uint128 power = uint128_power_of_ten(scale), fraction;

    if (*significand <= UINT64_MAX && power <= UINT64_MAX) {
        fraction = (uint64_t)*significand % (uint64_t)power;
        *significand = (uint64_t)*significand / (uint64_t)power;
        return fraction;
    }
    fraction = *significand % power;
    *significand /= power;
    return fraction;
}

char *decimal_write_magnitude(uint128 significand, int scale, char *end)
{
    char *p = end;

    assert(scale >= 0);
    assert(scale <= DECIMAL_SCALE_MAX);
    *p = '\0';
    if (scale > 0) {
        uint128 fraction = split_at_point(&significand, scale);
        char *digits = uint128_write_digits(fraction, scale, end);

        assert(end - digits == scale);
        p = digits;
        *--p = '.';
    }
    return uint128_write_digits(significand, 1, p);
}

struct str decimal_format(struct decimal decimal, char ret_text[DECIMAL_TEXT_MAX])
{
    char *end = ret_text + DECIMAL_TEXT_MAX - 1;
    char *p;

    /* Only before a surplus can there be zeros at the end. */
    for (; decimal.surplus && decimal.scale > 0 && decimal.significand % 10 == 0; decimal.scale--)
        decimal.significand /= 10;
    p = decimal_write_magnitude(decimal.significand, decimal.scale, end);
    if (decimal.negative && decimal.significand > 0)
        *--p = '-';
    assert(p >= ret_text);
    return (struct str){ .data = p, .len = (size_t)(end - p) };
}
