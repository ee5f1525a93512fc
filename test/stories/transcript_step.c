#include "json/write.h"
#include "transcript.h"

static void file_open(struct transcript *t)
{
    struct str path =
        str_format(t->arena, "%s/%.*s-%02d.http", t->directory, STR_PRINT(t->title), t->book);

    t->file = fopen(path.data, "w");
    assert(t->file != NULL);
}

void transcript_file_close(struct transcript *t)
{
    if (t->file != NULL)
        assert(fclose(t->file) == 0);
    t->file = NULL;
}

void transcript_ask(struct transcript *t, const struct story *story,
                    const struct transcript_step *asked)
{
    char now[INSTANT_TEXT_MAX];

    if (t->file == NULL)
        file_open(t);
    fprintf(t->file, "### %.*s line %d\n@now %.*s\n%s %.*s\n", STR_PRINT(t->title), story->line,
            STR_PRINT(instant_format(story->book.now, now)), asked->method,
            STR_PRINT(asked->target));
    if (asked->method[0] == 'P')
        fprintf(t->file, "Idempotency-Key: step-%d\n", ++t->step);
    fprintf(t->file, "\n%.*s\n\nHTTP %d\n\n%.*s\n\n", STR_PRINT(asked->body), asked->status,
            STR_PRINT(asked->reply));
}

struct json_writer *transcript_object(struct transcript *t)
{
    struct json_writer *w = arena_new(t->arena, struct json_writer, 1);

    assert(w != NULL);
    json_writer_init_in(w, t->arena);
    json_begin_object(w);
    return w;
}

struct str transcript_end(struct json_writer *w)
{
    struct str text;

    json_end_object(w);
    assert(json_writer_finish(w, &text) == OK);
    return text;
}

/* There may be other members. */
struct str transcript_end_open(struct json_writer *w)
{
    json_put_bool(json_key(w, STR("...")), true);
    return transcript_end(w);
}

struct str transcript_uuid(struct transcript *t, struct uuid uuid)
{
    char *text = arena_take(t->arena, UUID_TEXT_SIZE + 1);

    assert(text != NULL);
    uuid_format(uuid, text);
    return (struct str){ .data = text, .len = UUID_TEXT_SIZE };
}

void transcript_put_text(struct json_writer *w, struct str key, struct str text)
{
    if (text.len > 0)
        json_put_string(json_key(w, key), text);
}

void transcript_put_amount(struct json_writer *w, const struct story *story, struct str key,
                           struct amount amount)
{
    json_put_amount_string(json_key(w, key), amount, story->scale);
}

void transcript_put_balance(struct json_writer *w, const struct story *story, struct amount posted,
                            struct amount held)
{
    transcript_put_amount(w, story, STR("posted"), posted);
    transcript_put_amount(w, story, STR("held"), held);
    transcript_put_amount(w, story, STR("available"), amount_take(posted, held));
}

void transcript_put_priority(struct json_writer *w, struct priority priority)
{
    json_put_amount(json_key(w, STR("priority")), (struct amount){ .units = priority.millionths },
                    PRIORITY_SCALE);
}
