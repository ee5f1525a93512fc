/* domain/environment.h - live and test: two separate books over one directory.  Pure. */
#ifndef DOMAIN_ENVIRONMENT_H
#define DOMAIN_ENVIRONMENT_H

#include "base/str.h"

enum environment {
    ENVIRONMENT_LIVE = 1,
    ENVIRONMENT_TEST,
};
#define ENVIRONMENT_COUNT 2
#define environment_index(environment) ((int)(environment)-1)

struct str environment_name(enum environment environment); /* "live", "test" */

#endif
