/* list.c - lists that come page by page. */
#include <string.h>
#include "lib/endpoint.h"
#include "lib/error.h"
#include "lib/result.h"
#include "lib/slot.h"

#define LIST_MAGIC 0x6c697374u
#define LIST_ARENA_BYTES_MAX ((size_t)64 << 20) /* filters by thousands of ids */
#define CURSOR_BYTES_MAX 8192

struct scrip_list {
    unsigned magic;
    struct scrip_client *client;
    const struct endpoint *endpoint;
    struct arena arena; /* of the request, and of what else is borrowed here */
    struct request request;
    struct scrip_call call;
    struct str path; /* without a cursor */
    bool has_params;
    struct result *page; /* NULL: none was asked for yet */
    char *items;
    size_t item_count;
    size_t item_next;
    char *cursor; /* of the page after this one; empty: there is none */
};

static enum scrip_outcome list_init(struct scrip_list *list, const char *subject,
                                    const void *params, const struct scrip_call *call,
                                    struct scrip_error *error)
{
    enum scrip_outcome outcome;

    if (call != NULL)
        list->call = *call;
    list->call.idempotency_key = NULL;
    outcome = endpoint_request(list->endpoint, subject, params, &list->call, &list->arena,
                               &list->request, error);
    if (outcome != SCRIP_OK)
        return outcome;
    list->path = list->request.path;
    list->has_params = memchr(list->path.data, '?', list->path.len) != NULL;
    list->cursor = arena_new(&list->arena, char, CURSOR_BYTES_MAX);
    return list->cursor != NULL ? SCRIP_OK : error_no_memory(error);
}

enum scrip_outcome endpoint_list(struct scrip_client *client, const struct endpoint *endpoint,
                                 const char *subject, const void *params,
                                 const struct scrip_call *call, struct scrip_list **ret,
                                 struct scrip_error *error)
{
    struct scrip_list *list;
    enum scrip_outcome outcome;

    if (!client_is_usable(client, error))
        return SCRIP_USAGE;
    if (ret == NULL)
        return error_usage(error, "ret", "is needed");
    list = alloc_take(sizeof *list);
    if (list == NULL)
        return error_no_memory(error);
    list->magic = LIST_MAGIC;
    list->client = client;
    list->endpoint = endpoint;
    arena_init(&list->arena, LIST_ARENA_BYTES_MAX);
    outcome = list_init(list, subject, params, call, error);
    if (outcome == SCRIP_OK)
        *ret = list;
    else
        scrip_list_close(list);
    return outcome;
}

void scrip_list_close(struct scrip_list *list)
{
    if (list == NULL || list->magic != LIST_MAGIC)
        return;
    list->magic = 0;
    result_finish(list->page);
    arena_finish(&list->arena);
    alloc_return(list);
}

static enum scrip_outcome malformed(struct scrip_error *error, const char *why)
{
    return error_set(error, SCRIP_MALFORMED, "the reply is not as expected: %s", why);
}

/* What a page holds, until all of it has proved right: one that has not can be asked for again. */
struct page {
    char *items;
    size_t item_count;
    struct str cursor; /* borrowed from the nodes */
};

static enum scrip_outcome read_cursor(const struct scrip_list *list, const struct json *node,
                                      struct page *page, struct scrip_error *error)
{
    const struct json *cursor = json_member(node, str_from_c(list->endpoint->cursor_member));

    page->cursor = STR_NONE;
    if (cursor == NULL || cursor->kind == JSON_NULL)
        return SCRIP_OK;
    if (cursor->kind != JSON_STRING)
        return malformed(error, "the cursor of the next page must be a string or null");
    if (cursor->text.len >= CURSOR_BYTES_MAX)
        return malformed(error, "the cursor of the next page is too long");
    if (cursor->text.len > 0 && str_equals(cursor->text, str_from_c(list->cursor)))
        return malformed(error, "a page points to itself as the next");
    page->cursor = cursor->text;
    return SCRIP_OK;
}

static enum scrip_outcome read_items(const struct shape *shape, const struct json *data,
                                     struct arena *arena, struct page *page,
                                     struct scrip_error *error)
{
    struct complaint complaint;
    size_t i = 0;

    page->item_count = data->count;
    page->items = arena_take_array(arena, shape->size, data->count);
    if (page->items == NULL)
        return error_no_memory(error);
    for (const struct json *item = data->first; item != NULL; item = item->next, i++) {
        enum err e = shape_read(shape, item, arena, page->items + i * shape->size, &complaint);

        if (e == ERR_NOMEM)
            return error_no_memory(error);
        if (e != OK)
            return error_set(error, SCRIP_MALFORMED, "the reply is not as expected: data[%zu].%s",
                             i, complaint.text);
    }
    return SCRIP_OK;
}

static enum scrip_outcome read_page(const struct scrip_list *list, const struct json *node,
                                    struct arena *arena, struct page *page,
                                    struct scrip_error *error)
{
    const struct json *data = NULL;
    enum scrip_outcome outcome;

    if (node->kind == JSON_OBJECT)
        data = json_member(node, str_from_c(list->endpoint->envelope));
    if (data == NULL || data->kind != JSON_ARRAY)
        return malformed(error, "a page must have a list called data");
    outcome = read_items(list->endpoint->result, data, arena, page, error);
    if (outcome == SCRIP_OK)
        outcome = read_cursor(list, node, page, error);
    return outcome;
}

/* From here on the list stands on the new page. */
static void turn_page(struct scrip_list *list, struct result *result, const struct page *page)
{
    result_finish(list->page);
    list->page = result;
    list->items = page->items;
    list->item_count = page->item_count;
    list->item_next = 0;
    if (page->cursor.len > 0)
        memcpy(list->cursor, page->cursor.data, page->cursor.len);
    list->cursor[page->cursor.len] = '\0';
}

static enum scrip_outcome take_page(struct scrip_list *list, struct result *result,
                                    const struct response *response, struct scrip_error *error)
{
    const struct json *node;
    struct arena nodes;
    struct page page = { .item_count = 0 };
    enum scrip_outcome outcome = result_parse(result, response, &nodes, &node, error);

    if (outcome == SCRIP_OK)
        outcome = read_page(list, node, &result->arena, &page, error);
    if (outcome == SCRIP_OK)
        turn_page(list, result, &page);
    arena_finish(&nodes);
    return outcome;
}

/* The path of the page that the cursor points to, in an arena of its own. */
static bool set_path(struct scrip_list *list, struct arena *arena)
{
    struct query query = { .arena = arena, .text = list->path, .has_params = list->has_params };

    if (list->cursor[0] != '\0')
        query_add(&query, list->endpoint->cursor_param, str_from_c(list->cursor));
    list->request.path = query.text;
    return query.text.data != NULL;
}

static enum scrip_outcome fetch(struct scrip_list *list, struct scrip_error *error)
{
    struct response response = { .http_status = 0 };
    struct result *result = NULL;
    enum scrip_outcome outcome;
    struct arena arena;

    arena_init(&arena, LIST_ARENA_BYTES_MAX);
    outcome = set_path(list, &arena) ? client_send(list->client, &list->request, &response, error)
                                     : error_no_memory(error);
    if (outcome != SCRIP_OK)
        goto out;
    result = result_make(&list->request, &response);
    if (result == NULL) {
        outcome = error_no_memory(error);
        goto out;
    }
    outcome = take_page(list, result, &response, error);
    if (outcome != SCRIP_OK) {
        result_complain(result, error);
        result_finish(result);
    }
out:
    response_finish(&response);
    arena_finish(&arena);
    return outcome;
}

enum scrip_outcome endpoint_next(struct scrip_list *list, const struct endpoint *endpoint,
                                 void *ret, struct scrip_error *error)
{
    error_begin(error);
    if (list == NULL || list->magic != LIST_MAGIC)
        return error_usage(error, "list", "is not open");
    if (ret == NULL)
        return error_usage(error, "ret", "is needed");
    if (list->endpoint->result != endpoint->result)
        return error_usage(error, "list", "is one of other things");
    while (list->item_next == list->item_count) {
        enum scrip_outcome outcome;

        if (list->page != NULL && list->cursor[0] == '\0')
            return SCRIP_END;
        outcome = fetch(list, error);
        if (outcome != SCRIP_OK)
            return outcome;
    }
    slot_put(ret, list->items + list->item_next++ * endpoint->result->size);
    return SCRIP_OK;
}
