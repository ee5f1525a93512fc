/* engine/decide.h - the rules of the book, as one pure function.
 *
 * What is known goes in (a view, a command), what to do comes out (a decision).  No I/O, no
 * clock, no randomness; memory only from the arena.  The same input gives the same bytes.
 * The rules are numbered in docs/burn-down.md; each verb has its file: issue.c, edit.c,
 * void.c, activate.c, expire.c, deduct.c, reverse.c, hold.c, capture.c, extend.c, release.c.
 *
 *   ERR_NOMEM  the arena is full; nothing was decided
 *
 * Any thread.
 */
#ifndef ENGINE_DECIDE_H
#define ENGINE_DECIDE_H

#include "base/arena.h"
#include "base/err.h"
#include "domain/command.h"
#include "domain/decision.h"
#include "domain/view.h"

/* command is a resolved book or time command.  On a refusal ret->reject says why and
 * ret->entry_count is 0. */
enum err engine_decide(const struct view *view, const struct command *command, struct arena *arena,
                       struct decision *ret) MUST_CHECK;

#endif
