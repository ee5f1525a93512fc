/* api/metronome/metronome.h - the routes of the Metronome dialect, and what they share.
 * Thread: the call's (api/call.h). */
#ifndef API_METRONOME_METRONOME_H
#define API_METRONOME_METRONOME_H

#include "api/call.h"
#include "api/fields.h"

#define ROUTE(method, template, access, decode, encode)                                            \
    route_decode metronome_decode_##decode;                                                        \
    route_encode metronome_encode_##encode;
#include "api/metronome/routes.def"
#undef ROUTE

void metronome_put_uuid(struct json_writer *writer, struct uuid uuid);
/* {"name", "id"} */
void metronome_put_credit_type(struct json_writer *writer, const struct credit_type *type);

#endif
