/* Reading beside the ledger, facts, and the seals. */
#include "suite.h"

#include <stdlib.h>
#include "chance.h"
#include "store/memory/memory.h"
#include "store/seal.h"

void readers_see_what_is_committed_and_nothing_else(void **state)
{
    struct desk *desk = *state;
    struct store_reader *reader;
    struct entry entry;
    struct customer customer;
    struct product product = { .name = STR("p"), .created_at = desk->now };
    uint32_t number;

    product.id.uuid = desk_id(desk);
    assert_int_equal(store_reader_open(desk->store, &reader), OK);
    for (int attempt = 0; attempt < 3; attempt++) {
        enum err expected = attempt == 2 ? OK : ERR_NOT_FOUND;

        desk_begin(desk);
        desk_customer(desk, "acme");
        assert_int_equal(store_product_add(desk->store, &product, &number), OK);
        desk_issue(desk, (struct desk_terms){ .customer = 1, .units = 5, .name = "five" });
        if (attempt == 1)
            store_abort(desk->store);
        if (attempt == 2)
            desk_commit(desk);
        assert_int_equal(store_read_entry(reader, ENVIRONMENT_LIVE, 1, true, &desk->arena, &entry),
                         expected);
        assert_int_equal(store_read_customer(reader, 1, &desk->arena, &customer), expected);
        assert_int_equal(store_read_product(reader, product.id, &desk->arena, &product), expected);
        if (attempt == 0)
            store_abort(desk->store);
    }
    assert_int_equal(entry.amount.units, 5);
    assert_true(str_equals(entry.facts->name, STR("five")));
    assert_true(str_equals(customer.name, STR("acme")));
    assert_int_equal(store_read_entry(reader, ENVIRONMENT_LIVE, 1, false, &desk->arena, &entry),
                     OK);
    assert_null(entry.facts);
    assert_int_equal(store_read_entry(reader, ENVIRONMENT_LIVE, 0, true, &desk->arena, &entry),
                     ERR_NOT_FOUND);
    assert_int_equal(store_read_entry(reader, ENVIRONMENT_TEST, 1, true, &desk->arena, &entry),
                     ERR_NOT_FOUND);
    store_reader_close(reader);
}

void readers_page_through_the_directory(void **state)
{
    struct desk *desk = *state;
    struct store_reader *reader;
    struct customer *customers;
    struct product *products;
    uint32_t after = 0, number;
    size_t count, sum = 0;
    char name[] = "customer 00";

    desk_begin(desk);
    for (int i = 0; i < 25; i++) {
        struct product product = { .name = STR("product"), .created_at = desk->now };

        name[9] = (char)('0' + i / 10);
        name[10] = (char)('0' + i % 10);
        desk_customer(desk, name);
        product.id.uuid = desk_id(desk);
        assert_int_equal(store_product_add(desk->store, &product, &number), OK);
    }
    desk_commit(desk);
    assert_int_equal(store_reader_open(desk->store, &reader), OK);
    do {
        assert_int_equal(store_read_customers(reader, after, 10, &desk->arena, &customers, &count),
                         OK);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(customers[i].number, ++after);
        sum += count;
    } while (count > 0);
    assert_int_equal(sum, 25);
    assert_int_equal(store_read_products(reader, 20, 10, &desk->arena, &products, &count), OK);
    assert_int_equal(count, 5);
    assert_int_equal(products[4].number, 25);
    store_reader_close(reader);
}

static enum err read_one(struct desk *desk, struct store_reader *reader, uint64_t sequence)
{
    struct arena_mark mark = arena_mark(&desk->arena);
    struct entry entry;
    enum err e = store_read_entry(reader, desk->environment, sequence, true, &desk->arena, &entry);

    arena_rewind(&desk->arena, mark);
    return e;
}

/* The book goes on meanwhile; what was there is seen in thousands of reads, and what has come when
 * the next answer begins.  Customers are read in between as alone. */
void reads_of_one_answer_do_not_stand_in_the_way(void **state)
{
    struct desk *desk = *state;
    struct store_reader *reader;
    struct customer customer;
    uint32_t acme;

    desk_begin(desk);
    acme = desk_customer(desk, "acme");
    desk_issue(desk, (struct desk_terms){ .customer = acme, .units = 1000 });
    desk_commit(desk);
    assert_int_equal(store_reader_open(desk->store, &reader), OK);
    for (int answer = 0; answer < 2; answer++) {
        assert_int_equal(store_reader_begin(reader), OK);
        assert_int_equal(read_one(desk, reader, 1), OK);
        desk_begin(desk);
        desk_deduct(desk, acme, 1);
        desk_commit(desk);
        for (int i = 0; i < 5000; i++)
            assert_int_equal(read_one(desk, reader, 1), OK);
        assert_int_equal(store_read_customer(reader, acme, &desk->arena, &customer), OK);
        assert_int_equal(read_one(desk, reader, 9), ERR_NOT_FOUND);
        store_reader_end(reader);
        assert_int_equal(read_one(desk, reader, (uint64_t)answer + 2), OK); /* alone */
    }
    assert_int_equal(store_reader_begin(reader), OK);
    assert_int_equal(read_one(desk, reader, 3), OK);
    store_reader_end(reader);
    store_reader_close(reader);
}

/* Every field has a value that is nobody else's. */
static struct facts facts_full(struct desk *desk, uint32_t customer)
{
    static const struct product_id products[] = { { { { 1 } } }, { { { 2 } } } };
    struct customer_ref ref;

    store_customer_ref(desk->store, customer, &ref);
    return (struct facts){
        .customer = ref.id,
        .credit_type = store_credit_type(desk->store, DESK_USD)->id,
        .grant_id = { desk_id(desk) },
        .amount = { 1001 },
        .priority = { -500000 },
        .effective_at = desk->now,
        .expires_at = desk_day(1003),
        .products = { 2, products },
        .rollover = { ROLLOVER_MAX_PERCENTAGE, { 1004 }, 1005, { 1006 }, desk_day(1007) },
        .rolled_from = { desk_id(desk) },
        .name = STR("name \xc3\xa9"),
        .reason = STR("reason"),
        .grant_type = STR("type"),
        .uniqueness_key = STR("key"),
        .custom_fields = STR("{\"a\":\"b\"}"),
        .has_paid = true,
        .paid_amount = { 1008 },
        .paid_credit_type = { desk_id(desk) },
        .paid_currency = STR("USD"),
        .invoice_date = desk_day(1009),
        .invoice_id = STR("invoice"),
        .product = { desk_id(desk) },
        .metadata = STR(""),
        .hold_expires_at = desk_day(1010),
    };
}

/* The bytes of the seal are all that facts say. */
static struct digest digest_of(const struct entry *entry)
{
    static const struct digest zero;
    struct sealer sealer;
    struct digest digest;

    sealer_init(&sealer);
    sealer_start(&sealer, &zero);
    sealer_add(&sealer, entry);
    digest = sealer_take(&sealer, entry->at);
    return digest;
}

void facts_come_back_as_they_were(void **state)
{
    struct desk *desk = *state;
    struct store_reader *reader;
    struct facts facts;
    struct entry entry, read;
    struct digest before, after;

    desk_begin(desk);
    desk_customer(desk, "acme");
    facts = facts_full(desk, 1);
    entry = (struct entry){
        .sequence = 1,
        .kind = ENTRY_ISSUE,
        .flags = ENTRY_VOIDS_PURCHASE_INVOICE,
        .because = BECAUSE_EXPIRY,
        .at = desk->now,
        .effective_at = { desk->now.us - 1 },
        .operation = 1,
        .account = 1,
        .key = 77,
        .grant = 1,
        .of = 78,
        .amount = { 1001 },
        .grant_posted = { 1001 },
        .account_posted = { 1001 },
        .facts = &facts,
    };
    assert_int_equal(store_append(desk->store, ENVIRONMENT_LIVE, &entry, 1), OK);
    before = digest_of(&entry);
    desk_commit(desk);

    assert_int_equal(store_reader_open(desk->store, &reader), OK);
    assert_int_equal(store_read_entry(reader, ENVIRONMENT_LIVE, 1, true, &desk->arena, &read), OK);
    after = digest_of(&read);
    assert_memory_equal(before.bytes, after.bytes, DIGEST_BYTES);
    assert_int_equal(read.key, 77);
    assert_true(instant_equals(read.effective_at, entry.effective_at));
    assert_non_null(read.facts->metadata.data); /* empty, not absent */
    assert_true(str_equals(read.facts->name, facts.name));
    assert_int_equal(read.facts->products.count, 2);
    store_reader_close(reader);
}

/* Recomputes the chain of seals from the entries; how many there are. */
static size_t seals_check(struct desk *desk, enum environment environment)
{
    struct store_reader *reader;
    struct sealer sealer;
    struct book_end end;
    struct digest hash = { .bytes = { 0 } };
    struct seal seal = { .last_sequence = 0 };
    uint64_t sequence = 0;
    size_t count = 0;

    sealer_init(&sealer);
    assert_int_equal(store_reader_open(desk->store, &reader), OK);
    while (store_read_seal(reader, environment, sequence, &seal) == OK) {
        sealer_start(&sealer, &hash);
        while (sequence < seal.last_sequence) {
            struct entry entry;

            arena_reset(&desk->arena, 1 << 20);
            assert_int_equal(
                store_read_entry(reader, environment, ++sequence, true, &desk->arena, &entry), OK);
            sealer_add(&sealer, &entry);
        }
        hash = sealer_take(&sealer, seal.at);
        assert_memory_equal(hash.bytes, seal.hash.bytes, DIGEST_BYTES);
        count++;
    }
    store_book_end(desk->store, environment, &end);
    assert_int_equal(end.sequence, sequence);
    assert_memory_equal(end.hash.bytes, hash.bytes, DIGEST_BYTES);
    assert_true(count == 0 || instant_equals(end.sealed_at, seal.at));
    store_reader_close(reader);
    return count;
}

static void play(struct desk *desk, uint64_t seed, int batches, int steps)
{
    struct chance chance;

    chance_init(&chance, desk, seed);
    for (int batch = 0; batch < batches; batch++) {
        desk_begin(desk);
        for (int i = 0; i < steps; i++)
            chance_step(&chance);
        desk_commit(desk);
    }
}

void what_is_not_there_is_not_read(void **state)
{
    static const uint32_t numbers[] = { 0, 2, UINT32_MAX };
    static const uint64_t sequences[] = { 0, 2, INT64_MAX, UINT64_MAX };
    struct desk *desk = *state;
    struct store_reader *reader;
    struct customer customer;
    struct product product;
    struct source source;
    struct entry entry;

    desk_begin(desk);
    desk_issue(desk, (struct desk_terms){ .customer = desk_customer(desk, "acme"), .units = 1 });
    assert_int_equal(store_source_add(desk->store, (struct index_key){ .low = 1 },
                                      &(struct source){ .run = 1 }, &source.number),
                     OK);
    desk_commit(desk);
    assert_int_equal(store_reader_open(desk->store, &reader), OK);
    for (size_t i = 0; i < array_count(numbers); i++) {
        assert_int_equal(store_read_customer(reader, numbers[i], &desk->arena, &customer),
                         ERR_NOT_FOUND);
        assert_int_equal(store_read_source(reader, numbers[i], &desk->arena, &source),
                         ERR_NOT_FOUND);
        assert_int_equal(store_customer_load(desk->store, numbers[i], &desk->arena, &customer),
                         ERR_NOT_FOUND);
    }
    for (size_t i = 0; i < array_count(sequences); i++)
        assert_int_equal(
            store_read_entry(reader, ENVIRONMENT_LIVE, sequences[i], true, &desk->arena, &entry),
            ERR_NOT_FOUND);
    assert_int_equal(store_read_product(reader, (struct product_id){ .uuid.bytes = { 1 } },
                                        &desk->arena, &product),
                     ERR_NOT_FOUND);
    store_reader_close(reader);
}

void seals_cover_the_book_and_can_be_computed_again(void **state)
{
    struct desk *desk = *state;

    assert_int_equal(seals_check(desk, ENVIRONMENT_LIVE), 0);
    play(desk, 5, 20, 20);
    assert_in_range(seals_check(desk, ENVIRONMENT_LIVE), 15, 20);
    assert_in_range(seals_check(desk, ENVIRONMENT_TEST), 5, 20);
}

/* The store in memory is the second opinion: the same commands, the same state and seals. */
void the_same_commands_give_the_same_book_in_every_store(void **state)
{
    struct desk *desk = *state;
    struct desk other;
    struct store *memory;
    char *mine, *theirs;

    assert_int_equal(memory_store_open(&memory), OK);
    desk_init(&other, memory);
    play(desk, 7, 30, 30);
    play(&other, 7, 30, 30);
    mine = dump_store(desk->store);
    theirs = dump_store(memory);
    assert_string_equal(mine, theirs);
    free(mine);
    free(theirs);
    store_close(memory);
    desk_finish(&other);
}
