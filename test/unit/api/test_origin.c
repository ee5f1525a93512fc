/* Where requests come from, while sources take turns. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "api/origin.h"

static struct origin origin_from(const char *ip, const char *agent, uint64_t run,
                                 struct origin_last *last)
{
    const struct http_header header = { .name = STR("User-Agent"), .value = str_from_c(agent) };
    const struct exchange exchange = {
        .request = { .headers = &header, .header_count = 1, .peer = str_from_c(ip) },
    };

    return origin_of(&exchange, run, 7, last);
}

static bool same(struct origin a, struct origin b)
{
    return memcmp(&a.fingerprint, &b.fingerprint, sizeof a.fingerprint) == 0;
}

static void a_source_has_one_fingerprint_whoever_came_before_it(void **state)
{
    static const struct {
        const char *ip, *agent;
        uint64_t run;
    } sources[] = {
        { "10.0.0.1", "metronome/1.0", 5 },
        { "10.0.0.1", "metronome/1.1", 5 },
        { "10.0.0.1", "metronome/1.1", 6 },
        { "10.0.0.2", "metronome/1.1", 6 },
        { "10.0.0.2", "", 6 },
        { "10.0.0.2m", "", 6 },
        { "10.0.0.2", "m", 6 },
        { "", "", 6 },
    };
    struct origin_last last = { .used = 0 };

    for (size_t i = 0; i < array_count(sources); i++) {
        struct origin_last fresh = { .used = 0 };
        struct origin first = origin_from(sources[i].ip, sources[i].agent, sources[i].run, &last);
        struct origin again = origin_from(sources[i].ip, sources[i].agent, sources[i].run, &last);
        struct origin alone = origin_from(sources[i].ip, sources[i].agent, sources[i].run, &fresh);

        assert_true(same(first, again));
        assert_true(same(first, alone));
        for (size_t j = 0; j < i; j++)
            assert_false(
                same(first, origin_from(sources[j].ip, sources[j].agent, sources[j].run, &last)));
    }
}

static void the_longest_address_and_user_agent_have_room(void **state)
{
    char ip[100], agent[2000];
    struct origin_last last = { .used = 0 };
    struct origin origin;

    memset(ip, 'a', sizeof ip - 1);
    ip[sizeof ip - 1] = '\0';
    for (size_t i = 0; i + 4 < sizeof agent; i += 4)
        memcpy(agent + i, "\xF0\x9F\x92\xB0", 4);
    agent[sizeof agent - 4] = '\0';
    origin = origin_from(ip, agent, 1, &last);
    assert_int_equal(origin.source.ip.len, ORIGIN_IP_BYTES_MAX);
    assert_int_equal(origin.source.user_agent.len, ORIGIN_AGENT_BYTES_MAX);
    assert_int_equal(last.used, sizeof last.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_source_has_one_fingerprint_whoever_came_before_it),
        cmocka_unit_test(the_longest_address_and_user_agent_have_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
