/* daemon/process.h - the server as a process of its machine: who may look into it, and who started
 * it.  The first thread, at the start and at the end. */
#ifndef DAEMON_PROCESS_H
#define DAEMON_PROCESS_H

#include <stdbool.h>

/* Secrets pass through its memory: it leaves no core file, and no other process of the same user
 * may trace it; but for a sanitizer's build, which looks into itself. */
void process_seal(void);

/* Do others than the owner have any right to the directory?  False, too, when it is not there. */
bool process_shares(const char *directory, unsigned *ret_mode);

/* Tells systemd, where that has asked for it ($NOTIFY_SOCKET): "READY=1", "STOPPING=1". */
void process_notify(const char *state);

#endif
