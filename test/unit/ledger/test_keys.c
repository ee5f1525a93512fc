/* Keys are read from a snapshot that is swapped whole, twice a second. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "desk.h"
#include "ledger/keys.h"
#include "store/memory/memory.h"

static void add_key(struct desk *desk, const char *client_id)
{
    struct key key = {
        .client_id = str_from_c(client_id),
        .environment = ENVIRONMENT_LIVE,
        .scope = KEY_SCOPE_WRITE,
        .name = STR("a key"),
        .revoked_at = INSTANT_NEVER,
    };

    assert_int_equal(memory_store_key_add(desk->store, &key), OK);
}

static size_t key_count(struct desk *desk)
{
    struct key_snapshot *snapshot = ledger_keys_acquire(desk->ledger);
    size_t count = snapshot->key_count;

    ledger_keys_release(snapshot);
    return count;
}

static void a_new_key_is_seen_within_half_a_second(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk);
    assert_int_equal(key_count(&desk), 0);
    add_key(&desk, "kci_1");
    desk_turn(&desk);
    assert_int_equal(key_count(&desk), 0);
    desk_set_clock(&desk, T0 + SECOND / 2);
    desk_turn(&desk);
    assert_int_equal(key_count(&desk), 1);
    desk_close(&desk);
}

/* Also when the clock was set back. */
static void a_clock_set_back_does_not_hide_keys(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk);
    add_key(&desk, "kci_1");
    desk_set_clock(&desk, T0 - DAY);
    desk_turn(&desk);
    assert_int_equal(key_count(&desk), 1);
    desk_close(&desk);
}

static void a_snapshot_in_hand_does_not_change(void **state)
{
    struct desk desk;
    struct key_snapshot *old, *new;

    (void)state;
    desk_open(&desk);
    add_key(&desk, "kci_1");
    desk_set_clock(&desk, T0 + SECOND);
    desk_turn(&desk);
    old = ledger_keys_acquire(desk.ledger);
    add_key(&desk, "kci_2");
    desk_set_clock(&desk, T0 + 2 * SECOND);
    desk_turn(&desk);
    new = ledger_keys_acquire(desk.ledger);
    assert_int_equal(old->key_count, 1);
    assert_int_equal(new->key_count, 2);
    assert_true(str_equals(old->keys[0].client_id, STR("kci_1")));
    assert_memory_equal(old->pepper, new->pepper, sizeof old->pepper);
    ledger_keys_release(new);
    desk_close(&desk);
    assert_true(str_equals(old->keys[0].name, STR("a key"))); /* it outlives the ledger */
    ledger_keys_release(old);
}

/* Secrets that begin alike, or are the same; numbers with gaps. */
static void keys_are_found_by_number_and_by_secret(void **state)
{
    enum { KEYS = 200 };
    static struct key keys[KEYS];
    struct key_snapshot snapshot = { .keys = keys, .key_count = KEYS };

    (void)state;
    arena_init(&snapshot.arena, 1u << 20);
    for (uint32_t i = 0; i < KEYS; i++) {
        keys[i].number = 3 * i + 1;
        keys[i].secret_hmac.bytes[2] = (uint8_t)(i * 7 % 10);
        keys[i].secret_hmac.bytes[31] = (uint8_t)(i * 13 % 20);
    }
    assert_int_equal(key_snapshot_index(&snapshot), OK);
    for (uint32_t i = 0; i < KEYS; i++) {
        size_t count;
        const struct key **same = key_snapshot_find(&snapshot, &keys[i].secret_hmac, &count);

        assert_ptr_equal(key_snapshot_numbered(&snapshot, 3 * i + 1), &keys[i]);
        assert_null(key_snapshot_numbered(&snapshot, 3 * i));
        assert_int_equal(count, KEYS / 20);
        for (size_t j = 0; j < count; j++) {
            assert_true(digest_equals(&same[j]->secret_hmac, &keys[i].secret_hmac));
            if (j > 0)
                assert_true(same[j - 1]->number < same[j]->number);
        }
    }
    assert_null(key_snapshot_numbered(&snapshot, 3 * KEYS + 1));
    arena_finish(&snapshot.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_key_is_seen_within_half_a_second),
        cmocka_unit_test(a_clock_set_back_does_not_hide_keys),
        cmocka_unit_test(a_snapshot_in_hand_does_not_change),
        cmocka_unit_test(keys_are_found_by_number_and_by_secret),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
