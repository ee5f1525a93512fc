#include "domain/environment.h"

struct str environment_name(enum environment environment)
{
    switch (environment) {
    case ENVIRONMENT_LIVE:
        return STR("live");
    case ENVIRONMENT_TEST:
        return STR("test");
    }
    never("an environment is live or test");
}
