/* Each allocation fails in turn: ours, by way of the linker, and libcurl's, by its own hook.
 *
 * The nth fails, for n from 1 on, until a run gets through without meeting it.  A failed run says
 * so, and the client that has seen it can be used again; leaks are for valgrind and the sanitizers
 * to find, which run this too. */
#include <curl/curl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include "world.h"

/* Counts down; the allocation that takes it from 1 to 0 fails.  Below that all is well. */
static _Atomic long ours, theirs;
static _Thread_local bool is_counted; /* the server's thread is not */

static bool fails(_Atomic long *countdown)
{
    return is_counted && atomic_load(countdown) > 0 && atomic_fetch_sub(countdown, 1) == 1;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

void *__wrap_malloc(size_t size)
{
    return fails(&ours) ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails(&ours) ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return fails(&ours) ? NULL : __real_realloc(memory, size);
}

static void *curl_malloc(size_t size)
{
    return fails(&theirs) ? NULL : __real_malloc(size);
}

static void *curl_calloc(size_t count, size_t size)
{
    return fails(&theirs) ? NULL : __real_calloc(count, size);
}

static void *curl_realloc(void *memory, size_t size)
{
    return fails(&theirs) ? NULL : __real_realloc(memory, size);
}

static char *curl_strdup(const char *text)
{
    return fails(&theirs) ? NULL : strdup(text);
}

/* The whole life of a client, with a call of each kind; 0 or the outcome that ended it. */
static enum scrip_outcome live(const struct server *server, struct scrip_error *error)
{
    struct scrip_options options = { .url = server_url(server),
                                     .bearer_token = SECRET,
                                     .kable_client_id = "kci_1",
                                     .kable_client_secret = SECRET,
                                     .user_agent = "test",
                                     .retry_delay_ms = 1 };
    const struct scrip_pair fields[] = { { "plan", "gold" } };
    struct scrip_customer_create_params params = { .name = "Acme",
                                                   .custom_fields = fields,
                                                   .custom_field_count = 1 };
    const struct scrip_metronome_grant *grant = NULL;
    struct scrip_customer *customer = NULL;
    struct scrip_balance *balance = NULL;
    struct scrip_client *client = NULL;
    struct scrip_list *list = NULL;
    struct scrip_error unseen = SCRIP_ERROR_NONE;
    enum scrip_outcome outcome = scrip_client_open(&options, &client, error);

    if (outcome == SCRIP_OK)
        outcome = scrip_customer_create(client, &params, NULL, &customer, error);
    if (outcome == SCRIP_OK)
        outcome = scrip_balance_get(client, "Ac/me", NULL, NULL, &balance, error);
    if (outcome == SCRIP_OK)
        outcome = scrip_metronome_grant_list(client, NULL, NULL, &list, error);
    if (outcome == SCRIP_OK)
        outcome = scrip_metronome_grant_next(list, &grant, error);
    if (outcome == SCRIP_OK)
        outcome = scrip_metronome_grant_next(list, &grant, error);
    if (outcome == SCRIP_OK) {
        outcome = scrip_balance_get(client, "nobody", NULL, NULL, &balance, &unseen);
        outcome = outcome == SCRIP_NOT_FOUND ? SCRIP_OK : outcome;
        if (outcome == SCRIP_OK && strcmp(unseen.message, "words (HTTP 404)") != 0)
            outcome = SCRIP_NO_MEMORY; /* a refusal whose words could not be read is one still */
        if (outcome != SCRIP_OK && error->outcome == SCRIP_OK)
            error->outcome = outcome;
    }
    scrip_error_clear(&unseen);
    scrip_list_close(list);
    scrip_free(balance);
    scrip_free(customer);
    scrip_client_close(client);
    return outcome;
}

#define ITEM(id)                                                                                   \
    "{\"id\":\"" id "\",\"balance\":{\"excluding_pending\":1,\"including_pending\":1},"            \
    "\"deductions\":[{\"amount\":1,\"reason\":\"a \\u00e4\"}],\"custom_fields\":{\"a\":\"b\"}}"

static const struct act life[] = {
    { REPLY("200 OK", "X-Request-Id: 1\r\n", "{\"id\":\"u\",\"aliases\":[\"a\",\"b\"]}"), KEEP },
    { REPLY("200 OK", "",
            "{\"posted\":\"1\",\"held\":\"0\",\"available\":\"1\",\"grants\":[{\"id\":\"g\","
            "\"amount\":\"1\"}]}"),
      KEEP },
    { REPLY("200 OK", "", "{\"data\":[" ITEM("1") "],\"next_page\":\"x\"}"), KEEP },
    { REPLY("200 OK", "", "{\"data\":[" ITEM("2") "],\"next_page\":null}"), KEEP },
    { FAILED("404 No", ""), KEEP },
};

static long fail_each(_Atomic long *countdown)
{
    for (long n = 1;; n++) {
        struct server *server = server_start(life, array_count(life));
        struct scrip_error error = SCRIP_ERROR_NONE;
        enum scrip_outcome outcome;
        bool was_met;

        is_counted = true;
        atomic_store(countdown, n);
        outcome = live(server, &error);
        was_met = atomic_exchange(countdown, 0) <= 0;
        is_counted = false;
        if (outcome != SCRIP_OK && !was_met)
            fail_msg("run %ld: %s", n, error.message);
        if (outcome != SCRIP_OK && error.outcome == SCRIP_OK)
            fail_msg("run %ld: an outcome, and no error", n);
        if (outcome != SCRIP_OK && countdown == &ours && outcome != SCRIP_NO_MEMORY)
            fail_msg("run %ld: %s: %s", n, scrip_outcome_name(outcome), error.message);
        scrip_error_clear(&error);
        server_stop(server);
        if (!was_met)
            return n - 1;
    }
}

static void each_of_ours(void **state)
{
    long count = fail_each(&ours);

    print_message("# %ld allocations\n", count);
    assert_in_range(count, 20, 2000); /* or the hook is not in place */
}

static void each_of_libcurls(void **state)
{
    long count = fail_each(&theirs);

    print_message("# %ld allocations\n", count);
    assert_in_range(count, 50, 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_of_ours),
        cmocka_unit_test(each_of_libcurls),
    };
    int failed;

    /* Before the library starts libcurl, which then counts one user more. */
    if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, curl_malloc, free, curl_realloc, curl_strdup,
                             curl_calloc) != CURLE_OK)
        return 1;
    failed = cmocka_run_group_tests_name("memory", tests, NULL, NULL);
    curl_global_cleanup();
    return failed;
}
