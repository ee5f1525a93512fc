/* A text as JSON: what we take json-c takes too, and what we write of it is the same again. */
#include <json-c/json.h>
#include <string.h>
#include "base/limits.h"
#include "fuzz.h"
#include "json/read.h"
#include "json/write.h"

#define ARENA_BYTES (16u << 20)

static void write_node(struct json_writer *writer, const struct json *node)
{
    const struct json *child;

    switch (node->kind) {
    case JSON_NULL:
        json_put_null(writer);
        break;
    case JSON_FALSE:
    case JSON_TRUE:
        json_put_bool(writer, node->kind == JSON_TRUE);
        break;
    case JSON_NUMBER:
        json_put_raw(writer, node->text);
        break;
    case JSON_STRING:
        json_put_string(writer, node->text);
        break;
    case JSON_ARRAY:
        json_begin_array(writer);
        for (child = node->first; child != NULL; child = child->next)
            write_node(writer, child);
        json_end_array(writer);
        break;
    case JSON_OBJECT:
        json_begin_object(writer);
        for (child = node->first; child != NULL; child = child->next)
            write_node(json_key(writer, child->name), child);
        json_end_object(writer);
        break;
    }
}

static void check_same(const struct json *a, const struct json *b)
{
    const struct json *left = a->first, *right = b->first;
    uint32_t count = 0;

    assert(a->kind == b->kind);
    assert(a->count == b->count);
    assert(str_equals(a->name, b->name));
    if (a->kind == JSON_NUMBER || a->kind == JSON_STRING)
        assert(str_equals(a->text, b->text));
    for (; left != NULL && right != NULL; left = left->next, right = right->next, count++)
        check_same(left, right);
    assert(left == NULL && right == NULL);
    assert(count == a->count);
}

/* json-c wants its number of bytes in an int, and a NUL behind a number to see its end. */
static void check_oracle(struct str text, struct arena *arena)
{
    struct str copy = str_format(arena, "%.*s", STR_PRINT(text));
    struct json_tokener *tokener = json_tokener_new_ex(JSON_DEPTH_MAX + 2);
    struct json_object *object;

    assert(tokener != NULL && copy.data != NULL);
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    object = json_tokener_parse_ex(tokener, copy.data, (int)copy.len + 1);
    assert(json_tokener_get_error(tokener) == json_tokener_success);
    json_object_put(object);
    json_tokener_free(tokener);
}

static void check_tree(const struct json *tree, struct arena *arena)
{
    struct json_writer writer;
    const struct json *again;
    struct json_error error;
    struct str written;

    json_writer_init_in(&writer, arena);
    write_node(&writer, tree);
    assert(json_writer_finish(&writer, &written) == OK);
    assert(json_parse(written, arena, &again, &error) == OK);
    check_same(tree, again);
}

void fuzz_one(struct str input)
{
    const struct json *tree;
    struct json_error error;
    struct arena arena;
    enum err e;

    arena_init(&arena, ARENA_BYTES);
    e = json_parse(input, &arena, &tree, &error);
    if (e == ERR_MALFORMED) {
        assert(error.offset <= input.len);
        assert(json_error_why(&error, &arena).len > 0);
    } else if (e == OK && input.len < ARENA_BYTES / 64) {
        check_tree(tree, &arena);
        check_oracle(input, &arena);
    }
    arena_finish(&arena);
}
