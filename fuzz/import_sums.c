#include "import_sums.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/arena.h"
#include "daemon/lines.h"
#include "json/read.h"

#define ARENA_BYTES ((size_t)64 << 20)
#define NEVER "9223372036854775807"
#define ID_BYTES 16

/* --- an entry as it is sealed --- */

enum field_kind { FIELD_NUMBER = 1, FIELD_AT, FIELD_INSTANT, FIELD_ID, FIELD_IDS, FIELD_TEXT };

struct field {
    enum field_kind kind;
    struct str name;
};

#define NUMBER(field)                                                                              \
    {                                                                                              \
        FIELD_NUMBER, STR_INIT(field)                                                              \
    }
#define INSTANT(field)                                                                             \
    {                                                                                              \
        FIELD_INSTANT, STR_INIT(field)                                                             \
    }
#define ID(field)                                                                                  \
    {                                                                                              \
        FIELD_ID, STR_INIT(field)                                                                  \
    }
#define TEXT(field)                                                                                \
    {                                                                                              \
        FIELD_TEXT, STR_INIT(field)                                                                \
    }

static const struct field of_entry[] = {
    NUMBER("sequence"),
    NUMBER("kind"),
    NUMBER("flags"),
    NUMBER("because"),
    NUMBER("at"),
    { FIELD_AT, STR_INIT("effective_at") },
    NUMBER("operation"),
    NUMBER("account"),
    NUMBER("key_number"),
    NUMBER("source"),
    NUMBER("request"),
    NUMBER("grant_number"),
    NUMBER("of_operation"),
    NUMBER("amount"),
    NUMBER("held"),
    NUMBER("uncovered"),
    NUMBER("grant_posted"),
    NUMBER("grant_held"),
    NUMBER("account_posted"),
    NUMBER("account_held"),
    NUMBER("account_previous"),
    NUMBER("account_jump"),
    NUMBER("grant_previous"),
};

static const struct field of_debt[] = { NUMBER("debt"), NUMBER("account_debt") };

static const struct field of_facts[] = {
    ID("customer"),
    ID("credit_type"),
    ID("grant_id"),
    NUMBER("amount"),
    NUMBER("priority"),
    INSTANT("effective_at"),
    INSTANT("expires_at"),
    { FIELD_IDS, STR_INIT("products") },
    NUMBER("rollover_kind"),
    NUMBER("rollover_amount_max"),
    NUMBER("rollover_millionths_max"),
    NUMBER("rollover_priority"),
    INSTANT("rollover_expires_at"),
    ID("rolled_from"),
    TEXT("name"),
    TEXT("reason"),
    TEXT("grant_type"),
    TEXT("uniqueness_key"),
    TEXT("custom_fields"),
    NUMBER("has_paid"),
    NUMBER("paid_amount"),
    ID("paid_credit_type"),
    TEXT("paid_currency"),
    INSTANT("invoice_date"),
    TEXT("invoice_id"),
    ID("product"),
    TEXT("metadata"),
    INSTANT("hold_expires_at"),
};

static void add_number(struct digest_stream *stream, uint64_t number)
{
    uint8_t bytes[8];

    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(number >> (56 - 8 * i));
    digest_stream_add(stream, bytes, sizeof bytes);
}

static struct str text_of(const struct json *row, struct str name, struct str absent)
{
    const struct json *cell = json_member(row, name);

    return cell == NULL ? absent : cell->text;
}

static uint64_t number_of(const struct json *row, struct str name, struct str absent)
{
    char digits[24];
    struct str text = text_of(row, name, absent);

    snprintf(digits, sizeof digits, "%.*s", text.len < sizeof digits ? (int)text.len : 0,
             text.data);
    return (uint64_t)strtoll(digits, NULL, 10);
}

static void add_hex(struct digest_stream *stream, struct str hex)
{
    for (size_t i = 0; i + 1 < hex.len; i += 2) {
        uint8_t byte = (uint8_t)((unsigned)hex_digit(hex.data[i]) << 4 |
                                 ((unsigned)hex_digit(hex.data[i + 1]) & 15));

        digest_stream_add(stream, &byte, 1);
    }
}

static void add_field(struct digest_stream *stream, const struct json *row, struct field field)
{
    struct str text = text_of(row, field.name, STR(""));

    switch (field.kind) {
    case FIELD_NUMBER:
        add_number(stream, number_of(row, field.name, STR("0")));
        return;
    case FIELD_AT:
        add_number(stream, number_of(row, field.name, text_of(row, STR("at"), STR("0"))));
        return;
    case FIELD_INSTANT:
        add_number(stream, number_of(row, field.name, STR(NEVER)));
        return;
    case FIELD_ID:
        add_hex(stream, text.len > 0 ? text : STR("00000000000000000000000000000000"));
        return;
    case FIELD_IDS:
        add_number(stream, text.len / (2 * ID_BYTES));
        add_hex(stream, text);
        return;
    case FIELD_TEXT:
        add_number(stream, text.len);
        digest_stream_add(stream, text.data, text.len);
        return;
    }
    never("a field is of a kind");
}

static void add_fields(struct digest_stream *stream, const struct json *row,
                       const struct field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_field(stream, row, fields[i]);
}

/* --- a book --- */

struct book {
    struct str name;
    struct digest_stream stream; /* since the last seal, which is in it */
    const struct json *entry;    /* whose facts may follow */
};

static void add_entry(struct book *book, const struct json *facts)
{
    const struct json *entry = book->entry;
    bool tells_of_debt;

    if (entry == NULL)
        return;
    tells_of_debt = (number_of(entry, STR("debt"), STR("0")) |
                     number_of(entry, STR("account_debt"), STR("0"))) != 0;
    add_fields(&book->stream, entry, of_entry, array_count(of_entry));
    add_number(&book->stream, (facts != NULL ? 1 : 0) | (tells_of_debt ? 2 : 0));
    if (tells_of_debt)
        add_fields(&book->stream, entry, of_debt, array_count(of_debt));
    if (facts != NULL)
        add_fields(&book->stream, facts, of_facts, array_count(of_facts));
    book->entry = NULL;
}

static void seal_take(struct book *book, const struct json *seal,
                      char ret_hex[2 * DIGEST_BYTES + 1])
{
    struct digest hash;

    add_entry(book, NULL);
    add_number(&book->stream, number_of(seal, STR("at"), STR("0")));
    hash = digest_stream_take(&book->stream);
    digest_stream_add(&book->stream, hash.bytes, sizeof hash.bytes);
    digest_to_hex(&hash, ret_hex);
}

/* --- lines --- */

struct sums {
    FILE *to;
    struct arena arena;
    struct line_sum lines;
    struct book books[2];
};

static struct book *book_of(struct sums *sums, const struct json *line)
{
    struct str name = text_of(line, STR("book"), STR(""));

    for (size_t i = 0; i < array_count(sums->books); i++) {
        if (str_equals(sums->books[i].name, name))
            return &sums->books[i];
    }
    return NULL;
}

static const struct json *row_of(const struct json *line, struct str kind)
{
    const struct json *row = json_member(line, kind);

    return row != NULL && row->kind == JSON_OBJECT ? row : NULL;
}

/* ret: what belongs in the place of "hash":"=", if this is a seal. */
static void look_at(struct sums *sums, struct str text, char ret_hex[2 * DIGEST_BYTES + 1])
{
    const struct json *line, *row;
    struct json_error error;
    struct book *book;

    if (json_parse(text, &sums->arena, &line, &error) != OK || line->kind != JSON_OBJECT)
        return;
    book = book_of(sums, line);
    if (book == NULL)
        return;
    row = row_of(line, STR("facts"));
    if (row != NULL)
        add_entry(book, row);
    row = row_of(line, STR("entry"));
    if (row != NULL) {
        add_entry(book, NULL);
        book->entry = row;
    }
    row = row_of(line, STR("seal"));
    if (row != NULL)
        seal_take(book, row, ret_hex);
}

/* The text, with another in the place of what is there once, if it is. */
static struct str replaced(struct sums *sums, struct str text, struct str there, const char *by)
{
    for (size_t i = 0; i + there.len <= text.len; i++) {
        struct str rest = str_skip(text, i);

        if (str_starts_with(rest, there))
            return str_format(&sums->arena, "%.*s%s%.*s", (int)(i + there.len) - 2, text.data, by,
                              STR_PRINT(str_skip(rest, there.len - 1)));
    }
    return text;
}

static struct str line_put(struct sums *sums, struct str line)
{
    char hex[2 * DIGEST_BYTES + 1] = "=", count[24];

    snprintf(count, sizeof count, "%" PRIu64, sums->lines.line_count);
    if (str_starts_with(line, STR("{\"check\"")) || str_starts_with(line, STR("{\"end\""))) {
        line_sum_take(&sums->lines, hex);
        line = replaced(sums, line, STR("\"lines\":\"=\""), count);
        return replaced(sums, line, STR("\"sha256\":\"=\""), hex);
    }
    look_at(sums, line, hex);
    return replaced(sums, line, STR("\"hash\":\"=\""), hex);
}

static void sums_begin(struct sums *sums)
{
    static const uint8_t nothing[DIGEST_BYTES];

    arena_init(&sums->arena, ARENA_BYTES);
    line_sum_init(&sums->lines);
    sums->books[0].name = STR("live");
    sums->books[1].name = STR("test");
    for (size_t i = 0; i < array_count(sums->books); i++) {
        digest_stream_init(&sums->books[i].stream);
        digest_stream_add(&sums->books[i].stream, nothing, sizeof nothing);
    }
}

static void sums_end(struct sums *sums)
{
    arena_finish(&sums->arena);
}

struct str sums_put(struct str lines)
{
    struct sums sums = { .to = NULL };
    char *text;
    size_t size, end;

    sums.to = open_memstream(&text, &size);
    assert(sums.to != NULL);
    sums_begin(&sums);
    while (str_find(lines, '\n', &end)) {
        struct str line = line_put(&sums, str_take(lines, end));

        line_sum_add(&sums.lines, line);
        fwrite(line.data, 1, line.len, sums.to);
        putc('\n', sums.to);
        lines = str_skip(lines, end + 1);
    }
    fwrite(lines.data, 1, lines.len, sums.to);
    sums_end(&sums);
    fclose(sums.to);
    return (struct str){ .data = text, .len = size };
}
