/* base/limits.h - everything that grows has a limit, here, with its reason.
 *
 * A limit that a caller can meet is answered with a status, never with a crash.  The build
 * option -Dsmall_limits=true shrinks those that tests want to meet.
 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

/* HTTP */
#define REQUEST_BODY_BYTES_MAX (4u << 20)  /* a batch of 10,000 deductions is 2 to 3 MB */
#define REQUEST_HEAD_BYTES_MAX (16u << 10) /* request line and headers; a Bearer token is < 1 kB */
#define REQUEST_TARGET_BYTES_MAX 8192u     /* 100 comma-joined UUIDs in a query are 3,700 */
#define REQUEST_HEADERS_MAX 64u            /* the official clients send about 15 */
#define REQUEST_ARENA_BYTES_MAX (160u << 20)     /* 10,000 deductions with keys take about 90 MB */
#define REQUESTS_BYTES_MAX_DEFAULT (1024u << 20) /* of all requests; then 503 */
#define REQUESTS_SPARE_BYTES_MAX (128u << 20)    /* of it, kept: a batch of 10,000 takes 60 MB */
#define CONNECTION_PIPELINE_MAX 64u              /* requests of one connection in flight */
#define NET_THREADS_MAX 64u                      /* more than cores, on most machines */
#define CONNECTIONS_MAX 8192u                    /* a loop; file descriptors */
#define REPLY_BACKLOG_BYTES_MAX                                                                    \
    (256u << 10)                     /* unread reply bytes before a connection is not read */
#define PARKED_BYTES_MAX (16u << 20) /* of its requests in flight, too: 5 pages of 5,000 entries */
#define CONNECTION_INPUT_BYTES REQUEST_HEAD_BYTES_MAX /* unparsed; a head is parsed whole */
#define EXCHANGES_PER_CONNECTION 2u     /* of CONNECTIONS_MAX, on average, in flight */
#define EXCHANGE_KEEP_BYTES (32u << 10) /* of arena kept for the next request: no malloc */

/* JSON */
#define JSON_DEPTH_MAX 16u      /* our deepest request has 5 levels */
#define JSON_VALUES_MAX 400000u /* of one body, 64 bytes each; 10,000 deductions are some 100,000 */

/* Ledger */
#define LEDGER_INBOX_MAX 8192u    /* jobs waiting; beyond: 503 and Retry-After */
#define READER_ROWS_MAX 500000u   /* of the reads that wait, 10 to 20 s; beyond: 503 as well */
#define READ_ROWS_SHORT_MAX 1000u /* longer reads take turns with the others: some 30 ms */
#define LEDGER_BATCH_MAX 4096u    /* jobs in one commit; bounds latency of the first */
#define ACCOUNT_GRANTS_LIVE_MAX 100000u /* grants of one account that can still be drawn from */
#define PAGE_LIMIT_MAX 100u             /* the Metronome dialect's documented bound */
#define PAGE_LIMIT_DEFAULT 100u
#define LEDGER_ENTRIES_MAX 1000u /* lines of one page of ledgers; 300 kB */
#define LEDGERS_PER_PAGE_MAX 100u
#define BOOK_LINES_MAX 5000u        /* of the whole book in one reply; 2 MB, 0.1 s to read */
#define BATCH_DEDUCTIONS_MAX 10000u /* of one request, in one commit: some 50 ms of the ledger */
#define FILTER_VALUES_MAX 1000u     /* ids in one filter of a list; 37 kB of them */
#define KABLE_LIST_PAGE 1000u       /* customers fetched at once for a list without pages */
#define KABLE_LIST_CUSTOMERS_MAX 50000u /* of such a list; 15 to 20 MB, in a request's memory */
#define EVENTS_PER_REQUEST_MAX 1000u    /* the largest queue of the official clients */
#define LIST_SCAN_MAX 10000u            /* heads looked at for one page; then a cursor */

/* Texts */
#define NAME_BYTES_MAX 640u            /* 160 characters of 4 bytes */
#define TEXT_BYTES_MAX 4096u           /* reasons, descriptions */
#define ALIAS_BYTES_MAX 512u           /* 128 characters of 4 bytes */
#define ALIASES_PER_CUSTOMER_MAX 2000u /* documented by the Metronome API */
#define UNIQUENESS_KEY_BYTES_MAX 512u  /* 128 characters */
#define IDEMPOTENCY_KEY_BYTES_MAX 255u
#define PRODUCTS_PER_GRANT_MAX 1000u
#define CUSTOM_FIELDS_BYTES_MAX 65536u
#define CUSTOM_FIELDS_MAX 200u           /* of one customer or grant: each is looked up */
#define CUSTOM_FIELD_KEY_CHARACTERS 100u /* documented by the Metronome API, like the next */
#define CUSTOM_FIELD_VALUE_CHARACTERS 200u
#define CUSTOM_FIELD_KEYS_MAX 1000u /* of all entities, removed ones too: all are looked at */
#define SECRET_BYTES_MIN 8u
#define SECRET_BYTES_MAX 200u

/* Audit */
#define SOURCES_MAX 100000u            /* of one run; requests from others are logged without */
#define USER_AGENT_CHARACTERS_MAX 256u /* longer ones are cut */
#define AUDIT_SCAN_MAX 10000u          /* entries looked at for one page; then a cursor */

/* Keys */
#define RATE_KEYS_MAX 4096u /* whose rates are counted apart; 32 kB */

/* Retention of receipts */
#define RECEIPT_HOURS_DEFAULT 72
#define RECEIPT_HOURS_MIN 24

#endif
