/* Looking: everything is a sum over all lines. */
#include "oracle.h"

int64_t oracle_posted(const struct oracle *o, int grant)
{
    int64_t sum = 0;

    for (int i = 1; i <= o->line_count; i++)
        sum += o->lines[i].grant == grant ? o->lines[i].change : 0;
    return sum;
}

int64_t oracle_held(const struct oracle *o, int grant)
{
    int64_t sum = 0;

    for (int i = 1; i <= o->line_count; i++)
        sum += o->lines[i].grant == grant ? o->lines[i].held : 0;
    return sum;
}

int64_t oracle_sum(const struct oracle *o, int grant, enum entry_kind kind)
{
    int64_t sum = 0;

    for (int i = 1; i <= o->line_count; i++)
        sum += o->lines[i].grant == grant && o->lines[i].kind == kind ? o->lines[i].change : 0;
    return sum;
}

int64_t oracle_uncovered(const struct oracle *o, int account)
{
    int64_t sum = 0;

    for (int i = 1; i <= o->line_count; i++)
        sum += o->lines[i].account == account ? o->lines[i].uncovered : 0;
    return sum;
}

int64_t oracle_debt(const struct oracle *o, int account)
{
    int64_t sum = 0;

    for (int i = 1; i <= o->line_count; i++)
        sum += o->lines[i].account == account ? o->lines[i].debt : 0;
    return sum;
}

int64_t oracle_limit(const struct oracle *o, int account)
{
    int64_t limit = 0;

    for (int i = 1; i <= o->line_count; i++) {
        if (o->lines[i].account == account && o->lines[i].kind == ENTRY_CREDIT_LIMIT)
            limit = o->lines[i].limit;
    }
    return limit;
}

int64_t oracle_repaid(const struct oracle *o, int grant)
{
    return -oracle_sum(o, grant, ENTRY_REPAY) - oracle_sum(o, grant, ENTRY_REVERSE_REPAY);
}

int oracle_last_repay(const struct oracle *o, int account, int64_t left)
{
    for (int i = o->line_count; i > 0; i--) {
        if (o->lines[i].account == account && o->lines[i].kind == ENTRY_REPAY &&
            oracle_repaid(o, o->lines[i].grant) >= left)
            return i;
    }
    return 0;
}

bool oracle_has_line(const struct oracle *o, int grant, enum entry_kind kind)
{
    for (int i = 1; i <= o->line_count; i++) {
        if (o->lines[i].grant == grant && o->lines[i].kind == kind)
            return true;
    }
    return false;
}

enum grant_status oracle_status(const struct oracle *o, int grant)
{
    if (oracle_has_line(o, grant, ENTRY_VOID))
        return GRANT_VOIDED;
    if (oracle_has_line(o, grant, ENTRY_EXPIRE))
        return GRANT_EXPIRED;
    if (oracle_sum(o, grant, ENTRY_ISSUE) > 0 || oracle_has_line(o, grant, ENTRY_ACTIVATE))
        return GRANT_ACTIVE;
    return GRANT_SCHEDULED;
}

int64_t oracle_left(const struct oracle *o, int grant)
{
    return oracle_posted(o, grant) - oracle_held(o, grant);
}

int oracle_find_promise(const struct oracle *o, int step, int rolls)
{
    for (int i = 0; i < o->promise_count; i++) {
        if (o->promises[i].step == step && o->promises[i].rolls == rolls)
            return i;
    }
    return -1;
}

int oracle_find_reserve(const struct oracle *o, int step)
{
    for (int i = 0; i < o->reserve_count; i++) {
        if (o->reserves[i].step == step)
            return i;
    }
    return -1;
}

/* What a hold still holds of a grant. */
static int64_t part_of(const struct oracle *o, int reserve, int grant)
{
    int hold = o->reserves[reserve].line;
    int64_t sum = 0;

    for (int i = 1; i <= o->line_count; i++)
        sum += o->lines[i].of == hold && o->lines[i].grant == grant ? o->lines[i].held : 0;
    return sum;
}

int64_t oracle_held_by(const struct oracle *o, int reserve)
{
    int64_t sum = 0;

    for (int i = 0; i < o->promise_count; i++)
        sum += part_of(o, reserve, i);
    return sum;
}

int64_t oracle_least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}
