/* store/embedded/schema.h - the tables of the file, and how older files are brought up to date.
 *
 * The file says its version in PRAGMA user_version.  Version n is made from version n - 1 by one
 * step, an empty file being version 0; a step that has been released is never changed.
 * Thread: the connection's. */
#ifndef STORE_EMBEDDED_SCHEMA_H
#define STORE_EMBEDDED_SCHEMA_H

#include "store/embedded/database.h"
#include "store/embedded/embedded.h"

int schema_version(void); /* the newest, which this program writes */

/* Brings the file up to date, in one transaction.  ERR_CORRUPT: it is newer than the program, or
 * not ours, or older and not to be changed; ret_message tells. */
enum err schema_upgrade(struct database *database, bool change_older,
                        char ret_message[EMBEDDED_MESSAGE_BYTES]) MUST_CHECK;
/* An empty file of that format, for rows that were written in it.  ERR_CORRUPT: there is none. */
enum err schema_make(struct database *database, int format,
                     char ret_message[EMBEDDED_MESSAGE_BYTES]) MUST_CHECK;
/* ERR_CORRUPT unless the file is of a format that this program knows; of any of ours. */
enum err schema_check_known(struct database *database,
                            char ret_message[EMBEDDED_MESSAGE_BYTES]) MUST_CHECK;
/* ERR_CORRUPT unless the file is up to date. */
enum err schema_check(struct database *database,
                      char ret_message[EMBEDDED_MESSAGE_BYTES]) MUST_CHECK;

#endif
