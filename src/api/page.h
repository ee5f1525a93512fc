/* api/page.h - a page of a list: how many, after which, and where the next one starts.
 * Thread: the call's (api/call.h). */
#ifndef API_PAGE_H
#define API_PAGE_H

#include "api/call.h"
#include "api/cursor.h"
#include "api/params.h"

/* Fills in call->job.query.limit and after from "limit" and the parameter called cursor_name. */
void page_decode(struct call *call, struct params *params, struct str cursor_name,
                 enum cursor_list list);

/* The same, of a list without a limit. */
void page_decode_cursor(struct call *call, struct params *params, struct str cursor_name,
                        enum cursor_list list);

/* The cursor itself.  False: there is none, or the reading says what is wrong with it.  lists: any
 * of these; *ret_list: which. */
bool page_decode_any(struct call *call, struct params *params, struct str cursor_name,
                     const enum cursor_list *lists, size_t list_count, enum cursor_list *ret_list);

/* The cursor of the page after the answer, or null. */
void page_encode_next(const struct call *call, enum cursor_list list, struct json_writer *writer);

#endif
