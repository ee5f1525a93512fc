/* api/faces.h - what needs no key and asks the ledger nothing: /healthz, /readyz, /metrics,
 * /openapi.json.  Any thread. */
#ifndef API_FACES_H
#define API_FACES_H

#include "api/api.h"

/* True when the request was one of these; then the reply is made. */
bool faces_answer(const struct api_options *options, struct exchange *exchange);

#endif
