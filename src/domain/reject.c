#include "domain/reject.h"

struct reject_row {
    struct str name;
    struct str title;
    int status;
};

static const struct reject_row rows[REJECT_COUNT] = {
    [REJECT_NONE] = { .status = 200 },
#define REJECT(name, http_status, title)                                                           \
    [REJECT_##name] = { STR_INIT(#name), STR_INIT(title), http_status },
#include "domain/reject.def"
#undef REJECT
};

static const struct reject_row *row_of(enum reject reject)
{
    assert(reject < REJECT_COUNT);
    return &rows[reject];
}

struct str reject_name(enum reject reject)
{
    return row_of(reject)->name;
}

struct str reject_title(enum reject reject)
{
    return row_of(reject)->title;
}

int reject_status(enum reject reject)
{
    return row_of(reject)->status;
}
