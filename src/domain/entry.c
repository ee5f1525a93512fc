#include "domain/entry.h"

struct str entry_kind_name(enum entry_kind kind)
{
    switch (kind) {
#define ENTRY(name, code, text)                                                                    \
    case ENTRY_##name:                                                                             \
        return STR(text);
#include "domain/entry.def"
#undef ENTRY
    }
    never("not a kind of entry");
}

bool entry_kind_from_code(int code, enum entry_kind *ret)
{
    static const enum entry_kind kinds[] = {
#define ENTRY(name, code, text) ENTRY_##name,
#include "domain/entry.def"
#undef ENTRY
    };

    for (size_t i = 0; i < array_count(kinds); i++) {
        if ((int)kinds[i] == code) {
            *ret = kinds[i];
            return true;
        }
    }
    return false;
}

#define ENTRY(name, code, text)                                                                    \
    _Static_assert((code) > 0 && (code) < ENTRY_KIND_MAX, "the code of " text " has its place");
#include "domain/entry.def"
#undef ENTRY

struct str because_text(enum because because)
{
    switch (because) {
    case BECAUSE_ONLY:
        return STR("no other grant could cover the use");
    case BECAUSE_PRIORITY:
        return STR("its priority comes first");
    case BECAUSE_EXPIRY:
        return STR("of the same priority, it expires first");
    case BECAUSE_EFFECTIVE:
        return STR("of the same priority and expiry, it became effective first");
    case BECAUSE_CREATION:
        return STR("all else being the same, it was issued first");
    case BECAUSE_HELD:
        return STR("the hold had reserved it");
    case BECAUSE_REVERSED:
        return STR("it gives back what it took");
    }
    never("not a reason to draw");
}
