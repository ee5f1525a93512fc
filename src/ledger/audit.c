#include "ledger/audit.h"

#include "base/limits.h"
#include "ledger/errand.h"

/* --- writing --- */

static enum err source_of(struct store *store, const struct origin *origin, uint32_t *ret)
{
    uint32_t number;

    *ret = 0;
    if ((origin->fingerprint.high | origin->fingerprint.low) == 0)
        return OK;
    number = store_source_find(store, origin->fingerprint);
    if (number > 0 || store_source_count(store) >= SOURCES_MAX) {
        *ret = number;
        return OK;
    }
    return store_source_add(store, origin->fingerprint, &origin->source, ret);
}

enum err audit_stamp(struct store *store, const struct command *command, struct decision *decision)
{
    uint32_t source;
    enum err e;

    if (decision->entry_count == 0)
        return OK;
    e = source_of(store, &command->origin, &source);
    if (e != OK)
        return e;
    for (size_t i = 0; i < decision->entry_count; i++) {
        decision->entries[i].source = source;
        decision->entries[i].request = command->origin.request;
    }
    return OK;
}

/* "create customer" as one word. */
static struct str action_of(const struct command *command, struct arena *arena)
{
    struct str action = str_copy(command_name(command->kind), arena);

    for (size_t i = 0; action.data != NULL && i < action.len; i++) {
        if (action.data[i] == ' ')
            ((char *)(uintptr_t)action.data)[i] = '_';
    }
    return action;
}

static struct str uuid_text(struct uuid uuid, struct arena *arena)
{
    char *text = arena_take(arena, UUID_TEXT_SIZE);

    if (text == NULL)
        return STR_NONE;
    uuid_format(uuid, text);
    return (struct str){ .data = text, .len = UUID_TEXT_SIZE };
}

/* What was changed; STR_NONE where there is no memory to tell. */
static struct str resource_of(const struct decision *decision, struct arena *arena,
                              struct str *ret_id)
{
    if (decision->field_key.number > 0) {
        *ret_id = str_format(arena, "%.*s.%.*s", STR_PRINT(decision->field_key.entity),
                             STR_PRINT(decision->field_key.key));
        return STR("custom_field_key");
    }
    if (decision->product.number > 0) {
        *ret_id = uuid_text(decision->product.id.uuid, arena);
        return STR("product");
    }
    if (!uuid_is_zero(decision->customer.uuid)) {
        *ret_id = uuid_text(decision->customer.uuid, arena);
        return STR("customer");
    }
    *ret_id = uuid_text(decision->credit_type.id.uuid, arena);
    return decision->credit_type.number > 0 ? STR("credit_type") : STR("directory");
}

enum err audit_log(struct store *store, const struct command *command,
                   const struct decision *decision, struct instant now, struct arena *arena)
{
    struct log_line line = {
        .at = now,
        .key = command->key,
        .request = command->origin.request,
        .action = action_of(command, arena),
    };
    enum err e;

    line.resource_type = resource_of(decision, arena, &line.resource_id);
    if (line.action.data == NULL || line.resource_id.data == NULL)
        return ERR_NOMEM;
    e = source_of(store, &command->origin, &line.source);
    return e == OK ? store_line_add(store, &line) : e;
}

/* --- asking --- */

/* Grants know their own entries. */
static enum err grant_find(struct store *store, struct job *job)
{
    struct grant_id id;
    struct grant_filter filter = {
        .environment = job->query.environment,
        .ids = &id,
        .id_count = 1,
        .not_expiring_before = INSTANT_NONE,
        .effective_before = INSTANT_NONE,
        .with_voided = true,
        .limit = 1,
    };
    struct grant *grants;
    uint64_t next;
    size_t count;
    enum err e;

    if (uuid_parse(job->query.resource_id, &id.uuid) != OK)
        return OK;
    e = store_grants(store, &filter, job->arena, &grants, &count, &next);
    if (e == OK && count > 0)
        job->errand->grant = grants[0];
    return e;
}

enum err audit_answer(struct store *store, struct job *job)
{
    struct book_end end;

    store_book_end(store, job->query.environment, &end);
    job->errand->book_last = end.sequence;
    job->errand->log_last = store_line_last(store);
    if (!str_equals(job->query.resource_type, STR("credit_grant")))
        return OK;
    return grant_find(store, job);
}
