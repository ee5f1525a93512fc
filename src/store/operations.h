/* store/operations.h - what a backend of the store must supply; contracts are in store/store.h.
 * Threads too. */
#ifndef STORE_OPERATIONS_H
#define STORE_OPERATIONS_H

#include "store/store.h"

struct store_operations {
    void (*close)(struct store *store);
    enum err (*begin)(struct store *store);
    enum err (*commit)(struct store *store, struct instant now);
    void (*abort)(struct store *store);
    struct store_mark (*mark)(struct store *store);
    enum err (*rewind)(struct store *store, struct store_mark mark);
    enum err (*load_view)(struct store *store, const struct subject *subject, struct arena *arena,
                          struct view *ret);
    /* May be NULL. */
    void (*prefetch)(struct store *store, const struct store_soon *soon, size_t count);
    enum err (*append)(struct store *store, enum environment environment, struct entry *entries,
                       size_t count);
    bool (*next_due)(struct store *store, enum environment environment, struct due *ret);
    void (*book_end)(struct store *store, enum environment environment, struct book_end *ret);
    enum err (*accounts_of)(struct store *store, enum environment environment, uint32_t customer,
                            struct arena *arena, struct account **ret, size_t *ret_count);
    enum err (*grants)(struct store *store, const struct grant_filter *filter, struct arena *arena,
                       struct grant **ret, size_t *ret_count, uint64_t *ret_next);
    enum err (*holds)(struct store *store, const struct hold_filter *filter, struct arena *arena,
                      struct hold **ret, size_t *ret_count, uint64_t *ret_next);
    void (*account)(struct store *store, enum environment environment, uint32_t number,
                    struct account *ret);
    enum err (*receipt_find)(struct store *store, const struct digest *key, struct arena *arena,
                             struct receipt *ret);
    enum err (*receipt_append)(struct store *store, const struct digest *key,
                               const struct receipt *receipt);
    enum err (*receipts_forget)(struct store *store, struct instant older_than);
    enum err (*customer_resolve)(struct store *store, struct str text, struct customer_ref *ret);
    void (*customer_ref)(struct store *store, uint32_t number, struct customer_ref *ret);
    uint32_t (*customer_count)(struct store *store);
    enum err (*customer_load)(struct store *store, uint32_t number, struct arena *arena,
                              struct customer *ret);
    enum err (*customer_add)(struct store *store, const struct customer *customer,
                             uint32_t *ret_number);
    enum err (*customer_replace)(struct store *store, const struct customer *customer);
    const struct credit_type *(*credit_type_find)(struct store *store, struct str text);
    const struct credit_type *(*credit_type)(struct store *store, uint32_t number);
    size_t (*credit_type_count)(struct store *store);
    enum err (*credit_type_add)(struct store *store, const struct credit_type *type,
                                uint32_t *ret_number);
    enum err (*product_find)(struct store *store, struct str text, struct arena *arena,
                             struct product *ret);
    enum err (*product_add)(struct store *store, const struct product *product,
                            uint32_t *ret_number);
    const struct custom_field_key *(*field_key_find)(struct store *store, struct str entity,
                                                     struct str key);
    const struct custom_field_key *(*field_key)(struct store *store, uint32_t number);
    uint32_t (*field_key_count)(struct store *store);
    enum err (*field_key_put)(struct store *store, const struct custom_field_key *key);
    uint64_t (*field_value_count)(struct store *store, enum environment environment,
                                  const struct custom_field_key *key, struct str value);
    enum err (*keys)(struct store *store, struct arena *arena, struct key **ret, size_t *ret_count);
    enum err (*key_add)(struct store *store, const struct key *key);
    enum err (*keys_revoke)(struct store *store, const struct key_revocation *revocation);
    bool (*keys_changed)(struct store *store);
    void (*pepper)(struct store *store, uint8_t ret[32]);
    enum err (*usage_event_add)(struct store *store, enum environment environment,
                                const struct usage_event *event);
    struct instant (*test_clock)(struct store *store);
    enum err (*test_clock_put)(struct store *store, struct instant frozen_at);
    uint32_t (*source_find)(struct store *store, struct index_key fingerprint);
    size_t (*source_count)(struct store *store);
    enum err (*source_add)(struct store *store, struct index_key fingerprint,
                           const struct source *source, uint32_t *ret_number);
    enum err (*line_add)(struct store *store, const struct log_line *line);
    uint64_t (*line_last)(struct store *store);
    enum err (*reader_open)(struct store *store, struct store_reader **ret);
    void (*reader_close)(struct store_reader *reader);
    enum err (*reader_begin)(struct store_reader *reader);
    void (*reader_end)(struct store_reader *reader);
    enum err (*read_entry)(struct store_reader *reader, enum environment environment,
                           uint64_t sequence, bool with_facts, struct arena *arena,
                           struct entry *ret);
    enum err (*read_customer)(struct store_reader *reader, uint32_t number, struct arena *arena,
                              struct customer *ret);
    enum err (*read_product)(struct store_reader *reader, struct product_id id, struct arena *arena,
                             struct product *ret);
    enum err (*read_customers)(struct store_reader *reader, uint32_t after, size_t limit,
                               struct arena *arena, struct customer **ret, size_t *ret_count);
    enum err (*read_products)(struct store_reader *reader, uint32_t after, size_t limit,
                              struct arena *arena, struct product **ret, size_t *ret_count);
    enum err (*read_usage_events)(struct store_reader *reader, const struct usage_event_page *page,
                                  struct arena *arena, struct usage_event **ret, size_t *ret_count);
    enum err (*read_usage_event_last)(struct store_reader *reader, enum environment environment,
                                      uint64_t *ret);
    enum err (*read_source)(struct store_reader *reader, uint32_t number, struct arena *arena,
                            struct source *ret);
    enum err (*read_lines)(struct store_reader *reader, const struct log_range *range, size_t limit,
                           struct arena *arena, struct log_line **ret, size_t *ret_count);
    enum err (*read_seal)(struct store_reader *reader, enum environment environment,
                          uint64_t after_sequence, struct seal *ret);
};

/* Every backend's struct begins with one of these. */
struct store {
    const struct store_operations *operations;
    bool in_batch;
};

struct store_reader {
    const struct store_operations *operations;
};

#endif
