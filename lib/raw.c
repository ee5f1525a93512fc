/* raw.c - scrip_send(): any request, for what has no typed call. */
#include <string.h>
#include "lib/error.h"
#include "lib/result.h"

static bool method_is_known(const char *method)
{
    static const char *const known[] = { "GET", "POST", "PUT", "PATCH", "DELETE" };

    for (size_t i = 0; method != NULL && i < array_count(known); i++) {
        if (strcmp(method, known[i]) == 0)
            return true;
    }
    return false;
}

/* What would end the request's line. */
static bool path_is_sound(const char *path)
{
    if (path == NULL || path[0] != '/')
        return false;
    for (const char *c = path; *c != '\0'; c++) {
        if (*c <= ' ' || *c > '~' || *c == '#')
            return false;
    }
    return true;
}

static enum scrip_outcome check(const struct scrip_client *client, const char *method,
                                const char *path, struct scrip_reply **ret,
                                struct scrip_error *error)
{
    if (!client_is_usable(client, error))
        return SCRIP_USAGE;
    if (!method_is_known(method))
        return error_usage(error, "method", "must be GET, POST, PUT, PATCH or DELETE");
    if (!path_is_sound(path))
        return error_usage(error, "path", "must start with a slash and be percent-encoded");
    if (ret == NULL)
        return error_usage(error, "ret", "is needed");
    return SCRIP_OK;
}

enum scrip_outcome scrip_send(struct scrip_client *client, const char *method, const char *path,
                              const char *body, const struct scrip_call *call,
                              struct scrip_reply **ret, struct scrip_error *reterr)
{
    struct request request = { .method = method, .path = str_from_c(path), .call = call };
    struct response response = { .http_status = 0 };
    enum scrip_outcome outcome = check(client, method, path, ret, reterr);
    struct result *result = NULL;
    struct scrip_reply *reply;

    if (outcome != SCRIP_OK)
        return outcome;
    request.body = str_from_c(body);
    request.is_keyed = strcmp(method, "GET") != 0;
    outcome = client_send(client, &request, &response, reterr);
    if (outcome != SCRIP_OK)
        goto out;
    result = result_make(&request, &response);
    reply = result != NULL ? result_payload(result, sizeof *reply) : NULL;
    if (reply == NULL) {
        result_finish(result);
        outcome = error_no_memory(reterr);
        goto out;
    }
    *reply = result->reply;
    *ret = reply;
out:
    response_finish(&response);
    return outcome;
}
