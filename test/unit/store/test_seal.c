/* The seal over entries: known bytes, and every field in it. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "store/seal.h"

static struct digest seal(const struct entry *entries, size_t count, int64_t at_us)
{
    static const struct digest start;
    struct sealer sealer;
    struct digest digest;

    sealer_init(&sealer);
    sealer_start(&sealer, &start);
    for (size_t i = 0; i < count; i++)
        sealer_add(&sealer, &entries[i]);
    digest = sealer_take(&sealer, (struct instant){ at_us });
    return digest;
}

static void append_u64(uint8_t *bytes, size_t *used, uint64_t value)
{
    for (int i = 7; i >= 0; i--)
        bytes[(*used)++] = (uint8_t)(value >> 8 * i);
}

/* Written here once more, from what the header says. */
static void it_is_the_hash_of_the_canonical_bytes(void **state)
{
    const struct entry entry = {
        .sequence = 1,
        .kind = ENTRY_DRAW,
        .flags = 2,
        .because = BECAUSE_EXPIRY,
        .at = { 4 },
        .effective_at = { 5 },
        .operation = 6,
        .account = 7,
        .key = 8,
        .source = 21,
        .request = 22,
        .grant = 9,
        .of = 10,
        .amount = { -11 },
        .held = { 12 },
        .uncovered = { 13 },
        .grant_posted = { 14 },
        .grant_held = { 15 },
        .account_posted = { 16 },
        .account_held = { 17 },
        .account_previous = 18,
        .account_jump = 19,
        .grant_previous = 20,
    };
    const uint64_t fields[] = { 1,  ENTRY_DRAW,
                                2,  BECAUSE_EXPIRY,
                                4,  5,
                                6,  7,
                                8,  21,
                                22, 9,
                                10, (uint64_t)-11,
                                12, 13,
                                14, 15,
                                16, 17,
                                18, 19,
                                20, 0 };
    uint8_t bytes[1000] = { 0 };
    size_t used = DIGEST_BYTES; /* the seal before the first is zeroes */
    struct digest expected, found;

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        append_u64(bytes, &used, fields[i]);
    append_u64(bytes, &used, 99);
    expected = digest_sha256(bytes, used);
    found = seal(&entry, 1, 99);
    assert_memory_equal(expected.bytes, found.bytes, DIGEST_BYTES);
}

static void every_text_of_the_facts_counts(void **state)
{
    struct facts facts = FACTS_NONE;
    struct entry entry = { .sequence = 1, .kind = ENTRY_ISSUE, .facts = &facts };
    struct str *const texts[] = {
        &facts.name,          &facts.reason,        &facts.grant_type, &facts.uniqueness_key,
        &facts.custom_fields, &facts.paid_currency, &facts.invoice_id, &facts.metadata,
    };
    struct digest seen[array_count(texts) + 1];

    seen[0] = seal(&entry, 1, 1);
    for (size_t i = 0; i < array_count(texts); i++) {
        *texts[i] = STR("x");
        seen[i + 1] = seal(&entry, 1, 1);
        *texts[i] = STR_NONE;
        for (size_t k = 0; k <= i; k++)
            assert_memory_not_equal(seen[i + 1].bytes, seen[k].bytes, DIGEST_BYTES);
    }
    *texts[0] = STR(""); /* as an absent one */
    seen[1] = seal(&entry, 1, 1);
    assert_memory_equal(seen[0].bytes, seen[1].bytes, DIGEST_BYTES);
}

static void texts_longer_than_a_piece_are_taken_whole(void **state)
{
    static char text[5000];
    struct facts facts = FACTS_NONE;
    struct entry entry = { .sequence = 1, .kind = ENTRY_ISSUE, .facts = &facts };
    struct digest before, after;

    memset(text, 'a', sizeof text);
    facts.metadata = (struct str){ .data = text, .len = sizeof text };
    before = seal(&entry, 1, 1);
    text[4999] = 'b';
    after = seal(&entry, 1, 1);
    assert_memory_not_equal(before.bytes, after.bytes, DIGEST_BYTES);
}

static void the_order_and_the_number_of_entries_count(void **state)
{
    struct entry entries[] = { { .sequence = 1, .kind = ENTRY_DRAW },
                               { .sequence = 2, .kind = ENTRY_DRAW },
                               { .sequence = 1, .kind = ENTRY_DRAW } };
    struct digest one = seal(entries, 1, 1), two = seal(entries, 2, 1);
    struct digest turned = seal(entries + 1, 2, 1), later = seal(entries, 2, 2);

    assert_memory_not_equal(one.bytes, two.bytes, DIGEST_BYTES);
    assert_memory_not_equal(turned.bytes, two.bytes, DIGEST_BYTES);
    assert_memory_not_equal(later.bytes, two.bytes, DIGEST_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_the_hash_of_the_canonical_bytes),
        cmocka_unit_test(every_text_of_the_facts_counts),
        cmocka_unit_test(texts_longer_than_a_piece_are_taken_whole),
        cmocka_unit_test(the_order_and_the_number_of_entries_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
