/* net/output.h - replies to the socket, as many as are ready in one write.
 *
 * First it tries to write at once; only what the kernel does not take waits for the loop.
 * On the loop's thread. */
#ifndef NET_OUTPUT_H
#define NET_OUTPUT_H

#include "net/connection.h"

/* Sends what is ready.  The connection may be closing after this. */
void output_flush(struct connection *connection);

/* Tells the peer to go on with its request, if it waits for that and nothing is before it. */
void output_continue(struct connection *connection);

/* True when the socket has taken everything. */
bool output_is_drained(struct connection *connection);

#endif
