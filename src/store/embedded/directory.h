/* store/embedded/directory.h - customers, credit types, products and keys as rows.
 * Thread: the connection's. */
#ifndef STORE_EMBEDDED_DIRECTORY_H
#define STORE_EMBEDDED_DIRECTORY_H

#include "store/book/directory.h"
#include "store/book/pending.h"
#include "store/embedded/database.h"

/* A change of a batch. */
enum err directory_change_write(struct database *database,
                                const struct pending_change *change) MUST_CHECK;
enum err directory_credit_type_write(struct database *database,
                                     const struct credit_type *type) MUST_CHECK;

/* Everything that is kept in memory.  ERR_CORRUPT */
enum err directory_load(struct database *database, struct directory *directory) MUST_CHECK;

/* Customers with number > after, at most limit; fewer are the last.  ERR_NOMEM, ERR_CORRUPT */
enum err directory_customers_read(struct database *database, uint32_t after, size_t limit,
                                  struct arena *arena, struct customer **ret,
                                  size_t *ret_count) MUST_CHECK;
/* ERR_NOT_FOUND */
enum err directory_customer_read(struct database *database, uint32_t number, struct arena *arena,
                                 struct customer *ret) MUST_CHECK;
enum err directory_products_read(struct database *database, uint32_t after, size_t limit,
                                 struct arena *arena, struct product **ret,
                                 size_t *ret_count) MUST_CHECK;
enum err directory_product_read(struct database *database, struct product_id id,
                                struct arena *arena, struct product *ret) MUST_CHECK;

/* The instant at which the test clock stands; INSTANT_NONE: it follows the real one. */
enum err directory_test_clock_read(struct database *database, struct instant *ret) MUST_CHECK;

#endif
