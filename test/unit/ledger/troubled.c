#include "troubled.h"

#include "store/operations.h"

struct troubled troubled;
static struct store_operations operations;
static const struct store_operations *real;

static bool fails(void)
{
    if (troubled.fail_at == 0 || ++troubled.taken < troubled.fail_at)
        return false;
    return troubled.taken == troubled.fail_at || troubled.lasts;
}

/* One that fails undoes its batch. */
static enum err commit(struct store *store, struct instant now)
{
    if (!fails())
        return real->commit(store, now);
    real->abort(store);
    return troubled.with;
}

/* name, what it is given, and how that is handed on. */
#define CALL(name, given, handed_on)                                                               \
    static enum err name given                                                                     \
    {                                                                                              \
        return fails() ? troubled.with : real->name handed_on;                                     \
    }
CALL(begin, (struct store * store), (store))
CALL(rewind, (struct store * store, struct store_mark mark), (store, mark))
CALL(load_view,
     (struct store * store, const struct subject *subject, struct arena *arena, struct view *ret),
     (store, subject, arena, ret))
CALL(append,
     (struct store * store, enum environment environment, struct entry *entries, size_t count),
     (store, environment, entries, count))
CALL(accounts_of,
     (struct store * store, enum environment environment, uint32_t customer, struct arena *arena,
      struct account **ret, size_t *ret_count),
     (store, environment, customer, arena, ret, ret_count))
CALL(receipt_find,
     (struct store * store, const struct digest *key, struct arena *arena, struct receipt *ret),
     (store, key, arena, ret))
CALL(receipt_append,
     (struct store * store, const struct digest *key, const struct receipt *receipt),
     (store, key, receipt))
CALL(receipts_forget, (struct store * store, struct instant older_than), (store, older_than))
CALL(customer_resolve, (struct store * store, struct str text, struct customer_ref *ret),
     (store, text, ret))
CALL(customer_load,
     (struct store * store, uint32_t number, struct arena *arena, struct customer *ret),
     (store, number, arena, ret))
CALL(customer_add, (struct store * store, const struct customer *customer, uint32_t *ret_number),
     (store, customer, ret_number))
CALL(customer_replace, (struct store * store, const struct customer *customer), (store, customer))
CALL(credit_type_add, (struct store * store, const struct credit_type *type, uint32_t *ret_number),
     (store, type, ret_number))
CALL(product_find,
     (struct store * store, struct str text, struct arena *arena, struct product *ret),
     (store, text, arena, ret))
CALL(product_add, (struct store * store, const struct product *product, uint32_t *ret_number),
     (store, product, ret_number))
CALL(field_key_put, (struct store * store, const struct custom_field_key *key), (store, key))
CALL(keys, (struct store * store, struct arena *arena, struct key **ret, size_t *ret_count),
     (store, arena, ret, ret_count))
CALL(key_add, (struct store * store, const struct key *key), (store, key))
CALL(keys_revoke, (struct store * store, const struct key_revocation *revocation),
     (store, revocation))
CALL(usage_event_add,
     (struct store * store, enum environment environment, const struct usage_event *event),
     (store, environment, event))
CALL(test_clock_put, (struct store * store, struct instant frozen_at), (store, frozen_at))
CALL(source_add,
     (struct store * store, struct index_key fingerprint, const struct source *source,
      uint32_t *ret_number),
     (store, fingerprint, source, ret_number))
CALL(line_add, (struct store * store, const struct log_line *line), (store, line))
#undef CALL

void troubled_open(struct store *store)
{
    real = store->operations;
    operations = *real;
    troubled = (struct troubled){ .fail_at = 0 };
#define OWN(name) operations.name = name
    OWN(commit);
    OWN(begin);
    OWN(rewind);
    OWN(load_view);
    OWN(append);
    OWN(accounts_of);
    OWN(receipt_find);
    OWN(receipt_append);
    OWN(receipts_forget);
    OWN(customer_resolve);
    OWN(customer_load);
    OWN(customer_add);
    OWN(customer_replace);
    OWN(credit_type_add);
    OWN(product_find);
    OWN(product_add);
    OWN(field_key_put);
    OWN(keys);
    OWN(key_add);
    OWN(keys_revoke);
    OWN(usage_event_add);
    OWN(test_clock_put);
    OWN(source_add);
    OWN(line_add);
#undef OWN
    store->operations = &operations;
}

void troubled_begin(enum err with, long fail_at, bool lasts)
{
    troubled = (struct troubled){ .with = with, .fail_at = fail_at, .lasts = lasts };
}

bool troubled_end(void)
{
    bool was_met = troubled.fail_at > 0 && troubled.taken >= troubled.fail_at;

    troubled.fail_at = 0;
    return was_met;
}
