/* store/book/intern.h - one copy of each product set and rollover that grants point to.
 *
 * They are kept for the store's life: there are few, a grant's cannot change, and a copy that
 * a rewind leaves behind will be wanted when the client tries again.  One thread. */
#ifndef STORE_BOOK_INTERN_H
#define STORE_BOOK_INTERN_H

#include "base/index.h"
#include "domain/grant.h"

struct intern {
    struct index index; /* fingerprint of the content -> address */
    void **copies;
    size_t count;
    size_t capacity;
};

void intern_init(struct intern *intern, uint64_t seed);
void intern_finish(struct intern *intern);

/* NULL for an empty set, which means any product.  ERR_NOMEM */
enum err intern_products(struct intern *intern, const struct product_set *set,
                         const struct product_set **ret) MUST_CHECK;
/* NULL for kind 0.  ERR_NOMEM */
enum err intern_rollover(struct intern *intern, const struct rollover *rollover,
                         const struct rollover **ret) MUST_CHECK;

#endif
