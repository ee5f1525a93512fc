/* test/property/session.h - a run of steps on the engine and on the oracle, side by side. */
#ifndef TEST_PROPERTY_SESSION_H
#define TEST_PROPERTY_SESSION_H

#include <stdio.h>
#include "oracle.h"

/* False, and a sentence in report, at the first step where the two differ or a law is broken.
 * A broken assertion ends the process. */
bool session_play(const struct step *steps, size_t count, FILE *report);

/* The steps as a story that says what the oracle expects (test/lib/story.h). */
void session_print(const struct step *steps, size_t count, FILE *file);

#endif
