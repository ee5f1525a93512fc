/* A text as a cursor of each list.  One that we did not write is refused, whatever was changed. */
#include <string.h>
#include "api/cursor.h"
#include "fuzz.h"

static const uint8_t pepper[CURSOR_PEPPER_BYTES] = "a pepper that nobody would guess";

static void check_any(struct str text)
{
    for (int list = CURSOR_GRANTS; list <= CURSOR_HOLDS; list++) {
        char again[CURSOR_TEXT_SIZE];
        struct cursor cursor;

        if (cursor_parse(text, (enum cursor_list)list, pepper, &cursor) != OK)
            continue;
        assert(cursor.list == (enum cursor_list)list);
        assert(cursor.after > 0);
        cursor_format(cursor, pepper, again);
        assert(str_equals(text, (struct str){ .data = again, .len = sizeof again }));
    }
}

static uint64_t number_take(struct str *input)
{
    uint64_t number = 0;

    for (int i = 0; i < 8; i++)
        number = number << 8 | fuzz_byte(input);
    return number;
}

/* Ours, and then with one character changed. */
static void check_ours(struct str input)
{
    struct cursor cursor = { .list = (enum cursor_list)(1 + fuzz_byte(&input) % CURSOR_HOLDS) };
    struct cursor back;
    char text[CURSOR_TEXT_SIZE];
    struct str all = { .data = text, .len = sizeof text };
    size_t place;
    char other;

    cursor.after = number_take(&input);
    cursor.after += cursor.after == 0;
    cursor.within = number_take(&input);
    cursor_format(cursor, pepper, text);
    assert(cursor_parse(all, cursor.list, pepper, &back) == OK);
    assert(back.list == cursor.list && back.after == cursor.after && back.within == cursor.within);
    place = fuzz_byte(&input) % sizeof text;
    other = (char)fuzz_byte(&input);
    if (text[place] == other)
        return;
    text[place] = other;
    for (int list = CURSOR_GRANTS; list <= CURSOR_HOLDS; list++)
        assert(cursor_parse(all, (enum cursor_list)list, pepper, &back) == ERR_MALFORMED);
}

void fuzz_one(struct str input)
{
    check_any(input);
    check_ours(input);
}
