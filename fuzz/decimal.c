/* A text as a decimal, and the decimal as an amount, against the grammar read letter by letter. */
#include <string.h>
#include "exact/decimal.h"
#include "fuzz.h"

static size_t digits(struct str text, size_t from)
{
    size_t end = from;

    while (end < text.len && text.data[end] >= '0' && text.data[end] <= '9')
        end++;
    return end - from;
}

/* The grammar of RFC 8259, section 6. */
static bool is_number(struct str text, bool *ret_has_exponent)
{
    size_t at = text.len > 0 && text.data[0] == '-' ? 1 : 0;
    size_t whole = digits(text, at);

    *ret_has_exponent = false;
    if (whole == 0 || (whole > 1 && text.data[at] == '0'))
        return false;
    at += whole;
    if (at < text.len && text.data[at] == '.') {
        size_t decimals = digits(text, at + 1);

        if (decimals == 0)
            return false;
        at += 1 + decimals;
    }
    if (at < text.len && (text.data[at] == 'e' || text.data[at] == 'E')) {
        *ret_has_exponent = true;
        at++;
        if (at < text.len && (text.data[at] == '+' || text.data[at] == '-'))
            at++;
        if (digits(text, at) == 0)
            return false;
        at += digits(text, at);
    }
    return at == text.len;
}

static void check_amount(struct decimal decimal, int scale)
{
    struct amount exact, even, down;
    struct decimal back;
    enum err e = decimal_to_amount(decimal, scale, ROUND_NONE, &exact);
    enum err e_even = decimal_to_amount(decimal, scale, ROUND_HALF_EVEN, &even);
    enum err e_down = decimal_to_amount(decimal, scale, ROUND_DOWN, &down);

    if (e == OK) {
        assert(e_even == OK && even.units == exact.units);
        assert(e_down == OK && down.units == exact.units);
        back = decimal_from_amount(exact, scale);
        assert(decimal_compare(back, decimal) == 0);
        assert(!decimal.surplus);
    }
    assert(if_then(e_even == OK, e_down == OK)); /* never further from 0 */
    if (e_even != OK)
        return;
    if (e == ERR_MALFORMED) { /* the value lies strictly between */
        int64_t away = decimal.negative ? -1 : 1;

        assert(even.units == down.units || even.units == down.units + away);
        assert(decimal.negative ? down.units <= 0 : down.units >= 0);
    }
}

static void check_text(struct decimal decimal)
{
    char text[DECIMAL_TEXT_MAX], again[DECIMAL_TEXT_MAX];
    struct str shortest = decimal_format(decimal, text);
    struct decimal back;
    enum err e = decimal_parse(shortest, DECIMAL_PLAIN, &back);

    assert(e == OK);
    assert(str_equals(decimal_format(back, again), shortest));
    if (!decimal.surplus) {
        assert(back.significand == decimal.significand);
        assert(back.scale == decimal.scale);
        assert(back.negative == decimal.negative);
    }
}

void fuzz_one(struct str input)
{
    struct decimal plain, json;
    bool has_exponent;
    bool is_json = is_number(input, &has_exponent);
    enum err e_plain = decimal_parse(input, DECIMAL_PLAIN, &plain);
    enum err e_json = decimal_parse(input, DECIMAL_JSON, &json);

    assert((e_json != ERR_MALFORMED) == is_json);
    assert((e_plain != ERR_MALFORMED) == (is_json && !has_exponent));
    if (e_plain != ERR_MALFORMED)
        assert(e_plain == e_json);
    if (e_plain == OK)
        assert(decimal_compare(plain, json) == 0);
    if (e_json != OK)
        return;
    for (int scale = 0; scale <= AMOUNT_SCALE_MAX; scale++)
        check_amount(json, scale);
    check_text(json);
}
