#include "lib/retry.h"

#include <curl/curl.h>
#include <strings.h>
#include "base/clock.h"
#include "lib/chance.h"

#define RETRY_WISH_MS_MAX 60000 /* a longer wish is not kept: the caller would seem to hang */

bool retry_is_due(enum scrip_outcome outcome, const struct response *response)
{
    if (response == NULL)
        return outcome == SCRIP_UNREACHABLE || outcome == SCRIP_TIMEOUT ||
               outcome == SCRIP_DISCONNECTED;
    if (response->should_retry != NULL && strcasecmp(response->should_retry, "true") == 0)
        return true;
    if (response->should_retry != NULL && strcasecmp(response->should_retry, "false") == 0)
        return false;
    switch (response->http_status) {
    case 408:
    case 409:
    case 429:
        return true;
    default:
        return response->http_status >= 500;
    }
}

/* "2", "0.25": the number times factor, rounded down; false when text does not start with one. */
static bool number_read(const char *text, int64_t factor, int64_t *ret)
{
    int64_t value = 0, unit = factor;
    bool is_fraction = false;

    if (text == NULL || text[0] < '0' || text[0] > '9')
        return false;
    for (; (*text >= '0' && *text <= '9') || (*text == '.' && !is_fraction); text++) {
        if (*text == '.') {
            is_fraction = true;
        } else if (is_fraction) {
            unit /= 10;
            value += (*text - '0') * unit;
        } else if (value <= RETRY_WISH_MS_MAX) {
            value = value * 10 + (*text - '0') * factor;
        }
    }
    *ret = value;
    return true;
}

/* Until the date of an HTTP header. */
static bool date_read(const char *text, int64_t *ret)
{
    struct clock *clock = clock_system();
    time_t date = text == NULL ? -1 : curl_getdate(text, NULL);

    if (date < 0)
        return false;
    *ret = (int64_t)date * 1000 - clock->now_us(clock) / 1000;
    return true;
}

/* What the server wishes, if it can be granted. */
static bool wish_read(const struct response *response, int64_t *ret)
{
    int64_t wish;

    if (!number_read(response->retry_after_ms, 1, &wish) &&
        !number_read(response->retry_after, 1000, &wish) &&
        !date_read(response->retry_after, &wish))
        return false;
    if (wish < 0 || wish > RETRY_WISH_MS_MAX)
        return false;
    *ret = wish;
    return true;
}

int64_t retry_delay_ms(const struct scrip_options *options, const struct response *response,
                       int next)
{
    int64_t delay = options->retry_delay_ms, wish;

    assert(next >= 2);
    if (response != NULL && wish_read(response, &wish))
        return wish;
    for (int i = 2; i < next && delay < options->retry_delay_ms_max; i++)
        delay *= 2;
    if (delay > options->retry_delay_ms_max)
        delay = options->retry_delay_ms_max;
    return delay - (int64_t)chance_below((uint64_t)delay / 4 + 1);
}
