/* test/lib/story.h - plays stories: the rules of the book told line by line.
 *
 * A story is a text.  A line that starts at the margin is a command; indented lines below it say
 * what must come of it.  '#' starts a comment.  Commands:
 *
 *   start INSTANT                   an empty book; the first begins at 2024-01-01 unless said.
 *                                   `*` is the instant as before
 *   scale N                         decimals of the credit type; 6 unless said
 *   at INSTANT                      time passes
 *   customer NAME [archived]        whose account the lines after it are about
 *   grant NAME AMOUNT [priority P] [effective I] [expires I] [products A,B] [key K]
 *         [rollover AMOUNT|N% P I]  the same NAME again is the same id again
 *   grants COUNT NAME AMOUNT ...    as many, all called NAME
 *   use AMOUNT [as NAME] [product P] [at I] [dated I] [partial] [dry] [reason R]
 *         `at` an instant to come lets time pass until then; `dated` never does
 *   hold NAME AMOUNT [expires I] [product P] [partial] [dry]
 *   capture NAME [AMOUNT] [as NAME] [partial]
 *   release NAME                    extend NAME INSTANT
 *   reverse NAME [AMOUNT]           of a use or capture that was given a name
 *   void NAME [releasing]           edit NAME [name N] [type T] [expires I]
 *   limit AMOUNT                    how far the account may owe
 *   times COUNT COMMAND ...         all must come out alike; what follows is of the last
 *   expect WHAT KEY VALUE ...       of a grant, of a hold, of `account`, or of `all NAME`
 *   history WHAT                    the entries of a grant or of `account` as indented lines
 *
 * Indented lines:
 *
 *   refused NAME                    without this line, the command must succeed
 *   available X, covered X, lent X, uncovered X, blame FIELD, nothing
 *   GRANT [KIND] AMOUNT [leaves X] [because W] [at I] [for I] [running X]
 *         an entry; KIND is draw unless said; `leaves` is what is available in the grant after
 *         it, `running` in the account; `for` is its effective_at.  The entry of an account has
 *         `account` in the place of GRANT.  All entries are told, in order, or none.
 *
 * An instant is a date, an RFC 3339 instant, `never`, or +N or -N with s, h or d, from the start.
 */
#ifndef TEST_LIB_STORY_H
#define TEST_LIB_STORY_H

#include <stdio.h>
#include "book.h"

#define STORY_WORDS_MAX 32

struct story_name {
    struct str text;
    char kind; /* 'g' grant, 'h' hold, 'd' deduction, 'p' product, 'c' customer */
    struct uuid id;
    uint64_t number;
};

struct story;

/* Who is told of a story while it is played. */
struct story_listener {
    /* An empty book, at its instant. */
    void (*begun)(struct story_listener *listener, struct story *story);
    /* The command that came to what is in the story; NULL: time has passed. */
    void (*done)(struct story_listener *listener, struct story *story,
                 const struct command *command);
    /* Something is expected of the book as it is. */
    void (*expected)(struct story_listener *listener, struct story *story);
};

struct story {
    struct story_listener *listener; /* or NULL */
    struct book book;
    struct arena arena;
    struct str file;
    int line;
    int scale;
    struct instant start;
    struct story_name *names;
    size_t name_count, name_capacity;
    uint32_t customer;
    bool archived;
    struct str words[STORY_WORDS_MAX];
    size_t word_count, word; /* word: the next to be read */
    /* what came of the last command */
    bool commanded;
    struct decision decision;
    bool reject_told;
    const struct entry *entries;
    size_t entry_count, entry_told;
    bool is_history;
    FILE *report; /* where failures are told */
    int failure_count;
};

/* Plays a whole text; the number of lines that failed.  Each is told as
 * "file:line: expected ..., got ...".  listener: NULL, or who is told. */
int story_play(struct str file, struct str text, struct story_listener *listener, FILE *report);

/* For the player's own files. */
void story_fail(struct story *story, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct str story_word(struct story *story);                /* the next; empty at the end */
bool story_word_is(struct story *story, const char *text); /* takes it if so */
struct amount story_amount(struct story *story, struct str text);
struct priority story_priority(struct story *story, struct str text);
struct instant story_instant(struct story *story, struct str text);
struct story_name *story_find(struct story *story, struct str text, char kind);
struct story_name *story_find_or_add(struct story *story, struct str text, char kind);
void story_command(struct story *story, struct str verb); /* story_command.c */
void story_expect_line(struct story *story);              /* story_expect.c */
void story_expect(struct story *story);
void story_history(struct story *story);
void story_finish_command(struct story *story);

#endif
