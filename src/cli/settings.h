/* cli/settings.h - where the server is and who asks: from flags, the environment, or a file.
 *
 * A flag wins over the environment, and that over the file.  The file holds secrets, so one that
 * others can read is refused.
 */
#ifndef CLI_SETTINGS_H
#define CLI_SETTINGS_H

#include "cli/invocation.h"

/* Opens invocation->client.  False: it was said what is wrong. */
bool settings_open(struct invocation *invocation);

#endif
