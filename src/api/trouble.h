/* api/trouble.h - why a request is answered without the ledger having said yes or no.
 * The list is api/trouble.def.  Static; any thread. */
#ifndef API_TROUBLE_H
#define API_TROUBLE_H

#include "base/err.h"
#include "base/str.h"

enum trouble {
    TROUBLE_NONE = 0,
#define TROUBLE(name, status, title) TROUBLE_##name,
#include "api/trouble.def"
#undef TROUBLE
};

/* Not of TROUBLE_NONE. */
int trouble_status(enum trouble trouble);
struct str trouble_title(enum trouble trouble);
struct str trouble_name(enum trouble trouble); /* "DISK_FULL" */

/* What an error of the ledger is to the one who asked. */
enum trouble trouble_of(enum err e);

#endif
