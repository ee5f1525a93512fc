/* Members that are numbers. */
#include "api/fields.h"

static void decimal_read(struct fields *fields, struct str name, struct str text,
                         enum decimal_form form, struct decimal_option *ret)
{
    struct decimal value;
    enum err e = decimal_parse(text, form, &value);

    if (e == ERR_RANGE)
        fields_blame(fields, name, STR("is too large"));
    else if (e != OK)
        fields_blame(fields, name, STR("must be a decimal number such as 12.5"));
    else
        *ret = (struct decimal_option){ .given = true, .value = value };
}

void fields_number(struct fields *fields, struct str name, enum need need,
                   struct decimal_option *ret)
{
    const struct json *member = fields_find(fields, name, need);

    if (member == NULL)
        return;
    if (member->kind == JSON_NUMBER)
        decimal_read(fields, name, member->text, DECIMAL_JSON, ret);
    else
        fields_blame_kind(fields, name, "a number");
}

void fields_amount(struct fields *fields, struct str name, enum need need,
                   struct decimal_option *ret)
{
    const struct json *member = fields_find(fields, name, need);

    if (member == NULL)
        return;
    if (member->kind == JSON_NUMBER)
        decimal_read(fields, name, member->text, DECIMAL_JSON, ret);
    else if (member->kind == JSON_STRING)
        decimal_read(fields, name, member->text, DECIMAL_PLAIN, ret);
    else
        fields_blame_kind(fields, name, "a decimal number or a string with one");
}

void fields_priority(struct fields *fields, struct str name, enum need need, struct priority *ret)
{
    struct decimal_option given = { .given = false };
    struct amount millionths;

    fields_amount(fields, name, need, &given);
    if (!given.given)
        return;
    if (decimal_is_negative(given.value))
        fields_blame(fields, name, STR("must not be negative"));
    else if (decimal_to_amount(given.value, PRIORITY_SCALE, ROUND_HALF_EVEN, &millionths) != OK)
        fields_blame(fields, name, STR("is too large"));
    else
        ret->millionths = millionths.units;
}

void fields_integer(struct fields *fields, struct str name, enum need need, int64_t min,
                    int64_t max, int64_t *ret)
{
    struct decimal_option given = { .given = false };
    struct amount whole;
    struct str why;

    fields_number(fields, name, need, &given);
    if (!given.given)
        return;
    if (decimal_to_amount(given.value, 0, ROUND_NONE, &whole) == OK && whole.units >= min &&
        whole.units <= max) {
        *ret = whole.units;
        return;
    }
    why = str_format(fields->reading->arena, "must be a whole number from %lld to %lld",
                     (long long)min, (long long)max);
    if (why.data == NULL)
        reading_out_of_memory(fields->reading);
    else
        fields_blame(fields, name, why);
}
