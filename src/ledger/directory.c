#include "ledger/directory.h"

#include "base/limits.h"
#include "ledger/aliases.h"
#include "ledger/custom_fields.h"
#include "ledger/resolve.h"

#define BLAME(name, text) ((struct blame){ .field = STR(name), .why = STR(text) })

static struct uuid id_given_or_new(struct directory *directory, struct uuid given)
{
    uint8_t random[16];

    if (!uuid_is_zero(given))
        return given;
    random_bytes(directory->random, random, sizeof random);
    return uuid_from_random(random);
}

/* As the store's look-ups want it.  text has room for it. */
static struct str uuid_text(struct uuid uuid, char text[UUID_TEXT_SIZE])
{
    uuid_format(uuid, text);
    return (struct str){ .data = text, .len = UUID_TEXT_SIZE };
}

static void refuse(struct decision *ret, enum reject reject, struct str field)
{
    ret->reject = reject;
    ret->blame.field = field;
}

static struct str object_or_empty(struct str json)
{
    return str_is_empty(json) ? STR("{}") : json;
}

/* --- customers --- */

static enum err customer_texts_check(struct str name, struct str custom_fields, struct str profile,
                                     struct blame *reterr_blame)
{
    if (name.len > NAME_BYTES_MAX)
        *reterr_blame = BLAME("name", "is too long");
    else if (custom_fields.len > CUSTOM_FIELDS_BYTES_MAX)
        *reterr_blame = BLAME("custom_fields", "are too long");
    else if (profile.len > CUSTOM_FIELDS_BYTES_MAX)
        *reterr_blame = BLAME("profile", "is too long");
    else
        return OK;
    return ERR_MALFORMED;
}

/* In either spelling: an alias may look like one, and what it named would now be another. */
static enum err customer_id_is_taken(struct directory *directory, struct customer_id id, bool *ret)
{
    char plain[UUID_TEXT_SIZE], prefixed[PREFIXED_ID_SIZE];
    const struct str texts[] = { uuid_text(id.uuid, plain),
                                 { .data = prefixed, .len = sizeof prefixed } };
    bool is_taken = false;
    enum err e = OK;

    uuid_format_prefixed(id.uuid, CUSTOMER_PREFIX, prefixed);
    for (size_t i = 0; e == OK && !is_taken && i < array_count(texts); i++) {
        struct customer_ref other;
        enum reject reject;

        e = resolve_customer(directory->store, texts[i], &other, &reject);
        is_taken = e == OK && reject == REJECT_NONE;
    }
    *ret = is_taken;
    return e;
}

static struct field_rules customer_fields(struct directory *directory, bool only_listed)
{
    return (struct field_rules){
        .store = directory->store,
        .arena = directory->arena,
        .entity = CUSTOM_FIELDS_OF_CUSTOMER,
        .only_listed = only_listed,
    };
}

static enum err customer_add(struct directory *directory, struct customer *customer,
                             struct decision *ret)
{
    enum err e;

    directory->changed = true;
    e = store_customer_add(directory->store, customer, &customer->number);
    if (e != OK)
        return e;
    ret->customer = customer->id;
    ret->customer_row = *customer;
    return OK;
}

static enum err customer_create(struct directory *directory, const struct customer_create *asked,
                                struct decision *ret, struct blame *reterr_blame)
{
    struct customer customer = {
        .id.uuid = id_given_or_new(directory, asked->id.uuid),
        .name = asked->name,
        .client_id = asked->client_id,
        .custom_fields = object_or_empty(asked->custom_fields),
        .profile = object_or_empty(asked->profile),
        .created_at = directory->now,
        .updated_at = directory->now,
        .archived_at = INSTANT_NEVER,
    };
    struct aliases aliases = { .client_id = asked->client_id };
    struct field_rules rules = customer_fields(directory, asked->only_listed_fields);
    bool is_taken = false;
    enum err e =
        customer_texts_check(asked->name, asked->custom_fields, asked->profile, reterr_blame);

    if (e == OK)
        e = aliases_collect(&aliases, asked->aliases, asked->alias_count, directory->arena,
                            reterr_blame);
    if (e == OK)
        e = customer_id_is_taken(directory, customer.id, &is_taken);
    if (e == OK && is_taken) {
        refuse(ret, REJECT_ID_TAKEN, STR("id"));
        return OK;
    }
    if (e == OK)
        e = aliases_are_taken(&aliases, directory->store, 0, &is_taken);
    if (e == OK && is_taken) {
        refuse(ret, REJECT_ALIAS_TAKEN, STR("aliases"));
        return OK;
    }
    customer.aliases = aliases.texts;
    customer.alias_count = aliases.count;
    if (e == OK)
        e = field_rules_check(&rules, STR_NONE, customer.custom_fields, ret, reterr_blame);
    if (e != OK || ret->reject != REJECT_NONE)
        return e;
    e = customer_add(directory, &customer, ret);
    return e == OK ? directory_keys_add(directory, customer.number, asked->keys, asked->key_count)
                   : e;
}

static enum err customer_find(struct directory *directory, struct str text, struct decision *ret)
{
    struct customer_ref found;
    enum reject reject;
    enum err e = resolve_customer(directory->store, text, &found, &reject);

    if (e != OK)
        return e;
    if (reject != REJECT_NONE) {
        refuse(ret, reject, STR("customer"));
        return OK;
    }
    ret->customer = found.id;
    e = store_customer_load(directory->store, found.number, directory->arena, &ret->customer_row);
    assert(e != ERR_NOT_FOUND); /* it was just resolved */
    return e;
}

enum err directory_customer_find(struct directory *directory, struct str text, struct decision *ret)
{
    enum err e = customer_find(directory, text, ret);

    if (e == OK && ret->reject == REJECT_NONE && ret->customer_row.erased)
        refuse(ret, REJECT_CUSTOMER_UNKNOWN, STR("customer"));
    return e;
}

static enum err customer_replace(struct directory *directory, struct decision *ret)
{
    ret->customer_row.updated_at = directory->now;
    directory->changed = true;
    return store_customer_replace(directory->store, &ret->customer_row);
}

static enum err customer_update_aliases(struct directory *directory,
                                        const struct customer_update *asked, struct decision *ret,
                                        struct blame *reterr_blame)
{
    struct customer *row = &ret->customer_row;
    struct aliases aliases = { .client_id = row->client_id };
    bool is_taken;
    enum err e = aliases_collect(&aliases, asked->aliases, asked->alias_count, directory->arena,
                                 reterr_blame);

    if (e == OK)
        e = aliases_are_taken(&aliases, directory->store, row->number, &is_taken);
    if (e != OK)
        return e;
    if (is_taken)
        refuse(ret, REJECT_ALIAS_TAKEN, STR("aliases"));
    row->aliases = aliases.texts;
    row->alias_count = aliases.count;
    return OK;
}

static enum err customer_update_profile(struct directory *directory,
                                        const struct customer_update *asked, struct customer *row,
                                        struct blame *reterr_blame)
{
    struct str profile = object_or_empty(asked->profile);
    enum err e = OK;

    if (asked->profile_merge != NULL)
        e = asked->profile_merge(row->profile, profile, directory->arena, &profile);
    if (e == OK)
        e = customer_texts_check(STR_NONE, STR_NONE, profile, reterr_blame);
    if (e == OK)
        row->profile = profile;
    return e;
}

static enum err customer_update(struct directory *directory, const struct customer_update *asked,
                                struct decision *ret, struct blame *reterr_blame)
{
    struct customer *row = &ret->customer_row;
    struct field_rules rules = customer_fields(directory, false);
    enum err e =
        customer_texts_check(asked->name, asked->custom_fields, asked->profile, reterr_blame);

    if (e == OK)
        e = directory_customer_find(directory, asked->customer, ret);
    if (e == OK && ret->reject == REJECT_NONE && asked->has_aliases)
        e = customer_update_aliases(directory, asked, ret, reterr_blame);
    if (e == OK && ret->reject == REJECT_NONE && asked->has_custom_fields)
        e = field_rules_check(&rules, row->custom_fields, asked->custom_fields, ret, reterr_blame);
    if (e != OK || ret->reject != REJECT_NONE)
        return e;
    if (asked->has_name)
        row->name = asked->name;
    directory->keys_changed = asked->has_aliases && str_is_empty(row->client_id);
    if (asked->has_profile)
        e = customer_update_profile(directory, asked, row, reterr_blame);
    if (e != OK)
        return e;
    if (asked->has_custom_fields)
        row->custom_fields = object_or_empty(asked->custom_fields);
    return customer_replace(directory, ret);
}

static void customer_erase(struct customer *row)
{
    row->name = STR_NONE;
    row->aliases = NULL;
    row->alias_count = 0;
    row->client_id = STR_NONE;
    row->custom_fields = STR("{}");
    row->profile = STR("{}");
    row->erased = true;
}

static enum err customer_lock_out(struct directory *directory, uint32_t number)
{
    struct key_revocation all = {
        .customer = number,
        .everywhere = true,
        .at = directory->now,
    };

    return directory_keys_revoke(directory, &all);
}

/* Archiving cannot be undone, and is done once; an archived customer may still be erased. */
static enum err customer_archive(struct directory *directory, const struct customer_archive *asked,
                                 struct decision *ret)
{
    struct customer *row = &ret->customer_row;
    enum err e = customer_find(directory, asked->customer, ret);
    bool was_archived;

    if (e != OK || ret->reject != REJECT_NONE)
        return e;
    was_archived = !instant_is_never(row->archived_at);
    if (was_archived && (!asked->erase || row->erased)) {
        if (!asked->erase && !asked->again)
            refuse(ret, REJECT_CUSTOMER_ARCHIVED, STR("customer"));
        return OK;
    }
    if (!was_archived)
        row->archived_at = directory->now;
    if (asked->erase)
        customer_erase(row);
    e = customer_replace(directory, ret);
    return e == OK && asked->erase ? customer_lock_out(directory, row->number) : e;
}

/* --- custom fields --- */

static enum err customer_fields_replace(struct directory *directory, struct str after,
                                        struct decision *ret)
{
    struct customer *row = &ret->customer_row;

    if (str_equals(after, row->custom_fields))
        return OK;
    row->custom_fields = after;
    return customer_replace(directory, ret);
}

static enum err customer_fields_set(struct directory *directory, const struct fields_set *asked,
                                    struct decision *ret, struct blame *reterr_blame)
{
    struct field_rules rules = customer_fields(directory, true);
    struct str after;
    enum err e = customer_find(directory, asked->customer, ret);

    ret->blame.field = STR("entity");
    if (e != OK || ret->reject != REJECT_NONE)
        return e;
    e = field_rules_set(&rules, ret->customer_row.custom_fields, asked->fields, &after, ret,
                        reterr_blame);
    if (e != OK || ret->reject != REJECT_NONE)
        return e;
    return customer_fields_replace(directory, after, ret);
}

static enum err customer_fields_delete(struct directory *directory,
                                       const struct fields_delete *asked, struct decision *ret,
                                       struct blame *reterr_blame)
{
    struct field_rules rules = customer_fields(directory, true);
    struct str after;
    enum err e = customer_find(directory, asked->customer, ret);

    ret->blame.field = STR("entity");
    if (e != OK || ret->reject != REJECT_NONE)
        return e;
    e = field_rules_delete(&rules, ret->customer_row.custom_fields, asked->keys, asked->key_count,
                           &after, reterr_blame);
    return e == OK ? customer_fields_replace(directory, after, ret) : e;
}

static enum err field_key_put(struct directory *directory, struct custom_field_key *key,
                              struct decision *ret)
{
    enum err e;

    directory->changed = true;
    e = store_field_key_put(directory->store, key);
    if (e != OK)
        return e;
    if (key->number == 0)
        key->number = store_field_key_count(directory->store);
    ret->field_key = *key;
    return OK;
}

/* One that was removed is the same again, with its values. */
static enum err field_key_add(struct directory *directory, const struct field_key_add *asked,
                              struct decision *ret, struct blame *reterr_blame)
{
    const struct custom_field_key *before =
        store_field_key_find(directory->store, asked->entity, asked->key);
    struct custom_field_key key = {
        .number = before == NULL ? 0 : before->number,
        .entity = asked->entity,
        .key = asked->key,
        .enforce_uniqueness = asked->enforce_uniqueness,
        .created_at = directory->now,
        .removed_at = INSTANT_NEVER,
    };

    if (before != NULL && instant_is_never(before->removed_at)) {
        refuse(ret, REJECT_CUSTOM_FIELD_KEY_TAKEN, STR("key"));
        return OK;
    }
    if (before == NULL && store_field_key_count(directory->store) >= CUSTOM_FIELD_KEYS_MAX) {
        *reterr_blame = BLAME("key", "cannot be added: there are too many already");
        return ERR_MALFORMED;
    }
    return field_key_put(directory, &key, ret);
}

static enum err field_key_remove(struct directory *directory, const struct field_key_remove *asked,
                                 struct decision *ret)
{
    const struct custom_field_key *before =
        store_field_key_find(directory->store, asked->entity, asked->key);
    struct custom_field_key key;

    if (before == NULL || !instant_is_never(before->removed_at)) {
        refuse(ret, REJECT_CUSTOM_FIELD_KEY_UNKNOWN, STR("key"));
        return OK;
    }
    key = *before;
    key.removed_at = directory->now;
    return field_key_put(directory, &key, ret);
}

/* --- credit types and products --- */

static enum err name_check(struct str name, struct blame *reterr_blame)
{
    if (!str_is_empty(name) && name.len <= NAME_BYTES_MAX)
        return OK;
    *reterr_blame = BLAME("name", "must be given and not be too long");
    return ERR_MALFORMED;
}

static enum err credit_type_create(struct directory *directory,
                                   const struct credit_type_create *asked, struct decision *ret,
                                   struct blame *reterr_blame)
{
    struct credit_type type = {
        .id.uuid = id_given_or_new(directory, asked->id.uuid),
        .name = asked->name,
        .scale = asked->scale,
        .is_currency = asked->is_currency,
        .created_at = directory->now,
    };
    char text[UUID_TEXT_SIZE];
    enum err e = name_check(asked->name, reterr_blame);

    if (e != OK)
        return e;
    if (asked->scale < 0 || asked->scale > CREDIT_TYPE_SCALE_MAX) {
        *reterr_blame = BLAME("scale", "must be from 0 to 12");
        return ERR_MALFORMED;
    }
    if (store_credit_type_find(directory->store, uuid_text(type.id.uuid, text)) != NULL)
        refuse(ret, REJECT_ID_TAKEN, STR("id"));
    else if (store_credit_type_find(directory->store, asked->name) != NULL)
        refuse(ret, REJECT_NAME_TAKEN, STR("name"));
    if (ret->reject != REJECT_NONE)
        return OK;
    directory->changed = true;
    e = store_credit_type_add(directory->store, &type, &type.number);
    if (e == OK)
        ret->credit_type = type;
    return e;
}

static enum err product_is_known(struct directory *directory, struct str text, bool *ret)
{
    struct product product;
    enum err e = store_product_find(directory->store, text, directory->arena, &product);

    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    *ret = e == OK;
    return OK;
}

static enum err product_create(struct directory *directory, const struct product_create *asked,
                               struct decision *ret, struct blame *reterr_blame)
{
    struct product product = {
        .id.uuid = id_given_or_new(directory, asked->id.uuid),
        .name = asked->name,
        .created_at = directory->now,
    };
    char text[UUID_TEXT_SIZE];
    bool id_is_taken = false, name_is_taken = false;
    enum err e = name_check(asked->name, reterr_blame);

    if (e == OK)
        e = product_is_known(directory, uuid_text(product.id.uuid, text), &id_is_taken);
    if (e == OK)
        e = product_is_known(directory, asked->name, &name_is_taken);
    if (e != OK)
        return e;
    if (id_is_taken)
        refuse(ret, REJECT_ID_TAKEN, STR("id"));
    else if (name_is_taken)
        refuse(ret, REJECT_NAME_TAKEN, STR("name"));
    if (ret->reject != REJECT_NONE)
        return OK;
    directory->changed = true;
    e = store_product_add(directory->store, &product, &product.number);
    if (e == OK)
        ret->product = product;
    return e;
}

static enum err execute(struct directory *directory, const struct command *command,
                        struct decision *ret, struct blame *reterr_blame)
{
    switch (command->kind) {
    case COMMAND_CUSTOMER_CREATE:
        return customer_create(directory, &command->customer_create, ret, reterr_blame);
    case COMMAND_CUSTOMER_UPDATE:
        return customer_update(directory, &command->customer_update, ret, reterr_blame);
    case COMMAND_CUSTOMER_ARCHIVE:
        return customer_archive(directory, &command->customer_archive, ret);
    case COMMAND_CUSTOMER_FIELDS_SET:
        return customer_fields_set(directory, &command->fields_set, ret, reterr_blame);
    case COMMAND_CUSTOMER_FIELDS_DELETE:
        return customer_fields_delete(directory, &command->fields_delete, ret, reterr_blame);
    case COMMAND_CUSTOM_FIELD_KEY_ADD:
        return field_key_add(directory, &command->field_key_add, ret, reterr_blame);
    case COMMAND_CUSTOM_FIELD_KEY_REMOVE:
        return field_key_remove(directory, &command->field_key_remove, ret);
    case COMMAND_CREDIT_TYPE_CREATE:
        return credit_type_create(directory, &command->credit_type_create, ret, reterr_blame);
    case COMMAND_PRODUCT_CREATE:
        return product_create(directory, &command->product_create, ret, reterr_blame);
    case COMMAND_KEY_CREATE:
        return directory_key_create(directory, &command->key_create, ret);
    case COMMAND_KEY_REVOKE:
        return directory_key_revoke(directory, &command->key_revoke, ret);
    case COMMAND_USAGE_RECORD:
        return directory_usage_record(directory, command, ret);
    case COMMAND_NONE:
    case COMMAND_GRANT_ISSUE:
    case COMMAND_GRANT_EDIT:
    case COMMAND_GRANT_VOID:
    case COMMAND_DEDUCT:
    case COMMAND_REVERSE:
    case COMMAND_HOLD_CREATE:
    case COMMAND_HOLD_CAPTURE:
    case COMMAND_HOLD_RELEASE:
    case COMMAND_HOLD_EXTEND:
    case COMMAND_CREDIT_LIMIT_SET:
    case COMMAND_ACTIVATE:
    case COMMAND_EXPIRE:
    case COMMAND_LAPSE:
    case COMMAND_TEST_CLOCK_SET:
    case COMMAND_COUNT:
        break;
    }
    never("command_is_of_directory() says which these are");
}

/* The customer as a reply shows it. */
static enum err show_customer(struct directory *directory, struct customer *row)
{
    struct hidden_fields hidden;
    enum err e =
        hidden_fields_find(directory->store, CUSTOM_FIELDS_OF_CUSTOMER, directory->arena, &hidden);

    return e == OK ? hidden_fields_drop(&hidden, directory->arena, &row->custom_fields) : e;
}

enum err directory_execute(struct directory *directory, const struct command *command,
                           struct decision *ret, struct blame *reterr_blame)
{
    enum err e;

    ret->at = directory->now;
    e = execute(directory, command, ret, reterr_blame);
    if (e == OK && ret->customer_row.number > 0)
        e = show_customer(directory, &ret->customer_row);
    return e;
}
