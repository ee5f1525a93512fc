#include "http/head.h"

#include <string.h>
#include "base/limits.h"
#include "http/library.h"

#define VERSION_BYTES 8u /* HTTP/1.1 */

/* A set of ASCII characters, a bit each; nothing beyond 127 is in one. */
struct byte_set {
    uint64_t bits[2];
};

/* Letters, digits and !#$%&'*+-.^_`|~ (RFC 9110, 5.6.2). */
static const struct byte_set token_bytes = { { 0x03ff6cfa00000000, 0x57ffffffc7fffffe } };

/* What a host and its port are spelled with: letters, digits and -._~%!$&'()*+;=:[] */
static const struct byte_set host_bytes = { { 0x2fff6ff200000000, 0x47fffffeaffffffe } };

static bool text_is_of(struct str text, const struct byte_set *set)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c > 127 || (set->bits[c >> 6] >> (c & 63) & 1) == 0)
            return false;
    }
    return true;
}

/* True when no byte of the eight is below 0x20 or is 0x7F: the usual case, told at once. */
static bool eight_are_clean(const char *bytes)
{
    const uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;
    uint64_t word, rubouts;

    memcpy(&word, bytes, sizeof word);
    rubouts = word ^ (0x7F * ones); /* 0x7F becomes 0 */
    return ((((word - 0x20 * ones) & ~word) | ((rubouts - ones) & ~rubouts)) & tops) == 0;
}

/* Tabs, spaces and what can be seen, in any encoding. */
static bool text_is_clean(struct str text)
{
    size_t i = 0;

    while (i < text.len) {
        unsigned char c = (unsigned char)text.data[i];
        if (text.len - i >= 8 && eight_are_clean(text.data + i)) {
            i += 8;
            continue;
        }
        if ((c < 0x20 && c != '\t') || c == 0x7F)
            return false;
        i++;
    }
    return true;
}

static bool text_is_visible_ascii(struct str text)
{
    bool visible = true;

    for (size_t i = 0; i < text.len; i++)
        visible &= text.data[i] > 0x20 && text.data[i] < 0x7F;
    return visible;
}

static bool byte_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Every line ends in CR LF, holds no other control character, and stands on its own. */
static enum fault lines_check(struct str bytes)
{
    struct str line, rest = bytes;

    for (bool first = true; !str_is_empty(rest); first = false) {
        line = str_split(rest, '\n', &rest);
        if (line.len == 0 || line.data[line.len - 1] != '\r')
            return FAULT_LINE_END;
        line.len--;
        if (!first && line.len > 0 && (line.data[0] == ' ' || line.data[0] == '\t'))
            return FAULT_LINE_FOLDED;
        if (!text_is_clean(line))
            return first ? FAULT_REQUEST_LINE : FAULT_HEADER_VALUE;
    }
    return FAULT_NONE;
}

static enum fault version_read(struct str version, bool *ret_is_1_0)
{
    if (version.len != VERSION_BYTES || !str_starts_with(version, STR("HTTP/")) ||
        !byte_is_digit(version.data[5]) || version.data[6] != '.' ||
        !byte_is_digit(version.data[7]))
        return FAULT_REQUEST_LINE;
    if (version.data[5] != '1')
        return FAULT_VERSION;
    *ret_is_1_0 = version.data[7] == '0';
    return FAULT_NONE;
}

static enum http_method method_read(struct str method)
{
    static const struct {
        struct str name;
        enum http_method method;
    } methods[] = {
        { STR_INIT("GET"), HTTP_GET },         { STR_INIT("POST"), HTTP_POST },
        { STR_INIT("HEAD"), HTTP_HEAD },       { STR_INIT("PUT"), HTTP_PUT },
        { STR_INIT("PATCH"), HTTP_PATCH },     { STR_INIT("DELETE"), HTTP_DELETE },
        { STR_INIT("OPTIONS"), HTTP_OPTIONS },
    };

    for (size_t i = 0; i < array_count(methods); i++) {
        if (str_equals(method, methods[i].name))
            return methods[i].method;
    }
    return HTTP_OTHER; /* the library knows what else is a method */
}

/* Takes scheme and authority off a target in absolute form: "http://host/path".  False when it
 * has neither that form nor begins with a slash. */
static bool target_make_relative(struct str *target)
{
    struct str rest;
    size_t authority_bytes = 0;

    if (target->data[0] == '/')
        return true;
    if (target->len >= 7 && str_equals_ignoring_case(str_take(*target, 7), STR("http://")))
        rest = str_skip(*target, 7);
    else if (target->len >= 8 && str_equals_ignoring_case(str_take(*target, 8), STR("https://")))
        rest = str_skip(*target, 8);
    else
        return false;
    while (authority_bytes < rest.len && rest.data[authority_bytes] != '/' &&
           rest.data[authority_bytes] != '?')
        authority_bytes++;
    if (authority_bytes == 0 || !text_is_of(str_take(rest, authority_bytes), &host_bytes))
        return false;
    *target = str_skip(rest, authority_bytes);
    return true;
}

static enum fault target_read(struct str target, struct request *request)
{
    size_t at;

    if (target.len > REQUEST_TARGET_BYTES_MAX)
        return FAULT_TARGET_LONG;
    if (str_is_empty(target) || !text_is_visible_ascii(target) || str_find(target, '#', &at))
        return FAULT_TARGET;
    if (!(request->method == HTTP_OPTIONS && str_equals(target, STR("*"))) &&
        !target_make_relative(&target))
        return FAULT_TARGET;
    request->path = str_split(target, '?', &request->query);
    if (str_is_empty(request->path))
        request->path = STR("/");
    return FAULT_NONE;
}

/* The request line: a token, a space, a target, a space and a version of HTTP; nothing else. */
static enum fault request_line_read(struct str bytes, struct request *request, struct head *head,
                                    struct str *ret_target)
{
    struct str line, method, target, version, rest;
    enum fault fault;

    line = str_split(bytes, '\r', &rest);
    method = str_split(line, ' ', &rest);
    target = str_split(rest, ' ', &version);
    if (str_is_empty(method) || !text_is_of(method, &token_bytes))
        return FAULT_REQUEST_LINE;
    fault = version_read(version, &head->version_1_0);
    if (fault != FAULT_NONE)
        return fault;
    if (str_equals(method, STR("CONNECT")))
        return FAULT_METHOD; /* we are no proxy */
    request->method = method_read(method);
    *ret_target = target;
    return target_read(target, request);
}

/* Counts of the headers that decide where a message ends and whom it is for. */
struct framing {
    unsigned hosts;
    unsigned lengths;
    unsigned codings;
};

static enum fault length_read(struct str value, uint64_t *ret)
{
    uint64_t length = 0;

    if (str_is_empty(value))
        return FAULT_LENGTH;
    for (size_t i = 0; i < value.len; i++) {
        if (!byte_is_digit(value.data[i]))
            return FAULT_LENGTH;
        if (length > REQUEST_BODY_BYTES_MAX)
            return FAULT_BODY_LARGE; /* before it can overflow */
        length = length * 10 + (uint64_t)(value.data[i] - '0');
    }
    if (length > REQUEST_BODY_BYTES_MAX)
        return FAULT_BODY_LARGE;
    *ret = length;
    return FAULT_NONE;
}

static enum fault header_read(const struct http_header *header, struct framing *framing,
                              struct head *head)
{
    if (!text_is_of(header->name, &token_bytes))
        return FAULT_HEADER_NAME;
    if (str_equals_ignoring_case(header->name, STR("Host"))) {
        framing->hosts++;
        return text_is_of(header->value, &host_bytes) ? FAULT_NONE : FAULT_HOST;
    }
    if (str_equals_ignoring_case(header->name, STR("Content-Length"))) {
        framing->lengths++;
        return length_read(header->value, &head->body_bytes);
    }
    if (str_equals_ignoring_case(header->name, STR("Transfer-Encoding"))) {
        framing->codings++;
        head->chunked = str_equals_ignoring_case(header->value, STR("chunked"));
        return head->chunked ? FAULT_NONE : FAULT_CODING;
    }
    if (str_equals_ignoring_case(header->name, STR("Expect")) && !head->version_1_0) {
        head->expects_continue = str_equals_ignoring_case(header->value, STR("100-continue"));
        return head->expects_continue ? FAULT_NONE : FAULT_EXPECTATION;
    }
    return FAULT_NONE;
}

static enum fault headers_read(const struct http_header *headers, size_t count, struct head *head)
{
    struct framing framing = { .hosts = 0 };
    enum fault fault = FAULT_NONE;

    for (size_t i = 0; i < count && fault == FAULT_NONE; i++)
        fault = header_read(&headers[i], &framing, head);
    if (fault != FAULT_NONE)
        return fault;
    if (framing.hosts > 1)
        return FAULT_HOST_REPEATED;
    if (framing.hosts == 0 && !head->version_1_0)
        return FAULT_HOST_MISSING;
    if (framing.lengths > 1 || (framing.lengths > 0 && framing.codings > 0))
        return FAULT_LENGTH_REPEATED;
    if (framing.codings > 1)
        return FAULT_CODING_REPEATED;
    if (framing.codings > 0 && head->version_1_0)
        return FAULT_CODING_VERSION;
    return FAULT_NONE;
}

enum fault head_read(struct str bytes, size_t line_count, struct arena *arena,
                     struct request *request, struct head *ret)
{
    struct library_head library = { .header_max = line_count - 1 };
    struct str target;
    enum fault fault, library_verdict;

    assert(line_count > 0);
    assert(bytes.len >= 4);
    *ret = (struct head){ .body_bytes = 0 };
    if (line_count - 1 > REQUEST_HEADERS_MAX)
        return FAULT_HEADERS_MANY;
    fault = lines_check(bytes);
    if (fault == FAULT_NONE)
        fault = request_line_read(bytes, request, ret, &target);
    if (fault != FAULT_NONE)
        return fault;
    library.headers = arena_new(arena, struct http_header, library.header_max);
    if (library.headers == NULL)
        return FAULT_MEMORY;
    library_verdict = library_read(bytes, &library);
    /* Ours comes first where both object: the library knows fewer reasons. */
    fault = headers_read(library.headers, library.header_count, ret);
    if (library_verdict != FAULT_NONE)
        return fault == FAULT_NONE || fault == FAULT_HOST_MISSING ? library_verdict : fault;
    if (fault != FAULT_NONE)
        return fault;
    /* Two readers, one request. */
    if (library.header_count != line_count - 1 || !str_equals(library.target, target))
        return FAULT_HEADER;
    request->headers = library.headers;
    request->header_count = library.header_count;
    ret->keep_alive = library.keep_alive;
    return FAULT_NONE;
}
