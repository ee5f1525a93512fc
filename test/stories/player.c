/* Plays the stories that it is given and tells the results in TAP.  Of a Markdown page it plays
 * what is fenced as a story, each on a book of its own.
 *
 *     story-player [--transcript DIRECTORY] STORY... */
#include <stdlib.h>
#include "transcript.h"

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

/* The number of lines that failed; where nothing can be read, one.  directory: NULL, or where to
 * write the transcript. */
static int play_file(const char *path, const char *directory)
{
    struct transcript transcript;
    struct arena arena;
    struct str text;
    int failures = 1;

    arena_init(&arena, (size_t)256 << 20);
    transcript_open(&transcript, directory, title_of(path), &arena);
    text = read_file(path, &arena);
    if (is_page(path))
        text = stories_of_page(text, &arena);
    if (text.len > 0)
        failures = story_play(str_from_c(path), text,
                              directory == NULL ? NULL : &transcript.listener, stderr);
    transcript_close(&transcript);
    arena_finish(&arena);
    return failures;
}

int main(int argc, char **argv)
{
    bool transcribes = argc > 2 && str_equals(str_from_c(argv[1]), STR("--transcript"));
    const char *directory = transcribes ? argv[2] : NULL;
    int first = transcribes ? 3 : 1;
    int failed = 0;

    printf("1..%d\n", argc - first);
    for (int i = first; i < argc; i++) {
        int failures = play_file(argv[i], directory);

        printf("%sok %d - %.*s\n", failures > 0 ? "not " : "", i - first + 1,
               STR_PRINT(title_of(argv[i])));
        failed += failures > 0;
    }
    return failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
