#include "script.h"

struct lines {
    struct str rest;
    int number;
};

static bool line_next(struct lines *lines, struct str *ret)
{
    if (lines->rest.data == NULL)
        return false;
    *ret = str_split(lines->rest, '\n', &lines->rest);
    lines->number++;
    return true;
}

static struct str line_peek(const struct lines *lines)
{
    struct str rest;

    return lines->rest.data == NULL ? STR_NONE : str_split(lines->rest, '\n', &rest);
}

static struct str trim(struct str s)
{
    while (s.len > 0 && (s.data[0] == ' ' || s.data[0] == '\n'))
        s = str_skip(s, 1);
    while (s.len > 0 && (s.data[s.len - 1] == ' ' || s.data[s.len - 1] == '\n'))
        s = str_take(s, s.len - 1);
    return s;
}

static bool read_directive(struct step *step, struct str line)
{
    struct str value;
    struct str name = str_split(str_skip(line, 1), ' ', &value);

    if (str_equals(name, STR("as")))
        step->key = trim(value);
    else if (str_equals(name, STR("now")))
        step->now = trim(value);
    else if (str_equals(name, STR("full")))
        step->disk_is_full = true;
    else
        return false;
    return true;
}

static bool read_headers(struct lines *lines, struct http_header *headers, size_t *ret_count)
{
    struct str line;

    while (line_next(lines, &line) && line.len > 0) {
        struct http_header header;
        struct str value;

        header.name = str_split(line, ':', &value);
        if (value.data == NULL || *ret_count == SCRIPT_HEADERS_MAX)
            return false;
        header.value = trim(value);
        headers[(*ret_count)++] = header;
    }
    return true;
}

/* Up to the line that ends it, which is left. */
static struct str read_text(struct lines *lines, struct str end)
{
    struct str text = { .data = lines->rest.data, .len = 0 };
    struct str line;

    while (lines->rest.data != NULL && !str_starts_with(line_peek(lines), end)) {
        (void)line_next(lines, &line);
        text.len = (size_t)(line.data + line.len - text.data);
    }
    return text.data == NULL ? STR_NONE : trim(text);
}

static bool read_request(struct lines *lines, struct step *step)
{
    struct str line;

    do {
        if (!line_next(lines, &line))
            return false;
        if (str_starts_with(line, STR("@")) && !read_directive(step, line))
            return false;
    } while (line.len == 0 || line.data[0] == '@' || line.data[0] == '#');
    step->method = str_split(line, ' ', &step->target);
    if (!read_headers(lines, step->headers, &step->header_count))
        return false;
    step->body = read_text(lines, STR("HTTP "));
    return step->target.len > 0;
}

/* 0: not a number. */
static int number_of(struct str text)
{
    int number = 0;

    for (size_t i = 0; i < text.len && number < 1000; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return 0;
        number = number * 10 + (text.data[i] - '0');
    }
    return number;
}

static bool read_expected(struct lines *lines, struct step *step)
{
    struct str line;

    if (!line_next(lines, &line) || !str_starts_with(line, STR("HTTP ")))
        return false;
    step->status = number_of(str_skip(line, 5));
    if (!read_headers(lines, step->expected_headers, &step->expected_header_count))
        return false;
    step->expected_body = read_text(lines, STR("###"));
    return step->status > 0;
}

struct step *script_parse(struct str text, struct arena *arena, size_t *ret_count, int *reterr_line)
{
    struct lines lines = { .rest = text };
    struct step *first = NULL, **last = &first;
    struct str line;
    size_t count = 0;

    while (line_next(&lines, &line)) {
        struct step *step;

        if (!str_starts_with(line, STR("###")))
            continue;
        step = arena_new(arena, struct step, 1);
        assert(step != NULL);
        step->line = lines.number;
        step->title = trim(str_skip(line, 3));
        if (!read_request(&lines, step) || !read_expected(&lines, step)) {
            *reterr_line = lines.number;
            return NULL;
        }
        *last = step;
        last = &step->next;
        count++;
    }
    *ret_count = count;
    *reterr_line = lines.number;
    return first;
}
