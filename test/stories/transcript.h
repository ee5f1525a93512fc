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

#endif
