/* api/native/native.h - the routes of the native API, and what they share.
 * Thread: the call's (api/call.h). */
#ifndef API_NATIVE_NATIVE_H
#define API_NATIVE_NATIVE_H

#include "api/call.h"
#include "api/fields.h"

#define ROUTE(method, template, access, decode, encode, follow)                                    \
    route_decode native_decode_##decode;                                                           \
    route_encode native_encode_##encode;
#include "api/native/routes.def"
#undef ROUTE
route_follow native_follow_balance, native_follow_grant;

/* What one deduction is asked for with: the members of an object. */
void native_read_deduction(struct fields *object, struct deduct *deduct);

#define DEDUCTION_ID_KIND 'd' /* for uuid_from_sequence() */
#define HOLD_ID_KIND 'h'
#define REVERSAL_ID_KIND 'r'

/* The whole book as lines of JSON, or as CSV. */
route_encode_text native_encode_book_jsonl, native_encode_book_csv;
/* An entry of the whole book, as an object. */
void native_put_book_line(struct json_writer *writer, const struct call *call,
                          const struct book_line *line);
/* The ids that the entry belongs to; nil where it does not. */
struct entry_ids {
    struct uuid deduction;
    struct uuid hold;
    struct uuid reversal;
};
struct entry_ids native_entry_ids(const struct entry *entry);

part_encode native_encode_deduction_part;

/* What an entry moved, as a positive number; false for those that move nothing for a use. */
bool native_draw_amount(const struct entry *entry, struct amount *ret);
/* Why, as members of the object that is open; facts may be NULL. */
void native_put_use_facts(struct json_writer *writer, const struct facts *facts);

/* An id of the caller's choice, in either spelling.  Nil when there is none. */
void native_read_id(struct fields *fields, struct str prefix, struct uuid *ret);

/* Refuses every parameter. */
void native_read_no_params(struct call *call);
void native_read_custom_fields(struct fields *body, struct str *ret);

void native_put_customer(struct call *call, struct json_writer *writer,
                         const struct customer *customer);
void native_put_whole_credit_type(struct json_writer *writer, const struct credit_type *type);
void native_put_product(struct json_writer *writer, const struct product *product);
void native_put_uuid(struct json_writer *writer, struct uuid uuid);
/* {id, name, scale} */
void native_put_credit_type(struct json_writer *writer, const struct credit_type *type);
void native_put_priority(struct json_writer *writer, struct priority priority);
/* {posted, held, available} as members of the object that is open. */
void native_put_balance(struct json_writer *writer, struct amount posted, struct amount held,
                        int scale);
/* {debt, credit_limit}, too, where there is either. */
void native_put_owed(struct json_writer *writer, struct amount debt, struct amount limit,
                     int scale);
/* The numbers, instants and ids of a grant, as members of the object that is open. */
void native_put_grant_numbers(struct json_writer *writer, const struct grant *grant,
                              const struct credit_type *type);

#endif
