/* store/memory/state.h - the memory store as its own files see it. */
#ifndef STORE_MEMORY_STATE_H
#define STORE_MEMORY_STATE_H

#include <pthread.h>
#include "store/memory/kept.h"

struct memory_store {
    struct books books; /* first */
    struct kept kept;
    pthread_mutex_t lock;
    bool keys_changed;
    int fail_count;
    enum err fail_with;
};

static inline struct memory_store *memory_of(struct books *books)
{
    return (struct memory_store *)(void *)books;
}

/* reader.c: operations. */
enum err memory_reader_open(struct store *store, struct store_reader **ret);
void memory_reader_close(struct store_reader *reader);
enum err memory_reader_entry(struct store_reader *reader, enum environment environment,
                             uint64_t sequence, bool with_facts, struct arena *arena,
                             struct entry *ret);
enum err memory_reader_customer(struct store_reader *reader, uint32_t number, struct arena *arena,
                                struct customer *ret);
enum err memory_reader_product(struct store_reader *reader, struct product_id id,
                               struct arena *arena, struct product *ret);
enum err memory_reader_customers(struct store_reader *reader, uint32_t after, size_t limit,
                                 struct arena *arena, struct customer **ret, size_t *ret_count);
enum err memory_reader_products(struct store_reader *reader, uint32_t after, size_t limit,
                                struct arena *arena, struct product **ret, size_t *ret_count);
enum err memory_reader_usage_events(struct store_reader *reader,
                                    const struct usage_event_page *page, struct arena *arena,
                                    struct usage_event **ret, size_t *ret_count);
enum err memory_reader_usage_event_last(struct store_reader *reader, enum environment environment,
                                        uint64_t *ret);
enum err memory_reader_source(struct store_reader *reader, uint32_t number, struct arena *arena,
                              struct source *ret);
enum err memory_reader_lines(struct store_reader *reader, const struct log_range *range,
                             size_t limit, struct arena *arena, struct log_line **ret,
                             size_t *ret_count);
enum err memory_reader_begin(struct store_reader *reader);
void memory_reader_end(struct store_reader *reader);
enum err memory_reader_seal(struct store_reader *reader, enum environment environment,
                            uint64_t after_sequence, struct seal *ret);

/* The one lock. */
void memory_lock(struct memory_store *memory);
void memory_unlock(struct memory_store *memory);

#endif
