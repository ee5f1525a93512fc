/* test/property/step.h - one random command, as plain numbers.
 *
 * A step names others by the number of the step that made them, so that any step can be left out
 * of a run and the others still mean what they meant.  Time counts hours from the start; amounts
 * are whole.
 */
#ifndef TEST_PROPERTY_STEP_H
#define TEST_PROPERTY_STEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/random.h"

#define STEPS_MAX 4096
#define HOUR_NEVER INT64_MAX
#define CUSTOMER_COUNT 2
#define PRODUCT_COUNT 3
#define KEY_COUNT 3

enum step_kind {
    STEP_AT = 1,
    STEP_ISSUE,
    STEP_USE,
    STEP_HOLD,
    STEP_CAPTURE,
    STEP_RELEASE,
    STEP_EXTEND,
    STEP_REVERSE,
    STEP_VOID,
    STEP_EDIT,
    STEP_LIMIT,
};

enum rolls { ROLLS_NOT, ROLLS_AMOUNT, ROLLS_PERCENT };

struct step {
    enum step_kind kind;
    int number;       /* of this step */
    int target;       /* the step that made the grant, hold or deduction; -1: none */
    int target_rolls; /* the target, rolled over so many times */
    int customer;
    bool has_amount; /* capture, reverse */
    int64_t amount;
    int64_t hour;  /* at: now; use: dated; hold, extend: expiry; edit: expiry */
    bool has_hour; /* use, edit */
    bool partial, dry;
    int product; /* of a use; -1: none */
    bool releasing;
    bool has_name; /* edit */
    /* terms of a grant */
    int64_t priority, effective, expires;
    unsigned products; /* a bit for each; 0: any */
    int key;           /* -1: none */
    enum rolls rolls;
    int64_t rolls_max, rolls_priority, rolls_expires;
};

/* Fills in steps that suit one another: most succeed, many meet at the same instants. */
void steps_generate(struct random *random, struct step *steps, size_t count);

#endif
