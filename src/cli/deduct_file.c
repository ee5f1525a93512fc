#include "cli/deduct.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "base/check.h"
#include "cli/listing.h"
#include "cli/report.h"
#include "cli/settings.h"
#include "cli/text.h"
#include "json/read.h"

#define LINE_BYTES_MAX 65536
#define BATCH_LINES 1000      /* a request; a reply of so many is well within a second */
#define BATCH_LINES_MAX 10000 /* the server's own bound, for --atomic */

/* Lines that go out together. */
struct batch {
    struct scrip_deduct_params *deductions;
    uint64_t *lines; /* where each stood in the file, from 1 */
    size_t count;
    size_t count_max;
};

struct source {
    struct invocation *invocation;
    const char *path;
    FILE *file;
    uint64_t line;
    struct arena arena; /* of the batch */
    struct batch batch;
    struct listing listing;
    enum cli_exit code; /* of the first that was refused */
};

static const struct column columns[] = {
    { "line", true }, { "customer", false }, { "amount", true },
    { "left", true }, { "result", false },
};

static bool blame_line(struct source *source, const char *why)
{
    invocation_blame(source->invocation, "%s, line %" PRIu64 ": %s", source->path, source->line,
                     why);
    return false;
}

/* The members that are texts, and where they go. */
static const char **text_place(struct scrip_deduct_params *deduction, struct str name)
{
    const struct {
        struct str name;
        const char **place;
    } places[] = {
        { STR("customer"), &deduction->customer },
        { STR("credit_type"), &deduction->credit_type },
        { STR("product"), &deduction->product },
        { STR("reason"), &deduction->reason },
        { STR("invoice_id"), &deduction->invoice_id },
        { STR("idempotency_key"), &deduction->idempotency_key },
    };

    for (size_t i = 0; i < array_count(places); i++) {
        if (str_equals(places[i].name, name))
            return places[i].place;
    }
    return NULL;
}

static bool read_policy(struct source *source, const struct json *member,
                        struct scrip_deduct_params *deduction)
{
    if (str_equals(member->text, STR("partial")))
        deduction->policy = SCRIP_PARTIAL;
    else if (str_equals(member->text, STR("refuse")))
        deduction->policy = SCRIP_REFUSE;
    else
        return blame_line(source, "policy must be refuse or partial");
    return true;
}

static bool read_member(struct source *source, const struct json *member,
                        struct scrip_deduct_params *deduction)
{
    const char **place = text_place(deduction, member->name);
    const char *text = str_copy(member->text, &source->arena).data;

    if (text == NULL)
        return blame_line(source, "out of memory");
    if (place != NULL && member->kind == JSON_STRING) {
        *place = text;
        return true;
    }
    if (place != NULL)
        return blame_line(source, "customer, product and the other texts must be strings");
    if (str_equals(member->name, STR("amount"))) {
        deduction->amount = scrip_decimal_of(text);
        return deduction->amount.is_given || blame_line(source, "amount must be a decimal");
    }
    if (str_equals(member->name, STR("at"))) {
        deduction->at = scrip_instant_of(text);
        return deduction->at.is_given || blame_line(source, "at must be an RFC 3339 instant");
    }
    if (str_equals(member->name, STR("dry_run"))) {
        deduction->dry_run = member->kind == JSON_TRUE ? SCRIP_YES : SCRIP_NO;
        return true;
    }
    if (str_equals(member->name, STR("metadata"))) {
        deduction->metadata = text;
        return true;
    }
    if (str_equals(member->name, STR("policy")))
        return read_policy(source, member, deduction);
    return blame_line(source, "has a member that no deduction has");
}

/* With one key for the file, each line has its own: then the file may be sent again. */
static bool give_key(struct source *source, struct scrip_deduct_params *deduction)
{
    const char *key = source->invocation->call.idempotency_key;

    if (key == NULL || deduction->idempotency_key != NULL)
        return true;
    deduction->idempotency_key = str_format(&source->arena, "%s/%" PRIu64, key, source->line).data;
    return deduction->idempotency_key != NULL || blame_line(source, "out of memory");
}

static bool read_line(struct source *source, struct str line)
{
    struct scrip_deduct_params *deduction = &source->batch.deductions[source->batch.count];
    const struct json *object;
    struct json_error why;
    struct str text = str_copy(line, &source->arena);

    *deduction = (struct scrip_deduct_params){ .policy = SCRIP_REFUSE };
    if (text.data == NULL || json_parse(text, &source->arena, &object, &why) != OK ||
        object->kind != JSON_OBJECT)
        return blame_line(source, "is not a JSON object");
    for (const struct json *member = object->first; member != NULL; member = member->next) {
        if (!read_member(source, member, deduction))
            return false;
    }
    if (!give_key(source, deduction))
        return false;
    source->batch.lines[source->batch.count++] = source->line;
    return true;
}

/* Refused only because another of its atomic batch was: that one says why. */
static bool is_for_another(const struct scrip_batch_result *result)
{
    return result->code != NULL && strcmp(result->code, "/problems/batch-refused") == 0;
}

static void put_result(struct source *source, size_t index, const struct scrip_batch_result *result)
{
    const struct scrip_deduct_params *asked = &source->batch.deductions[index];
    const struct scrip_deduction *deduction = result->deduction;
    struct arena *arena = &source->invocation->arena;
    enum scrip_outcome outcome = scrip_batch_outcome(result);
    const char *cells[] = {
        text_integer(scrip_integer_of((int64_t)source->batch.lines[index]), arena),
        text_shown(asked->customer, arena),
        text_decimal(deduction != NULL ? deduction->amount : asked->amount, arena),
        text_decimal(deduction != NULL ? deduction->balance.available : result->available, arena),
        deduction != NULL ? "done" : text_shown(result->message, arena),
    };

    if (outcome != SCRIP_OK && source->code == CLI_WELL && !is_for_another(result))
        source->code = exit_of(outcome);
    listing_item(&source->listing, cells, result->json);
}

static enum scrip_outcome send_batch(struct source *source)
{
    struct scrip_deduct_batch_params params = {
        .deductions = source->batch.deductions,
        .deduction_count = source->batch.count,
        .atomic = invocation_is_on(source->invocation, "atomic") ? SCRIP_YES : SCRIP_UNSET,
    };
    struct scrip_batch *batch = NULL;
    enum scrip_outcome outcome;

    if (source->batch.count == 0)
        return SCRIP_OK;
    outcome = scrip_deduct_batch(source->invocation->client, &params, NULL, &batch,
                                 &source->invocation->error);
    for (size_t i = 0; outcome == SCRIP_OK && i < batch->result_count && i < source->batch.count;
         i++) {
        listing_goes_on(&source->listing);
        put_result(source, i, &batch->results[i]);
    }
    scrip_free(batch);
    source->batch.count = 0;
    arena_reset(&source->arena, 1u << 20);
    return outcome;
}

static bool batch_begin(struct source *source)
{
    bool is_atomic = invocation_is_on(source->invocation, "atomic");
    struct batch *batch = &source->batch;

    batch->count_max = is_atomic ? BATCH_LINES_MAX : BATCH_LINES;
    batch->deductions =
        arena_new(&source->invocation->arena, struct scrip_deduct_params, batch->count_max);
    batch->lines = arena_new(&source->invocation->arena, uint64_t, batch->count_max);
    return (batch->deductions != NULL && batch->lines != NULL) ||
           blame_line(source, "out of memory");
}

static enum scrip_outcome send_lines(struct source *source)
{
    bool is_atomic = invocation_is_on(source->invocation, "atomic");
    enum scrip_outcome outcome = SCRIP_OK;
    char line[LINE_BYTES_MAX];

    while (outcome == SCRIP_OK && fgets(line, sizeof line, source->file) != NULL) {
        source->line++;
        if (line[strspn(line, " \t\r\n")] == '\0')
            continue;
        if (is_atomic && source->batch.count == source->batch.count_max)
            blame_line(source, "is one too many to be done together");
        else if (read_line(source, str_from_c(line)) && !is_atomic &&
                 source->batch.count == source->batch.count_max)
            outcome = send_batch(source);
        if (source->invocation->is_wrong)
            return SCRIP_OK;
    }
    return outcome == SCRIP_OK ? send_batch(source) : outcome;
}

int deduct_file(struct invocation *invocation)
{
    const char *path = invocation_text(invocation, "file");
    bool is_stdin = strcmp(path, "-") == 0;
    struct source source = { .invocation = invocation, .path = is_stdin ? "standard input" : path };
    enum scrip_outcome outcome;
    int code;

    source.file = is_stdin ? stdin : fopen(path, "re");
    if (source.file == NULL) {
        invocation_blame(invocation, "cannot read %s: %s", path, strerror(errno));
        return CLI_USAGE;
    }
    arena_init(&source.arena, (size_t)1 << 30);
    if (!batch_begin(&source) || !settings_open(invocation)) {
        code = CLI_USAGE;
        goto out;
    }
    listing_begin(&source.listing, invocation, "deductions", columns, array_count(columns));
    outcome = send_lines(&source);
    code = listing_end(&source.listing, outcome);
    if (code == CLI_WELL)
        code = invocation->is_wrong ? CLI_USAGE : source.code;
out:
    arena_finish(&source.arena);
    if (!is_stdin)
        fclose(source.file);
    return code;
}
