/* test/conformance/record.h - what was asked and answered, a line of JSON each, for whoever looks
 * at all of it: {"method", "path", "query", "request", "status", "type", "headers", "body"}.
 */
#ifndef TEST_RECORD_H
#define TEST_RECORD_H

#include "http/exchange.h"

/* path NULL: nothing is recorded.  Otherwise lines are added to what is there. */
void record_open(const char *path);
void record_exchange(const struct request *request, const struct reply *reply, struct arena *arena);
void record_close(void);

#endif
