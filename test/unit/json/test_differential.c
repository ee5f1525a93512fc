/* Our reader against json-c, another's work, on random texts and on texts with random damage.
 *
 * What we take, json-c must take, as the same tree.  What json-c takes and we refuse must be one of
 * the liberties of its that we know. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <json-c/json.h>
#include <cmocka.h>
#include "base/limits.h"
#include "base/random.h"
#include "json/read.h"

#define TEXT_MAX 2000

/* A text that is being made up. */
struct draft {
    char data[TEXT_MAX];
    size_t len;
    struct random random;
    unsigned names; /* so that names differ */
};

static void add(struct draft *draft, const char *text)
{
    size_t len = strlen(text);

    if (len <= TEXT_MAX - draft->len) {
        memcpy(draft->data + draft->len, text, len);
        draft->len += len;
    }
}

static size_t pick(struct draft *draft, size_t limit)
{
    return (size_t)random_below(&draft->random, limit);
}

static void add_one_of(struct draft *draft, const char *const *rows, size_t count)
{
    add(draft, rows[pick(draft, count)]);
}

static void add_string(struct draft *draft)
{
    static const char *const pieces[] = {
        "a",
        "bc",
        " ",
        "\\n",
        "\\\"",
        "\\\\",
        "\\/",
        "\\u0041",
        "\\u00e9",
        "\\u20AC",
        "\xC3\xA9",
        "\\uD83D\\uDE00",
        "\xF0\x9F\x98\x80",
        "0123456789",
        "'",
        "{",
        "]",
        "\x7F",
        "\\b\\f\\r\\t",
    };

    add(draft, "\"");
    for (size_t i = pick(draft, 5); i > 0; i--)
        add_one_of(draft, pieces, array_count(pieces));
    add(draft, "\"");
}

static void add_space(struct draft *draft)
{
    static const char *const rows[] = { "", "", "", " ", "\n", "\t\r\n  " };

    add_one_of(draft, rows, array_count(rows));
}

static void add_value(struct draft *draft, unsigned depth);

static void add_list(struct draft *draft, unsigned depth, bool is_object)
{
    size_t count = pick(draft, 5);
    char name[32];

    add(draft, is_object ? "{" : "[");
    add_space(draft);
    for (size_t i = 0; i < count; i++) {
        if (is_object) {
            snprintf(name, sizeof name, "%s\"n%u\"", i == 0 ? "" : ",", draft->names++);
            add(draft, name);
            add_space(draft);
            add(draft, ":");
        } else if (i > 0) {
            add(draft, ",");
        }
        add_value(draft, depth + 1);
    }
    add(draft, is_object ? "}" : "]");
}

static void add_value(struct draft *draft, unsigned depth)
{
    static const char *const scalars[] = {
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1",
        "-17",
        "9223372036854775807",
        "3.25",
        "1e3",
        "-1.5E-7",
        "0.1",
        "1E+2",
        "100.50",
        "9223372036854775808",
        "18446744073709551616",
    };

    add_space(draft);
    switch (depth < 6 ? pick(draft, 5) : pick(draft, 2)) {
    case 0:
        add_one_of(draft, scalars, array_count(scalars));
        break;
    case 1:
        add_string(draft);
        break;
    case 2:
        add_list(draft, depth, false);
        break;
    default:
        add_list(draft, depth, true);
        break;
    }
    add_space(draft);
}

/* Damages the text in a few places. */
static void damage(struct draft *draft)
{
    static const char bytes[] = "{}[]:,\"\\0123456789.eE+-untrfalsN/*' \n\t\x01\x80\xC3\xFF";

    for (size_t i = 1 + pick(draft, 3); i > 0 && draft->len > 1; i--) {
        size_t at = pick(draft, draft->len), rest = draft->len - at;
        char byte = bytes[pick(draft, sizeof bytes - 1)];

        switch (pick(draft, 4)) {
        case 0: /* changed */
            draft->data[at] = byte;
            break;
        case 1: /* lost */
            memmove(draft->data + at, draft->data + at + 1, rest - 1);
            draft->len--;
            break;
        case 2: /* added */
            if (draft->len == TEXT_MAX)
                break;
            memmove(draft->data + at + 1, draft->data + at, rest);
            draft->data[at] = byte;
            draft->len++;
            break;
        case 3: /* cut off */
            if (pick(draft, 4) == 0)
                draft->len = at + 1;
            break;
        }
    }
}

static struct json_object *oracle_parse(struct str text, bool *ret_taken)
{
    struct json_tokener *tokener = json_tokener_new_ex((int)JSON_DEPTH_MAX + 1);
    struct json_object *object;

    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    object = json_tokener_parse_ex(tokener, text.data, (int)text.len);
    if (json_tokener_get_error(tokener) == json_tokener_continue) /* the end of a number? */
        object = json_tokener_parse_ex(tokener, "", 1);
    else if (json_tokener_get_parse_end(tokener) < text.len)
        text.len = 0; /* something follows */
    *ret_taken = json_tokener_get_error(tokener) == json_tokener_success && text.len > 0;
    json_tokener_free(tokener);
    if (!*ret_taken) {
        json_object_put(object);
        return NULL;
    }
    return object;
}

/* json-c keeps the text of what has a point or an exponent; whole numbers beyond 64 bits it
 * saturates. */
static bool number_agrees(struct str text, struct json_object *theirs)
{
    char ours[64];
    size_t at;

    if (json_object_get_type(theirs) == json_type_double)
        return str_equals(text, str_from_c(json_object_to_json_string(theirs)));
    if (json_object_get_type(theirs) != json_type_int || str_find(text, '.', &at))
        return false;
    if (text.len >= 19)
        return true;
    snprintf(ours, sizeof ours, "%.*s", STR_PRINT(text));
    return strcmp(strcmp(ours, "-0") == 0 ? "0" : ours, json_object_to_json_string(theirs)) == 0;
}

static bool trees_agree(const struct json *ours, struct json_object *theirs);

/* json-c 0.16 takes a pair whose code point has the bits of a surrogate further down, such as
 * \uD837\uDE00, which is U+1DE00, for half a pair, and puts U+FFFD in its place. */
static bool string_agrees(struct str text, struct json_object *theirs)
{
    struct str their_text = { .data = json_object_get_string(theirs),
                              .len = (size_t)json_object_get_string_len(theirs) };

    return str_equals(text, their_text) || strstr(their_text.data, "\xEF\xBF\xBD") != NULL;
}

static bool objects_agree(const struct json *ours, struct json_object *theirs)
{
    if ((int)ours->count != json_object_object_length(theirs))
        return false;
    for (const struct json *member = ours->first; member != NULL; member = member->next) {
        char name[TEXT_MAX + 1];
        struct json_object *their_member;

        snprintf(name, sizeof name, "%.*s", STR_PRINT(member->name));
        if (!json_object_object_get_ex(theirs, name, &their_member))
            return false;
        if (!trees_agree(member, their_member))
            return false;
    }
    return true;
}

static bool arrays_agree(const struct json *ours, struct json_object *theirs)
{
    size_t i = 0;

    if (ours->count != json_object_array_length(theirs))
        return false;
    for (const struct json *element = ours->first; element != NULL; element = element->next) {
        if (!trees_agree(element, json_object_array_get_idx(theirs, i++)))
            return false;
    }
    return true;
}

static bool trees_agree(const struct json *ours, struct json_object *theirs)
{
    switch (ours->kind) {
    case JSON_NULL:
        return theirs == NULL;
    case JSON_FALSE:
    case JSON_TRUE:
        return json_object_is_type(theirs, json_type_boolean) &&
               json_object_get_boolean(theirs) == (ours->kind == JSON_TRUE);
    case JSON_NUMBER:
        return number_agrees(ours->text, theirs);
    case JSON_STRING:
        return json_object_is_type(theirs, json_type_string) && string_agrees(ours->text, theirs);
    case JSON_ARRAY:
        return json_object_is_type(theirs, json_type_array) && arrays_agree(ours, theirs);
    case JSON_OBJECT:
        return json_object_is_type(theirs, json_type_object) && objects_agree(ours, theirs);
    }
    return false;
}

/* Where json-c, strict as it can be, takes what RFC 8259 or we do not. */
static bool is_known_liberty(const struct json_error *error)
{
    static const char *const liberties[] = {
        "same name",         /* the last one wins */
        "control character", /* newlines in strings */
        "surrogate",         /* becomes U+FFFD */
        "NUL",
        "decimal point", /* 10. and 1.e3 */
        "needless zero", /* 007 */
        "minus sign",    /* -.5, and - alone in some places */
    };

    for (size_t i = 0; i < array_count(liberties); i++) {
        if (strstr(error->why.data, liberties[i]) != NULL)
            return true;
    }
    return false;
}

struct tally {
    int both, neither, only_theirs;
};

static void compare(struct str text, struct tally *tally)
{
    struct arena arena;
    const struct json *ours = NULL;
    struct json_error error = { .why = STR_INIT("") };
    struct json_object *theirs;
    bool taken;
    enum err e;

    arena_init(&arena, 1u << 20);
    e = json_parse(text, &arena, &ours, &error);
    theirs = oracle_parse(text, &taken);
    if (e == OK && !taken)
        fail_msg("only we take %.*s", STR_PRINT(text));
    if (e == OK && !trees_agree(ours, theirs))
        fail_msg("the trees differ: %.*s", STR_PRINT(text));
    if (e != OK && taken && !is_known_liberty(&error))
        fail_msg("we refuse %.*s: %zu: %.*s", STR_PRINT(text), error.offset, STR_PRINT(error.why));
    tally->both += e == OK;
    tally->neither += e != OK && !taken;
    tally->only_theirs += e != OK && taken;
    json_object_put(theirs);
    arena_finish(&arena);
}

static void make(struct draft *draft, uint64_t seed)
{
    draft->random = random_seeded(seed);
    draft->len = 0;
    draft->names = 0;
    add_value(draft, 0);
}

static void random_texts_are_read_alike(void **state)
{
    static struct draft draft;
    struct tally tally = { 0 };

    for (uint64_t seed = 0; seed < 20000; seed++) {
        make(&draft, seed);
        if (draft.len < TEXT_MAX - 64)
            compare((struct str){ .data = draft.data, .len = draft.len }, &tally);
    }
    assert_true(tally.both > 19000); /* or the test would be about nothing */
    assert_int_equal(tally.neither, 0);
    assert_int_equal(tally.only_theirs, 0);
}

static void damaged_texts_are_refused_alike(void **state)
{
    static struct draft draft;
    struct tally tally = { 0 };

    for (uint64_t seed = 0; seed < 100000; seed++) {
        make(&draft, seed);
        damage(&draft);
        compare((struct str){ .data = draft.data, .len = draft.len }, &tally);
    }
    print_message("# both %d, neither %d, only json-c %d\n", tally.both, tally.neither,
                  tally.only_theirs);
    assert_true(tally.both > 5000);
    assert_true(tally.neither > 20000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_texts_are_read_alike),
        cmocka_unit_test(damaged_texts_are_refused_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
