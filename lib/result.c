#include "lib/result.h"

#include <stdalign.h>
#include <stdio.h>
#include <string.h>

#define TAG_MAGIC 0x72657375u
/* A node of the reader takes 64 bytes, and so may each of the values of a single character. */
#define ARENA_BYTES_PER_BODY_BYTE 72u
#define ARENA_BYTES_MIN (64u << 10)

struct tag {
    alignas(max_align_t) struct result *result;
    unsigned magic;
};

static size_t arena_bytes_max(size_t body_size)
{
    return ARENA_BYTES_MIN + ARENA_BYTES_PER_BODY_BYTE * body_size;
}

/* An empty text stays NULL. */
static bool keep_text(struct result *result, const char *text, const char **ret)
{
    if (text[0] == '\0')
        return true;
    *ret = str_copy(str_from_c(text), &result->arena).data;
    return *ret != NULL;
}

struct result *result_make(const struct request *request, struct response *response)
{
    struct result *result = alloc_take(sizeof *result);

    if (result == NULL)
        return NULL;
    arena_init(&result->arena, arena_bytes_max(response->body.len));
    result->reply.http_status = response->http_status;
    result->reply.attempts = response->attempts;
    if (!keep_text(result, response->request_id, &result->reply.request_id) ||
        !keep_text(result, request->idempotency_key, &result->reply.idempotency_key)) {
        result_finish(result);
        return NULL;
    }
    result->body = response->body;
    response->body = (struct bytes){ .len_max = response->body.len_max };
    result->reply.body = result->body.data != NULL ? result->body.data : "";
    result->reply.body_size = result->body.len;
    return result;
}

void result_finish(struct result *result)
{
    if (result == NULL)
        return;
    arena_finish(&result->arena);
    bytes_finish(&result->body);
    alloc_return(result);
}

void *result_payload(struct result *result, size_t size)
{
    struct tag *tag = arena_take(&result->arena, sizeof(struct tag) + size);

    if (tag == NULL)
        return NULL;
    tag->result = result;
    tag->magic = TAG_MAGIC;
    return tag + 1;
}

static struct result *result_of(const void *payload)
{
    struct tag tag;

    memcpy(&tag, (const char *)payload - sizeof(struct tag), sizeof tag);
    return tag.magic == TAG_MAGIC ? tag.result : NULL;
}

void scrip_free(void *result)
{
    if (result != NULL)
        result_finish(result_of(result));
}

const struct scrip_reply *scrip_reply_of(const void *result)
{
    const struct result *whole = result != NULL ? result_of(result) : NULL;

    return whole != NULL ? &whole->reply : NULL;
}

/* Does the text end where its reader wanted more?  Nothing is the start of every word. */
static bool is_cut_short(struct str text, size_t offset)
{
    static const struct str words[] = { STR_INIT("true"), STR_INIT("false"), STR_INIT("null") };
    struct str rest = str_skip(text, offset);

    for (size_t i = 0; i < array_count(words); i++) {
        if (rest.len < words[i].len && str_starts_with(words[i], rest))
            return true;
    }
    return false;
}

static bool is_json(const char *content_type)
{
    return content_type[0] == '\0' || strstr(content_type, "json") != NULL;
}

void result_complain(struct result *result, struct scrip_error *error)
{
    if (error == NULL)
        return;
    error->http_status = result->reply.http_status;
    error->attempts = result->reply.attempts;
    error_copy(error->request_id, sizeof error->request_id, str_from_c(result->reply.request_id));
    error_copy(error->idempotency_key, sizeof error->idempotency_key,
               str_from_c(result->reply.idempotency_key));
    error->body = result->body.data;
    error->body_size = result->body.len;
    result->body = (struct bytes){ .data = NULL };
}

enum scrip_outcome result_parse(const struct result *result, const struct response *response,
                                struct arena *nodes, const struct json **ret,
                                struct scrip_error *error)
{
    struct str text = { .data = result->reply.body, .len = result->reply.body_size };
    struct json_error why;
    enum err e;

    arena_init(nodes, arena_bytes_max(text.len));
    e = json_parse(text, nodes, ret, &why);
    if (e == OK)
        return SCRIP_OK;
    if (e == ERR_NOMEM)
        return error_no_memory(error);
    if (text.len == 0)
        return error_set(error, SCRIP_MALFORMED, "the reply is empty");
    if (!is_json(response->content_type))
        return error_set(error, SCRIP_MALFORMED, "the reply is %s, not JSON",
                         response->content_type);
    if (is_cut_short(text, why.offset))
        return error_set(error, SCRIP_TRUNCATED, "the reply ends in the middle, after %zu bytes",
                         text.len);
    return error_set(error, SCRIP_MALFORMED, "the reply is not JSON: at byte %zu %.*s", why.offset,
                     STR_PRINT(why.why));
}
