#include "cli/listing.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/clock.h"
#include "cli/report.h"

#define PAGE_SIZE_MAX 100
#define LIMIT_MAX INT64_C(1000000000)
#define PROGRESS_US_WAIT 200000 /* how often it is shown */

static const char *pager_command(void)
{
    static const char *const names[] = { "SCRIP_PAGER", "PAGER" };

    for (size_t i = 0; i < array_count(names); i++) {
        const char *command = getenv(names[i]);
        if (command != NULL && command[0] != '\0')
            return command;
    }
    return "less";
}

/* Writes to *ret what the pager reads; 0 and no file where there can be none. */
static pid_t pager_start(FILE **ret)
{
    const char *command = pager_command();
    int ends[2];
    pid_t pid;

    if (strcmp(command, "cat") == 0 || pipe(ends) != 0)
        return 0;
    pid = fork();
    if (pid == 0) {
        dup2(ends[0], STDIN_FILENO);
        close(ends[0]);
        close(ends[1]);
        setenv("LESS", "FRX", 0); /* leave when it fits a screen, and leave it there */
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    close(ends[0]);
    *ret = pid > 0 ? fdopen(ends[1], "w") : NULL;
    if (*ret == NULL) {
        close(ends[1]);
        return 0;
    }
    return pid;
}

void listing_begin(struct listing *listing, struct invocation *invocation, const char *noun,
                   const struct column *columns, size_t column_count)
{
    *listing = (struct listing){
        .invocation = invocation,
        .noun = noun,
        .to = stdout,
        .is_json = invocation_is_on(invocation, "json"),
        .limit = (uint64_t)invocation_number(invocation, "limit", LIMIT_MAX),
        .shows_progress = !isatty(STDOUT_FILENO) && isatty(STDERR_FILENO),
        .mark = arena_mark(&invocation->arena),
    };
    signal(SIGPIPE, SIG_IGN); /* whoever reads may have seen enough */
    if (!listing->is_json && isatty(STDOUT_FILENO) && !invocation_is_on(invocation, "no-pager"))
        listing->pager = pager_start(&listing->to);
    if (listing->pager == 0)
        listing->to = stdout;
    table_init(&listing->table, listing->to, columns, column_count);
}

bool listing_goes_on(struct listing *listing)
{
    arena_rewind(&listing->invocation->arena, listing->mark);
    return !ferror(listing->to) && (listing->limit == 0 || listing->count < listing->limit);
}

void json_line(FILE *to, const char *data, size_t size)
{
    /* Between its values only: in a string of JSON a line's end is written otherwise. */
    for (size_t i = 0; i < size; i++)
        fputc(data[i] == '\n' || data[i] == '\r' ? ' ' : data[i], to);
    fputc('\n', to);
}

static void show_progress(struct listing *listing)
{
    int64_t now_us = clock_monotonic_us();

    if (!listing->shows_progress || now_us - listing->shown_us < PROGRESS_US_WAIT)
        return;
    listing->shown_us = now_us;
    fprintf(stderr, "\r%" PRIu64 " %s", listing->count, listing->noun);
    fflush(stderr);
}

void listing_item(struct listing *listing, const char *const *cells, struct scrip_text json)
{
    if (listing->is_json)
        json_line(listing->to, json.data, json.size);
    else
        table_row(&listing->table, cells);
    listing->count++;
    show_progress(listing);
}

int listing_end(struct listing *listing, enum scrip_outcome outcome)
{
    int code = CLI_WELL;

    table_finish(&listing->table);
    fflush(listing->to);
    if (listing->shown_us != 0)
        fprintf(stderr, "\r%" PRIu64 " %s\n", listing->count, listing->noun);
    if (listing->pager != 0) {
        fclose(listing->to);
        waitpid(listing->pager, NULL, 0);
    }
    if (outcome != SCRIP_OK && outcome != SCRIP_END)
        code = report_error(listing->invocation);
    else if (listing->count == 0 && !listing->is_json && !listing->invocation->is_wrong)
        fprintf(stderr, "There are no such %s.\n", listing->noun);
    return code;
}

enum scrip_order order_of(struct invocation *invocation)
{
    const char *order = invocation_text(invocation, "order");

    if (order == NULL)
        return (enum scrip_order)0;
    if (strcmp(order, "oldest") == 0)
        return SCRIP_OLDEST_FIRST;
    if (strcmp(order, "newest") != 0)
        invocation_blame(invocation, "--order takes oldest or newest, not \"%s\"", order);
    return SCRIP_NEWEST_FIRST;
}

int64_t listing_page_size(struct invocation *invocation)
{
    int64_t size = invocation_number(invocation, "page-size", PAGE_SIZE_MAX);
    int64_t limit = invocation_number(invocation, "limit", LIMIT_MAX);

    if (size == 0 && limit > 0 && limit < PAGE_SIZE_MAX)
        return limit;
    return size;
}
