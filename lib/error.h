/* error.h - filling in the error that a call was given.
 *
 * Every function takes NULL for an error that nobody wants to see. */
#ifndef LIB_ERROR_H
#define LIB_ERROR_H

#include "base/check.h"
#include "base/str.h"
#include "lib/alloc.h"
#include "scrip.h"

/* Clears the error; the first thing that a call does with it. */
void error_begin(struct scrip_error *error);

/* Sets outcome and message, leaves the rest, and returns outcome. */
enum scrip_outcome error_set(struct scrip_error *error, enum scrip_outcome outcome,
                             const char *format, ...) __attribute__((format(printf, 3, 4)));

enum scrip_outcome error_no_memory(struct scrip_error *error);

/* "name is needed" and the like, about an argument. */
enum scrip_outcome error_usage(struct scrip_error *error, const char *name, const char *why);

/* Copies text, cut at the start of a character so that it fits; control characters become
 * spaces, for what a server says is shown on terminals. */
void error_copy(char *field, size_t size, struct str text);

/* What the server said with this status, in any of the three APIs' words.  Takes body over. */
enum scrip_outcome error_from_reply(struct scrip_error *error, int http_status, struct bytes *body);

enum scrip_outcome outcome_of_status(int http_status); /* of what is no success */

#endif
