/* api/faults.h - what a dialect says of requests that the network could not read.
 *
 * Worded once, when the server starts: when it is needed there may be no memory for it. */
#ifndef API_FAULTS_H
#define API_FAULTS_H

#include "api/call.h"

struct faults {
    struct str type;                /* of content; STR_NONE: the network's words will do */
    struct str bodies[FAULT_COUNT]; /* in the arena */
};

/* ERR_NOMEM */
enum err faults_init(struct faults *faults, const struct dialect *dialect,
                     struct arena *arena) MUST_CHECK;
/* Gives the network's reply the dialect's words.  Any thread. */
void faults_word(const struct faults *faults, enum fault fault, struct reply *reply);

#endif
