/* The contract of a store, for the one in memory. */
#include "suite.h"

#include "store/memory/memory.h"

static struct store *open_memory(void)
{
    struct store *store;

    assert_int_equal(memory_store_open(&store), OK);
    return store;
}

static void key_add(struct store *store, const struct key *key)
{
    assert_int_equal(memory_store_key_add(store, key), OK);
}

static void fill_disk(struct store *store)
{
    memory_store_fail_commits(store, 1, ERR_FULL);
}

static void free_disk(struct store *store)
{
}

const struct subject_store subject_store = {
    .name = "memory",
    .open = open_memory,
    .close = store_close,
    .key_add = key_add,
    .fill_disk = fill_disk,
    .free_disk = free_disk,
};

int main(void)
{
#define SUITE_ENTRY(name) SUITE_TEST(name),
    const struct CMUnitTest tests[] = { SUITE_LIST(SUITE_ENTRY) };
#undef SUITE_ENTRY

    return cmocka_run_group_tests_name("store contract: memory", tests, NULL, NULL);
}
