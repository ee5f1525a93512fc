#include "api/idempotency.h"

#include "base/limits.h"

#define HEADER STR("Idempotency-Key")

/* Length first, so that no two lists of pieces give the same bytes. */
static void add(struct digest_stream *stream, struct str piece)
{
    uint64_t len = piece.len;

    digest_stream_add(stream, &len, sizeof(len));
    digest_stream_add(stream, piece.data, piece.len);
}

static struct digest key_fingerprint(enum environment environment, struct str key)
{
    struct digest_stream stream;

    digest_stream_init(&stream);
    add(&stream, environment_name(environment));
    add(&stream, key);
    return digest_stream_take(&stream);
}

static struct digest request_fingerprint(const struct request *request)
{
    struct digest_stream stream;
    uint64_t method = request->method;

    digest_stream_init(&stream);
    digest_stream_add(&stream, &method, sizeof(method));
    add(&stream, request->path);
    add(&stream, request->query);
    add(&stream, request->body);
    return digest_stream_take(&stream);
}

static bool is_printable(struct str key)
{
    for (size_t i = 0; i < key.len; i++)
        if (key.data[i] < 0x20 || key.data[i] > 0x7e)
            return false;
    return true;
}

bool idempotency_key_is_fine(struct str key)
{
    return key.len >= 1 && key.len <= IDEMPOTENCY_KEY_BYTES_MAX && is_printable(key);
}

/* No request has this for a path. */
struct idempotency idempotency_of_part(enum environment environment, struct str key,
                                       struct str text)
{
    struct idempotency ret = { .given = true, .key = key_fingerprint(environment, key) };
    struct digest_stream stream;

    assert(idempotency_key_is_fine(key));
    digest_stream_init(&stream);
    add(&stream, STR("part"));
    add(&stream, text);
    ret.request = digest_stream_take(&stream);
    return ret;
}

enum err idempotency_read(const struct request *request, enum environment environment,
                          struct idempotency *ret, struct blame *reterr_blame)
{
    size_t count = request_header_count(request, HEADER);
    struct str key = request_header(request, HEADER);

    if (count == 0) {
        *ret = (struct idempotency){ .given = false };
        return OK;
    }
    *reterr_blame = (struct blame){ .field = HEADER };
    if (count > 1) {
        reterr_blame->why = STR("must be given once");
        return ERR_MALFORMED;
    }
    if (!idempotency_key_is_fine(key)) {
        reterr_blame->why = STR("must be 1 to 255 printable ASCII characters");
        return ERR_MALFORMED;
    }
    *ret = (struct idempotency){
        .given = true,
        .key = key_fingerprint(environment, key),
        .request = request_fingerprint(request),
    };
    return OK;
}
