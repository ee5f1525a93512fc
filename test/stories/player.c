/* Plays the stories that it is given and tells the results in TAP. */
#include <stdlib.h>
#include "story.h"

static struct str read_file(const char *path, struct arena *arena)
{
    FILE *file = fopen(path, "r");
    size_t size = (size_t)1 << 20;
    struct str text = { .data = arena_take(arena, size) };

    if (file == NULL || text.data == NULL)
        return STR_NONE;
    text.len = fread((char *)(uintptr_t)text.data, 1, size, file);
    fclose(file);
    return text;
}

/* "stories/burn_order.story" -> "burn_order" */
static struct str title_of(const char *path)
{
    struct str title = str_from_c(path), rest;
    size_t at;

    while (str_find(title, '/', &at))
        title = str_skip(title, at + 1);
    return str_split(title, '.', &rest);
}

int main(int argc, char **argv)
{
    int failed = 0;

    printf("1..%d\n", argc - 1);
    for (int i = 1; i < argc; i++) {
        struct arena arena;
        struct str text;
        int failures = 1;

        arena_init(&arena, (size_t)4 << 20);
        text = read_file(argv[i], &arena);
        if (text.len > 0)
            failures = story_play(str_from_c(argv[i]), text, stderr);
        printf("%sok %d - %.*s\n", failures > 0 ? "not " : "", i, STR_PRINT(title_of(argv[i])));
        failed += failures > 0;
        arena_finish(&arena);
    }
    return failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
