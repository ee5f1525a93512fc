#include "cli/command.h"

#include <string.h>
#include "base/check.h"

const struct flag common_flags[] = {
    { "url", "URL", "the server (SCRIP_URL; default http://127.0.0.1:8080)", NULL, false },
    { "secret-file", "FILE", "the key's secret, from a file; - is standard input", NULL, false },
    { "secret", "TEXT", "the secret itself (better SCRIP_SECRET: others see command lines)", NULL,
      false },
    { "client-id", "ID", "the key's client id, which Kable's calls need (SCRIP_CLIENT_ID)", NULL,
      false },
    { "ca-file", "FILE", "trust these authorities, PEM (SCRIP_CA_FILE)", NULL, false },
    { "config", "FILE", "read settings here (SCRIP_CONFIG; default ~/.config/scrip/config)", NULL,
      false },
    { "timeout", "SECONDS", "for each attempt (default 60)", NULL, false },
    { "attempts", "N", "before giving up (default 3)", NULL, false },
    { "json", NULL, "print what the server says; of lists, an item a line", NULL, false },
    { "no-pager", NULL, "do not page long lists on a terminal (SCRIP_PAGER, PAGER)", NULL, false },
    { "verbose", NULL, "tell on standard error what is sent and what comes", NULL, false },
    { "help", NULL, "this", NULL, false },
};
const size_t common_flag_count = array_count(common_flags);

#define KEY                                                                                        \
    {                                                                                              \
        "idempotency-key", "KEY", "sent again with the same key, it is done once", NULL, false     \
    }
#define CREDIT_TYPE                                                                                \
    {                                                                                              \
        "credit-type", "TYPE", "which credits, by name or id; needed where there are several",     \
            NULL, false                                                                            \
    }
#define LIMIT                                                                                      \
    {                                                                                              \
        "limit", "N", "stop after so many", NULL, false                                            \
    }
#define PAGE_SIZE                                                                                  \
    {                                                                                              \
        "page-size", "N", "ask for so many at a time, 1 to 100", NULL, false                       \
    }
#define FIELD                                                                                      \
    {                                                                                              \
        "field", "NAME=VALUE", "a custom field", NULL, true                                        \
    }
#define PARTIAL                                                                                    \
    {                                                                                              \
        "partial", NULL, "take what there is, if that is less", NULL, false                        \
    }
#define REASON                                                                                     \
    {                                                                                              \
        "reason", "TEXT", "why, for people", NULL, false                                           \
    }
#define INVOICE                                                                                    \
    {                                                                                              \
        "invoice-id", "ID", "the invoice that it belongs to", NULL, false                          \
    }
#define METADATA                                                                                   \
    {                                                                                              \
        "metadata", "JSON", "an object to be kept with it", NULL, false                            \
    }
#define DRY_RUN                                                                                    \
    {                                                                                              \
        "dry-run", NULL, "say what would happen; do nothing", NULL, false                          \
    }
#define PRODUCT                                                                                    \
    {                                                                                              \
        "product", "PRODUCT", "what it is for, by name or id", NULL, false                         \
    }

static const struct flag customers_list_flags[] = {
    { "alias", "ALIAS", "only the customer that is called so", NULL, false },
    { "archived", NULL, "archived ones too", NULL, false },
    LIMIT,
    PAGE_SIZE,
};
static const struct flag customers_create_flags[] = {
    { "alias", "ALIAS", "another name by which it is found", NULL, true },
    { "id", "UUID", "an id of your choice", NULL, false },
    { "currency", "CODE", "what it is charged in (default USD)", NULL, false },
    FIELD,
    KEY,
};
static const struct flag customers_update_flags[] = {
    { "name", "NAME", "a new name", NULL, false },
    { "alias", "ALIAS", "instead of the aliases that it has", NULL, true },
    { "field", "NAME=VALUE", "instead of the custom fields that it has", NULL, true },
    KEY,
};
static const struct flag only_key_flags[] = { KEY };
static const struct flag grants_list_flags[] = {
    { "customer", "CUSTOMER", "of this customer, by id or alias", NULL, false },
    { "credit-type", "UUID", "of this credit type", NULL, false },
    { "not-expiring-before", "INSTANT", "that live on until then", NULL, false },
    { "effective-before", "INSTANT", "that have begun by then", NULL, false },
    { "voided", NULL, "voided ones too", NULL, false },
    LIMIT,
    PAGE_SIZE,
};
static const struct flag grants_create_flags[] = {
    { "credit-type", "TYPE", "which credits, by name or id (default \"USD (cents)\")", NULL,
      false },
    { "name", "NAME", "for people", NULL, false },
    { "priority", "N", "smaller burns first (default 1)", NULL, false },
    { "effective-at", "INSTANT", "from when on (default now)", NULL, false },
    { "expires-at", "INSTANT", "until when, exclusive (default never)", NULL, false },
    { "product", "PRODUCT", "it pays for this only, by name or id", NULL, true },
    { "paid", "AMOUNT", "what was paid for it", NULL, false },
    { "paid-credit-type", "TYPE", "in what (default \"USD (cents)\")", NULL, false },
    { "rollover-until", "INSTANT", "what is left at its expiry goes on until then", NULL, false },
    { "rollover-amount", "AMOUNT", "up to so much of it", NULL, false },
    { "rollover-share", "SHARE", "up to this part of the original amount, 0 to 1", NULL, false },
    { "rollover-priority", "N", "with this priority (default 1)", NULL, false },
    REASON,
    { "type", "TEXT", "a category of your own", NULL, false },
    { "uniqueness-key", "KEY", "no second grant may have it", NULL, false },
    INVOICE,
    { "id", "UUID", "an id of your choice", NULL, false },
    FIELD,
    KEY,
};
static const struct flag grants_edit_flags[] = {
    { "name", "NAME", "a new name", NULL, false },
    { "expires-at", "INSTANT", "a new expiry", NULL, false },
    { "type", "TEXT", "a new category", NULL, false },
    { "field", "NAME=VALUE", "instead of the custom fields that it has", NULL, true },
    KEY,
};
static const struct flag grants_void_flags[] = {
    { "release-key", NULL, "its uniqueness key may be used again", NULL, false },
    KEY,
};
static const struct flag credits_grant_flags[] = {
    { "description", "TEXT", "why, for people", NULL, false },
    { "charge", "AMOUNT", "what is paid for it, in the customer's currency", NULL, false },
    { "expiration", "INSTANT", "until when (default never)", NULL, false },
    KEY,
};
static const struct flag credits_list_flags[] = {
    { "customer", "UUID", "of this customer", NULL, true },
    { "credit-type", "UUID", "of this credit type", NULL, true },
    { "grant", "UUID", "this grant; not together with the two above", NULL, true },
    { "not-expiring-before", "INSTANT", "that live on until then", NULL, false },
    { "effective-before", "INSTANT", "that have begun by then", NULL, false },
    LIMIT,
    PAGE_SIZE,
};
static const struct flag credits_ledgers_flags[] = {
    { "customer", "UUID", "of this customer (default all)", NULL, true },
    { "credit-type", "UUID", "of this credit type (default all)", NULL, true },
    { "from", "INSTANT", "from then on", NULL, false },
    { "until", "INSTANT", "until before then", NULL, false },
    { "order", "ORDER", "which first", "oldest newest", false },
    LIMIT,
};
static const struct flag credits_types_flags[] = { LIMIT, PAGE_SIZE };
static const struct flag deduct_flags[] = {
    CREDIT_TYPE,
    PRODUCT,
    { "at", "INSTANT", "when it was used (default now)", NULL, false },
    PARTIAL,
    DRY_RUN,
    REASON,
    INVOICE,
    METADATA,
    { "file", "FILE", "deductions, a JSON object a line; - is standard input", NULL, false },
    { "atomic", NULL, "with --file: all or none, in one request", NULL, false },
    KEY,
};
static const struct flag reverse_flags[] = {
    { "amount", "AMOUNT", "so much of it (default all that is left)", NULL, false },
    REASON,
    KEY,
};
static const struct flag hold_create_flags[] = {
    { "for", "TIME", "how long: 90, 90s, 15m, 2h, 1d (default 15m)", NULL, false },
    CREDIT_TYPE,
    PRODUCT,
    PARTIAL,
    DRY_RUN,
    REASON,
    INVOICE,
    METADATA,
    KEY,
};
static const struct flag hold_capture_flags[] = { PARTIAL, REASON, INVOICE, METADATA, KEY };
static const struct flag hold_list_flags[] = {
    { "customer", "CUSTOMER", "of this customer, by id or alias", NULL, false },
    CREDIT_TYPE,
    LIMIT,
    PAGE_SIZE,
};
static const struct flag hold_extend_flags[] = {
    { "for", "TIME", "how long from now: 90, 90s, 15m, 2h, 1d (default 15m)", NULL, false },
    KEY,
};
static const struct flag balance_flags[] = {
    CREDIT_TYPE,
    { "at", "INSTANT", "at a moment of the past (default now)", NULL, false },
    { "expiring-before", "INSTANT", "what will be gone by then", NULL, false },
};
static const struct flag credit_limit_flags[] = { CREDIT_TYPE, REASON, KEY };
static const struct flag entries_flags[] = {
    CREDIT_TYPE,
    { "grant", "UUID", "of this grant only", NULL, false },
    { "from", "INSTANT", "from then on", NULL, false },
    { "until", "INSTANT", "until before then", NULL, false },
    { "order", "ORDER", "which first (default newest)", "oldest newest", false },
    LIMIT,
    PAGE_SIZE,
};

#define FLAGS(list) list, array_count(list)

static const struct flag keys_list_flags[] = { LIMIT, PAGE_SIZE };
static const struct flag keys_create_flags[] = {
    { "name", "NAME", "for people, e.g. \"billing service\"", NULL, false },
    { "scope", "SCOPE", "what it may do (default write)", "read write admin", false },
    { "rate", "N", "requests a second (default as many as it likes)", NULL, false },
};

const struct command commands[] = {
    { "customers", "list", "", 0, 0, "list the customers", "Archived ones are left out.",
      "customers list", FLAGS(customers_list_flags), customers_list },
    { "customers", "show", "CUSTOMER", 1, 1, "tell about one customer",
      "A customer is named by its UUID, by cus_ and the same digits, or by an alias.",
      "customers show acme", NULL, 0, customers_show },
    { "customers", "create", "NAME", 1, 1, "add a customer", "",
      "customers create \"Acme Inc\" --alias acme", FLAGS(customers_create_flags),
      customers_create },
    { "customers", "update", "CUSTOMER", 1, 1, "change a customer's name, aliases or fields",
      "What is not given stays as it is.", "customers update acme --name \"Acme GmbH\"",
      FLAGS(customers_update_flags), customers_update },
    { "customers", "archive", "CUSTOMER", 1, 1, "put a customer away",
      "It gets no new grants; what it has stays as it is, and can be asked for.",
      "customers archive acme", FLAGS(only_key_flags), customers_archive },
    { "grants", "list", "", 0, 0, "list grants with what is left of them", "In order of creation.",
      "grants list --customer acme", FLAGS(grants_list_flags), grants_list },
    { "grants", "show", "GRANT", 1, 1, "tell about one grant", "", "grants show 8f1f2f3a-...", NULL,
      0, grants_show },
    { "grants", "create", "CUSTOMER AMOUNT", 2, 2, "promise credit to a customer",
      "Amounts count what the credit type counts: cents, for \"USD (cents)\".",
      "grants create acme 5000 --name Welcome --priority 1 --expires-at 2099-01-01",
      FLAGS(grants_create_flags), grants_create },
    { "grants", "edit", "GRANT", 1, 1, "change a grant's name, expiry, category or fields", "",
      "grants edit 8f1f2f3a-... --expires-at 2099-06-01", FLAGS(grants_edit_flags), grants_edit },
    { "grants", "void", "GRANT", 1, 1, "take back what is left of a grant",
      "What was drawn stays drawn.  Voiding again changes nothing.", "grants void 8f1f2f3a-...",
      FLAGS(grants_void_flags), grants_void },
    { "credits", "grant", "CUSTOMER AMOUNT", 2, 2, "Kable: grant credits to a customer",
      "Needs a client id beside the secret.", "credits grant acme 100 --description \"Top-up\"",
      FLAGS(credits_grant_flags), credits_grant },
    { "credits", "balance", "CUSTOMER", 1, 1, "Kable: how many credits a customer has left",
      "Needs a client id beside the secret.", "credits balance acme", NULL, 0, credits_balance },
    { "credits", "list", "", 0, 0, "Metronome: list credit grants", "",
      "credits list --customer 13117714-3f05-48e5-a6e9-a66093f13b4d", FLAGS(credits_list_flags),
      credits_list },
    { "credits", "ledgers", "", 0, 0, "Metronome: list credit ledger entries", "",
      "credits ledgers --order newest", FLAGS(credits_ledgers_flags), credits_ledgers },
    { "credits", "types", "", 0, 0, "Metronome: list credit types", "", "credits types",
      FLAGS(credits_types_flags), credits_types },
    { "deduct", NULL, "[CUSTOMER AMOUNT]", 0, 2, "use credit, at once and durably",
      "Tells which grants it drew from, and why in that order.  Where the grants do not cover the\n"
      "amount, nothing is taken, and the exit code is 4.\n"
      "\n"
      "With --file, each line is an object such as {\"customer\":\"acme\",\"amount\":\"5\"}.\n"
      "A result is printed for each, in order; the exit code is that of the first that was\n"
      "refused.  A line that is wrong ends it there.  With an idempotency key the same file can\n"
      "be sent again, and each of its lines is done once.",
      "deduct acme 12.5 --reason \"API calls\"", FLAGS(deduct_flags), run_deduct },
    { "reverse", NULL, "DEDUCTION", 1, 1, "give back a deduction, whole or in part", "",
      "reverse 3d0e8a1c-... --amount 2.5", FLAGS(reverse_flags), run_reverse },
    { "hold", "create", "CUSTOMER AMOUNT", 2, 2, "reserve credit for a while",
      "What is not captured in time is given back by itself.", "hold create acme 25 --for 10m",
      FLAGS(hold_create_flags), hold_create },
    { "hold", "list", "", 0, 0, "list the open holds", "", "hold list --customer acme",
      FLAGS(hold_list_flags), hold_list },
    { "hold", "show", "HOLD", 1, 1, "tell about one hold, open or ended", "", "hold show 5b2c...",
      NULL, 0, hold_show },
    { "hold", "capture", "HOLD [AMOUNT]", 1, 2, "use what is held, or another amount",
      "Less gives the rest back; the excess of more is a deduction.", "hold capture 5b2c... 12.5",
      FLAGS(hold_capture_flags), hold_capture },
    { "hold", "release", "HOLD", 1, 1, "give back what is held", "", "hold release 5b2c...",
      FLAGS(only_key_flags), hold_release },
    { "hold", "extend", "HOLD", 1, 1, "hold on for longer", "", "hold extend 5b2c... --for 1h",
      FLAGS(hold_extend_flags), hold_extend },
    { "balance", NULL, "CUSTOMER", 1, 1, "what a customer has left",
      "Posted less held is available.  The grants stand in the order in which they burn.",
      "balance acme", FLAGS(balance_flags), run_balance },
    { "credit-limit", NULL, "CUSTOMER LIMIT", 2, 2, "set how far a customer may owe",
      "What grants do not cover is lent up to it, and the next grant pays that first.  A limit\n"
      "below what is owed calls nothing in: no more is lent.  0 is none, as at first.",
      "credit-limit acme 50 --reason \"pays by invoice\"", FLAGS(credit_limit_flags),
      run_credit_limit },
    { "entries", NULL, "[CUSTOMER]", 0, 1, "how a balance came about, line by line",
      "Without a customer the whole book, in its order, of all customers.",
      "entries acme --order oldest", FLAGS(entries_flags), run_entries },
    { "keys", "check", "", 0, 0, "does the server take this key?",
      "Exit code 0 when it does, 6 when it does not.", "keys check", NULL, 0, keys_check },
    { "keys", "list", "", 0, 0, "list the keys of this environment",
      "Needs a key with scope admin, as do create and revoke; the first is made beside the data\n"
      "directory, with \"scrip key create --scope admin\".",
      "keys list", FLAGS(keys_list_flags), keys_list },
    { "keys", "create", "", 0, 0, "make a key; its secret is shown this once",
      "It opens the environment of the key that asks, live or test.  A server keeps no secrets,\n"
      "so this is sent once only, and not again when the reply is lost.",
      "keys create --name billing --scope write", FLAGS(keys_create_flags), keys_create },
    { "keys", "revoke", "CLIENT_ID", 1, 1, "revoke a key", "", "keys revoke kci_...",
      FLAGS(only_key_flags), keys_revoke },
};
const size_t command_count = array_count(commands);

static const struct {
    const char *group;
    const char *summary;
} groups[] = {
    { "customers", "list, show, create, update and archive customers" },
    { "grants", "list, show, create, edit and void grants" },
    { "credits", "the calls of Kable and Metronome, on any server of theirs" },
    { "deduct", "use credit; many at once from a file" },
    { "reverse", "give back a deduction" },
    { "hold", "reserve credit; list, capture, release or extend it" },
    { "balance", "what a customer has left" },
    { "credit-limit", "set how far a customer may owe" },
    { "entries", "how a balance came about" },
    { "keys", "check, list, create and revoke keys" },
};

const char *group_summary(const char *group)
{
    for (size_t i = 0; i < array_count(groups); i++) {
        if (strcmp(groups[i].group, group) == 0)
            return groups[i].summary;
    }
    never("every group has a summary");
}

const struct command *command_group(const char *group)
{
    for (size_t i = 0; i < command_count; i++) {
        if (strcmp(commands[i].group, group) == 0)
            return &commands[i];
    }
    return NULL;
}

const struct command *command_next(const struct command *command)
{
    const struct command *next = command + 1;

    if (next == commands + command_count || strcmp(next->group, command->group) != 0)
        return NULL;
    return next;
}

bool command_is_first(const struct command *command)
{
    return command_group(command->group) == command;
}

static const struct flag *find(const struct flag *flags, size_t count, const char *name, size_t len)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(flags[i].name) == len && memcmp(flags[i].name, name, len) == 0)
            return &flags[i];
    }
    return NULL;
}

const struct flag *command_flag(const struct command *command, const char *name, size_t len)
{
    const struct flag *flag = find(command->flags, command->flag_count, name, len);

    return flag != NULL ? flag : find(common_flags, common_flag_count, name, len);
}
