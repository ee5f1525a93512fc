/* What has to be there before a command, and the command as a request. */
#include "due.h"
#include "json/write.h"
#include "transcript.h"

#define CREDIT_TYPE STR("story credits")

/* --- what has to be there --- */

static bool is_made(struct transcript *t, struct uuid id)
{
    for (size_t i = 0; i < t->made_count; i++)
        if (uuid_equals(t->made[i], id))
            return true;
    t->made = book_room(t->made, sizeof *t->made, t->made_count, &t->made_capacity);
    t->made[t->made_count++] = id;
    return false;
}

static void make(struct transcript *t, const struct story *story, const char *path, struct uuid id,
                 struct str name)
{
    struct json_writer *body = transcript_object(t);

    if (is_made(t, id))
        return;
    json_put_string(json_key(body, STR("id")), transcript_uuid(t, id));
    json_put_string(json_key(body, STR("name")), name);
    transcript_ask(t, story,
                   &(struct transcript_step){ "POST", str_from_c(path), transcript_end(body), 200,
                                              transcript_end_open(transcript_object(t)) });
}

static struct customer_id customer_of(const struct story *story)
{
    return (struct customer_id){ .uuid = uuid_from_sequence('u', story->customer) };
}

void transcript_make_customer(struct transcript *t, const struct story *story)
{
    struct uuid id = customer_of(story).uuid;

    make(t, story, "/scrip/v1/customers", id, STR("somebody"));
    if (!story->archived || t->archived == story->customer)
        return;
    t->archived = story->customer;
    transcript_ask(
        t, story,
        &(struct transcript_step){ "POST",
                                   str_format(t->arena, "/scrip/v1/customers/%.*s/archive",
                                              STR_PRINT(transcript_uuid(t, id))),
                                   STR(""), 200, transcript_end_open(transcript_object(t)) });
}

static void make_product(struct transcript *t, const struct story *story, struct uuid id)
{
    make(t, story, "/scrip/v1/products", id, transcript_uuid(t, id));
}

void transcript_make_credit_type(struct transcript *t, const struct story *story)
{
    struct json_writer *body = transcript_object(t);

    if (t->scale == story->scale)
        return;
    assert(t->scale == -1); /* a book has one */
    t->scale = story->scale;
    json_put_string(json_key(body, STR("name")), CREDIT_TYPE);
    json_put_integer(json_key(body, STR("scale")), t->scale);
    transcript_ask(t, story,
                   &(struct transcript_step){ "POST", STR("/scrip/v1/credit-types"),
                                              transcript_end(body), 200,
                                              transcript_end_open(transcript_object(t)) });
}

/* --- commands --- */

static void put_owner(struct transcript *t, struct json_writer *w, const struct story *story)
{
    json_put_string(json_key(w, STR("customer")), transcript_uuid(t, customer_of(story).uuid));
    json_put_string(json_key(w, STR("credit_type")), CREDIT_TYPE);
}

static void put_rollover(struct json_writer *w, const struct story *story,
                         const struct rollover *rollover)
{
    if (rollover->kind == 0)
        return;
    json_begin_object(json_key(w, STR("rollover")));
    transcript_put_priority(w, rollover->priority);
    json_put_instant(json_key(w, STR("expires_at")), rollover->expires_at);
    if (rollover->kind == ROLLOVER_MAX_AMOUNT)
        transcript_put_amount(w, story, STR("amount_max"), rollover->amount_max);
    else
        json_put_amount_string(json_key(w, STR("share_max")),
                               (struct amount){ .units = rollover->millionths_max },
                               PRIORITY_SCALE);
    json_end_object(w);
}

static struct str issue_path(struct transcript *t, const struct story *story,
                             const struct command *command, struct json_writer *w)
{
    const struct facts *facts = &command->issue.facts;

    json_put_string(json_key(w, STR("id")), transcript_uuid(t, facts->grant_id.uuid));
    put_owner(t, w, story);
    transcript_put_amount(w, story, STR("amount"), facts->amount);
    transcript_put_priority(w, facts->priority);
    json_put_instant(json_key(w, STR("effective_at")), facts->effective_at);
    json_put_instant(json_key(w, STR("expires_at")), facts->expires_at);
    transcript_put_text(w, STR("name"), facts->name);
    transcript_put_text(w, STR("uniqueness_key"), facts->uniqueness_key);
    put_rollover(w, story, &facts->rollover);
    if (facts->products.count > 0) {
        json_begin_array(json_key(w, STR("products")));
        for (size_t i = 0; i < facts->products.count; i++) {
            make_product(t, story, facts->products.ids[i].uuid);
            json_put_string(w, transcript_uuid(t, facts->products.ids[i].uuid));
        }
        json_end_array(w);
    }
    return STR("/scrip/v1/grants");
}

static void put_policy(struct json_writer *w, enum policy policy)
{
    json_put_string(json_key(w, STR("policy")),
                    policy == POLICY_PARTIAL ? STR("partial") : STR("refuse"));
}

static void put_use(struct transcript *t, struct json_writer *w, const struct story *story,
                    const struct deduct *use)
{
    put_owner(t, w, story);
    transcript_put_amount(w, story, STR("amount"), use->amount);
    put_policy(w, use->policy);
    transcript_put_text(w, STR("reason"), use->reason);
    json_put_bool(json_key(w, STR("dry_run")), use->dry_run);
    if (use->has_product) {
        make_product(t, story, use->product_id.uuid);
        json_put_string(json_key(w, STR("product")), transcript_uuid(t, use->product_id.uuid));
    }
}

static struct str deduct_path(struct transcript *t, const struct story *story,
                              const struct command *command, struct json_writer *w)
{
    put_use(t, w, story, &command->deduct);
    json_put_instant(json_key(w, STR("at")), command->deduct.at);
    return STR("/scrip/v1/deductions");
}

static int64_t seconds_until(const struct story *story, struct instant instant)
{
    return instant_span(story->book.now, instant).us / SPAN_US_PER_SECOND;
}

static void put_expires_in(struct json_writer *w, const struct story *story,
                           struct instant expires_at)
{
    json_put_integer(json_key(w, STR("expires_in")), seconds_until(story, expires_at));
}

static struct str hold_path(struct transcript *t, const struct story *story,
                            const struct command *command, struct json_writer *w)
{
    put_use(t, w, story, &command->hold.use);
    put_expires_in(w, story, command->hold.expires_at);
    return STR("/scrip/v1/holds");
}

struct str transcript_path(struct transcript *t, const char *list, struct uuid id, const char *verb)
{
    return str_format(t->arena, "/scrip/v1/%s/%.*s%s", list, STR_PRINT(transcript_uuid(t, id)),
                      verb);
}

static struct str hold_verb(struct transcript *t, const struct command *command, const char *verb)
{
    return transcript_path(t, "holds", uuid_from_sequence('h', command->subject.hold), verb);
}

static struct str capture_path(struct transcript *t, const struct story *story,
                               const struct command *command, struct json_writer *w)
{
    if (!command->capture.whole)
        transcript_put_amount(w, story, STR("amount"), command->capture.amount);
    put_policy(w, command->capture.policy);
    return hold_verb(t, command, "/capture");
}

static struct str release_path(struct transcript *t, const struct story *story,
                               const struct command *command, struct json_writer *w)
{
    (void)story;
    (void)w;
    return hold_verb(t, command, "/release");
}

static struct str extend_path(struct transcript *t, const struct story *story,
                              const struct command *command, struct json_writer *w)
{
    put_expires_in(w, story, command->extend.expires_at);
    return hold_verb(t, command, "/extend");
}

static struct str reverse_path(struct transcript *t, const struct story *story,
                               const struct command *command, struct json_writer *w)
{
    if (command->reverse.asked.given)
        transcript_put_amount(w, story, STR("amount"), command->reverse.amount);
    return transcript_path(t, "deductions", uuid_from_sequence('d', command->subject.deduction),
                           "/reverse");
}

static struct str limit_path(struct transcript *t, const struct story *story,
                             const struct command *command, struct json_writer *w)
{
    json_put_string(json_key(w, STR("credit_type")), CREDIT_TYPE);
    transcript_put_amount(w, story, STR("limit"), command->credit_limit_set.limit);
    return transcript_path(t, "customers", customer_of(story).uuid, "/credit-limit");
}

static struct str void_path(struct transcript *t, const struct story *story,
                            const struct command *command, struct json_writer *w)
{
    (void)story;
    json_put_bool(json_key(w, STR("release_uniqueness_key")),
                  command->void_grant.release_uniqueness_key);
    return transcript_path(t, "grants", command->subject.grant_id.uuid, "/void");
}

static struct str edit_path(struct transcript *t, const struct story *story,
                            const struct command *command, struct json_writer *w)
{
    const struct edit *edit = &command->edit;

    (void)story;
    if (edit->has_name)
        json_put_string(json_key(w, STR("name")), edit->name);
    if (edit->has_grant_type)
        json_put_string(json_key(w, STR("grant_type")), edit->grant_type);
    if (edit->has_expires_at)
        json_put_instant(json_key(w, STR("expires_at")), edit->expires_at);
    return transcript_path(t, "grants", command->subject.grant_id.uuid, "");
}

/* Where the command is asked, and its body.  STR_NONE: there is no such request. */
struct str transcript_request(struct transcript *t, const struct story *story,
                              const struct command *command, struct json_writer *w)
{
    static const struct {
        enum command_kind kind;
        struct str (*encode)(struct transcript *t, const struct story *story,
                             const struct command *command, struct json_writer *w);
    } rows[] = {
        { COMMAND_GRANT_ISSUE, issue_path },    { COMMAND_DEDUCT, deduct_path },
        { COMMAND_HOLD_CREATE, hold_path },     { COMMAND_HOLD_CAPTURE, capture_path },
        { COMMAND_HOLD_RELEASE, release_path }, { COMMAND_HOLD_EXTEND, extend_path },
        { COMMAND_REVERSE, reverse_path },      { COMMAND_GRANT_VOID, void_path },
        { COMMAND_GRANT_EDIT, edit_path },      { COMMAND_CREDIT_LIMIT_SET, limit_path },
    };

    for (size_t i = 0; i < array_count(rows); i++)
        if (rows[i].kind == command->kind)
            return rows[i].encode(t, story, command, w);
    return STR_NONE;
}
