/* engine/fold.h - what an entry does to a grant, an account and a hold.
 *
 * The one place where balances change.  The stores apply entries with it when they append and
 * when they replay; verify folds the whole book with it again.  Pure.
 *
 *   ERR_CORRUPT  the entry does not follow from the state: its balances after are not what the
 *                fold gives.  A store that has just been handed entries by the engine asserts
 *                OK; one that reads them from a disk reports.  Nothing was changed.
 *
 * Replaying needs entry->facts where the book has them: ISSUE, EDIT, EXTEND, VOID, CREDIT_LIMIT.
 */
#ifndef ENGINE_FOLD_H
#define ENGINE_FOLD_H

#include "base/err.h"
#include "domain/entry.h"
#include "domain/grant.h"
#include "domain/hold.h"

/* The grant that an ISSUE entry makes.  products and rollover point into entry->facts. */
enum err fold_issue(const struct entry *entry, struct grant *ret) MUST_CHECK;
/* Every other entry of a grant.  An EDIT sets the new expiry and facts_entry. */
enum err fold_grant(struct grant *grant, const struct entry *entry) MUST_CHECK;
/* Every entry, ISSUE too: the account's balances, entry_count and last_entry. */
enum err fold_account(struct account *account, const struct entry *entry) MUST_CHECK;
/* Entries whose `of` is a hold that exists: CAPTURE, RELEASE, LAPSE lower its parts, in their
 * order, and end it when nothing is held any more; EXTEND moves its expiry; the others leave it
 * as it is.  (HOLD entries build it: the store adds parts.) */
enum err fold_hold(struct hold *hold, const struct entry *entry) MUST_CHECK;

/* For entries that are being made: the same, but the balances after are written into the entry
 * instead of compared. */
enum err fold_issue_fill(struct entry *entry, struct grant *ret) MUST_CHECK;
enum err fold_grant_fill(struct grant *grant, struct entry *entry) MUST_CHECK;
enum err fold_account_fill(struct account *account, struct entry *entry) MUST_CHECK;

#endif
