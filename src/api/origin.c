#include "api/origin.h"

#include <string.h>
#include "api/reading.h"
#include "base/digest.h"
#include "base/limits.h"

static void write_hex(uint64_t number, char ret[16])
{
    for (int i = 15; i >= 0; i--, number >>= 4)
        ret[i] = "0123456789abcdef"[number & 15];
}

struct str request_id_format(uint64_t run, uint64_t number, char ret_text[REQUEST_ID_SIZE])
{
    const struct str prefix = STR("req_");

    memcpy(ret_text, prefix.data, prefix.len);
    write_hex(run, ret_text + 4);
    write_hex(number, ret_text + 20);
    return (struct str){ .data = ret_text, .len = REQUEST_ID_SIZE };
}

/* What can be shown of the header. */
static struct str user_agent_of(const struct request *request)
{
    struct str text = request_header(request, STR("User-Agent"));

    return str_is_utf8(text) ? text_cut(text, USER_AGENT_CHARACTERS_MAX) : STR_NONE;
}

static struct index_key fingerprint_of(const struct source *source)
{
    /* On the stack, because it is made for every command. */
    char bytes[sizeof source->run + 64 + (size_t)4 * USER_AGENT_CHARACTERS_MAX + 1];
    size_t used = 0;
    struct digest digest;

    memcpy(bytes, &source->run, sizeof source->run);
    used += sizeof source->run;
    assert(source->ip.len < 64);
    if (source->ip.len > 0)
        memcpy(bytes + used, source->ip.data, source->ip.len);
    used += source->ip.len;
    bytes[used++] = '\0'; /* in no address */
    assert(source->user_agent.len <= sizeof bytes - used);
    if (source->user_agent.len > 0)
        memcpy(bytes + used, source->user_agent.data, source->user_agent.len);
    used += source->user_agent.len;
    digest = digest_sha256(bytes, used);
    return index_key_from_bytes(digest.bytes);
}

struct origin origin_of(const struct exchange *exchange, uint64_t run, uint64_t number)
{
    struct origin origin = {
        .source = { .run = run,
                    .ip =
                        str_take(exchange->request.peer,
                                 exchange->request.peer.len < 63 ? exchange->request.peer.len : 63),
                    .user_agent = user_agent_of(&exchange->request) },
        .request = number,
    };

    origin.fingerprint = fingerprint_of(&origin.source);
    return origin;
}
