/* Memory that runs out at any point of any decision: an error, nothing decided, nothing changed. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "engine/decide.h"
#include "story.h"

#define BYTES_ENOUGH ((size_t)1 << 20)

static bool seen[COMMAND_COUNT];
static unsigned failures;

/* A story gives no reasons for these, and what is said needs memory. */
static struct command with_a_reason(const struct command *command)
{
    struct command ret = *command;

    if (command->kind == COMMAND_REVERSE)
        ret.reverse.reason = STR("why");
    if (command->kind == COMMAND_HOLD_CAPTURE)
        ret.capture.reason = STR("why");
    return ret;
}

static void refused_until_there_is_enough(const struct view *view, const struct command *command,
                                          const struct decision *decision)
{
    struct command said = with_a_reason(command);
    enum err e = ERR_NOMEM;

    for (size_t bytes = 0; e != OK; bytes += 16) {
        struct decision before, ret;
        struct arena arena;

        memset(&before, 0x55, sizeof before);
        memcpy(&ret, &before, sizeof ret);
        assert(bytes < BYTES_ENOUGH);
        arena_init(&arena, bytes);
        e = engine_decide(view, &said, &arena, &ret);
        if (e == OK) {
            assert_int_equal(ret.reject, decision->reject);
            assert_int_equal(ret.entry_count, decision->entry_count);
        } else {
            assert_int_equal(e, ERR_NOMEM);
            assert_memory_equal(&ret, &before, sizeof ret);
            failures++;
            seen[command->kind] = true;
        }
        arena_finish(&arena);
    }
}

/* Every verb, each with something to say, so that it needs all that it can need. */
static const char life[] = "scale 0\n"
                           "limit 20\n"
                           "grant a 10 rollover 100% 1 +9d expires +5d products search\n"
                           "grant b 10 expires +6d\n"
                           "grant later 10 effective +1d\n"
                           "grant other 10 effective +1d\n"
                           "void other\n"
                           "edit a name renamed\n"
                           "use 12 product search reason why as u\n"
                           "reverse u 11\n"
                           "hold h 5 product search\n"
                           "extend h +3d\n"
                           "capture h 12\n"
                           "hold i 2\n"
                           "release i\n"
                           "hold j 2 expires +1h\n"
                           "at +7d\n"
                           "use 30 as v\n"
                           "grant paying 5\n"
                           "reverse v\n"
                           "customer rolling\n"
                           "grant rolls 10 expires +8d rollover 100% 1 +9d\n"
                           "at +8d\n"
                           "customer new\n"
                           "use 5 partial\n"
                           "customer lent\n"
                           "limit 10\n"
                           "hold k 1\n"
                           " refused BALANCE_EXCEEDED\n";

static void a_decision_is_made_whole_or_not_at_all(void **state)
{
    book_watch = refused_until_there_is_enough;
    assert_int_equal(story_play(STR("life"), str_from_c(life), NULL, stderr), 0);
    book_watch = NULL;
    for (int kind = COMMAND_NONE + 1; kind < COMMAND_COUNT; kind++) {
        if (seen[kind] == command_is_of_directory((enum command_kind)kind))
            fail_msg("%.*s", STR_PRINT(command_name((enum command_kind)kind)));
    }
    assert_true(failures > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_decision_is_made_whole_or_not_at_all),
    };

    return cmocka_run_group_tests_name("engine/memory", tests, NULL, NULL);
}
