#include "story.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "due.h"
#include "exact/decimal.h"

void story_fail(struct story *story, const char *format, ...)
{
    va_list arguments;

    fprintf(story->report, "%.*s:%d: ", STR_PRINT(story->file), story->line);
    va_start(arguments, format);
    vfprintf(story->report, format, arguments);
    va_end(arguments);
    fputc('\n', story->report);
    story->failure_count++;
}

/* --- words --- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void split_words(struct story *story, struct str line)
{
    size_t i = 0;

    story->word = story->word_count = 0;
    while (i < line.len) {
        size_t start;

        while (i < line.len && is_space(line.data[i]))
            i++;
        start = i;
        while (i < line.len && !is_space(line.data[i]))
            i++;
        if (i > start && story->word_count < STORY_WORDS_MAX)
            story->words[story->word_count++] =
                (struct str){ .data = line.data + start, .len = i - start };
    }
}

struct str story_word(struct story *story)
{
    return story->word < story->word_count ? story->words[story->word++] : STR_NONE;
}

bool story_word_is(struct story *story, const char *text)
{
    if (story->word == story->word_count ||
        !str_equals(story->words[story->word], str_from_c(text)))
        return false;
    story->word++;
    return true;
}

struct amount story_amount(struct story *story, struct str text)
{
    struct amount amount = AMOUNT_ZERO;
    struct decimal decimal;
    enum err e;

    if (text.len > 0 && text.data[0] == '+')
        text = str_skip(text, 1);
    e = decimal_parse(text, DECIMAL_PLAIN, &decimal);
    if (e == OK)
        e = decimal_to_amount(decimal, story->scale, ROUND_NONE, &amount);
    if (e != OK)
        story_fail(story, "'%.*s' is no amount", STR_PRINT(text));
    return amount;
}

/* +N or -N, and a unit. */
static bool parse_offset(struct story *story, struct str text, struct instant *ret)
{
    int64_t units = 0, unit_us;

    if (text.len < 3 || (text.data[0] != '+' && text.data[0] != '-'))
        return false;
    for (size_t i = 1; i + 1 < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        units = units * 10 + (text.data[i] - '0');
    }
    switch (text.data[text.len - 1]) {
    case 's':
        unit_us = SPAN_US_PER_SECOND;
        break;
    case 'h':
        unit_us = SPAN_US_PER_HOUR;
        break;
    case 'd':
        unit_us = SPAN_US_PER_DAY;
        break;
    default:
        return false;
    }
    if (text.data[0] == '-')
        units = -units;
    return instant_add(story->start, (struct span){ .us = units * unit_us }, ret) == OK;
}

struct instant story_instant(struct story *story, struct str text)
{
    struct instant instant = story->start;
    struct str whole = text;

    if (str_equals(text, STR("never")))
        return INSTANT_NEVER;
    if (parse_offset(story, text, &instant))
        return instant;
    if (text.len == 10)
        whole = str_format(&story->arena, "%.*sT00:00:00Z", STR_PRINT(text));
    if (instant_parse(whole, INSTANT_ZONE_NEEDED, &instant) != OK)
        story_fail(story, "'%.*s' is no instant", STR_PRINT(text));
    return instant;
}

/* --- names --- */

struct story_name *story_find(struct story *story, struct str text, char kind)
{
    for (size_t i = 0; i < story->name_count; i++) {
        if (story->names[i].kind == kind && str_equals(story->names[i].text, text))
            return &story->names[i];
    }
    return NULL;
}

struct story_name *story_find_or_add(struct story *story, struct str text, char kind)
{
    struct story_name *name = story_find(story, text, kind);

    if (name != NULL)
        return name;
    story->names =
        book_room(story->names, sizeof *story->names, story->name_count, &story->name_capacity);
    name = &story->names[story->name_count++];
    *name = (struct story_name){
        .text = text,
        .kind = kind,
        .id = book_new_id(&story->book),
        .number = story->name_count,
    };
    return name;
}

/* --- lines --- */

/* An empty book, in which nobody has a name yet. */
static void begin(struct story *story)
{
    book_init(&story->book, story->start);
    story->name_count = 0;
    story->customer = (uint32_t)story_find_or_add(story, STR("somebody"), 'c')->number;
    story->archived = false;
    if (story->listener != NULL)
        story->listener->begun(story->listener, story);
}

/* Would one of them be refused where the others were not, the story could not say so. */
static void play_times(struct story *story)
{
    int64_t count = 0;
    struct str text = story_word(story);
    size_t word = story->word;

    for (size_t i = 0; i < text.len; i++)
        count = count * 10 + (text.data[i] - '0');
    for (int64_t i = 0; i < count; i++) {
        enum reject before = story->decision.reject;

        story->word = word;
        story_command(story, story_word(story));
        if (i > 0 && story->decision.reject != before)
            story_fail(story, "the first %lld came out otherwise than the next", (long long)i);
    }
}

static void play_setting(struct story *story, struct str verb)
{
    if (str_equals(verb, STR("start"))) {
        if (!story_word_is(story, "*"))
            story->start = story_instant(story, story_word(story));
        book_finish(&story->book);
        begin(story);
    } else if (str_equals(verb, STR("scale"))) {
        story->scale = story_word(story).data[0] - '0';
    } else if (str_equals(verb, STR("customer"))) {
        story->customer = (uint32_t)story_find_or_add(story, story_word(story), 'c')->number;
        story->archived = story_word_is(story, "archived");
    } else if (str_equals(verb, STR("expect"))) {
        story_expect(story);
    } else if (str_equals(verb, STR("history"))) {
        story_history(story);
    } else if (str_equals(verb, STR("times"))) {
        play_times(story);
    } else {
        story_command(story, verb);
    }
}

static void check_whole_book(struct story *story)
{
    struct str broken = story->book.grant_count < 1000 ? book_check(&story->book) : STR_NONE;

    if (!str_is_empty(broken))
        story_fail(story, "broken: %.*s", STR_PRINT(broken));
}

static void play_line(struct story *story, struct str line)
{
    bool indented = line.len > 0 && is_space(line.data[0]);
    struct str comment;

    line = str_split(line, '#', &comment);
    split_words(story, line);
    if (story->word_count == 0)
        return;
    if (indented) {
        story_expect_line(story);
    } else {
        story->line--; /* what the last command still owes is told of its own last line */
        story_finish_command(story);
        story->line++;
        play_setting(story, story_word(story));
        check_whole_book(story);
    }
    if (story->word < story->word_count)
        story_fail(story, "'%.*s' is not understood", STR_PRINT(story->words[story->word]));
}

int story_play(struct str file, struct str text, struct story_listener *listener, FILE *report)
{
    struct story story = { .listener = listener, .file = file, .scale = 6, .report = report };
    int failure_count;

    arena_init(&story.arena, (size_t)64 << 20);
    if (instant_parse(STR("2024-01-01T00:00:00Z"), INSTANT_ZONE_NEEDED, &story.start) != OK)
        never("the start is an instant");
    begin(&story);
    while (text.len > 0) {
        struct str rest;

        story.line++;
        play_line(&story, str_split(text, '\n', &rest));
        text = rest;
    }
    story_finish_command(&story);
    failure_count = story.failure_count;
    book_finish(&story.book);
    arena_finish(&story.arena);
    free(story.names);
    return failure_count;
}
