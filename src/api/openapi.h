/* api/openapi.h - the document of GET /openapi.json: OpenAPI 3.1 of all that is served, made by
 * api/openapi/bundle.py as the server is built.  Static; any thread.
 */
#ifndef API_OPENAPI_H
#define API_OPENAPI_H

#include "base/str.h"

extern const struct str openapi_document;
extern const struct str openapi_etag; /* in quotes; another for another document */

#endif
