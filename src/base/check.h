/* base/check.h - assertions that stay on in release builds.
 *
 * An assertion states what must be true if our own code is right.  When it is not, the
 * process prints where and stops; the book is recovered from the disk on the next start.
 * Never assert what a client, a disk or a clock may do: that is an error or a refusal.
 *
 * One condition an assertion, so that the line tells which.  May be used from any thread.
 */
#ifndef BASE_CHECK_H
#define BASE_CHECK_H

#define MUST_CHECK __attribute__((warn_unused_result))

/* Prints the failed expression with its place to stderr and aborts. */
__attribute__((noreturn, cold)) void check_failed(const char *expression, const char *file,
                                                  int line);

/* The client library must not end the program that it is linked into, so what its code asserts is
 * looked at in sanitizers' and checked builds only. */
#ifdef CHECK_SILENT
#define assert(condition) ((void)sizeof(!!(condition)))
#define never(text) __builtin_unreachable()
#else
#define assert(condition)                                                                          \
    (__builtin_expect(!!(condition), 1) ? (void)0 : check_failed(#condition, __FILE__, __LINE__))

/* A place that cannot be reached; text says why. */
#define never(text) check_failed("never: " text, __FILE__, __LINE__)
#endif

/* For a function that only assertions call. */
#define CHECK_ONLY __attribute__((unused))

/* For assert(if_then(a, b)): where a holds, b must hold. */
#define if_then(a, b) (!(a) || (b))

#define array_count(array) (sizeof(array) / sizeof((array)[0]))

#endif
