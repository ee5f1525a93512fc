/* base/log.h - one line an event, to stderr.
 *
 * Only daemon/, http/, net/ and cli/ log; everything below returns.  An error is logged once, where
 * it is handled.  Never a secret, never a body.  Any thread; a line is written whole.
 *
 * Format: 2026-01-02T03:04:05.678Z level where: message
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level { LOG_ERROR = 1, LOG_WARNING, LOG_INFO, LOG_DEBUG };

void log_set_level(enum log_level level); /* default LOG_INFO */
void log_line(enum log_level level, const char *where, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
