#include "lib/endpoint.h"

#include "lib/error.h"
#include "lib/result.h"
#include "lib/slot.h"

#define REQUEST_ARENA_BYTES_MAX ((size_t)256 << 20) /* a batch of 10,000 is 3 MB of JSON */

static enum scrip_outcome wrong_params(enum err e, const struct complaint *complaint,
                                       struct scrip_error *error)
{
    if (e == ERR_NOMEM)
        return error_no_memory(error);
    assert(e == ERR_MALFORMED);
    return error_set(error, SCRIP_USAGE, "%s", complaint->text);
}

static enum scrip_outcome make_path(const struct endpoint *endpoint, const char *subject,
                                    const void *params, struct arena *arena, struct str *ret,
                                    struct scrip_error *error)
{
    struct complaint complaint;
    struct query query;
    enum err e = OK;

    if (endpoint->subject != NULL && (subject == NULL || subject[0] == '\0'))
        return error_usage(error, endpoint->subject, "is needed");
    query_init(&query, arena, endpoint->path, subject);
    if (endpoint->query != NULL && params != NULL)
        e = shape_write_query(endpoint->query, params, &query, &complaint);
    if (e != OK)
        return wrong_params(e, &complaint, error);
    if (query.text.data == NULL)
        return error_no_memory(error);
    *ret = query.text;
    return SCRIP_OK;
}

static bool shape_needs_something(const struct shape *shape)
{
    for (size_t i = 0; i < shape->count; i++) {
        if (shape->fields[i].is_needed)
            return true;
    }
    return false;
}

/* Where nothing is asked for, "{}". */
static enum scrip_outcome make_body(const struct endpoint *endpoint, const void *params,
                                    struct arena *arena, struct str *ret, struct scrip_error *error)
{
    struct complaint complaint;
    struct json_writer writer;
    struct str text;
    enum err e = OK;

    if (endpoint->body != NULL && params == NULL && shape_needs_something(endpoint->body))
        return error_usage(error, "params", "is needed");
    json_writer_init_in(&writer, arena);
    if (endpoint->body != NULL && params != NULL) {
        e = shape_write(endpoint->body, params, arena, &writer, &complaint);
    } else {
        json_begin_object(&writer);
        json_end_object(&writer);
    }
    if (e != OK)
        return wrong_params(e, &complaint, error);
    if (json_writer_finish(&writer, &text) != OK)
        return error_no_memory(error);
    *ret = text;
    return SCRIP_OK;
}

enum scrip_outcome endpoint_request(const struct endpoint *endpoint, const char *subject,
                                    const void *params, const struct scrip_call *call,
                                    struct arena *arena, struct request *ret,
                                    struct scrip_error *error)
{
    enum scrip_outcome outcome;

    *ret = (struct request){
        .method = endpoint->method,
        .is_keyed = endpoint->is_mutation && !endpoint->is_once,
        .is_once = endpoint->is_once,
        .call = call,
    };
    outcome = make_path(endpoint, subject, params, arena, &ret->path, error);
    if (outcome == SCRIP_OK && endpoint->method[0] == 'P')
        outcome = make_body(endpoint, params, arena, &ret->body, error);
    return outcome;
}

static enum scrip_outcome read_payload(const struct endpoint *endpoint, struct result *result,
                                       const struct response *response, void *ret,
                                       struct scrip_error *error)
{
    struct complaint complaint;
    const struct json *node;
    struct arena nodes;
    enum scrip_outcome outcome = result_parse(result, response, &nodes, &node, error);
    void *payload;
    enum err e;

    if (outcome != SCRIP_OK)
        goto out;
    if (endpoint->envelope != NULL && node->kind == JSON_OBJECT) {
        const struct json *inner = json_member(node, str_from_c(endpoint->envelope));
        node = inner != NULL ? inner : node;
    }
    payload = result_payload(result, endpoint->result->size);
    if (payload == NULL) {
        outcome = error_no_memory(error);
        goto out;
    }
    e = shape_read(endpoint->result, node, &result->arena, payload, &complaint);
    if (e == OK)
        slot_put(ret, payload);
    else if (e == ERR_NOMEM)
        outcome = error_no_memory(error);
    else
        outcome =
            error_set(error, SCRIP_MALFORMED, "the reply is not as expected: %s", complaint.text);
out:
    arena_finish(&nodes);
    return outcome;
}

enum scrip_outcome endpoint_call(struct scrip_client *client, const struct endpoint *endpoint,
                                 const char *subject, const void *params,
                                 const struct scrip_call *call, void *ret,
                                 struct scrip_error *error)
{
    struct response response = { .http_status = 0 };
    struct result *result = NULL;
    struct request request;
    enum scrip_outcome outcome;
    struct arena arena;

    if (!client_is_usable(client, error))
        return SCRIP_USAGE;
    if (ret == NULL)
        return error_usage(error, "ret", "is needed");
    arena_init(&arena, REQUEST_ARENA_BYTES_MAX);
    outcome = endpoint_request(endpoint, subject, params, call, &arena, &request, error);
    if (outcome == SCRIP_OK)
        outcome = client_send(client, &request, &response, error);
    if (outcome != SCRIP_OK)
        goto out;
    result = result_make(&request, &response);
    if (result == NULL) {
        outcome = error_no_memory(error);
        goto out;
    }
    outcome = read_payload(endpoint, result, &response, ret, error);
    if (outcome != SCRIP_OK) {
        result_complain(result, error);
        result_finish(result);
    }
out:
    response_finish(&response);
    arena_finish(&arena);
    return outcome;
}
