/* test/unit/ledger/deeds.h - a book with something of every kind in it, and a command of every
 * kind that it grants.
 *
 * The ids of what is made are given with the command, so it comes to the same however often it was
 * tried before. */
#ifndef DEEDS_H
#define DEEDS_H

#include "desk.h"

struct made {
    struct desk desk;
    struct slip *grant, *spare, *use, *hold;
};

struct deed {
    const char *name;
    struct slip *(*ask)(struct made *made);
    int64_t at_us;           /* when it is asked, after T0 */
    enum environment others; /* the book of those who ask before and after it */
};
extern const struct deed deeds[];
extern const size_t deed_count;

/* Customers acme, with all that the commands are about, and other, with 100 in each book; and a
 * key that another process has made. */
void made_open(struct made *made);
void made_close(struct made *made);

struct slip *deed_create_key(struct made *made);
struct slip *deed_revoke_keys(struct made *made);

/* As a client of the server would send it. */
struct slip *slip_from_somewhere(struct slip *slip);

#endif
