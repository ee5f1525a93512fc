/* Receipts (rule 11). */
#include "suite.h"

#include <stdio.h>
#include "store/book/books.h"

static struct digest key_of(int number)
{
    return digest_sha256(&number, sizeof number);
}

static void append_key(struct desk *desk, struct digest key, struct instant at, struct str body)
{
    struct receipt receipt = {
        .request = digest_sha256("GET /", 5),
        .at = at,
        .status = 201,
        .content_type = STR("application/json"),
        .body = body,
    };

    assert_int_equal(store_receipt_append(desk->store, &key, &receipt), OK);
}

static void append(struct desk *desk, int number, struct instant at, struct str body)
{
    append_key(desk, key_of(number), at, body);
}

/* 0 when there is none. */
static int find_key(struct desk *desk, struct digest key, struct receipt *ret)
{
    enum err e = store_receipt_find(desk->store, &key, &desk->arena, ret);

    assert_true(e == OK || e == ERR_NOT_FOUND);
    return e == OK;
}

static int find(struct desk *desk, int number, struct receipt *ret)
{
    return find_key(desk, key_of(number), ret);
}

void receipts_are_found_and_forgotten(void **state)
{
    struct desk *desk = *state;
    struct receipt receipt;
    struct digest request = digest_sha256("GET /", 5);

    desk_begin(desk);
    assert_false(find(desk, 1, &receipt));
    append(desk, 1, desk_day(1), STR("{\"id\":\"\\u0000\"}"));
    for (int committed = 0; committed < 2; committed++) {
        assert_true(find(desk, 1, &receipt));
        assert_true(digest_equals(&receipt.request, &request));
        assert_int_equal(receipt.status, 201);
        assert_true(instant_equals(receipt.at, desk_day(1)));
        assert_true(str_equals(receipt.content_type, STR("application/json")));
        assert_true(str_equals(receipt.body, STR("{\"id\":\"\\u0000\"}")));
        if (committed == 0)
            desk_commit(desk);
    }
    desk_begin(desk);
    append(desk, 2, desk_day(2), STR(""));
    store_abort(desk->store);
    assert_false(find(desk, 2, &receipt));
    desk_begin(desk);
    append(desk, 2, desk_day(2), STR(""));
    append(desk, 3, desk_day(3), STR("three"));
    desk_commit(desk);

    desk_begin(desk);
    assert_int_equal(store_receipts_forget(desk->store, desk_day(3)), OK);
    assert_false(find(desk, 1, &receipt));
    store_abort(desk->store);
    assert_true(find(desk, 1, &receipt));
    desk_begin(desk);
    assert_int_equal(store_receipts_forget(desk->store, desk_day(3)), OK);
    assert_int_equal(store_receipts_forget(desk->store, desk_day(3)), OK);
    desk_commit(desk);
    if (subject_store.reopen != NULL)
        desk->store = subject_store.reopen(desk->store);
    assert_false(find(desk, 1, &receipt));
    assert_false(find(desk, 2, &receipt));
    assert_true(find(desk, 3, &receipt));
    assert_true(str_equals(receipt.body, STR("three")));
}

void a_receipt_key_may_be_used_again(void **state)
{
    struct desk *desk = *state;
    struct receipt receipt;

    desk_begin(desk);
    append(desk, 1, desk_day(1), STR("first"));
    desk_commit(desk);
    desk_begin(desk);
    append(desk, 1, desk_day(9), STR("second"));
    assert_true(find(desk, 1, &receipt));
    assert_true(str_equals(receipt.body, STR("second")));
    store_abort(desk->store);
    assert_true(find(desk, 1, &receipt));
    assert_true(str_equals(receipt.body, STR("first")));

    desk_begin(desk);
    append(desk, 1, desk_day(9), STR("second"));
    desk_commit(desk);
    desk_begin(desk);
    assert_int_equal(store_receipts_forget(desk->store, desk_day(5)), OK);
    desk_commit(desk);
    if (subject_store.reopen != NULL)
        desk->store = subject_store.reopen(desk->store);
    assert_true(find(desk, 1, &receipt));
    assert_true(str_equals(receipt.body, STR("second")));
}

/* A key whose first half cancels the seed of the index folds to one and the same. */
static struct digest key_of_fold(uint64_t seed, uint8_t number)
{
    uint64_t high = seed ^ UINT64_C(0xA0761D6478BD642F);
    struct digest key = { .bytes = { [15] = number } };

    for (int i = 0; i < 8; i++)
        key.bytes[i] = (uint8_t)(high >> (56 - 8 * i));
    return key;
}

static void bodies_are(struct desk *desk, uint64_t seed, const char *bodies[3])
{
    struct receipt receipt;

    for (uint8_t i = 0; i < 3; i++) {
        assert_int_equal(find_key(desk, key_of_fold(seed, i), &receipt), bodies[i] != NULL);
        if (bodies[i] != NULL)
            assert_true(str_equals(receipt.body, str_from_c(bodies[i])));
    }
}

void receipt_keys_of_one_fold_are_told_apart(void **state)
{
    struct desk *desk = *state;
    uint64_t seed = books_of(desk->store)->receipts.seed;
    struct store_mark mark;

    desk_begin(desk);
    append_key(desk, key_of_fold(seed, 0), desk_day(1), STR("first"));
    bodies_are(desk, seed, (const char *[3]){ "first" });
    append_key(desk, key_of_fold(seed, 1), desk_day(2), STR("second"));
    bodies_are(desk, seed, (const char *[3]){ "first", "second" });
    desk_commit(desk);
    bodies_are(desk, seed, (const char *[3]){ "first", "second" });

    desk_begin(desk);
    mark = store_mark(desk->store);
    assert_int_equal(store_receipts_forget(desk->store, desk_day(2)), OK);
    append_key(desk, key_of_fold(seed, 2), desk_day(3), STR("third"));
    append_key(desk, key_of_fold(seed, 1), desk_day(3), STR("second again"));
    bodies_are(desk, seed, (const char *[3]){ NULL, "second again", "third" });
    assert_int_equal(store_rewind(desk->store, mark), OK);
    bodies_are(desk, seed, (const char *[3]){ "first", "second" });
    assert_int_equal(store_receipts_forget(desk->store, desk_day(2)), OK);
    desk_commit(desk);
    bodies_are(desk, seed, (const char *[3]){ NULL, "second" });
    if (subject_store.reopen != NULL)
        desk->store = subject_store.reopen(desk->store);
    bodies_are(desk, seed, (const char *[3]){ NULL, "second" });
}
