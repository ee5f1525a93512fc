/* The whole book as text: an object a line, or CSV as RFC 4180 has it. */
#include <string.h>
#include "api/native/native.h"
#include "api/page.h"

/* Texts to be joined. */
struct pile {
    struct str *pieces;
    size_t count;
    size_t bytes;
};

static enum err pile_join(const struct pile *pile, struct arena *arena, struct str *ret)
{
    char *data = arena_take(arena, pile->bytes);
    size_t len = 0;

    if (data == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < pile->count; i++) {
        memcpy(data + len, pile->pieces[i].data, pile->pieces[i].len);
        len += pile->pieces[i].len;
    }
    assert(len == pile->bytes);
    *ret = (struct str){ .data = data, .len = len };
    return OK;
}

static void pile_add(struct pile *pile, struct str piece)
{
    pile->pieces[pile->count++] = piece;
    pile->bytes += piece.len;
}

/* The address of the page that follows, with what was asked. */
static enum err link_next(struct call *call, struct str format)
{
    struct cursor cursor = { .list = CURSOR_BOOK, .after = call->job.answer.next };
    struct key_snapshot *keys;
    char text[CURSOR_TEXT_SIZE];

    if (cursor.after == 0)
        return OK;
    keys = call_keys_acquire(call);
    cursor_format(cursor, keys->pepper, text);
    ledger_keys_release(keys);
    call->link = str_format(call->exchange->arena,
                            "</scrip/v1/entries?format=%.*s&limit=%zu&cursor=%.*s>; rel=\"next\"",
                            STR_PRINT(format), call->job.query.limit, CURSOR_TEXT_SIZE, text);
    return call->link.data == NULL ? ERR_NOMEM : OK;
}

enum err native_encode_book_jsonl(struct call *call, struct str *ret_type, struct str *ret)
{
    const struct answer *answer = &call->job.answer;
    struct arena *arena = call->exchange->arena;
    struct pile pile = { .pieces = arena_new(arena, struct str, 2 * answer->line_count) };
    enum err e = pile.pieces == NULL ? ERR_NOMEM : link_next(call, STR("jsonl"));

    for (size_t i = 0; e == OK && i < answer->line_count; i++) {
        struct json_writer writer;
        struct str line;

        json_writer_init_in(&writer, arena);
        native_put_book_line(&writer, call, &answer->lines[i]);
        e = json_writer_finish(&writer, &line);
        if (e != OK)
            break;
        pile_add(&pile, line);
        pile_add(&pile, STR("\n"));
    }
    *ret_type = STR("application/x-ndjson");
    return e == OK ? pile_join(&pile, arena, ret) : e;
}

/* --- CSV --- */

#define COLUMNS                                                                                    \
    "sequence,at,effective_at,kind,operation,customer,credit_type,grant_id,deduction_id,hold_id,"  \
    "reversal_id,amount,held,uncovered,grant_posted,grant_held,account_posted,account_held,"       \
    "because,name,reason,product,invoice_id,debt,account_debt\n"

static bool needs_quotes(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (strchr("\",\r\n", text.data[i]) != NULL)
            return true;
    return false;
}

/* A quote inside is written twice.  *ret.data NULL: out of memory. */
static struct str quoted(struct str text, struct arena *arena)
{
    char *data;
    size_t len = 0;

    if (!needs_quotes(text))
        return text.len > 0 ? text : STR("");
    data = arena_take(arena, 2 * text.len + 2);
    if (data == NULL)
        return STR_NONE;
    data[len++] = '"';
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '"')
            data[len++] = '"';
        data[len++] = text.data[i];
    }
    data[len++] = '"';
    return (struct str){ .data = data, .len = len };
}

static struct str uuid_text(struct uuid uuid, char buffer[UUID_TEXT_SIZE])
{
    if (uuid_is_zero(uuid))
        return STR("");
    uuid_format(uuid, buffer);
    return (struct str){ .data = buffer, .len = UUID_TEXT_SIZE };
}

static struct str amounts_text(const struct entry *entry, int scale, struct arena *arena)
{
    const struct amount amounts[] = {
        entry->amount,     entry->held,           entry->uncovered,    entry->grant_posted,
        entry->grant_held, entry->account_posted, entry->account_held,
    };
    char texts[array_count(amounts)][AMOUNT_TEXT_MAX];
    struct str strs[array_count(amounts)];

    for (size_t i = 0; i < array_count(amounts); i++)
        strs[i] = amount_format(amounts[i], scale, texts[i]);
    return str_format(arena, "%.*s,%.*s,%.*s,%.*s,%.*s,%.*s,%.*s", STR_PRINT(strs[0]),
                      STR_PRINT(strs[1]), STR_PRINT(strs[2]), STR_PRINT(strs[3]),
                      STR_PRINT(strs[4]), STR_PRINT(strs[5]), STR_PRINT(strs[6]));
}

static struct str debt_text(const struct entry *entry, int scale, struct arena *arena)
{
    char debt[AMOUNT_TEXT_MAX], account_debt[AMOUNT_TEXT_MAX];

    return str_format(arena, "%.*s,%.*s", STR_PRINT(amount_format(entry->debt, scale, debt)),
                      STR_PRINT(amount_format(entry->account_debt, scale, account_debt)));
}

static struct str ids_text(const struct book_line *line, struct arena *arena)
{
    struct entry_ids ids = native_entry_ids(&line->entry);
    const struct uuid uuids[] = { line->customer.uuid,
                                  line->credit_type->id.uuid,
                                  line->entry.grant_id.uuid,
                                  ids.deduction,
                                  ids.hold,
                                  ids.reversal };
    char texts[array_count(uuids)][UUID_TEXT_SIZE];
    struct str strs[array_count(uuids)];

    for (size_t i = 0; i < array_count(uuids); i++)
        strs[i] = uuid_text(uuids[i], texts[i]);
    return str_format(arena, "%.*s,%.*s,%.*s,%.*s,%.*s,%.*s", STR_PRINT(strs[0]),
                      STR_PRINT(strs[1]), STR_PRINT(strs[2]), STR_PRINT(strs[3]),
                      STR_PRINT(strs[4]), STR_PRINT(strs[5]));
}

static struct str facts_text(const struct entry *entry, struct arena *arena)
{
    struct facts none = FACTS_NONE;
    const struct facts *facts = entry->facts != NULL ? entry->facts : &none;
    struct str name = quoted(facts->name, arena);
    struct str reason = quoted(facts->reason, arena);
    struct str invoice_id = quoted(facts->invoice_id, arena);
    char buffer[UUID_TEXT_SIZE];
    struct str product = uuid_text(facts->product.uuid, buffer);

    if (name.data == NULL || reason.data == NULL || invoice_id.data == NULL)
        return STR_NONE;
    return str_format(arena, "%.*s,%.*s,%.*s,%.*s", STR_PRINT(name), STR_PRINT(reason),
                      STR_PRINT(product), STR_PRINT(invoice_id));
}

static struct str line_text(const struct book_line *line, struct arena *arena)
{
    const struct entry *entry = &line->entry;
    char at[INSTANT_TEXT_MAX], effective_at[INSTANT_TEXT_MAX];
    struct str at_text = instant_format(entry->at, at);
    struct str effective_at_text = instant_format(entry->effective_at, effective_at);
    struct str kind = entry_kind_name(entry->kind);
    struct str because = entry->because != 0 ? because_text(entry->because) : STR("");
    struct str ids = ids_text(line, arena);
    struct str amounts = amounts_text(entry, line->credit_type->scale, arena);
    struct str facts = facts_text(entry, arena);
    struct str debt = debt_text(entry, line->credit_type->scale, arena);

    because = quoted(because, arena);
    if (ids.data == NULL || amounts.data == NULL || facts.data == NULL || because.data == NULL ||
        debt.data == NULL)
        return STR_NONE;
    return str_format(arena, "%llu,%.*s,%.*s,%.*s,%llu,%.*s,%.*s,%.*s,%.*s,%.*s\n",
                      (unsigned long long)entry->sequence, STR_PRINT(at_text),
                      STR_PRINT(effective_at_text), STR_PRINT(kind),
                      (unsigned long long)entry->operation, STR_PRINT(ids), STR_PRINT(amounts),
                      STR_PRINT(because), STR_PRINT(facts), STR_PRINT(debt));
}

enum err native_encode_book_csv(struct call *call, struct str *ret_type, struct str *ret)
{
    const struct answer *answer = &call->job.answer;
    struct arena *arena = call->exchange->arena;
    struct pile pile = { .pieces = arena_new(arena, struct str, answer->line_count + 1) };
    enum err e = pile.pieces == NULL ? ERR_NOMEM : link_next(call, STR("csv"));

    if (e != OK)
        return e;
    /* So that the pages of the book, one behind the other, are one table. */
    if (call->job.query.after == 0)
        pile_add(&pile, STR(COLUMNS));
    for (size_t i = 0; i < answer->line_count; i++) {
        struct str line = line_text(&answer->lines[i], arena);

        if (line.data == NULL)
            return ERR_NOMEM;
        pile_add(&pile, line);
    }
    *ret_type = STR("text/csv");
    return pile_join(&pile, arena, ret);
}
