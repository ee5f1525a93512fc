/* api/params.h - the parameters of a query string, decoded and typed.
 *
 * Every function leaves its output as it was when the parameter is absent, and puts the blame
 * into the reading when it is wrong: also when it is given twice, unless it is a list.
 * Thread: that of the request.
 */
#ifndef API_PARAMS_H
#define API_PARAMS_H

#include "api/reading.h"

struct param {
    struct str name;
    struct str value;
    bool is_asked; /* somebody has asked for it */
};

struct params {
    struct reading *reading;
    struct param *list;
    size_t count;
};

/* Decodes the whole query string.  What goes wrong is in the reading. */
void params_init(struct params *params, struct str query, struct reading *reading);

/* Blames the first parameter that nobody has asked for: for those who refuse what they do not
 * know.  Last. */
void params_close(struct params *params);

void params_text(struct params *params, struct str name, const struct text_rule *rule,
                 struct str *ret);
void params_instant(struct params *params, struct str name, struct instant *ret);
void params_bool(struct params *params, struct str name, bool *ret); /* "true" or "false" */
/* A whole number from 1 to max. */
void params_limit(struct params *params, struct str name, size_t max, size_t *ret);
/* name=a,b and name=a&name=b alike; empty pieces are left out. */
void params_list(struct params *params, struct str name, size_t count_max, struct str **ret,
                 size_t *ret_count);
/* The same, and each must be a UUID. */
void params_ids(struct params *params, struct str name, size_t count_max, struct str **ret,
                size_t *ret_count);

#endif
