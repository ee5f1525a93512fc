/* bench/request.h - the requests of the benchmark, made by filling numbers into a text.
 *
 * All requests of a kind are equally long, so one is made once, and then copied and written over
 * in a few places.  Customer n is 00000000-0000-4000-8000-%012x of n; a grant is the first, second
 * or third of its customer, of 1, 2 or 3 million credits, with priority 1, 2 or 3; a deduction
 * takes a millionth.
 */
#ifndef BENCH_REQUEST_H
#define BENCH_REQUEST_H

#include <stddef.h>
#include <stdint.h>

struct request_kind {
    const char *kind;    /* healthz, balance, deduct, batch, customer, grant,
                          * list-grants or list-entries */
    const char *secret;  /* the key */
    const char *run;     /* makes idempotency keys unique; NULL: without */
    uint64_t customers;  /* how many there are */
    uint64_t first;      /* the number of the first of them */
    uint64_t batch_size; /* deductions of a batch */
};

struct request_text {
    struct request_kind kind;
    char *bytes;
    size_t len;
    /* Where the numbers go: of the first item, and how far it is to the next. */
    size_t customer_at, key_at, ordinal_at[2];
    size_t head_key_at; /* an Idempotency-Key header; 0: none */
    size_t step;
    uint64_t items; /* 0: there is nothing to fill in */
};

/* False: there is no such kind.  The text is never given back. */
int request_text_init(struct request_text *text, const struct request_kind *kind);

/* Writes request `number` to ret, which has room for text->len bytes. */
void request_write(const struct request_text *text, uint64_t number, char *ret);

#endif
