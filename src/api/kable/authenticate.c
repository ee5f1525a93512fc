#include "api/kable/kable.h"

static bool is_check_of_keys(const struct request *request)
{
    return str_equals(request->path, STR("/api/v1/authenticate")) ||
           str_equals(request->path, STR("/api/authenticate"));
}

/* Whatever is shown must be right, and something must be.  A client that starts shows its pair, the
 * same once more in the X- headers, or half of that; for a customer's request it shows only the
 * customer's. */
bool kable_authenticate(const struct key_snapshot *keys, const struct request *request,
                        struct instant now, struct caller *ret)
{
    bool has_secret = request_header(request, STR("Kable-Client-Secret")).len > 0;
    bool has_api_key = request_header(request, STR("X-Api-Key")).len > 0;

    if (!is_check_of_keys(request) || !has_api_key)
        return auth_pair(keys, request, now, ret);
    if (has_secret && !auth_pair(keys, request, now, ret))
        return false;
    return auth_customer(keys, request, now, ret);
}
