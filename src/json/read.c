#include "json/read.h"

#include <stdlib.h>
#include <string.h>
#include "base/limits.h"
#include "json/plain.h"

/* A recursive descent, one function a rule of RFC 8259.  Each reads its rule at reader->at, moves
 * at behind it and returns true; or calls fail() and returns false, and so do its callers. */

struct reader {
    struct str text;
    size_t at;
    unsigned depth;
    size_t values_count;
    struct arena *arena;
    enum err e;
    struct json_error error;
};

static bool fail(struct reader *reader, struct str why)
{
    assert(reader->e == OK);
    reader->e = ERR_MALFORMED;
    reader->error = (struct json_error){ .offset = reader->at, .why = why };
    return false;
}

/* The next byte; NUL at the end, which is as wrong as a NUL in the text is. */
static char peek(const struct reader *reader)
{
    return reader->at < reader->text.len ? reader->text.data[reader->at] : '\0';
}

static bool take_char(struct reader *reader, char c)
{
    if (peek(reader) != c || reader->at == reader->text.len)
        return false;
    reader->at++;
    return true;
}

static void skip_space(struct reader *reader)
{
    char c = peek(reader);

    while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
        reader->at++;
        c = peek(reader);
    }
}

static bool take_digits(struct reader *reader)
{
    size_t start = reader->at;

    while (peek(reader) >= '0' && peek(reader) <= '9')
        reader->at++;
    return reader->at > start;
}

static bool read_number(struct reader *reader)
{
    take_char(reader, '-');
    if (!take_char(reader, '0') && !take_digits(reader))
        return fail(reader, STR("a minus sign is not followed by a digit"));
    if (peek(reader) >= '0' && peek(reader) <= '9')
        return fail(reader, STR("a number starts with a needless zero"));
    if (take_char(reader, '.') && !take_digits(reader))
        return fail(reader, STR("a decimal point is not followed by a digit"));
    if (take_char(reader, 'e') || take_char(reader, 'E')) {
        if (!take_char(reader, '+'))
            take_char(reader, '-');
        if (!take_digits(reader))
            return fail(reader, STR("a number's exponent has no digits"));
    }
    return true;
}

static bool read_word(struct reader *reader, struct str word)
{
    if (!str_starts_with(str_skip(reader->text, reader->at), word))
        return fail(reader, STR("a value is not one of JSON's"));
    reader->at += word.len;
    return true;
}

/* Four hexadecimal digits. */
static bool read_hex(struct reader *reader, uint32_t *ret)
{
    uint32_t value = 0;

    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(peek(reader));

        if (digit < 0)
            return fail(reader, STR("\\u is not followed by four hexadecimal digits"));
        value = value << 4 | (uint32_t)digit;
        reader->at++;
    }
    *ret = value;
    return true;
}

/* What follows \u: a code point, in two halves if it is beyond U+FFFF. */
static bool read_code_point(struct reader *reader, uint32_t *ret)
{
    uint32_t high, low;

    if (!read_hex(reader, &high))
        return false;
    *ret = high;
    if (high == 0)
        return fail(reader, STR("a string contains a NUL"));
    if (high < 0xD800 || high > 0xDFFF)
        return true;
    if (high > 0xDBFF || !take_char(reader, '\\') || !take_char(reader, 'u'))
        return fail(reader, STR("a string contains half of a surrogate pair"));
    if (!read_hex(reader, &low))
        return false;
    if (low < 0xDC00 || low > 0xDFFF)
        return fail(reader, STR("a string contains half of a surrogate pair"));
    *ret = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    return true;
}

/* Writes code as UTF-8; returns the end. */
static char *put_utf8(char *to, uint32_t code)
{
    if (code < 0x80) {
        *to++ = (char)code;
        return to;
    }
    if (code < 0x800) {
        *to++ = (char)(0xC0 | code >> 6);
    } else if (code < 0x10000) {
        *to++ = (char)(0xE0 | code >> 12);
        *to++ = (char)(0x80 | (code >> 6 & 0x3F));
    } else {
        *to++ = (char)(0xF0 | code >> 18);
        *to++ = (char)(0x80 | (code >> 12 & 0x3F));
        *to++ = (char)(0x80 | (code >> 6 & 0x3F));
    }
    *to++ = (char)(0x80 | (code & 0x3F));
    return to;
}

/* What follows a backslash. */
static bool read_escape(struct reader *reader, uint32_t *ret)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    char c = peek(reader);
    const char *letter = c == '\0' ? NULL : strchr(letters, c);

    if (c == 'u') {
        reader->at++;
        return read_code_point(reader, ret);
    }
    if (letter == NULL)
        return fail(reader, STR("a backslash is followed by what JSON does not know"));
    reader->at++;
    *ret = (uint32_t)meanings[letter - letters];
    return true;
}

/* Decodes a string that holds escapes.  raw is what is between its quotes; the reader stands at
 * its start.  No escape is shorter than what it stands for, so raw.len bytes are enough. */
static bool read_escaped(struct reader *reader, struct str raw, struct str *ret)
{
    size_t end = reader->at + raw.len;
    char *data = arena_take(reader->arena, raw.len), *to = data;
    uint32_t code;

    if (data == NULL) {
        reader->e = ERR_NOMEM;
        return false;
    }
    while (reader->at < end) {
        if (!take_char(reader, '\\')) {
            *to++ = reader->text.data[reader->at++];
            continue;
        }
        if (!read_escape(reader, &code))
            return false;
        to = put_utf8(to, code);
    }
    assert(reader->at == end); /* a quote that ends an escape does not end raw */
    *ret = (struct str){ .data = data, .len = (size_t)(to - data) };
    assert(ret->len <= raw.len);
    return true;
}

/* Skips what stands for itself; returns all those bytes or-ed, as far as the highest bit goes. */
static unsigned char skip_plain(struct reader *reader)
{
    const char *data = reader->text.data;
    size_t at = reader->at, len = reader->text.len;
    uint64_t word, words = 0;
    unsigned char seen = 0;

    for (; len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, data + at, sizeof word);
        if (!plain_word(word))
            break;
        words |= word;
    }
    for (; at < len && plain_byte(data[at]); at++)
        seen |= (unsigned char)data[at];
    reader->at = at;
    return (unsigned char)(seen | ((words & PLAIN_HIGH_BITS) != 0 ? 0x80 : 0));
}

static bool read_string(struct reader *reader, struct str *ret)
{
    bool has_escapes = false;
    unsigned char seen = 0; /* all bytes or-ed: is there any beyond ASCII? */
    size_t start, end;
    struct str raw;

    assert(peek(reader) == '"');
    start = ++reader->at;
    for (;; reader->at++) {
        unsigned char c;

        seen |= skip_plain(reader);
        if (reader->at == reader->text.len)
            return fail(reader, STR("a string is not closed"));
        c = (unsigned char)reader->text.data[reader->at];
        if (c == '"')
            break;
        if (c < 0x20)
            return fail(reader, STR("a string contains a control character"));
        if (c == '\\' && reader->at + 1 < reader->text.len) {
            has_escapes = true;
            reader->at++;
        }
    }
    end = reader->at;
    raw = str_take(str_skip(reader->text, start), end - start);
    reader->at = start;
    if (seen >= 0x80 && !str_is_utf8(raw))
        return fail(reader, STR("a string is not valid UTF-8"));
    *ret = raw;
    if (has_escapes && !read_escaped(reader, raw, ret))
        return false;
    reader->at = end + 1;
    return true;
}

static int name_compare(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

#define PAIRWISE_MAX 16

static bool has_twins_pairwise(const struct json *object)
{
    for (const struct json *a = object->first; a != NULL; a = a->next) {
        for (const struct json *b = a->next; b != NULL; b = b->next) {
            if (str_equals(a->name, b->name))
                return true;
        }
    }
    return false;
}

/* Do two members have the same name?  Large objects are sorted, so that nobody can make us
 * compare a million names with each other. */
static bool has_twins(struct reader *reader, const struct json *object)
{
    struct arena_mark mark = arena_mark(reader->arena);
    struct str *names;
    size_t count = 0;
    bool twins = false;

    if (object->count <= PAIRWISE_MAX)
        return has_twins_pairwise(object);
    names = arena_new(reader->arena, struct str, object->count);
    if (names == NULL) {
        reader->e = ERR_NOMEM;
        return false;
    }
    for (const struct json *member = object->first; member != NULL; member = member->next)
        names[count++] = member->name;
    assert(count == object->count);
    qsort(names, count, sizeof *names, name_compare);
    for (size_t i = 1; i < count; i++)
        twins |= str_equals(names[i - 1], names[i]);
    arena_rewind(reader->arena, mark);
    return twins;
}

static bool read_value(struct reader *reader, struct json *ret);

static struct json *add_node(struct reader *reader, struct json *parent, const struct json ***link)
{
    struct json *node;

    if (reader->values_count == JSON_VALUES_MAX) {
        (void)fail(reader, STR("there are too many values"));
        return NULL;
    }
    reader->values_count++;
    node = arena_new(reader->arena, struct json, 1);
    if (node == NULL) {
        reader->e = ERR_NOMEM;
        return NULL;
    }
    **link = node;
    *link = &node->next;
    parent->count++;
    assert(parent->count > 0);
    return node;
}

static bool read_array(struct reader *reader, struct json *array)
{
    const struct json **link = &array->first;
    struct json *element;

    if (take_char(reader, ']'))
        return true;
    do {
        element = add_node(reader, array, &link);
        if (element == NULL || !read_value(reader, element))
            return false;
    } while (take_char(reader, ','));
    if (!take_char(reader, ']'))
        return fail(reader, STR("a comma or ']' is missing"));
    return true;
}

static bool read_member(struct reader *reader, struct json *member)
{
    skip_space(reader);
    if (peek(reader) != '"')
        return fail(reader, STR("a member's name in double quotes is missing"));
    if (!read_string(reader, &member->name))
        return false;
    skip_space(reader);
    if (!take_char(reader, ':'))
        return fail(reader, STR("a ':' is missing"));
    return read_value(reader, member);
}

static bool read_object(struct reader *reader, struct json *object)
{
    const struct json **link = &object->first;
    struct json *member;

    if (take_char(reader, '}'))
        return true;
    do {
        member = add_node(reader, object, &link);
        if (member == NULL || !read_member(reader, member))
            return false;
    } while (take_char(reader, ','));
    if (!take_char(reader, '}'))
        return fail(reader, STR("a comma or '}' is missing"));
    if (has_twins(reader, object))
        return fail(reader, STR("two members of the object that ends here have the same name"));
    return reader->e == OK;
}

static bool read_container(struct reader *reader, struct json *ret)
{
    bool read;

    if (reader->depth == JSON_DEPTH_MAX)
        return fail(reader, STR("values are nested too deeply"));
    reader->depth++;
    ret->kind = peek(reader) == '[' ? JSON_ARRAY : JSON_OBJECT;
    reader->at++;
    skip_space(reader);
    read = ret->kind == JSON_ARRAY ? read_array(reader, ret) : read_object(reader, ret);
    reader->depth--;
    return read;
}

/* What kind the byte that a value starts with makes it; 0 if none. */
static int kind_of(char c)
{
    switch (c) {
    case 'n':
        return JSON_NULL;
    case 'f':
        return JSON_FALSE;
    case 't':
        return JSON_TRUE;
    case '"':
        return JSON_STRING;
    case '[':
        return JSON_ARRAY;
    case '{':
        return JSON_OBJECT;
    }
    return c == '-' || (c >= '0' && c <= '9') ? JSON_NUMBER : 0;
}

static bool read_of_kind(struct reader *reader, int kind, struct json *ret)
{
    switch (kind) {
    case JSON_NULL:
        return read_word(reader, STR("null"));
    case JSON_FALSE:
        return read_word(reader, STR("false"));
    case JSON_TRUE:
        return read_word(reader, STR("true"));
    case JSON_NUMBER:
        return read_number(reader);
    case JSON_STRING:
        return read_string(reader, &ret->text);
    case JSON_ARRAY:
    case JSON_OBJECT:
        return read_container(reader, ret);
    }
    return fail(reader, reader->at == reader->text.len ? STR("the text ends too early")
                                                       : STR("a value is missing"));
}

/* A value with the space around it, into a zeroed node. */
static bool read_value(struct reader *reader, struct json *ret)
{
    size_t start;
    int kind;

    skip_space(reader);
    start = reader->at;
    kind = kind_of(peek(reader));
    if (!read_of_kind(reader, kind, ret))
        return false;
    ret->kind = (enum json_kind)kind;
    if (kind != JSON_STRING)
        ret->text = str_take(str_skip(reader->text, start), reader->at - start);
    skip_space(reader);
    return true;
}

enum err json_parse(struct str text, struct arena *arena, const struct json **ret,
                    struct json_error *reterr)
{
    struct reader reader = { .text = text, .arena = arena };
    struct arena_mark mark = arena_mark(arena);
    struct json *root = arena_new(arena, struct json, 1);

    if (root == NULL)
        return ERR_NOMEM;
    if (read_value(&reader, root) && reader.at < text.len)
        fail(&reader, STR("the value is followed by something else"));
    if (reader.e != OK) {
        arena_rewind(arena, mark);
        if (reader.e == ERR_MALFORMED)
            *reterr = reader.error;
        return reader.e;
    }
    assert(reader.depth == 0);
    *ret = root;
    return OK;
}

struct str json_error_why(const struct json_error *error, struct arena *arena)
{
    struct str why = str_format(arena, "must be valid JSON; at byte %zu: %.*s", error->offset,
                                STR_PRINT(error->why));

    return why.data == NULL ? STR("must be valid JSON") : why;
}

const struct json *json_member(const struct json *object, struct str name)
{
    const struct json *member;

    assert(object->kind == JSON_OBJECT);
    for (member = object->first; member != NULL; member = member->next) {
        if (str_equals(member->name, name))
            break;
    }
    return member;
}
