#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/check.h"
#include "base/clock.h"

#define LINE_BYTES_MAX 2048u /* below PIPE_BUF, so that one write() is one line in a pipe, too */

static _Atomic int level_max = LOG_INFO;

void log_set_level(enum log_level level)
{
    assert(level >= LOG_ERROR);
    assert(level <= LOG_DEBUG);
    atomic_store(&level_max, (int)level);
}

static const char *level_name(enum log_level level)
{
    switch (level) {
    case LOG_ERROR:
        return "error";
    case LOG_WARNING:
        return "warning";
    case LOG_INFO:
        return "info";
    case LOG_DEBUG:
        return "debug";
    }
    never("not an enum log_level");
}

/* Writes "2026-01-02T03:04:05.678Z level where: "; returns its length. */
static size_t write_head(char *line, enum log_level level, const char *where)
{
    int64_t now_us = clock_system()->now_us(clock_system());
    time_t seconds = (time_t)(now_us / 1000000);
    struct tm utc;
    size_t len;
    int added;

    gmtime_r(&seconds, &utc);
    len = strftime(line, LINE_BYTES_MAX, "%Y-%m-%dT%H:%M:%S", &utc);
    added = snprintf(line + len, LINE_BYTES_MAX - len,
                     ".%03dZ %s %.64s: ", (int)(now_us / 1000 % 1000), level_name(level), where);
    assert(added > 0);
    return len + (size_t)added;
}

/* Control characters become spaces: a message, whatever a stranger put into it, is one line. */
static void flatten(char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F)
            text[i] = ' ';
    }
}

void log_line(enum log_level level, const char *where, const char *format, ...)
{
    char line[LINE_BYTES_MAX];
    va_list arguments;
    size_t len;
    ssize_t written;
    int added;
    int saved_errno = errno;

    if ((int)level > atomic_load(&level_max))
        return;
    len = write_head(line, level, where);
    va_start(arguments, format);
    added = vsnprintf(line + len, sizeof line - len, format, arguments);
    va_end(arguments);
    if (added > 0)
        len += (size_t)added;
    if (len > sizeof line - 1)
        len = sizeof line - 1; /* cut off; the last byte is for the line's end */
    flatten(line, len);
    line[len++] = '\n';
    do
        written = write(STDERR_FILENO, line, len);
    while (written < 0 && errno == EINTR);
    errno = saved_errno; /* and a log that cannot be written stops nothing */
}
