#include "api/profile.h"

#include "json/read.h"
#include "json/write.h"

static const struct str currencies[] = {
    STR_INIT("USD"), STR_INIT("CAD"), STR_INIT("MXN"), STR_INIT("EUR"),
    STR_INIT("GBP"), STR_INIT("JPY"), STR_INIT("INR"), STR_INIT("CNY"),
    STR_INIT("AUD"), STR_INIT("NZD"), STR_INIT("AED"), /* the last by the later contract */
};

bool profile_has_currency(struct str code)
{
    for (size_t i = 0; i < array_count(currencies); i++)
        if (str_equals(currencies[i], code))
            return true;
    return false;
}

enum err profile_write(const struct profile *profile, struct arena *arena, struct str *ret)
{
    struct json_writer writer;

    json_writer_init_in(&writer, arena);
    json_begin_object(&writer);
    if (profile->currency.len > 0)
        json_put_string(json_key(&writer, STR("currency")), profile->currency);
    if (profile->billing_contact.len > 0)
        json_put_raw(json_key(&writer, STR("billingContact")), profile->billing_contact);
    if (profile->metadata.len > 0)
        json_put_raw(json_key(&writer, STR("metadata")), profile->metadata);
    if (profile->stripe_customer_id.len > 0)
        json_put_string(json_key(&writer, STR("stripeCustomerId")), profile->stripe_customer_id);
    json_end_object(&writer);
    return json_writer_finish(&writer, ret);
}

static void put_member(struct json_writer *writer, const struct json *member)
{
    json_key(writer, member->name);
    if (member->kind == JSON_STRING)
        json_put_string(writer, member->text);
    else
        json_put_raw(writer, member->text);
}

/* Nothing was ever kept of most customers. */
static enum err parse(struct str text, struct arena *arena, const struct json **ret)
{
    static const struct json nothing = { .kind = JSON_OBJECT };
    const struct json *object;
    struct json_error error;
    enum err e = json_parse(text, arena, &object, &error);

    if (e == ERR_NOMEM)
        return e;
    *ret = e == OK && object->kind == JSON_OBJECT ? object : &nothing;
    return OK;
}

enum err profile_merge(struct str before, struct str given, struct arena *arena, struct str *ret)
{
    const struct json *old, *new;
    struct json_writer writer;
    enum err e = parse(before, arena, &old);

    if (e == OK)
        e = parse(given, arena, &new);
    if (e != OK)
        return e;
    json_writer_init_in(&writer, arena);
    json_begin_object(&writer);
    for (const struct json *member = old->first; member != NULL; member = member->next)
        if (json_member(new, member->name) == NULL)
            put_member(&writer, member);
    for (const struct json *member = new->first; member != NULL; member = member->next)
        put_member(&writer, member);
    json_end_object(&writer);
    return json_writer_finish(&writer, ret);
}

static void take_object(const struct json *object, struct str name, struct str *ret)
{
    const struct json *member = json_member(object, name);

    if (member != NULL && member->kind == JSON_OBJECT)
        *ret = member->text;
}

static void take(const struct json *object, struct str name, struct str *ret)
{
    const struct json *member = json_member(object, name);

    if (member != NULL && member->kind == JSON_STRING)
        *ret = member->text;
}

enum err profile_read(struct str text, struct arena *arena, struct profile *ret)
{
    const struct json *object;
    enum err e = parse(text, arena, &object);

    if (e != OK)
        return e;
    *ret = (struct profile){ .currency = PROFILE_CURRENCY_DEFAULT };
    take_object(object, STR("billingContact"), &ret->billing_contact);
    take_object(object, STR("metadata"), &ret->metadata);
    take(object, STR("currency"), &ret->currency);
    take(object, STR("stripeCustomerId"), &ret->stripe_customer_id);
    return OK;
}
