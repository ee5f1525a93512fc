#include "http/parse.h"

#include <string.h>
#include "base/limits.h"

/* Some clients send an empty line behind a body (RFC 9112, 2.2).  More is noise. */
#define BLANK_LINES_MAX 4u

/* What the request line has besides its target: method, spaces, version. */
#define REQUEST_LINE_BYTES_MAX (REQUEST_TARGET_BYTES_MAX + 64u)

/* Memory for a body beyond this is taken as the body comes, in doubling steps: a stranger must
 * send what he wants us to hold. */
#define BODY_BYTES_AT_ONCE (64u << 10)

_Static_assert(REQUEST_LINE_BYTES_MAX < REQUEST_HEAD_BYTES_MAX, "a target fits the head");

void parse_init(struct parse *parse)
{
    *parse = (struct parse){ .state = PARSE_HEAD };
}

static enum parse_step parse_fail(struct parse *parse, enum fault fault)
{
    assert(fault != FAULT_NONE);
    parse->fault = fault;
    parse->state = PARSE_ENDED;
    return PARSE_FAULT;
}

static enum parse_step parse_finish(struct parse *parse, struct request *request)
{
    assert(parse->body_bytes <= REQUEST_BODY_BYTES_MAX);
    request->body = (struct str){ .data = parse->body, .len = parse->body_bytes };
    parse->state = PARSE_ENDED;
    return PARSE_DONE;
}

/* Finds the end of the head.  FAULT_NONE and *ret_end 0: it has not come yet. */
static enum fault head_find_end(struct parse *parse, struct str bytes, size_t *ret_end)
{
    *ret_end = 0;
    while (parse->scanned < bytes.len) {
        const char *from = bytes.data + parse->scanned;
        const char *lf = memchr(from, '\n', bytes.len - parse->scanned);
        size_t line_end, line_bytes;

        if (lf == NULL) {
            parse->scanned = bytes.len;
            break;
        }
        line_end = (size_t)(lf - bytes.data) + 1;
        line_bytes = line_end - parse->line_start;
        if (line_bytes < 2 || lf[-1] != '\r')
            return FAULT_LINE_END;
        if (parse->line_count == 0 && line_bytes > REQUEST_LINE_BYTES_MAX)
            return FAULT_TARGET_LONG;
        parse->line_start = parse->scanned = line_end;
        if (line_bytes == 2) {
            *ret_end = line_end;
            return FAULT_NONE;
        }
        parse->line_count++;
    }
    if (parse->line_count == 0 && bytes.len > REQUEST_LINE_BYTES_MAX)
        return FAULT_TARGET_LONG;
    return FAULT_NONE;
}

/* How many of the bytes are empty lines before the request line. */
static enum fault blank_lines_skip(struct parse *parse, struct str bytes, size_t *ret_skipped)
{
    size_t skipped = 0;

    while (bytes.len - skipped >= 2 && bytes.data[skipped] == '\r' &&
           bytes.data[skipped + 1] == '\n') {
        if (++parse->blank_lines > BLANK_LINES_MAX)
            return FAULT_REQUEST_LINE;
        skipped += 2;
    }
    *ret_skipped = skipped;
    return FAULT_NONE;
}

static enum fault head_take(struct parse *parse, struct str bytes, struct arena *arena,
                            struct request *request)
{
    char *head = arena_take(arena, bytes.len);
    enum fault fault;

    if (head == NULL)
        return FAULT_MEMORY;
    memcpy(head, bytes.data, bytes.len);
    fault = head_read((struct str){ .data = head, .len = bytes.len }, parse->line_count, arena,
                      request, &parse->head);
    if (fault != FAULT_NONE)
        return fault;
    chunked_body_init(&parse->chunked);
    parse->state = parse->head.chunked ? PARSE_BODY_CHUNKED : PARSE_BODY;
    return FAULT_NONE;
}

/* Reads a head if it is complete: the state says so. */
static enum fault head_feed(struct parse *parse, struct str bytes, struct arena *arena,
                            struct request *request, size_t *ret_taken)
{
    size_t skipped = 0, end = 0;
    enum fault fault = FAULT_NONE;

    *ret_taken = 0;
    if (parse->line_count == 0 && parse->scanned == 0)
        fault = blank_lines_skip(parse, bytes, &skipped);
    if (fault != FAULT_NONE)
        return fault;
    *ret_taken = skipped;
    bytes = str_skip(bytes, skipped);
    if (bytes.len == 1 && bytes.data[0] == '\r')
        return FAULT_NONE; /* maybe half an empty line: ask again */
    fault = head_find_end(parse, bytes, &end);
    if (fault != FAULT_NONE)
        return fault;
    if (end > REQUEST_HEAD_BYTES_MAX || (end == 0 && bytes.len >= REQUEST_HEAD_BYTES_MAX))
        return FAULT_HEAD_LARGE;
    if (end == 0)
        return FAULT_NONE;
    *ret_taken += end;
    return head_take(parse, str_take(bytes, end), arena, request);
}

static size_t size_max(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Makes room for size bytes of body in all; so far, total have been announced. */
static enum fault body_reserve(struct parse *parse, size_t size, uint64_t total,
                               struct arena *arena)
{
    size_t wanted = total < BODY_BYTES_AT_ONCE ? (size_t)total : BODY_BYTES_AT_ONCE;
    char *body;

    assert(size <= REQUEST_BODY_BYTES_MAX);
    if (size <= parse->body_size)
        return FAULT_NONE;
    wanted = size_max(wanted, size_max(size, parse->body_size * 2));
    if (wanted > REQUEST_BODY_BYTES_MAX)
        wanted = REQUEST_BODY_BYTES_MAX;
    body = arena_take(arena, wanted);
    if (body == NULL)
        return FAULT_MEMORY;
    if (parse->body_bytes > 0)
        memcpy(body, parse->body, parse->body_bytes);
    parse->body = body;
    parse->body_size = wanted;
    return FAULT_NONE;
}

static enum fault body_append(struct parse *parse, struct str data, uint64_t total,
                              struct arena *arena)
{
    enum fault fault;

    if (data.len == 0)
        return FAULT_NONE;
    fault = body_reserve(parse, parse->body_bytes + data.len, total, arena);
    if (fault != FAULT_NONE)
        return fault;
    memcpy(parse->body + parse->body_bytes, data.data, data.len);
    parse->body_bytes += data.len;
    return FAULT_NONE;
}

static enum parse_step body_feed(struct parse *parse, struct str bytes, struct arena *arena,
                                 struct request *request, size_t *taken)
{
    uint64_t missing = parse->head.body_bytes - parse->body_bytes;
    struct str data = bytes.len > missing ? str_take(bytes, (size_t)missing) : bytes;
    enum fault fault = body_append(parse, data, parse->head.body_bytes, arena);

    assert(parse->body_bytes <= parse->head.body_bytes);
    if (fault != FAULT_NONE)
        return parse_fail(parse, fault);
    *taken += data.len;
    return data.len == missing ? parse_finish(parse, request) : PARSE_MORE;
}

static enum parse_step chunked_body_feed(struct parse *parse, struct str bytes, struct arena *arena,
                                         struct request *request, size_t *taken)
{
    while (!str_is_empty(bytes) && parse->chunked.state != CHUNKED_ENDED) {
        struct str data;
        size_t read;
        enum fault fault = chunked_body_next(&parse->chunked, bytes, &read, &data);

        if (fault == FAULT_NONE)
            fault = body_append(parse, data, parse->chunked.data_bytes, arena);
        if (fault != FAULT_NONE)
            return parse_fail(parse, fault);
        assert(read > 0);
        *taken += read;
        bytes = str_skip(bytes, read);
    }
    return parse->chunked.state == CHUNKED_ENDED ? parse_finish(parse, request) : PARSE_MORE;
}

enum parse_step parse_feed(struct parse *parse, struct str bytes, struct arena *arena,
                           struct request *request, size_t *ret_taken)
{
    size_t taken = 0;
    enum fault fault;
    enum parse_step step = PARSE_MORE;

    assert(parse->state != PARSE_ENDED);
    if (parse->state == PARSE_HEAD) {
        fault = head_feed(parse, bytes, arena, request, &taken);
        if (fault != FAULT_NONE)
            step = parse_fail(parse, fault);
    }
    if (parse->state == PARSE_BODY)
        step = body_feed(parse, str_skip(bytes, taken), arena, request, &taken);
    else if (parse->state == PARSE_BODY_CHUNKED)
        step = chunked_body_feed(parse, str_skip(bytes, taken), arena, request, &taken);
    assert(taken <= bytes.len);
    *ret_taken = taken;
    return step;
}

bool parse_wants_continue(const struct parse *parse)
{
    return (parse->state == PARSE_BODY || parse->state == PARSE_BODY_CHUNKED) &&
           parse->head.expects_continue && parse->body_bytes == 0;
}
