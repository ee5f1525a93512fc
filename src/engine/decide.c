#include "engine/decide.h"

#include "engine/invariant.h"
#include "engine/verb.h"

/* Which part of what was asked a refusal is about. */
static struct blame blame_of(enum reject reject)
{
    static const struct {
        enum reject reject;
        struct blame blame;
    } rows[] = {
        { REJECT_ID_TAKEN, { STR_INIT("id"), STR_INIT("is in use by another grant") } },
        { REJECT_UNIQUENESS_KEY_TAKEN,
          { STR_INIT("uniqueness_key"), STR_INIT("has already been used") } },
        { REJECT_AMOUNT_NOT_POSITIVE,
          { STR_INIT("amount"), STR_INIT("must be greater than zero") } },
        { REJECT_EXPIRY_NOT_AFTER_EFFECTIVE,
          { STR_INIT("expires_at"), STR_INIT("must be after effective_at") } },
        { REJECT_AT_IN_FUTURE, { STR_INIT("at"), STR_INIT("must not lie in the future") } },
        { REJECT_EXPIRES_IN_PAST,
          { STR_INIT("expires_in"), STR_INIT("must lead into the future") } },
        { REJECT_REVERSAL_EXCEEDS,
          { STR_INIT("amount"), STR_INIT("is more than is left of the deduction") } },
        { REJECT_BALANCE_EXCEEDED,
          { STR_INIT("amount"), STR_INIT("is more than the grants cover") } },
    };

    for (size_t i = 0; i < array_count(rows); i++) {
        if (rows[i].reject == reject)
            return rows[i].blame;
    }
    return (struct blame){ .field = STR_NONE, .why = STR_NONE };
}

static verb *verb_of(enum command_kind kind)
{
    switch (kind) {
    case COMMAND_GRANT_ISSUE:
        return decide_issue;
    case COMMAND_GRANT_EDIT:
        return decide_edit;
    case COMMAND_GRANT_VOID:
        return decide_void;
    case COMMAND_DEDUCT:
        return decide_deduct;
    case COMMAND_REVERSE:
        return decide_reverse;
    case COMMAND_HOLD_CREATE:
        return decide_hold;
    case COMMAND_HOLD_CAPTURE:
        return decide_capture;
    case COMMAND_HOLD_RELEASE:
        return decide_release;
    case COMMAND_HOLD_EXTEND:
        return decide_extend;
    case COMMAND_CREDIT_LIMIT_SET:
        return decide_credit_limit;
    case COMMAND_ACTIVATE:
        return decide_activate;
    case COMMAND_EXPIRE:
        return decide_expire;
    case COMMAND_LAPSE:
        return decide_lapse;
    case COMMAND_CUSTOMER_CREATE:
    case COMMAND_CUSTOMER_UPDATE:
    case COMMAND_CUSTOMER_ARCHIVE:
    case COMMAND_CUSTOMER_FIELDS_SET:
    case COMMAND_CUSTOMER_FIELDS_DELETE:
    case COMMAND_CUSTOM_FIELD_KEY_ADD:
    case COMMAND_CUSTOM_FIELD_KEY_REMOVE:
    case COMMAND_CREDIT_TYPE_CREATE:
    case COMMAND_PRODUCT_CREATE:
    case COMMAND_KEY_CREATE:
    case COMMAND_KEY_REVOKE:
    case COMMAND_USAGE_RECORD:
    case COMMAND_TEST_CLOCK_SET:
    case COMMAND_NONE:
    case COMMAND_COUNT:
        break;
    }
    never("the engine decides commands of the book");
}

enum err engine_decide(const struct view *view, const struct command *command, struct arena *arena,
                       struct decision *ret)
{
    struct decision decision = {
        .account_posted = view->account.posted,
        .account_held = view->account.held,
        .account_debt = view->account.debt,
        .account_limit = view->account.limit,
        .hold_expires_at = INSTANT_NEVER,
    };
    enum err e;

    assert(instant_is_dated(command->now));
    e = verb_of(command->kind)(view, command, arena, &decision);
    if (e != OK)
        return e;
    decision.blame = blame_of(decision.reject);

    assert(if_then(decision.reject != REJECT_NONE, decision.entry_count == 0));
#if SCRIP_CHECKS
    assert(str_is_empty(invariant_of_decision(view, command, &decision)));
#endif
    *ret = decision;
    return OK;
}

bool account_has_room(const struct account *account, struct amount more)
{
    struct amount most = { .units = AMOUNT_UNITS_MAX };
    struct amount room = amount_take(amount_take(most, account->posted), account->scheduled);

    return amount_compare(more, room) <= 0;
}
