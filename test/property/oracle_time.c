/* What happens by itself. */
#include "oracle.h"

/* When something will happen to a grant by itself; HOUR_NEVER: never. */
static int64_t due_of_grant(const struct oracle *o, int grant)
{
    enum grant_status status = oracle_status(o, grant);

    if (status == GRANT_SCHEDULED)
        return o->promises[grant].effective;
    return status == GRANT_ACTIVE ? o->promises[grant].expires : HOUR_NEVER;
}

static void expire(struct oracle *o, int grant)
{
    struct promise p = o->promises[grant];
    int64_t left = oracle_left(o, grant), rolled = 0;

    if (p.rolls_over == ROLLS_AMOUNT)
        rolled = oracle_least(left, p.rolls_max);
    if (p.rolls_over == ROLLS_PERCENT)
        rolled = oracle_least(left, p.amount * p.rolls_max / 100);
    if (p.rolls_expires <= p.expires)
        rolled = 0;
    if (rolled > 0)
        oracle_write(o, (struct line){
                            .kind = ENTRY_ROLL_OVER,
                            .grant = grant,
                            .account = p.account,
                            .change = -rolled,
                            .effective = p.expires,
                        });
    oracle_write_end(o, grant, ENTRY_EXPIRE, p.expires, 0);
    if (rolled == 0)
        return;
    p.rolls++;
    p.amount = rolled;
    p.priority = p.rolls_priority;
    p.effective = p.expires;
    p.expires = p.rolls_expires;
    p.rolls_over = ROLLS_NOT;
    oracle_repay(o, oracle_promise(o, p), p.effective);
}

static void activate(struct oracle *o, int grant)
{
    oracle_write(o, (struct line){
                        .kind = ENTRY_ACTIVATE,
                        .grant = grant,
                        .account = o->promises[grant].account,
                        .change = o->promises[grant].amount,
                        .effective = o->promises[grant].effective,
                    });
    oracle_repay(o, grant, o->promises[grant].effective);
}

/* The one thing that is due first; of two at one instant, the one that is older. */
bool oracle_happens(struct oracle *o, int64_t until)
{
    int64_t hour = HOUR_NEVER;
    int grant = -1, reserve = -1, line = 0;

    for (int i = 0; i < o->promise_count; i++) {
        int64_t due = due_of_grant(o, i);

        if (due < hour || (due == hour && hour != HOUR_NEVER && o->promises[i].line < line)) {
            grant = i;
            hour = due;
            line = o->promises[i].line;
        }
    }
    for (int i = 0; i < o->reserve_count; i++) {
        int64_t due = oracle_held_by(o, i) > 0 ? o->reserves[i].expires : HOUR_NEVER;

        if (due < hour || (due == hour && hour != HOUR_NEVER && o->reserves[i].line < line)) {
            reserve = i;
            hour = due;
            line = o->reserves[i].line;
        }
    }
    if (hour > until || hour == HOUR_NEVER)
        return false;
    o->now = hour;
    o->operation = o->line_count + 1;
    if (reserve >= 0)
        oracle_end_hold(o, reserve, ENTRY_LAPSE, 0);
    else if (oracle_status(o, grant) == GRANT_SCHEDULED)
        activate(o, grant);
    else
        expire(o, grant);
    return true;
}
