#include "store/embedded/schema.h"

#include <stdio.h>
#include "base/random.h"
#include "store/embedded/directory.h"
#include "store/embedded/upgrade.h"
#include "store/well_known.h"

#define APPLICATION_ID 0x53637270 /* "Scrp", in the file's header */

/* What both books share.  Instants are microseconds since 1970 UTC, NULL for never; ids are the
 * 16 bytes of a UUID. */
static const char shared_tables[] =
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;"
    "CREATE TABLE customers ("
    " number INTEGER PRIMARY KEY, id BLOB NOT NULL, name TEXT, client_id TEXT,"
    " custom_fields TEXT, profile TEXT, created_at INTEGER, updated_at INTEGER,"
    " archived_at INTEGER, erased INTEGER) STRICT;"
    "CREATE TABLE aliases ("
    " customer INTEGER, position INTEGER, alias TEXT NOT NULL,"
    " PRIMARY KEY (customer, position)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE credit_types ("
    " number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, name TEXT NOT NULL, scale INTEGER,"
    " is_currency INTEGER, created_at INTEGER) STRICT;"
    "CREATE TABLE products ("
    " number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, name TEXT NOT NULL,"
    " created_at INTEGER) STRICT;"
    "CREATE TABLE sources ("
    " number INTEGER PRIMARY KEY, run INTEGER, ip TEXT, user_agent TEXT) STRICT;"
    "CREATE TABLE directory_log ("
    " number INTEGER PRIMARY KEY, at INTEGER NOT NULL, key_number INTEGER, source INTEGER,"
    " request INTEGER, action TEXT NOT NULL, resource_type TEXT, resource_id TEXT) STRICT;"
    "CREATE INDEX directory_log_resources ON directory_log (resource_type, resource_id);"
    "CREATE TABLE custom_field_keys ("
    " number INTEGER PRIMARY KEY, entity TEXT NOT NULL, key TEXT NOT NULL,"
    " enforce_uniqueness INTEGER, created_at INTEGER, removed_at INTEGER) STRICT;"
    "CREATE TABLE keys ("
    " number INTEGER PRIMARY KEY, client_id TEXT NOT NULL UNIQUE, environment INTEGER NOT NULL,"
    " scope INTEGER NOT NULL, name TEXT, secret_hmac BLOB NOT NULL, created_at INTEGER,"
    " revoked_at INTEGER, customer INTEGER, requests_per_second INTEGER) STRICT;"
    "CREATE TABLE receipts ("
    " number INTEGER PRIMARY KEY, key BLOB NOT NULL, request BLOB NOT NULL, at INTEGER,"
    " status INTEGER, content_type TEXT, body BLOB) STRICT;";

/* Amounts are whole numbers of the credit type's smallest unit.  entries, facts and seals are
 * only ever added to; the rest is what they come to, with the last entry that it stands for. */
static const char book_tables[] =
    "CREATE TABLE {book}_entries ("
    " sequence INTEGER PRIMARY KEY, kind INTEGER NOT NULL, flags INTEGER, because INTEGER,"
    " at INTEGER NOT NULL, effective_at INTEGER, operation INTEGER, account INTEGER NOT NULL,"
    " key_number INTEGER, grant_number INTEGER, of_operation INTEGER, amount INTEGER,"
    " held INTEGER, uncovered INTEGER, grant_posted INTEGER, grant_held INTEGER,"
    " account_posted INTEGER, account_held INTEGER, account_previous INTEGER,"
    " account_jump INTEGER, grant_previous INTEGER, source INTEGER, request INTEGER) STRICT;"
    "CREATE TABLE {book}_facts ("
    " sequence INTEGER PRIMARY KEY, customer BLOB, credit_type BLOB, grant_id BLOB,"
    " amount INTEGER, priority INTEGER, effective_at INTEGER, expires_at INTEGER, products BLOB,"
    " rollover_kind INTEGER, rollover_amount_max INTEGER, rollover_millionths_max INTEGER,"
    " rollover_priority INTEGER, rollover_expires_at INTEGER, rolled_from BLOB, name TEXT,"
    " reason TEXT, grant_type TEXT, uniqueness_key TEXT, custom_fields TEXT, has_paid INTEGER,"
    " paid_amount INTEGER, paid_credit_type BLOB, paid_currency TEXT, invoice_date INTEGER,"
    " invoice_id TEXT, product BLOB, metadata TEXT, hold_expires_at INTEGER) STRICT;"
    "CREATE TABLE {book}_seals ("
    " last_sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;"
    "CREATE TABLE {book}_accounts ("
    " number INTEGER PRIMARY KEY, last_entry INTEGER, entry_count INTEGER, customer INTEGER,"
    " credit_type INTEGER, posted INTEGER, held INTEGER, scheduled INTEGER,"
    " uncovered INTEGER) STRICT;"
    "CREATE TABLE {book}_grants ("
    " number INTEGER PRIMARY KEY, last_entry INTEGER, facts_entry INTEGER, id BLOB NOT NULL,"
    " account INTEGER, status INTEGER, priority INTEGER, effective_at INTEGER,"
    " expires_at INTEGER, amount INTEGER, scheduled INTEGER, posted INTEGER, held INTEGER,"
    " drawn INTEGER, reversed INTEGER, expired INTEGER, voided INTEGER, rolled_over INTEGER,"
    " terms INTEGER, uniqueness BLOB) STRICT;"
    "CREATE TABLE {book}_holds ("
    " number INTEGER PRIMARY KEY, last_entry INTEGER, account INTEGER, status INTEGER,"
    " expires_at INTEGER, amount INTEGER, captured INTEGER, product BLOB, parts TEXT) STRICT;"
    "CREATE INDEX {book}_holds_open ON {book}_holds (number) WHERE status = 1;"
    "CREATE TABLE {book}_reversals ("
    " deduction INTEGER, grant_number INTEGER, last_entry INTEGER, amount INTEGER,"
    " PRIMARY KEY (deduction, grant_number)) STRICT, WITHOUT ROWID;";

/* Version 2: usage that was reported and not deducted, only ever added to. */
static const char usage_event_tables[] =
    "CREATE TABLE {book}_usage_events ("
    " number INTEGER PRIMARY KEY, customer INTEGER, client_id TEXT NOT NULL, at INTEGER NOT NULL,"
    " recorded_at INTEGER NOT NULL, transaction_id TEXT, data TEXT, because TEXT,"
    " key_number INTEGER) STRICT;";

/* Version 4: what accounts owe and may owe. */
static const char debt_columns[] = "ALTER TABLE {book}_entries ADD COLUMN debt INTEGER;"
                                   "ALTER TABLE {book}_entries ADD COLUMN account_debt INTEGER;"
                                   "ALTER TABLE {book}_accounts ADD COLUMN credit_limit INTEGER;"
                                   "ALTER TABLE {book}_accounts ADD COLUMN debt INTEGER;"
                                   "ALTER TABLE {book}_accounts ADD COLUMN last_repay INTEGER;"
                                   "ALTER TABLE {book}_accounts ADD COLUMN lent INTEGER;"
                                   "ALTER TABLE {book}_grants ADD COLUMN repaid INTEGER;";

#define UUID_IN_SQL(column)                                                                        \
    "lower(substr(hex(" column "),1,8)||'-'||substr(hex(" column "),9,4)||'-'||"                   \
    "substr(hex(" column "),13,4)||'-'||substr(hex(" column "),17,4)||'-'||"                       \
    "substr(hex(" column "),21))"
#define INSTANT_IN_SQL(column)                                                                     \
    "strftime('%Y-%m-%dT%H:%M:%S'," column "/1000000,'unixepoch')"                                 \
    "||printf('.%06dZ'," column "%1000000)"

/* For people: the book with names. */
/* clang-format off */
static const char book_view[] =
    "DROP VIEW IF EXISTS {book}_book;"
    "CREATE VIEW {book}_book AS SELECT"
    " e.sequence, " INSTANT_IN_SQL("e.at") " AS at,"
    " " INSTANT_IN_SQL("coalesce(e.effective_at,e.at)") " AS effective_at,"
    " CASE e.kind"
#define ENTRY(name, code, text) " WHEN " #code " THEN '" text "'"
#include "domain/entry.def"
#undef ENTRY
    " END AS kind,"
    " e.account, " UUID_IN_SQL("g.grant_id") " AS grant_id, g.name AS grant_name,"
    " e.amount, e.held, e.uncovered, e.debt, e.grant_posted, e.grant_held, e.account_posted,"
    " e.account_held, e.account_debt, e.operation, e.of_operation, e.key_number, f.reason,"
    " f.invoice_id, f.metadata"
    " FROM {book}_entries AS e"
    " LEFT JOIN {book}_facts AS g ON g.sequence = e.grant_number"
    " LEFT JOIN {book}_facts AS f ON f.sequence = e.sequence;";
/* clang-format on */

/* --- steps --- */

static enum err put_pepper(struct database *database)
{
    struct random random = random_system();
    uint8_t bytes[32];
    sqlite3_stmt *statement;
    enum err e = sql_get(database, NO_BOOK, SQL_META_PUT, &statement);

    if (e != OK)
        return e;
    random_bytes(&random, bytes, sizeof bytes);
    sql_bind_text(statement, 1, STR("pepper"));
    sql_bind_blob(statement, 2, bytes, sizeof bytes);
    return sql_run(database, statement);
}

static enum err put_credit_types(struct database *database)
{
    enum err e = OK;

    for (size_t i = 0; i < well_known_count() && e == OK; i++) {
        struct credit_type type = well_known_credit_type(i);

        e = directory_credit_type_write(database, &type);
    }
    return e;
}

/* From an empty file to version 1. */
static enum err step_to_1(struct database *database)
{
    enum err e = database_run(database, shared_tables);

    for (int i = 0; i < ENVIRONMENT_COUNT && e == OK; i++)
        e = database_run_book(database, (enum environment)(i + 1), book_tables);
    if (e == OK)
        e = put_pepper(database);
    return e == OK ? put_credit_types(database) : e;
}

static enum err step_to_2(struct database *database)
{
    enum err e = OK;

    for (int i = 0; i < ENVIRONMENT_COUNT && e == OK; i++)
        e = database_run_book(database, (enum environment)(i + 1), usage_event_tables);
    return e;
}

/* Jumps of grants. */
static const char grant_jump_columns[] =
    "ALTER TABLE {book}_entries ADD COLUMN grant_jump INTEGER;"
    "ALTER TABLE {book}_grants ADD COLUMN entry_count INTEGER;";

static enum err step_to_3(struct database *database)
{
    enum err e = OK;

    for (int i = 0; i < ENVIRONMENT_COUNT && e == OK; i++) {
        enum environment environment = (enum environment)(i + 1);

        e = database_run_book(database, environment, grant_jump_columns);
        if (e == OK)
            e = upgrade_grant_jumps(database, environment);
    }
    return e;
}

/* The view tells of them, too. */
static enum err step_to_4(struct database *database)
{
    enum err e = OK;

    for (int i = 0; i < ENVIRONMENT_COUNT && e == OK; i++) {
        enum environment environment = (enum environment)(i + 1);

        e = database_run_book(database, environment, debt_columns);
        if (e == OK)
            e = database_run_book(database, environment, book_view);
    }
    return e;
}

/* steps[n] makes version n + 1 of version n.  A change of the tables is a new one, never an edit of
 * those above: files of their format are about, and test/system/upgrade.mjs opens one. */
static enum err (*const steps[])(struct database *database) = { step_to_1, step_to_2, step_to_3,
                                                                step_to_4 };

int schema_version(void)
{
    return (int)array_count(steps);
}

/* --- the version of a file --- */

struct version {
    int64_t number;
    int64_t application;
    int64_t tables;
};

static enum err version_read(struct database *database, struct version *ret)
{
    enum err e = database_number(database, "PRAGMA user_version", &ret->number);

    if (e == OK)
        e = database_number(database, "PRAGMA application_id", &ret->application);
    if (e == OK)
        e = database_number(database, "SELECT count(*) FROM sqlite_schema", &ret->tables);
    return e;
}

static enum err version_check(const struct version *version,
                              char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    if (version->number > schema_version()) {
        snprintf(ret_message, EMBEDDED_MESSAGE_BYTES,
                 "the file has format %lld, this program knows up to %d: a newer scrip wrote it",
                 (long long)version->number, schema_version());
        return ERR_CORRUPT;
    }
    if (version->number < 0 ||
        (version->tables > 0 && (version->number == 0 || version->application != APPLICATION_ID))) {
        snprintf(ret_message, EMBEDDED_MESSAGE_BYTES, "the file is a database, but not scrip's");
        return ERR_CORRUPT;
    }
    return OK;
}

static enum err version_write(struct database *database, int format)
{
    char text[96];

    snprintf(text, sizeof text, "PRAGMA user_version=%d;PRAGMA application_id=%d", format,
             APPLICATION_ID);
    return database_run(database, text);
}

static enum err upgrade(struct database *database, int format,
                        char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    struct version version;
    enum err e = version_read(database, &version);

    if (e == OK)
        e = version_check(&version, ret_message);
    for (int64_t n = version.number; e == OK && n < format; n++)
        e = steps[n](database);
    if (e == OK && version.number < format)
        e = version_write(database, format);
    return e;
}

static void message_default(const struct database *database,
                            char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    if (ret_message[0] == '\0')
        snprintf(ret_message, EMBEDDED_MESSAGE_BYTES, "%s", database_message(database));
}

static enum err upgrade_to(struct database *database, int format,
                           char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    enum err e = database_run(database, "BEGIN IMMEDIATE");

    ret_message[0] = '\0';
    if (e == OK)
        e = upgrade(database, format, ret_message);
    if (e == OK)
        e = database_run(database, "COMMIT");
    if (e == OK)
        return OK;
    message_default(database, ret_message);
    if (sqlite3_get_autocommit(database->handle) == 0)
        (void)sqlite3_exec(database->handle, "ROLLBACK", NULL, NULL, NULL);
    return e;
}

enum err schema_upgrade(struct database *database, bool change_older,
                        char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    struct version version;

    if (!change_older && version_read(database, &version) == OK && version.number > 0)
        return schema_check(database, ret_message);
    return upgrade_to(database, schema_version(), ret_message);
}

enum err schema_make(struct database *database, int format,
                     char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    if (format >= 1 && format <= schema_version())
        return upgrade_to(database, format, ret_message);
    snprintf(ret_message, EMBEDDED_MESSAGE_BYTES,
             "it has format %d, this program knows 1 to %d: %s", format, schema_version(),
             format < 1 ? "there is none such" : "a newer scrip wrote it");
    return ERR_CORRUPT;
}

static enum err empty_check(const struct version *version, char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    if (version->number > 0)
        return OK;
    snprintf(ret_message, EMBEDDED_MESSAGE_BYTES, "the file is empty");
    return ERR_CORRUPT;
}

enum err schema_check_known(struct database *database, char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    struct version version;
    enum err e = version_read(database, &version);

    ret_message[0] = '\0';
    if (e == OK)
        e = version_check(&version, ret_message);
    if (e == OK)
        e = empty_check(&version, ret_message);
    if (e != OK)
        message_default(database, ret_message);
    return e;
}

enum err schema_check(struct database *database, char ret_message[EMBEDDED_MESSAGE_BYTES])
{
    struct version version;
    enum err e = version_read(database, &version);

    ret_message[0] = '\0';
    if (e == OK)
        e = version_check(&version, ret_message);
    if (e == OK)
        e = empty_check(&version, ret_message);
    if (e == OK && version.number < schema_version()) {
        snprintf(ret_message, EMBEDDED_MESSAGE_BYTES,
                 "the file has format %lld, this program writes %d: start the server on it once",
                 (long long)version.number, schema_version());
        e = ERR_CORRUPT;
    }
    if (e != OK)
        message_default(database, ret_message);
    return e;
}
