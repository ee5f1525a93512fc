#include "store/book/copy.h"

#include <string.h>

enum err copy_text(struct str text, struct arena *arena, struct str *ret)
{
    struct str copy = STR_NONE;

    if (text.data != NULL) {
        copy = str_copy(text, arena);
        if (copy.data == NULL)
            return ERR_NOMEM;
    }
    *ret = copy;
    return OK;
}

/* Copies the texts in place, one after the other. */
static enum err copy_texts(struct str *const *texts, size_t count, struct arena *arena)
{
    for (size_t i = 0; i < count; i++) {
        enum err e = copy_text(*texts[i], arena, texts[i]);

        if (e != OK)
            return e;
    }
    return OK;
}

static enum err copy_ids(struct product_set *set, struct arena *arena)
{
    struct product_id *ids;

    if (set->count == 0) {
        set->ids = NULL;
        return OK;
    }
    ids = arena_new(arena, struct product_id, set->count);
    if (ids == NULL)
        return ERR_NOMEM;
    memcpy(ids, set->ids, set->count * sizeof *ids);
    set->ids = ids;
    return OK;
}

enum err copy_facts(const struct facts *facts, struct arena *arena, const struct facts **ret)
{
    struct facts *copy;
    enum err e;

    if (facts == NULL) {
        *ret = NULL;
        return OK;
    }
    copy = arena_new(arena, struct facts, 1);
    if (copy == NULL)
        return ERR_NOMEM;
    *copy = *facts;
    e = copy_ids(&copy->products, arena);
    if (e == OK) {
        struct str *const texts[] = {
            &copy->name,          &copy->reason,        &copy->grant_type, &copy->uniqueness_key,
            &copy->custom_fields, &copy->paid_currency, &copy->invoice_id, &copy->metadata,
        };

        e = copy_texts(texts, array_count(texts), arena);
    }
    if (e == OK)
        *ret = copy;
    return e;
}

enum err copy_customer(const struct customer *customer, struct arena *arena, struct customer *ret)
{
    struct customer copy = *customer;
    struct str *const texts[] = {
        &copy.name,
        &copy.client_id,
        &copy.custom_fields,
        &copy.profile,
    };
    struct str *aliases = arena_new(arena, struct str, copy.alias_count);
    enum err e;

    if (aliases == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < copy.alias_count; i++) {
        e = copy_text(customer->aliases[i], arena, &aliases[i]);
        if (e != OK)
            return e;
    }
    copy.aliases = aliases;
    e = copy_texts(texts, array_count(texts), arena);
    if (e == OK)
        *ret = copy;
    return e;
}

enum err copy_product(const struct product *product, struct arena *arena, struct product *ret)
{
    struct product copy = *product;
    enum err e = copy_text(copy.name, arena, &copy.name);

    if (e == OK)
        *ret = copy;
    return e;
}

enum err copy_key(const struct key *key, struct arena *arena, struct key *ret)
{
    struct key copy = *key;
    struct str *const texts[] = { &copy.client_id, &copy.name, &copy.customer_client_id };
    enum err e = copy_texts(texts, array_count(texts), arena);

    if (e == OK)
        *ret = copy;
    return e;
}

enum err copy_usage_event(const struct usage_event *event, struct arena *arena,
                          struct usage_event *ret)
{
    struct usage_event copy = *event;
    struct str *const texts[] = { &copy.client_id, &copy.transaction_id, &copy.data,
                                  &copy.because };
    enum err e = copy_texts(texts, array_count(texts), arena);

    if (e == OK)
        *ret = copy;
    return e;
}

enum err copy_source(const struct source *source, struct arena *arena, struct source *ret)
{
    struct source copy = *source;
    struct str *const texts[] = { &copy.ip, &copy.user_agent };
    enum err e = copy_texts(texts, array_count(texts), arena);

    if (e == OK)
        *ret = copy;
    return e;
}

enum err copy_line(const struct log_line *line, struct arena *arena, struct log_line *ret)
{
    struct log_line copy = *line;
    struct str *const texts[] = { &copy.action, &copy.resource_type, &copy.resource_id };
    enum err e = copy_texts(texts, array_count(texts), arena);

    if (e == OK)
        *ret = copy;
    return e;
}

enum err copy_receipt(const struct receipt *receipt, struct arena *arena, struct receipt *ret)
{
    struct receipt copy = *receipt;
    struct str *const texts[] = { &copy.content_type, &copy.body };
    enum err e = copy_texts(texts, array_count(texts), arena);

    if (e == OK)
        *ret = copy;
    return e;
}

enum err copy_grant(const struct grant *grant, struct arena *arena, struct grant *ret)
{
    struct grant copy = *grant;

    if (grant->products != NULL) {
        struct product_set *set = arena_new(arena, struct product_set, 1);
        enum err e;

        if (set == NULL)
            return ERR_NOMEM;
        *set = *grant->products;
        e = copy_ids(set, arena);
        if (e != OK)
            return e;
        copy.products = set;
    }
    if (grant->rollover != NULL) {
        struct rollover *rollover = arena_new(arena, struct rollover, 1);

        if (rollover == NULL)
            return ERR_NOMEM;
        *rollover = *grant->rollover;
        copy.rollover = rollover;
    }
    *ret = copy;
    return OK;
}
