#include "api/origin.h"

#include <string.h>
#include "api/reading.h"
#include "base/digest.h"

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

static size_t source_write(const struct source *source, char *ret)
{
    struct str ip = source->ip, agent = source->user_agent;
    size_t used = sizeof source->run;

    assert(ip.len <= ORIGIN_IP_BYTES_MAX);
    assert(agent.len <= ORIGIN_AGENT_BYTES_MAX);
    memcpy(ret, &source->run, sizeof source->run);
    if (ip.len > 0)
        memcpy(ret + used, ip.data, ip.len);
    used += ip.len;
    ret[used++] = '\0'; /* in no address */
    if (agent.len > 0)
        memcpy(ret + used, agent.data, agent.len);
    return used + agent.len;
}

static struct index_key fingerprint_of(const struct source *source, struct origin_last *last)
{
    char bytes[sizeof last->bytes];
    size_t used = source_write(source, bytes);
    struct digest digest;

    if (used == last->used && memcmp(bytes, last->bytes, used) == 0)
        return last->fingerprint;
    digest = digest_sha256(bytes, used);
    last->fingerprint = index_key_from_bytes(digest.bytes);
    last->used = used;
    memcpy(last->bytes, bytes, used);
    return last->fingerprint;
}

struct origin origin_of(const struct exchange *exchange, uint64_t run, uint64_t number,
                        struct origin_last *last)
{
    struct str peer = exchange->request.peer;
    struct origin origin = {
        .source = { .run = run,
                    .ip = str_take(peer,
                                   peer.len < ORIGIN_IP_BYTES_MAX ? peer.len : ORIGIN_IP_BYTES_MAX),
                    .user_agent = user_agent_of(&exchange->request) },
        .request = number,
    };

    origin.fingerprint = fingerprint_of(&origin.source, last);
    return origin;
}
