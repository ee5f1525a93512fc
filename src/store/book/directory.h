/* store/book/directory.h - what both stores keep of the directory in memory: who is called
 * what, credit types and products.
 *
 * Names are found by half a SHA-256 of them; two names do not share one.  The texts of customers
 * stay with the backend.  Pointers that are returned are borrowed for the store's life.
 * Thread: the one that owns the store. */
#ifndef STORE_BOOK_DIRECTORY_H
#define STORE_BOOK_DIRECTORY_H

#include "base/arena.h"
#include "base/index.h"
#include "domain/directory.h"
#include "store/book/fields.h"
#include "store/book/number_index.h"
#include "store/book/room.h"
#include "store/book/undo.h"

struct directory {
    struct undo *undo;           /* borrowed */
    struct chunked customers;    /* struct customer_ref, by number - 1 */
    struct chunked credit_types; /* struct credit_type, by number - 1; they own their names */
    struct chunked products;     /* struct product, the same */
    struct number_index customers_by_id; /* these -> number */
    struct index customers_by_alias;
    struct index credit_types_by_id;
    struct index credit_types_by_name; /* or NAME_SHARED */
    struct index products_by_id;
    struct index products_by_name;
    struct field_keys field_keys;
    struct field_values field_values; /* of customers; those of grants are with their book */
};

void directory_init(struct directory *directory, uint64_t seed, struct undo *undo);
void directory_finish(struct directory *directory);

/* The next customer; its number is count + 1.  Aliases and client id are added to the names. */
enum err directory_customer_add(struct directory *directory,
                                const struct customer *customer) MUST_CHECK;
/* before: as it was, with its texts. */
enum err directory_customer_replace(struct directory *directory, const struct customer *before,
                                    const struct customer *after) MUST_CHECK;
/* For loading: a customer without aliases and custom fields yet, and an alias. */
enum err directory_customer_load(struct directory *directory,
                                 const struct customer_ref *ref) MUST_CHECK;
enum err directory_alias_load(struct directory *directory, struct str alias,
                              uint32_t number) MUST_CHECK;

size_t directory_customer_count(const struct directory *directory);
struct customer_ref directory_customer(const struct directory *directory, uint32_t number);
/* By UUID, "cus_" spelling, alias or client id; NUMBER 0: there is none. */
struct customer_ref directory_customer_resolve(const struct directory *directory, struct str text);
struct customer_ref directory_customer_by_id(const struct directory *directory,
                                             struct customer_id id);

/* type and product are copied, texts too; number is count + 1. */
enum err directory_credit_type_add(struct directory *directory,
                                   const struct credit_type *type) MUST_CHECK;
size_t directory_credit_type_count(const struct directory *directory);
const struct credit_type *directory_credit_type(const struct directory *directory, uint32_t number);
const struct credit_type *directory_credit_type_find(const struct directory *directory,
                                                     struct str text); /* or NULL */
const struct credit_type *directory_credit_type_by_id(const struct directory *directory,
                                                      struct credit_type_id id); /* or NULL */

enum err directory_product_add(struct directory *directory,
                               const struct product *product) MUST_CHECK;
size_t directory_product_count(const struct directory *directory);
const struct product *directory_product(const struct directory *directory, uint32_t number);
const struct product *directory_product_find(const struct directory *directory,
                                             struct str text); /* or NULL */

#endif
