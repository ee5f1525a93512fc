/* Plays the stories that it is given and tells the results in TAP.  Of a Markdown page it plays
 * what is fenced as a story, each on a book of its own. */
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

/* Leaves of a page what is between a line "```story" and the next "```": other lines become
 * empty, so that line numbers stay right; the fence empties the book. */
static struct str stories_of_page(struct str page, struct arena *arena)
{
    char *data = arena_take(arena, page.len + 64);
    size_t len = 0;
    bool inside = false;

    assert(data != NULL);
    for (struct str rest = page; rest.len > 0;) {
        struct str line = str_split(rest, '\n', &rest);

        if (str_equals(line, STR("```story"))) {
            line = STR("start *");
            inside = true;
        } else if (str_starts_with(line, STR("```"))) {
            inside = false;
        }
        for (size_t i = 0; inside && i < line.len && len < page.len; i++)
            data[len++] = line.data[i];
        data[len++] = '\n';
    }
    return (struct str){ .data = data, .len = len };
}

static bool is_page(const char *path)
{
    struct str text = str_from_c(path);

    return text.len > 3 && str_equals(str_skip(text, text.len - 3), STR(".md"));
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
        if (is_page(argv[i]))
            text = stories_of_page(text, &arena);
        if (text.len > 0)
            failures = story_play(str_from_c(argv[i]), text, stderr);
        printf("%sok %d - %.*s\n", failures > 0 ? "not " : "", i, STR_PRINT(title_of(argv[i])));
        failed += failures > 0;
        arena_finish(&arena);
    }
    return failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
