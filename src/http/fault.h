/* http/fault.h - why a request could not be read, and the reply that says so.  Any thread. */
#ifndef HTTP_FAULT_H
#define HTTP_FAULT_H

#include "base/str.h"

struct reply;

enum fault {
    FAULT_NONE = 0,
#define FAULT(name, status, text) FAULT_##name,
#include "http/fault.def"
#undef FAULT
    FAULT_COUNT
};

int fault_status(enum fault fault);
const char *fault_name(enum fault fault); /* "HOST_MISSING" */
struct str fault_text(enum fault fault);  /* "the Host header is missing" */

/* The reply to a request with this fault: {"message":"..."}, static. */
struct reply fault_reply(enum fault fault);

#endif
