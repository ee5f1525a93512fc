/* test/stories/transcript.h - a story as requests of the native API and the replies that it must
 * get: .http files (test/conformance/script.h), one for each of its books.
 *
 * The book of the story is the witness.  After each command the reply is held to its decision, and
 * the new entries of the accounts to its entries; where the story expects something, what the
 * customer has, all grants and all holds are held to what is in the book.  Where something cannot
 * be said, the rest of that book is left out, and a line "# TITLE: WHY" printed.
 */
#ifndef TEST_STORIES_TRANSCRIPT_H
#define TEST_STORIES_TRANSCRIPT_H

#include "json/write.h"
#include "story.h"

struct transcript {
    struct story_listener listener; /* first */
    const char *directory;
    struct str title;
    int book;
    FILE *file;          /* NULL: nothing has been asked of this book */
    struct arena *arena; /* for as long as the story is played */
    size_t entries_told;
    int scale;         /* of the credit type; -1: there is none yet */
    struct uuid *made; /* customers and products */
    size_t made_count, made_capacity;
    uint32_t archived; /* the customer that was archived last */
    int step;
    bool has_given_up; /* on this book: something in it cannot be said */
};

void transcript_open(struct transcript *transcript, const char *directory, struct str title,
                     struct arena *arena);
void transcript_close(struct transcript *transcript);

/* --- for the transcript's own files --- */

struct transcript_step {
    const char *method;
    struct str target;
    struct str body; /* or empty */
    int status;
    struct str reply;
};

void transcript_ask(struct transcript *t, const struct story *story,
                    const struct transcript_step *step);
void transcript_file_close(struct transcript *t);

/* An object that is begun; ended, also with other members than those that it has. */
struct json_writer *transcript_object(struct transcript *t);
struct str transcript_end(struct json_writer *w);
struct str transcript_end_open(struct json_writer *w);
struct str transcript_uuid(struct transcript *t, struct uuid uuid);
void transcript_put_text(struct json_writer *w, struct str key, struct str text);
void transcript_put_amount(struct json_writer *w, const struct story *story, struct str key,
                           struct amount amount);
void transcript_put_balance(struct json_writer *w, const struct story *story, struct amount posted,
                            struct amount held);
void transcript_put_priority(struct json_writer *w, struct priority priority);

/* Once in a book. */
void transcript_make_customer(struct transcript *t, const struct story *story);
void transcript_make_credit_type(struct transcript *t, const struct story *story);
/* Where the command is asked; its members go into w.  STR_NONE: there is no such request. */
struct str transcript_request(struct transcript *t, const struct story *story,
                              const struct command *command, struct json_writer *w);
struct str transcript_path(struct transcript *t, const char *list, struct uuid id,
                           const char *verb);

#endif
