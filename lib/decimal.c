#include "lib/decimal.h"

#include <string.h>

static struct scrip_decimal to_public(struct decimal decimal)
{
    return (struct scrip_decimal){
        .high = (uint64_t)(decimal.significand >> 64),
        .low = (uint64_t)decimal.significand,
        .scale = decimal.scale,
        .is_negative = decimal.negative,
        .is_given = true,
    };
}

static uint128 significand_of(struct scrip_decimal decimal)
{
    return (uint128)decimal.high << 64 | decimal.low;
}

bool decimal_is_sound(struct scrip_decimal decimal)
{
    return decimal.scale <= DECIMAL_SCALE_MAX &&
           significand_of(decimal) < uint128_power_of_ten(DECIMAL_DIGITS_MAX);
}

/* The shortest form, which is what exact/decimal.h works on: no trailing zero behind the point. */
static struct decimal normal(uint128 significand, int scale, bool is_negative)
{
    while (scale > 0 && significand % 10 == 0) {
        significand /= 10;
        scale--;
    }
    return (struct decimal){
        .significand = significand,
        .scale = (uint8_t)scale,
        .negative = is_negative && significand > 0,
    };
}

/* What is not given, or not sound, is 0. */
static struct decimal from_public(struct scrip_decimal decimal)
{
    if (!decimal.is_given || !decimal_is_sound(decimal))
        return DECIMAL_ZERO;
    return normal(significand_of(decimal), decimal.scale, decimal.is_negative);
}

bool decimal_read(struct str text, struct scrip_decimal *ret)
{
    struct decimal decimal;

    if (decimal_parse(text, DECIMAL_JSON, &decimal) != OK || decimal.surplus)
        return false;
    *ret = to_public(decimal);
    return true;
}

bool decimal_from_json(const struct json *node, struct scrip_decimal *ret)
{
    if (node->kind != JSON_NUMBER && node->kind != JSON_STRING)
        return false;
    return decimal_read(node->text, ret);
}

bool scrip_decimal_parse(const char *text, struct scrip_decimal *ret)
{
    return text != NULL && decimal_read(str_from_c(text), ret);
}

struct scrip_decimal scrip_decimal_of(const char *text)
{
    struct scrip_decimal decimal = { .is_given = false };

    return scrip_decimal_parse(text, &decimal) ? decimal : (struct scrip_decimal){ .scale = 0 };
}

struct scrip_decimal scrip_decimal_from_units(int64_t units, int scale)
{
    uint64_t magnitude = units < 0 ? -(uint64_t)units : (uint64_t)units;

    if (scale < 0 || scale > DECIMAL_SCALE_MAX)
        return (struct scrip_decimal){ .is_given = false };
    return to_public(normal(magnitude, scale, units < 0));
}

bool scrip_decimal_to_units(struct scrip_decimal decimal, int scale, int64_t *ret)
{
    struct decimal value = from_public(decimal);
    uint128 magnitude, max = (uint128)INT64_MAX + (value.negative ? 1 : 0);

    if (!decimal.is_given || scale < value.scale || scale > DECIMAL_SCALE_MAX)
        return false;
    if (__builtin_mul_overflow(value.significand, uint128_power_of_ten(scale - value.scale),
                               &magnitude) ||
        magnitude > max)
        return false;
    *ret = value.negative ? (int64_t)(-(uint64_t)magnitude) : (int64_t)magnitude;
    return true;
}

const char *scrip_decimal_format(struct scrip_decimal decimal, char *buffer)
{
    char text[DECIMAL_TEXT_MAX];
    struct str formatted;

    _Static_assert(SCRIP_DECIMAL_TEXT_MAX >= DECIMAL_TEXT_MAX, "the caller's buffer holds it");
    buffer[0] = '\0';
    if (!decimal.is_given || !decimal_is_sound(decimal))
        return buffer;
    formatted = decimal_format(from_public(decimal), text);
    memcpy(buffer, formatted.data, formatted.len);
    buffer[formatted.len] = '\0';
    return buffer;
}

int scrip_decimal_compare(struct scrip_decimal a, struct scrip_decimal b)
{
    return decimal_compare(from_public(a), from_public(b));
}

/* The significand of value at a scale that is at least its own. */
static bool significand_at(struct decimal value, int scale, uint128 *ret)
{
    return !__builtin_mul_overflow(value.significand, uint128_power_of_ten(scale - value.scale),
                                   ret);
}

static bool add(struct decimal a, struct decimal b, struct scrip_decimal *ret)
{
    int scale = a.scale > b.scale ? a.scale : b.scale;
    uint128 left, right, sum;
    bool is_negative = a.negative;
    struct decimal result;

    if (!significand_at(a, scale, &left) || !significand_at(b, scale, &right))
        return false;
    if (a.negative == b.negative) {
        if (__builtin_add_overflow(left, right, &sum))
            return false;
    } else {
        is_negative = left >= right ? a.negative : b.negative;
        sum = left >= right ? left - right : right - left;
    }
    result = normal(sum, scale, is_negative);
    if (!decimal_is_sound(to_public(result)))
        return false;
    *ret = to_public(result);
    return true;
}

bool scrip_decimal_add(struct scrip_decimal a, struct scrip_decimal b, struct scrip_decimal *ret)
{
    return add(from_public(a), from_public(b), ret);
}

bool scrip_decimal_subtract(struct scrip_decimal a, struct scrip_decimal b,
                            struct scrip_decimal *ret)
{
    b.is_negative = !b.is_negative;
    return add(from_public(a), from_public(b), ret);
}
