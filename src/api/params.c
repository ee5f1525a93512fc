#include "api/params.h"

#include "http/exchange.h"

static size_t count_pieces(struct str query)
{
    size_t count = 1;

    for (size_t i = 0; i < query.len; i++)
        if (query.data[i] == '&')
            count++;
    return count;
}

static void decode(struct reading *reading, struct str text, struct str *ret)
{
    enum err e = percent_decode(text, true, reading->arena, ret);

    if (e == ERR_MALFORMED || (e == OK && !str_is_utf8(*ret)))
        reading_blame(reading, STR("query"), STR("must be percent-encoded UTF-8"));
    else if (e != OK)
        reading_out_of_memory(reading);
}

void params_init(struct params *params, struct str query, struct reading *reading)
{
    struct str rest = query;
    struct param param = { .is_asked = false };

    *params = (struct params){ .reading = reading };
    if (query.len == 0)
        return;
    params->list = arena_new(reading->arena, struct param, count_pieces(query));
    if (params->list == NULL) {
        reading_out_of_memory(reading);
        return;
    }
    while (query_next(&rest, &param.name, &param.value)) {
        if (param.name.len == 0)
            continue;
        decode(reading, param.name, &param.name);
        decode(reading, param.value, &param.value);
        params->list[params->count++] = param;
    }
    if (!reading_is_fine(reading))
        params->count = 0;
}

void params_close(struct params *params)
{
    for (size_t i = 0; i < params->count; i++)
        if (!params->list[i].is_asked)
            reading_blame(params->reading, text_cut(params->list[i].name, NAME_SHOWN_MAX),
                          STR("is not a known parameter"));
}

/* One that is given twice is not guessed at. */
static const struct param *find(struct params *params, struct str name)
{
    const struct param *found = NULL;

    for (size_t i = 0; i < params->count; i++) {
        struct param *param = &params->list[i];

        if (!str_equals(param->name, name))
            continue;
        param->is_asked = true;
        if (found != NULL)
            reading_blame(params->reading, name, STR("must be given once"));
        found = param;
    }
    return found;
}

void params_text(struct params *params, struct str name, const struct text_rule *rule,
                 struct str *ret)
{
    const struct param *param = find(params, name);

    if (param != NULL)
        reading_text(params->reading, name, param->value, rule, ret);
}

void params_instant(struct params *params, struct str name, struct instant *ret)
{
    const struct param *param = find(params, name);

    if (param != NULL)
        reading_instant(params->reading, name, param->value, ret);
}

void params_bool(struct params *params, struct str name, bool *ret)
{
    const struct param *param = find(params, name);

    if (param == NULL)
        return;
    if (str_equals(param->value, STR("true")))
        *ret = true;
    else if (str_equals(param->value, STR("false")))
        *ret = false;
    else
        reading_blame(params->reading, name, STR("must be true or false"));
}

static bool digits_parse(struct str text, size_t max, size_t *ret)
{
    size_t value = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        value = value * 10 + (size_t)(text.data[i] - '0');
        if (value > max)
            return false;
    }
    if (value == 0)
        return false;
    *ret = value;
    return true;
}

void params_limit(struct params *params, struct str name, size_t max, size_t *ret)
{
    const struct param *param = find(params, name);
    struct str why;

    if (param == NULL || digits_parse(param->value, max, ret))
        return;
    why = str_format(params->reading->arena, "must be a whole number from 1 to %zu", max);
    if (why.data == NULL)
        reading_out_of_memory(params->reading);
    reading_blame(params->reading, name, why);
}

/* 0: it is absent. */
static size_t list_count_max(struct params *params, struct str name)
{
    size_t count = 0;

    for (size_t i = 0; i < params->count; i++) {
        struct str value = params->list[i].value;

        if (!str_equals(params->list[i].name, name))
            continue;
        params->list[i].is_asked = true;
        count++;
        for (size_t j = 0; j < value.len; j++)
            if (value.data[j] == ',')
                count++;
    }
    return count;
}

static void list_fill(const struct params *params, struct str name, struct str *ret,
                      size_t *ret_count)
{
    size_t count = 0;

    for (size_t i = 0; i < params->count; i++) {
        struct str rest = params->list[i].value;

        if (!str_equals(params->list[i].name, name))
            continue;
        while (rest.len > 0) {
            struct str piece = str_split(rest, ',', &rest);

            if (piece.len > 0)
                ret[count++] = piece;
        }
    }
    *ret_count = count;
}

void params_list(struct params *params, struct str name, size_t count_max, struct str **ret,
                 size_t *ret_count)
{
    size_t most = list_count_max(params, name);
    size_t count;
    struct str *list;

    if (most == 0)
        return;
    list = arena_new(params->reading->arena, struct str, most);
    if (list == NULL) {
        reading_out_of_memory(params->reading);
        return;
    }
    list_fill(params, name, list, &count);
    if (count > count_max) {
        reading_blame(params->reading, name, STR("has too many values"));
        return;
    }
    *ret = list;
    *ret_count = count;
}

void params_ids(struct params *params, struct str name, size_t count_max, struct str **ret,
                size_t *ret_count)
{
    struct uuid uuid;

    params_list(params, name, count_max, ret, ret_count);
    for (size_t i = 0; i < *ret_count && reading_is_fine(params->reading); i++)
        reading_uuid(params->reading, name, (*ret)[i], &uuid);
}
