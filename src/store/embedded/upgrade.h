/* store/embedded/upgrade.h - what a step to a newer format has to compute (schema.c).
 *
 * Inside the step's transaction: ERR_FULL, ERR_IO, ERR_NOMEM and ERR_CORRUPT undo it whole.
 * Thread: the connection's. */
#ifndef STORE_EMBEDDED_UPGRADE_H
#define STORE_EMBEDDED_UPGRADE_H

#include "store/embedded/database.h"

/* To format 3: grant_jump of every entry, entry_count of every grant's row; the columns are there.
 * Reads the book once; memory for the number of grants. */
enum err upgrade_grant_jumps(struct database *database, enum environment environment) MUST_CHECK;

#endif
