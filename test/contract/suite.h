/* test/contract/suite.h - the contract of store/store.h, as tests that every store must pass.
 *
 * A program a store: it says how to open one, and runs them all. */
#ifndef TEST_CONTRACT_SUITE_H
#define TEST_CONTRACT_SUITE_H

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "desk.h"
#include "dump.h"

/* The store under test. */
struct subject_store {
    const char *name;
    /* An empty store; and what is left of it when a test is over goes with close. */
    struct store *(*open)(void);
    void (*close)(struct store *store);
    /* Closes it and opens it again; NULL where that loses everything. */
    struct store *(*reopen)(struct store *store);
    void (*key_add)(struct store *store, const struct key *key);
    /* The next commit fails with ERR_FULL. */
    void (*fill_disk)(struct store *store);
    void (*free_disk)(struct store *store);
};

extern const struct subject_store subject_store;

/* A desk over an empty store: *state of each test. */
int suite_setup(void **state);
int suite_teardown(void **state);

#define SUITE_TEST(name) cmocka_unit_test_setup_teardown(name, suite_setup, suite_teardown)

#define SUITE_LIST(X)                                                                              \
    X(a_batch_is_seen_inside_and_kept_by_its_commit)                                               \
    X(an_abort_leaves_nothing)                                                                     \
    X(a_rewind_takes_back_what_followed_the_mark)                                                  \
    X(a_rewind_is_exact_whatever_happened)                                                         \
    X(a_full_disk_undoes_the_batch_and_passes)                                                     \
    X(the_two_books_know_nothing_of_each_other)                                                    \
    X(a_new_account_has_a_view_before_its_first_entry)                                             \
    X(live_grants_come_in_burn_order)                                                              \
    X(telling_of_what_comes_changes_nothing)                                                       \
    X(a_grant_is_found_by_id_and_by_number)                                                        \
    X(a_hold_is_shown_with_its_grants_until_it_ends)                                               \
    X(a_deduction_is_shown_with_what_was_given_back)                                               \
    X(a_capture_can_be_given_back_like_a_deduction)                                                \
    X(what_was_lent_names_who_has_repaid_it)                                                       \
    X(a_uniqueness_key_is_taken_until_it_is_released)                                              \
    X(an_account_chains_its_entries_backwards)                                                     \
    X(a_long_grant_chains_its_entries_in_trees)                                                    \
    X(jumps_find_an_entry_in_few_steps)                                                            \
    X(what_is_due_comes_in_order)                                                                  \
    X(an_edit_moves_what_is_due)                                                                   \
    X(open_holds_are_listed)                                                                       \
    X(grants_are_listed_by_filter)                                                                 \
    X(pages_of_grants_meet_without_gap_or_overlap)                                                 \
    X(receipts_are_found_and_forgotten)                                                            \
    X(a_receipt_key_may_be_used_again)                                                             \
    X(receipt_keys_of_one_fold_are_told_apart)                                                     \
    X(customers_are_found_by_all_their_names)                                                      \
    X(a_replaced_customer_loses_its_old_names)                                                     \
    X(credit_types_are_there_from_the_start)                                                       \
    X(products_are_found_by_id_and_unique_name)                                                    \
    X(a_custom_field_key_is_kept_and_taken_back)                                                   \
    X(values_of_custom_fields_are_counted)                                                         \
    X(a_source_is_known_by_its_fingerprint)                                                        \
    X(the_log_of_the_directory_only_grows)                                                         \
    X(keys_are_told_of)                                                                            \
    X(a_customer_has_keys_of_its_own)                                                              \
    X(usage_that_was_not_deducted_is_kept)                                                         \
    X(readers_see_what_is_committed_and_nothing_else)                                              \
    X(readers_page_through_the_directory)                                                          \
    X(reads_of_one_answer_do_not_stand_in_the_way)                                                 \
    X(facts_come_back_as_they_were)                                                                \
    X(what_is_not_there_is_not_read)                                                               \
    X(seals_cover_the_book_and_can_be_computed_again)                                              \
    X(the_same_commands_give_the_same_book_in_every_store)

#define SUITE_DECLARE(name) void name(void **state);
SUITE_LIST(SUITE_DECLARE)
#undef SUITE_DECLARE

#endif
