/* store/embedded/rows.h - entries, facts and seals as rows of the log.
 * Thread: the connection's. */
#ifndef STORE_EMBEDDED_ROWS_H
#define STORE_EMBEDDED_ROWS_H

#include "store/embedded/database.h"
#include "store/store.h"

enum err rows_entry_write(struct database *database, enum environment environment,
                          const struct entry *entry) MUST_CHECK; /* and its facts */
enum err rows_seal_write(struct database *database, enum environment environment,
                         const struct seal *seal) MUST_CHECK;

/* ERR_NOT_FOUND, ERR_CORRUPT */
enum err rows_entry_read(struct database *database, enum environment environment, uint64_t sequence,
                         bool with_facts, struct arena *arena, struct entry *ret) MUST_CHECK;
/* The first seal behind that sequence; the last of all.  ERR_NOT_FOUND */
enum err rows_seal_read(struct database *database, enum environment environment,
                        uint64_t after_sequence, struct seal *ret) MUST_CHECK;
enum err rows_seal_last(struct database *database, enum environment environment,
                        struct seal *ret) MUST_CHECK;

/* A row of one of the statements that select entries or facts.  grant_id is not stored.
 * ERR_NOMEM, ERR_CORRUPT */
enum err rows_entry(sqlite3_stmt *statement, struct entry *ret) MUST_CHECK;
enum err rows_facts(sqlite3_stmt *statement, struct arena *arena,
                    const struct facts **ret) MUST_CHECK;

#endif
