#include "ledger/resolve.h"

#include "ledger/custom_fields.h"

#define REFUSE(ret, why, name) ((ret)->reject = (why), (ret)->blame.field = STR(name))

enum err resolve_customer(struct store *store, struct str text, struct customer_ref *ret,
                          enum reject *ret_reject)
{
    enum err e = store_customer_resolve(store, text, ret);

    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    *ret_reject = e == OK ? REJECT_NONE : REJECT_CUSTOMER_UNKNOWN;
    assert(if_then(e == OK, ret->number > 0));
    return OK;
}

static const struct credit_type *usd(struct store *store)
{
    const struct credit_type *type = store_credit_type_find(store, STR(CREDIT_TYPE_USD_UUID));

    assert(type != NULL); /* it is in every directory */
    return type;
}

/* Which of these is meant, nobody can tell but the one who asks. */
static enum err blame_credit_type(const struct resolver *resolver, const struct account *accounts,
                                  size_t count, struct blame *ret)
{
    struct str *names = arena_new(resolver->arena, struct str, count);
    struct str list;

    if (names == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < count; i++)
        names[i] = store_credit_type(resolver->store, accounts[i].credit_type)->name;
    list = str_list(names, count, resolver->arena);
    if (list.data != NULL)
        list = str_format(resolver->arena, "must be one of %.*s", STR_PRINT(list));
    ret->why = list;
    return list.data == NULL ? ERR_NOMEM : OK;
}

enum err resolve_credit_type(const struct resolver *resolver, enum environment environment,
                             uint32_t customer, struct str text, const struct credit_type **ret,
                             enum reject *ret_reject, struct blame *ret_blame)
{
    struct account *accounts;
    size_t count;
    enum err e;

    *ret_reject = REJECT_NONE;
    *ret_blame = (struct blame){ .field = STR("credit_type") };
    if (!str_is_empty(text)) {
        *ret = store_credit_type_find(resolver->store, text);
        if (*ret == NULL)
            *ret_reject = REJECT_CREDIT_TYPE_UNKNOWN;
        return OK;
    }
    e = store_accounts_of(resolver->store, environment, customer, resolver->arena, &accounts,
                          &count);
    if (e != OK)
        return e;
    *ret = NULL;
    if (count > 1) {
        *ret_reject = REJECT_CREDIT_TYPE_NEEDED;
        return blame_credit_type(resolver, accounts, count, ret_blame);
    }
    *ret = count == 1 ? store_credit_type(resolver->store, accounts[0].credit_type)
                      : usd(resolver->store);
    return OK;
}

/* The account of a grant, a deduction or a hold to be made. */
static enum err resolve_account(const struct resolver *resolver, struct str customer,
                                struct str credit_type, struct command *command,
                                const struct credit_type **ret_type, struct decision *ret)
{
    struct subject *subject = &command->subject;
    struct blame blame;
    enum reject reject;
    enum err e = resolve_customer(resolver->store, customer, &subject->customer, &reject);

    if (e != OK)
        return e;
    if (reject != REJECT_NONE) {
        REFUSE(ret, reject, "customer");
        return OK;
    }
    e = resolve_credit_type(resolver, subject->environment, subject->customer.number, credit_type,
                            ret_type, &reject, &blame);
    if (e != OK)
        return e;
    if (reject != REJECT_NONE) {
        ret->reject = reject;
        ret->blame = blame;
        return OK;
    }
    subject->credit_type = (*ret_type)->number;
    return OK;
}

#define AT_MOST(count) STR_INIT("must have at most " count ", as its credit type has")

static struct str decimals_allowed(int scale)
{
    static const struct str texts[AMOUNT_SCALE_MAX + 1] = {
        STR_INIT("must be a whole number: its credit type has no decimals"),
        AT_MOST("1 decimal"),
        AT_MOST("2 decimals"),
        AT_MOST("3 decimals"),
        AT_MOST("4 decimals"),
        AT_MOST("5 decimals"),
        AT_MOST("6 decimals"),
        AT_MOST("7 decimals"),
        AT_MOST("8 decimals"),
        AT_MOST("9 decimals"),
        AT_MOST("10 decimals"),
        AT_MOST("11 decimals"),
        AT_MOST("12 decimals"),
    };

    assert(scale >= 0);
    assert(scale <= AMOUNT_SCALE_MAX);
    return texts[scale];
}

/* False, with a refusal, when it does not fit.  minimum: 0 or 1 units. */
static bool resolve_amount(struct decimal asked, int scale, enum rounding rounding, int minimum,
                           struct str field, struct amount *ret_amount, struct decision *ret)
{
    struct amount amount;
    enum err e = decimal_to_amount(asked, scale, rounding, &amount);
    enum reject reject = REJECT_NONE;

    /* What comes first is said first. */
    if (decimal_is_negative(asked))
        reject = REJECT_AMOUNT_NOT_POSITIVE; /* NOLINT(bugprone-branch-clone): so at the end */
    else if (e == ERR_MALFORMED)
        reject = REJECT_AMOUNT_TOO_PRECISE;
    else if (e != OK)
        reject = REJECT_AMOUNT_TOO_LARGE;
    else if (amount.units < minimum)
        reject = REJECT_AMOUNT_NOT_POSITIVE;
    if (reject == REJECT_NONE) {
        *ret_amount = amount;
        return true;
    }
    ret->reject = reject;
    ret->blame.field = field;
    if (reject == REJECT_AMOUNT_TOO_PRECISE)
        ret->blame.why = decimals_allowed(scale);
    return false;
}

static enum err resolve_product(const struct resolver *resolver, struct str text,
                                struct product_id *ret_id, struct decision *ret)
{
    struct product product;
    enum err e = store_product_find(resolver->store, text, resolver->arena, &product);

    if (e == ERR_NOT_FOUND) {
        ret->reject = REJECT_PRODUCT_UNKNOWN;
        return OK;
    }
    if (e == OK)
        *ret_id = product.id;
    return e;
}

static enum err resolve_span(const struct resolver *resolver, struct span span, struct instant *ret,
                             struct blame *reterr_blame)
{
    if (span.us > 0 && instant_add(resolver->now, span, ret) == OK)
        return OK;
    *reterr_blame = (struct blame){ .field = STR("expires_in"),
                                    .why = STR("must be a length of time in the future") };
    return ERR_MALFORMED;
}

static enum err resolve_products(const struct resolver *resolver, struct issue *issue,
                                 struct decision *ret)
{
    struct product_id *ids =
        arena_new(resolver->arena, struct product_id, issue->product_name_count);
    enum err e = ids == NULL ? ERR_NOMEM : OK;

    for (size_t i = 0; e == OK && i < issue->product_name_count; i++) {
        e = resolve_product(resolver, issue->product_names[i], &ids[i], ret);
        if (ret->reject != REJECT_NONE) {
            ret->blame.field = STR("products");
            return e;
        }
    }
    issue->facts.products.ids = ids;
    issue->facts.products.count = issue->product_name_count;
    return e;
}

/* What was paid, in whatever unit; 0 is a price. */
static void resolve_paid(const struct resolver *resolver, struct issue *issue, struct decision *ret)
{
    const struct credit_type *type = usd(resolver->store);

    issue->facts.has_paid = issue->paid.given;
    if (!issue->paid.given)
        return;
    if (!str_is_empty(issue->paid_credit_type))
        type = store_credit_type_find(resolver->store, issue->paid_credit_type);
    if (type == NULL) {
        REFUSE(ret, REJECT_CREDIT_TYPE_UNKNOWN, "paid_credit_type");
        return;
    }
    issue->facts.paid_credit_type = type->id;
    (void)resolve_amount(issue->paid.value, type->scale, issue->rounding, 0, STR("paid_amount"),
                         &issue->facts.paid_amount, ret);
}

static void resolve_terms(const struct resolver *resolver, struct issue *issue,
                          struct subject *subject)
{
    struct facts *facts = &issue->facts;
    uint8_t random[16];

    assert(!instant_is_none(facts->expires_at)); /* not given is never */
    if (instant_is_none(facts->effective_at))
        facts->effective_at = resolver->now;
    subject->uniqueness_key = facts->uniqueness_key;
    if (uuid_is_zero(facts->grant_id.uuid)) {
        random_bytes(resolver->random, random, sizeof random);
        facts->grant_id.uuid = uuid_from_random(random);
    }
    subject->grant_id = facts->grant_id; /* it must be free, whoever chose it */
}

static struct field_rules grant_fields(const struct resolver *resolver,
                                       const struct command *command, bool only_listed)
{
    return (struct field_rules){
        .store = resolver->store,
        .arena = resolver->arena,
        .entity = CUSTOM_FIELDS_OF_GRANT,
        .environment = command->subject.environment,
        .only_listed = only_listed,
    };
}

static enum err resolve_issue(const struct resolver *resolver, struct command *command,
                              struct decision *ret, struct blame *reterr_blame)
{
    struct issue *issue = &command->issue;
    struct field_rules rules = grant_fields(resolver, command, issue->only_listed_fields);
    const struct credit_type *type;
    enum err e =
        resolve_account(resolver, issue->customer, issue->credit_type, command, &type, ret);

    if (e != OK || ret->reject != REJECT_NONE)
        return e;
    e = resolve_products(resolver, issue, ret);
    if (e != OK || ret->reject != REJECT_NONE)
        return e;
    issue->facts.customer = command->subject.customer.id;
    issue->facts.credit_type = type->id;
    if (!resolve_amount(issue->asked, type->scale, issue->rounding, 1, STR("amount"),
                        &issue->facts.amount, ret))
        return OK;
    resolve_paid(resolver, issue, ret);
    if (issue->rollover_amount_max.given && ret->reject == REJECT_NONE)
        (void)resolve_amount(issue->rollover_amount_max.value, type->scale, issue->rounding, 0,
                             STR("rollover.amount_max"), &issue->facts.rollover.amount_max, ret);
    resolve_terms(resolver, issue, &command->subject);
    if (ret->reject != REJECT_NONE)
        return OK;
    return field_rules_check(&rules, STR_NONE, issue->facts.custom_fields, ret, reterr_blame);
}

static enum err resolve_use(const struct resolver *resolver, struct command *command,
                            struct deduct *use, struct decision *ret)
{
    const struct credit_type *type;
    enum err e = resolve_account(resolver, use->customer, use->credit_type, command, &type, ret);

    if (e != OK || ret->reject != REJECT_NONE)
        return e;
    if (!str_is_empty(use->product)) {
        e = resolve_product(resolver, use->product, &use->product_id, ret);
        if (ret->reject != REJECT_NONE)
            ret->blame.field = STR("product");
        if (e != OK || ret->reject != REJECT_NONE)
            return e;
        use->has_product = true;
    }
    (void)resolve_amount(use->asked, type->scale, use->rounding, 1, STR("amount"), &use->amount,
                         ret);
    if (instant_is_none(use->at) || (use->at_or_now && instant_before(resolver->now, use->at)))
        use->at = resolver->now;
    return OK;
}

static enum err resolve_hold(const struct resolver *resolver, struct command *command,
                             struct decision *ret, struct blame *reterr_blame)
{
    enum err e =
        resolve_span(resolver, command->hold.expires_in, &command->hold.expires_at, reterr_blame);

    if (e != OK)
        return e;
    command->hold.use.at = INSTANT_NONE;
    return resolve_use(resolver, command, &command->hold.use, ret);
}

static enum err resolve_limit(const struct resolver *resolver, struct command *command,
                              struct decision *ret)
{
    struct credit_limit_set *set = &command->credit_limit_set;
    const struct credit_type *type;
    enum err e = resolve_account(resolver, set->customer, set->credit_type, command, &type, ret);

    if (e == OK && ret->reject == REJECT_NONE)
        (void)resolve_amount(set->asked, type->scale, set->rounding, 0, STR("limit"), &set->limit,
                             ret);
    return e;
}

enum err resolve_command(const struct resolver *resolver, struct command *command,
                         struct decision *ret, struct blame *reterr_blame)
{
    command->now = resolver->now;
    switch (command->kind) {
    case COMMAND_GRANT_ISSUE:
        return resolve_issue(resolver, command, ret, reterr_blame);
    case COMMAND_DEDUCT:
        return resolve_use(resolver, command, &command->deduct, ret);
    case COMMAND_HOLD_CREATE:
        return resolve_hold(resolver, command, ret, reterr_blame);
    case COMMAND_HOLD_EXTEND:
        return resolve_span(resolver, command->extend.expires_in, &command->extend.expires_at,
                            reterr_blame);
    case COMMAND_CREDIT_LIMIT_SET:
        return resolve_limit(resolver, command, ret);
    case COMMAND_GRANT_EDIT:
    case COMMAND_GRANT_VOID:
    case COMMAND_REVERSE:
    case COMMAND_HOLD_CAPTURE:
    case COMMAND_HOLD_RELEASE:
        return OK;
    case COMMAND_ACTIVATE:
    case COMMAND_EXPIRE:
    case COMMAND_LAPSE:
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
    never("only what somebody asks of the book is resolved");
}

static void resolve_reverse(struct reverse *reverse, int scale, struct decision *ret)
{
    reverse->amount = AMOUNT_ZERO; /* all that is left */
    if (reverse->asked.given)
        (void)resolve_amount(reverse->asked.value, scale, reverse->rounding, 1, STR("amount"),
                             &reverse->amount, ret);
}

static void resolve_capture(struct capture *capture, int scale, struct decision *ret)
{
    capture->whole = !capture->asked.given;
    capture->amount = AMOUNT_ZERO;
    if (capture->asked.given)
        (void)resolve_amount(capture->asked.value, scale, capture->rounding, 0, STR("amount"),
                             &capture->amount, ret);
}

static struct str object_or_empty(struct str json)
{
    return str_is_empty(json) ? STR("{}") : json;
}

/* A part of the custom fields makes the whole of them, which is all that the engine knows. */
static enum err resolve_edit(const struct resolver *resolver, const struct view *view,
                             struct command *command, struct decision *ret,
                             struct blame *reterr_blame)
{
    bool is_part =
        !str_is_empty(command->edit.fields_set) || command->edit.fields_deleted_count > 0;
    struct edit *edit = &command->edit;
    struct field_rules rules = grant_fields(resolver, command, is_part);
    struct str before, after = edit->custom_fields;
    enum err e = OK;

    if (!is_part && !edit->has_custom_fields)
        return OK;
    if (view->grant == NULL) {
        REFUSE(ret, REJECT_GRANT_UNKNOWN, "entity");
        return OK;
    }
    assert(view->grant_facts != NULL);
    before = view->grant_facts->custom_fields;
    if (!str_is_empty(edit->fields_set))
        e = field_rules_set(&rules, before, edit->fields_set, &after, ret, reterr_blame);
    else if (is_part)
        e = field_rules_delete(&rules, before, edit->fields_deleted, edit->fields_deleted_count,
                               &after, reterr_blame);
    else
        e = field_rules_check(&rules, before, after, ret, reterr_blame);
    if (e != OK)
        return e;
    edit->custom_fields = after;
    if (is_part) /* what changes nothing is no entry */
        edit->has_custom_fields = !str_equals(object_or_empty(before), after);
    return OK;
}

enum err resolve_by_view(const struct resolver *resolver, const struct view *view,
                         struct command *command, struct decision *ret, struct blame *reterr_blame)
{
    bool reverses = command->kind == COMMAND_REVERSE && view->taken != NULL;
    bool captures = command->kind == COMMAND_HOLD_CAPTURE && view->hold != NULL;
    const struct credit_type *type;

    if (command->kind == COMMAND_GRANT_EDIT)
        return resolve_edit(resolver, view, command, ret, reterr_blame);
    if (!reverses && !captures)
        return OK;
    type = store_credit_type(resolver->store, view->account.credit_type);
    assert(type != NULL);
    if (reverses)
        resolve_reverse(&command->reverse, type->scale, ret);
    else
        resolve_capture(&command->capture, type->scale, ret);
    return OK;
}
