/* api/fields.h - the members of a JSON object, typed.
 *
 * Every function leaves its output as it was when the member is absent or null, and puts the
 * blame into the reading when it is wrong, or absent and required.  The blame names the member by
 * its path from the body: "grant_amount.amount", "product_ids[2]".  Thread: that of the request.
 */
#ifndef API_FIELDS_H
#define API_FIELDS_H

#include "api/reading.h"
#include "domain/command.h"
#include "json/read.h"

#define FIELDS_MAX 32u /* members of one object that we know */

struct fields {
    struct reading *reading;
    const struct json *object;
    struct str path; /* of the object: "" for the body */
    struct str asked[FIELDS_MAX];
    size_t asked_count;
    struct str missing; /* a member that is required and not there, if that is what was blamed */
};

enum need { FIELD_OPTIONAL = 1, FIELD_REQUIRED };

/* A body that is empty, or null as one client sends for "none", is an object without members. */
void fields_init(struct fields *fields, struct str body, struct reading *reading);
/* Blames the first member that nobody has asked for: for those who refuse what they do not know.
 * It is blamed rather than one that is missing, since it may be that one, misspelt.  Last. */
void fields_close(struct fields *fields);

bool fields_has(struct fields *fields, struct str name);
void fields_text(struct fields *fields, struct str name, enum need need,
                 const struct text_rule *rule, struct str *ret);
void fields_bool(struct fields *fields, struct str name, bool *ret);
void fields_instant(struct fields *fields, struct str name, enum need need, struct instant *ret);
void fields_uuid(struct fields *fields, struct str name, enum need need, struct uuid *ret);
/* The same, but kept as text. */
void fields_id(struct fields *fields, struct str name, enum need need, struct str *ret);
/* A whole number, written plainly. */
void fields_integer(struct fields *fields, struct str name, enum need need, int64_t min,
                    int64_t max, int64_t *ret);

/* A JSON number. */
void fields_number(struct fields *fields, struct str name, enum need need,
                   struct decimal_option *ret);
/* A JSON number, or a string with a plain decimal in it. */
void fields_amount(struct fields *fields, struct str name, enum need need,
                   struct decimal_option *ret);
/* As fields_amount, not below zero, rounded half to even to the places of a priority. */
void fields_priority(struct fields *fields, struct str name, enum need need, struct priority *ret);

/* False: absent, or not an object; then there is nothing to read in *ret. */
bool fields_object(struct fields *fields, struct str name, enum need need, struct fields *ret);
void fields_texts(struct fields *fields, struct str name, const struct text_rule *rule,
                  size_t count_max, struct str **ret, size_t *ret_count);
/* UUIDs, kept as texts. */
void fields_ids(struct fields *fields, struct str name, size_t count_max, struct str **ret,
                size_t *ret_count);
/* UUIDs, one behind the other, as every struct of an id is one. */
void fields_uuids(struct fields *fields, struct str name, size_t count_max, struct uuid **ret,
                  size_t *ret_count);
/* An object of strings, as compact JSON. */
void fields_string_map(struct fields *fields, struct str name, enum need need,
                       const struct text_rule *rule, struct str *ret);
/* Any object, as it was written. */
void fields_json_object(struct fields *fields, struct str name, struct str *ret);

/* An array of 1 to count_max objects; NULL: it is not. */
const struct json *fields_objects(struct fields *fields, struct str name, size_t count_max);
/* The element of it that node is.  False: it is not an object. */
bool fields_element(struct fields *fields, struct str name, const struct json *node, size_t index,
                    struct fields *ret);

/* The member itself; NULL: absent or null. */
const struct json *fields_find(struct fields *fields, struct str name, enum need need);
/* Puts the blame on a member: "must be <wanted>" for one of the wrong kind. */
void fields_blame(struct fields *fields, struct str name, struct str why);
void fields_blame_kind(struct fields *fields, struct str name, const char *wanted);

#endif
