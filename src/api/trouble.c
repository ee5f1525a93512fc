#include "api/trouble.h"

int trouble_status(enum trouble trouble)
{
    switch (trouble) {
    case TROUBLE_NONE:
        break;
#define TROUBLE(name, status, title)                                                               \
    case TROUBLE_##name:                                                                           \
        return status;
#include "api/trouble.def"
#undef TROUBLE
    }
    never("a trouble has a status");
}

struct str trouble_title(enum trouble trouble)
{
    switch (trouble) {
    case TROUBLE_NONE:
        break;
#define TROUBLE(name, status, title)                                                               \
    case TROUBLE_##name:                                                                           \
        return STR(title);
#include "api/trouble.def"
#undef TROUBLE
    }
    never("a trouble has a title");
}

struct str trouble_name(enum trouble trouble)
{
    switch (trouble) {
    case TROUBLE_NONE:
        break;
#define TROUBLE(name, status, title)                                                               \
    case TROUBLE_##name:                                                                           \
        return STR(#name);
#include "api/trouble.def"
#undef TROUBLE
    }
    never("a trouble has a name");
}

enum trouble trouble_of(enum err e)
{
    assert(e != OK);
    switch (e) {
    case ERR_MALFORMED:
        return TROUBLE_MALFORMED;
    case ERR_BUSY:
        return TROUBLE_BUSY;
    case ERR_FULL:
        return TROUBLE_DISK_FULL;
    case ERR_IO:
    case ERR_NOMEM:
        return TROUBLE_UNAVAILABLE;
    case ERR_RANGE:
    case ERR_NOT_FOUND:
    case ERR_CORRUPT:
        return TROUBLE_BROKEN;
    case OK:
    case ERR_COUNT:
        break;
    }
    never("an error is one of these");
}
