#include "domain/grant.h"

struct amount grant_available(const struct grant *grant)
{
    return amount_take(grant->posted, grant->held);
}

struct amount account_available(const struct account *account)
{
    return amount_take(account->posted, account->held);
}

struct amount account_credit(const struct account *account)
{
    return amount_take(account->limit, amount_min(account->limit, account->debt));
}

bool grant_is_drawable(const struct grant *grant, struct instant at)
{
    assert(!instant_is_none(at));
    /* A use that is dated back may lie before an expiry that the book has seen: the status says
     * no where the instants would say yes (rule 10). */
    return grant->status == GRANT_ACTIVE && !instant_before(at, grant->effective_at) &&
           instant_before(at, grant->expires_at) && amount_is_positive(grant_available(grant));
}

bool grant_covers_product(const struct grant *grant, const struct product_id *product)
{
    const struct product_set *set = grant->products;

    if (set == NULL || set->count == 0)
        return true;
    if (product == NULL)
        return false;
    for (size_t i = 0; i < set->count; i++) {
        if (uuid_equals(set->ids[i].uuid, product->uuid))
            return true;
    }
    return false;
}

static int compare_u64(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* Rule 3. */
int grant_burn_compare(const struct grant *a, const struct grant *b)
{
    int order = (a->priority.millionths > b->priority.millionths) -
                (a->priority.millionths < b->priority.millionths);

    if (order == 0)
        order = instant_compare(a->expires_at, b->expires_at);
    if (order == 0)
        order = instant_compare(a->effective_at, b->effective_at);
    if (order == 0)
        order = compare_u64(a->number, b->number);
    return order;
}

bool grant_is_live(const struct grant *grant)
{
    switch (grant->status) {
    case GRANT_SCHEDULED:
        return true;
    case GRANT_ACTIVE:
        return amount_is_positive(grant->posted);
    case GRANT_EXPIRED:
    case GRANT_VOIDED:
        return false;
    }
    never("a grant has one of four states");
}

struct instant grant_due_at(const struct grant *grant)
{
    switch (grant->status) {
    case GRANT_SCHEDULED:
        return grant->effective_at;
    case GRANT_ACTIVE:
        return grant->expires_at;
    case GRANT_EXPIRED:
    case GRANT_VOIDED:
        return INSTANT_NEVER;
    }
    never("a grant has one of four states");
}
