/* api/message.h - {"message": "..."}: what the two dialects say when the answer is no.
 *
 * Both their worlds know no more of an error than this one text, so it names the field.  Every
 * value is a string: one real client reads the body into a map of strings.
 * Thread: the call's (api/call.h).
 */
#ifndef API_MESSAGE_H
#define API_MESSAGE_H

#include "api/call.h"

/* What a dialect says to a refusal; the list is its refusals.def. */
struct refusal {
    int status;
    struct str field; /* the field that it is about, where the ledger names none */
    struct str text;  /* what is said of the field: "must be ..."; or a sentence */
};

/* What the ledger calls a field, and what the dialect calls it. */
struct field_name {
    struct str ours;
    struct str theirs;
};

/* For a trouble.  text: in the dialect's words; a blame is put in its place. */
void message_write_trouble(const struct call *call, enum trouble trouble, struct str text,
                           struct json_writer *writer);
/* "customer_id names no customer", as a blame has it.  A conflict is told without a field. */
void message_write_refusal(const struct call *call, const struct refusal *refusal,
                           const struct field_name *names, size_t name_count,
                           struct json_writer *writer);

#endif
