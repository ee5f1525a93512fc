/* The contract of a store, for the one in a directory. */
#include "suite.h"

#include "place.h"

static struct place place;

static struct store *open_embedded(void)
{
    place_make(&place);
    return place_open(&place);
}

static void close_embedded(struct store *store)
{
    store_close(store);
    place_remove(&place);
}

static struct store *reopen(struct store *store)
{
    store_close(store);
    return place_open(&place);
}

static void key_add(struct store *store, const struct key *key)
{
    char message[EMBEDDED_MESSAGE_BYTES];
    struct key copy = *key;

    assert_int_equal(embedded_key_add(place.directory, &copy, message), OK);
    assert_int_equal(copy.number, 1);
}

static void fill_disk(struct store *store)
{
    place_limit_pages(store, 0);
}

static void free_disk(struct store *store)
{
    place_limit_pages(store, 1 << 30);
}

const struct subject_store subject_store = {
    .name = "embedded",
    .open = open_embedded,
    .close = close_embedded,
    .reopen = reopen,
    .key_add = key_add,
    .fill_disk = fill_disk,
    .free_disk = free_disk,
};

int main(void)
{
#define SUITE_ENTRY(name) SUITE_TEST(name),
    const struct CMUnitTest tests[] = { SUITE_LIST(SUITE_ENTRY) };
#undef SUITE_ENTRY

    return cmocka_run_group_tests_name("store contract: embedded", tests, NULL, NULL);
}
