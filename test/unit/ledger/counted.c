#include "counted.h"

static struct counted *only;

static enum err open_reader(struct store *store, struct store_reader **ret)
{
    enum err e = only->true_operations->reader_open(store, ret);

    if (e == OK)
        (*ret)->operations = &only->operations;
    return e;
}

static enum err read_entry(struct store_reader *reader, enum environment environment,
                           uint64_t sequence, bool with_facts, struct arena *arena,
                           struct entry *ret)
{
    only->reads++;
    return only->true_operations->read_entry(reader, environment, sequence, with_facts, arena, ret);
}

void counted_open(struct counted *counted, struct store *store)
{
    *counted = (struct counted){
        .operations = *store->operations,
        .true_operations = store->operations,
    };
    counted->operations.reader_open = open_reader;
    counted->operations.read_entry = read_entry;
    store->operations = &counted->operations;
    only = counted;
}
