#include "session.h"

static const char *because_word(enum because because)
{
    switch (because) {
    case BECAUSE_ONLY:
        return "only";
    case BECAUSE_PRIORITY:
        return "priority";
    case BECAUSE_EXPIRY:
        return "expiry";
    case BECAUSE_EFFECTIVE:
        return "effective";
    case BECAUSE_CREATION:
        return "creation";
    case BECAUSE_HELD:
        return "held";
    case BECAUSE_REVERSED:
        return "reversed";
    }
    return NULL;
}

static void print_hour(FILE *file, const char *word, int64_t hour)
{
    if (hour == HOUR_NEVER)
        fprintf(file, "  %s never", word);
    else
        fprintf(file, "  %s %c%lldh", word, hour < 0 ? '-' : '+',
                (long long)(hour < 0 ? -hour : hour));
}

static void print_issue(const struct step *step, FILE *file)
{
    const char *comma = "  products ";

    fprintf(file, "grant  g%d  %lld  priority %lld",
            step->target >= 0 ? step->target : step->number, (long long)step->amount,
            (long long)step->priority);
    print_hour(file, "effective", step->effective);
    print_hour(file, "expires", step->expires);
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        if (step->products >> i & 1) {
            fprintf(file, "%sp%d", comma, i);
            comma = ",";
        }
    }
    if (step->key >= 0)
        fprintf(file, "  key k%d", step->key);
    if (step->rolls == ROLLS_NOT)
        return;
    fprintf(file, "  rollover %lld%s %lld", (long long)step->rolls_max,
            step->rolls == ROLLS_PERCENT ? "%" : "", (long long)step->rolls_priority);
    print_hour(file, "", step->rolls_expires);
}

static void print_use_words(const struct step *step, FILE *file)
{
    if (step->product >= 0)
        fprintf(file, "  product p%d", step->product);
    fprintf(file, "%s%s", step->partial ? "  partial" : "", step->dry ? "  dry" : "");
}

static void print_amount(const struct step *step, FILE *file)
{
    if (step->has_amount)
        fprintf(file, "  %lld", (long long)step->amount);
}

static void print_grant_name(const struct step *step, FILE *file)
{
    fprintf(file, "g%d%s", step->target, step->target_rolls > 0 ? "+" : "");
}

static void print_command(const struct step *step, FILE *file)
{
    switch (step->kind) {
    case STEP_AT:
        fprintf(file, "at");
        print_hour(file, "", step->hour);
        break;
    case STEP_ISSUE:
        print_issue(step, file);
        break;
    case STEP_USE:
        fprintf(file, "use  %lld", (long long)step->amount);
        if (!step->dry)
            fprintf(file, "  as u%d", step->number);
        if (step->has_hour)
            print_hour(file, "dated", step->hour);
        print_use_words(step, file);
        break;
    case STEP_HOLD:
        fprintf(file, "hold  h%d  %lld", step->number, (long long)step->amount);
        print_hour(file, "expires", step->hour);
        print_use_words(step, file);
        break;
    case STEP_CAPTURE:
        fprintf(file, "capture  h%d", step->target);
        print_amount(step, file);
        fprintf(file, "  as u%d%s", step->number, step->partial ? "  partial" : "");
        break;
    case STEP_RELEASE:
        fprintf(file, "release  h%d", step->target);
        break;
    case STEP_EXTEND:
        fprintf(file, "extend  h%d", step->target);
        print_hour(file, "", step->hour);
        break;
    case STEP_REVERSE:
        fprintf(file, "reverse  u%d", step->target);
        print_amount(step, file);
        break;
    case STEP_VOID:
        fprintf(file, "void  ");
        print_grant_name(step, file);
        fprintf(file, "%s", step->releasing ? "  releasing" : "");
        break;
    case STEP_EDIT:
        fprintf(file, "edit  ");
        print_grant_name(step, file);
        fprintf(file, "%s", step->has_name ? "  name renamed" : "");
        if (step->has_hour)
            print_hour(file, "expires", step->hour);
        break;
    case STEP_LIMIT:
        fprintf(file, "limit  %lld", (long long)step->amount);
        break;
    }
    fputc('\n', file);
}

static void print_line(struct oracle *oracle, int number, FILE *file)
{
    const struct line *line = &oracle->lines[number];
    int64_t change = line->change != 0 ? line->change
                     : line->held != 0 ? line->held
                     : line->debt != 0 ? line->debt
                                       : line->uncovered + line->limit;
    int kept = oracle->line_count;

    fprintf(file, "       ");
    if (line->grant < 0)
        fprintf(file, "account");
    else
        fprintf(file, "g%d%.*s", oracle->promises[line->grant].step,
                oracle->promises[line->grant].rolls, "+++++++++");
    fprintf(file, "  %.*s  %lld", STR_PRINT(entry_kind_name(line->kind)), (long long)change);
    oracle->line_count = number;
    if (line->grant >= 0)
        fprintf(file, "  leaves %lld", (long long)oracle_left(oracle, line->grant));
    oracle->line_count = kept;
    if (because_word(line->because) != NULL)
        fprintf(file, "  because %s", because_word(line->because));
    fputc('\n', file);
}

static void print_outcome(struct oracle *oracle, int before, const struct outcome *outcome,
                          FILE *file)
{
    if (outcome->reject != REJECT_NONE)
        fprintf(file, "       refused %.*s\n", STR_PRINT(reject_name(outcome->reject)));
    if (outcome->reject == REJECT_BALANCE_EXCEEDED)
        fprintf(file, "       available %lld\n", (long long)outcome->available);
    for (int i = before + 1; i <= oracle->line_count; i++)
        print_line(oracle, i, file);
}

/* The others name a grant, a hold or a use, which is enough. */
static bool is_of_customer(const struct step *step)
{
    return step->kind == STEP_ISSUE || step->kind == STEP_USE || step->kind == STEP_HOLD ||
           step->kind == STEP_LIMIT;
}

void session_print(const struct step *steps, size_t count, FILE *file)
{
    static struct oracle oracle;
    int customer = -1;

    oracle_init(&oracle);
    fprintf(file, "start  2024-01-01\nscale  0\n");
    for (size_t i = 0; i < count; i++) {
        int before = oracle.line_count;
        struct outcome outcome;

        if (is_of_customer(&steps[i]) && steps[i].customer != customer) {
            customer = steps[i].customer;
            fprintf(file, "customer  c%d\n", customer);
        }
        print_command(&steps[i], file);
        outcome = oracle_step(&oracle, &steps[i]);
        print_outcome(&oracle, before, &outcome, file);
        if (steps[i].dry)
            oracle.line_count = before;
    }
}
