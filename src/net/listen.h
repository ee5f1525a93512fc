/* net/listen.h - sockets that are bound to an address, many to one port. */
#ifndef NET_LISTEN_H
#define NET_LISTEN_H

#include <stdint.h>
#include "net/tls.h"

/* Binds count sockets to the same address of host, for as many threads to listen on; port 0
 * takes one that is free, the same for all.  On success the sockets are the caller's.
 *   ERR_BUSY  somebody listens there   ERR_IO
 * *reterr is set on every error. */
enum err listen_bind(const char *host, uint16_t port, unsigned count, int *ret_fds,
                     uint16_t *ret_port, struct open_error *reterr) MUST_CHECK;

#endif
