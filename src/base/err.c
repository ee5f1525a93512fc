#include "base/err.h"

const char *err_name(enum err e)
{
    switch (e) {
    case OK:
        return "OK";
    case ERR_MALFORMED:
        return "MALFORMED";
    case ERR_RANGE:
        return "RANGE";
    case ERR_NOMEM:
        return "NOMEM";
    case ERR_NOT_FOUND:
        return "NOT_FOUND";
    case ERR_BUSY:
        return "BUSY";
    case ERR_IO:
        return "IO";
    case ERR_FULL:
        return "FULL";
    case ERR_CORRUPT:
        return "CORRUPT";
    case ERR_COUNT:
        break;
    }
    never("not an enum err");
}
