#include "store/book/copy.h"
#include "store/memory/state.h"

struct memory_reader {
    struct store_reader reader; /* first */
    struct memory_store *memory;
};

static struct memory_reader *reader_of(struct store_reader *reader)
{
    return (struct memory_reader *)(void *)reader;
}

enum err memory_reader_open(struct store *store, struct store_reader **ret)
{
    struct memory_reader *reader = room_new(sizeof *reader);

    if (reader == NULL)
        return ERR_NOMEM;
    reader->reader.operations = store->operations;
    reader->memory = memory_of(books_of(store));
    *ret = &reader->reader;
    return OK;
}

void memory_reader_close(struct store_reader *reader)
{
    room_free(reader_of(reader));
}

/* A read is a copy under the lock, alone or not. */
enum err memory_reader_begin(struct store_reader *reader)
{
    return OK;
}

void memory_reader_end(struct store_reader *reader)
{
}

enum err memory_reader_entry(struct store_reader *reader, enum environment environment,
                             uint64_t sequence, bool with_facts, struct arena *arena,
                             struct entry *ret)
{
    struct memory_store *memory = reader_of(reader)->memory;
    const struct facts *facts = NULL;
    struct entry entry;
    enum err e;

    memory_lock(memory);
    e = kept_entry(&memory->kept, environment, sequence, &entry);
    if (e == OK && with_facts)
        e = copy_facts(entry.facts, arena, &facts);
    memory_unlock(memory);
    if (e != OK)
        return e;
    entry.facts = facts;
    *ret = entry;
    return OK;
}

enum err memory_reader_customer(struct store_reader *reader, uint32_t number, struct arena *arena,
                                struct customer *ret)
{
    struct memory_store *memory = reader_of(reader)->memory;
    enum err e;

    memory_lock(memory);
    e = kept_customer(&memory->kept, number, arena, ret);
    memory_unlock(memory);
    return e;
}

enum err memory_reader_product(struct store_reader *reader, struct product_id id,
                               struct arena *arena, struct product *ret)
{
    struct memory_store *memory = reader_of(reader)->memory;
    enum err e = ERR_NOT_FOUND;

    memory_lock(memory);
    for (size_t i = 0; i < memory->kept.products.count && e == ERR_NOT_FOUND; i++) {
        const struct product *product = chunked_at(&memory->kept.products, i);

        if (uuid_equals(product->id.uuid, id.uuid))
            e = copy_product(product, arena, ret);
    }
    memory_unlock(memory);
    return e;
}

/* How many there are behind after, at most limit. */
static size_t page_count(size_t count, uint32_t after, size_t limit)
{
    size_t left = after < count ? count - after : 0;

    return left < limit ? left : limit;
}

enum err memory_reader_customers(struct store_reader *reader, uint32_t after, size_t limit,
                                 struct arena *arena, struct customer **ret, size_t *ret_count)
{
    struct memory_store *memory = reader_of(reader)->memory;
    struct customer *page;
    size_t count;
    enum err e;

    memory_lock(memory);
    count = page_count(memory->kept.customers.count, after, limit);
    page = arena_new(arena, struct customer, count);
    e = page == NULL ? ERR_NOMEM : OK;
    for (uint32_t i = 0; i < count && e == OK; i++)
        e = kept_customer(&memory->kept, after + i + 1, arena, &page[i]);
    memory_unlock(memory);
    if (e != OK)
        return e;
    *ret = page;
    *ret_count = count;
    return OK;
}

enum err memory_reader_products(struct store_reader *reader, uint32_t after, size_t limit,
                                struct arena *arena, struct product **ret, size_t *ret_count)
{
    struct memory_store *memory = reader_of(reader)->memory;
    struct product *page;
    size_t count;
    enum err e;

    memory_lock(memory);
    count = page_count(memory->kept.products.count, after, limit);
    page = arena_new(arena, struct product, count);
    e = page == NULL ? ERR_NOMEM : OK;
    for (size_t i = 0; i < count && e == OK; i++)
        e = copy_product(chunked_at(&memory->kept.products, after + i), arena, &page[i]);
    memory_unlock(memory);
    if (e != OK)
        return e;
    *ret = page;
    *ret_count = count;
    return OK;
}

/* The event with that customer's id. */
static enum err event_read(const struct kept *kept, const struct usage_event *event,
                           struct arena *arena, struct usage_event *ret)
{
    enum err e = copy_usage_event(event, arena, ret);

    if (e == OK && event->customer > 0)
        ret->customer_id =
            (*(const struct customer **)chunked_at(&kept->customers, event->customer - 1))->id;
    return e;
}

enum err memory_reader_usage_events(struct store_reader *reader,
                                    const struct usage_event_page *page, struct arena *arena,
                                    struct usage_event **ret, size_t *ret_count)
{
    struct memory_store *memory = reader_of(reader)->memory;
    const struct chunked *events = &memory->kept.events[environment_index(page->environment)];
    struct usage_event *list = arena_new(arena, struct usage_event, page->limit);
    size_t count = 0;
    enum err e = list == NULL ? ERR_NOMEM : OK;

    memory_lock(memory);
    for (uint64_t i = page->after; e == OK && i < events->count && i < page->until; i++) {
        const struct usage_event *event = chunked_at(events, i);

        if (page->customer > 0 && event->customer != page->customer)
            continue;
        if (count == page->limit)
            break;
        e = event_read(&memory->kept, event, arena, &list[count++]);
    }
    memory_unlock(memory);
    if (e != OK)
        return e;
    *ret = list;
    *ret_count = count;
    return OK;
}

enum err memory_reader_usage_event_last(struct store_reader *reader, enum environment environment,
                                        uint64_t *ret)
{
    struct memory_store *memory = reader_of(reader)->memory;

    memory_lock(memory);
    *ret = memory->kept.events[environment_index(environment)].count;
    memory_unlock(memory);
    return OK;
}

enum err memory_reader_source(struct store_reader *reader, uint32_t number, struct arena *arena,
                              struct source *ret)
{
    struct memory_store *memory = reader_of(reader)->memory;
    enum err e = ERR_NOT_FOUND;

    memory_lock(memory);
    if (number > 0 && number <= memory->kept.sources.count)
        e = copy_source(chunked_at(&memory->kept.sources, number - 1), arena, ret);
    memory_unlock(memory);
    return e;
}

static bool line_is_of(const struct log_range *range, const struct log_line *line)
{
    return str_is_empty(range->resource_type) ||
           (str_equals(range->resource_type, line->resource_type) &&
            str_equals(range->resource_id, line->resource_id));
}

enum err memory_reader_lines(struct store_reader *reader, const struct log_range *range,
                             size_t limit, struct arena *arena, struct log_line **ret,
                             size_t *ret_count)
{
    struct memory_store *memory = reader_of(reader)->memory;
    struct log_line *lines = arena_new(arena, struct log_line, limit);
    size_t count = 0;
    uint64_t until, left;
    enum err e = lines == NULL ? ERR_NOMEM : OK;

    memory_lock(memory);
    until = range->until < memory->kept.lines.count ? range->until : memory->kept.lines.count;
    left = until > range->after ? until - range->after : 0;
    for (uint64_t i = 0; i < left && e == OK && count < limit; i++) {
        uint64_t number = range->newest_first ? until - i : range->after + 1 + i;
        const struct log_line *line = chunked_at(&memory->kept.lines, number - 1);

        if (line_is_of(range, line))
            e = copy_line(line, arena, &lines[count++]);
    }
    memory_unlock(memory);
    if (e != OK)
        return e;
    *ret = lines;
    *ret_count = count;
    return OK;
}

enum err memory_reader_seal(struct store_reader *reader, enum environment environment,
                            uint64_t after_sequence, struct seal *ret)
{
    struct memory_store *memory = reader_of(reader)->memory;
    const struct chunked *seals = &memory->kept.seals[environment_index(environment)];
    size_t low = 0, high;
    enum err e = ERR_NOT_FOUND;

    memory_lock(memory);
    high = seals->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (((const struct seal *)chunked_at(seals, middle))->last_sequence <= after_sequence)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < seals->count) {
        *ret = *(const struct seal *)chunked_at(seals, low);
        e = OK;
    }
    memory_unlock(memory);
    return e;
}
