#include "cli/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/check.h"

#define LINE_BYTES_MAX 4096
#define URL_DEFAULT "http://127.0.0.1:8080"

struct settings {
    const char *url;
    const char *secret;
    const char *client_id;
    const char *ca_file;
};

/* What the file calls a setting, and where it goes. */
struct setting {
    const char *name;
    size_t offset;
};

static const struct setting file_settings[] = {
    { "url", offsetof(struct settings, url) },
    { "secret", offsetof(struct settings, secret) },
    { "client_id", offsetof(struct settings, client_id) },
    { "ca_file", offsetof(struct settings, ca_file) },
};

/* What others may read holds no secret.  Asked of the open file, so that it cannot be swapped. */
static bool is_private(struct invocation *invocation, FILE *file, const char *path)
{
    struct stat status;

    if (fstat(fileno(file), &status) != 0) {
        invocation_blame(invocation, "cannot look at %s: %s", path, strerror(errno));
        return false;
    }
    if (S_ISREG(status.st_mode) && status.st_uid != geteuid()) {
        invocation_blame(invocation, "%s belongs to somebody else, so it is not read", path);
        return false;
    }
    if (S_ISREG(status.st_mode) && (status.st_mode & 077) != 0) {
        invocation_blame(invocation,
                         "others may read or write %s, which holds a secret: chmod 600 %s", path,
                         path);
        return false;
    }
    return true;
}

static struct str trim(struct str text)
{
    while (text.len > 0 && strchr(" \t\r\n", text.data[text.len - 1]) != NULL)
        text.len--;
    while (text.len > 0 && strchr(" \t", text.data[0]) != NULL)
        text = str_skip(text, 1);
    return text;
}

static void read_line(struct invocation *invocation, struct str line, const char *path,
                      struct settings *settings)
{
    struct str value, name = trim(str_split(line, '=', &value));

    if (name.len == 0 || name.data[0] == '#')
        return;
    for (size_t i = 0; i < array_count(file_settings); i++) {
        const char **place = (const char **)(void *)((char *)settings + file_settings[i].offset);

        if (!str_equals(name, str_from_c(file_settings[i].name)))
            continue;
        *place = str_copy(trim(value), &invocation->arena).data;
        return;
    }
    invocation_blame(invocation,
                     "%s: there is no setting \"%.*s\" (url, secret, client_id, ca_file)", path,
                     STR_PRINT(name));
}

static void read_file(struct invocation *invocation, const char *path, bool is_needed,
                      struct settings *settings)
{
    FILE *file = fopen(path, "re");
    char line[LINE_BYTES_MAX];

    if (file == NULL) {
        if (is_needed || errno != ENOENT)
            invocation_blame(invocation, "cannot read %s: %s", path, strerror(errno));
        return;
    }
    if (is_private(invocation, file, path)) {
        while (!invocation->is_wrong && fgets(line, sizeof line, file) != NULL)
            read_line(invocation, str_from_c(line), path, settings);
    }
    fclose(file);
}

static void read_config(struct invocation *invocation, struct settings *settings)
{
    const char *path = invocation_text(invocation, "config"), *home;
    struct str standard;

    if (path == NULL)
        path = getenv("SCRIP_CONFIG");
    if (path != NULL && path[0] != '\0') {
        read_file(invocation, path, true, settings);
        return;
    }
    home = getenv("XDG_CONFIG_HOME");
    if (home != NULL && home[0] != '\0') {
        standard = str_format(&invocation->arena, "%s/scrip/config", home);
    } else {
        home = getenv("HOME");
        if (home == NULL || home[0] == '\0')
            return;
        standard = str_format(&invocation->arena, "%s/.config/scrip/config", home);
    }
    if (standard.data != NULL)
        read_file(invocation, standard.data, false, settings);
}

static void prefer(const char **setting, const char *text)
{
    if (text != NULL && text[0] != '\0')
        *setting = text;
}

static const char *read_secret_file(struct invocation *invocation, const char *path)
{
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "re");
    const char *secret = NULL;
    char line[LINE_BYTES_MAX];

    if (file == NULL) {
        invocation_blame(invocation, "cannot read %s: %s", path, strerror(errno));
        return NULL;
    }
    if (is_stdin || is_private(invocation, file, path)) {
        if (fgets(line, sizeof line, file) != NULL)
            secret = str_copy(trim(str_from_c(line)), &invocation->arena).data;
        else
            invocation_blame(invocation, "there is no secret in %s", path);
    }
    if (!is_stdin)
        fclose(file);
    return secret;
}

static void read_settings(struct invocation *invocation, struct settings *settings)
{
    const char *secret_file = invocation_text(invocation, "secret-file");

    read_config(invocation, settings);
    prefer(&settings->url, getenv("SCRIP_URL"));
    prefer(&settings->secret, getenv("SCRIP_SECRET"));
    prefer(&settings->client_id, getenv("SCRIP_CLIENT_ID"));
    prefer(&settings->ca_file, getenv("SCRIP_CA_FILE"));
    prefer(&settings->url, invocation_text(invocation, "url"));
    prefer(&settings->secret, invocation_text(invocation, "secret"));
    prefer(&settings->client_id, invocation_text(invocation, "client-id"));
    prefer(&settings->ca_file, invocation_text(invocation, "ca-file"));
    if (secret_file != NULL)
        settings->secret = read_secret_file(invocation, secret_file);
}

/* What is sent goes past others' eyes, unless it stays in this machine. */
static void warn_of_plain(const char *url)
{
    static const char *const near[] = { "http://127.", "http://localhost", "http://[::1]" };

    if (strncmp(url, "http://", 7) != 0)
        return;
    for (size_t i = 0; i < array_count(near); i++) {
        if (strncmp(url, near[i], strlen(near[i])) == 0)
            return;
    }
    fprintf(stderr, "scrip: warning: the secret goes to %s unencrypted\n", url);
}

static void tell(const struct scrip_event *event, void *context)
{
    switch (event->kind) {
    case SCRIP_EVENT_REQUEST:
        fprintf(stderr, "> %s %s\n", event->method, event->url);
        for (size_t i = 0; i < event->header_count; i++)
            fprintf(stderr, "> %s: %s\n", event->headers[i].name, event->headers[i].value);
        if (event->body_size > 0)
            fprintf(stderr, ">\n> %.*s\n", (int)event->body_size, event->body);
        return;
    case SCRIP_EVENT_REPLY:
        fprintf(stderr, "< %d after %lld ms\n", event->http_status, (long long)event->elapsed_ms);
        for (size_t i = 0; i < event->header_count; i++)
            fprintf(stderr, "< %s: %s\n", event->headers[i].name, event->headers[i].value);
        if (event->body_size > 0)
            fprintf(stderr, "<\n< %.*s\n", (int)event->body_size, event->body);
        return;
    case SCRIP_EVENT_FAILURE:
        fprintf(stderr, "< %s, after %lld ms\n", event->message, (long long)event->elapsed_ms);
        return;
    case SCRIP_EVENT_RETRY:
        fprintf(stderr, "* attempt %d follows in %lld ms\n", event->attempt,
                (long long)event->delay_ms);
        return;
    }
    never("an event is of one of these kinds");
}

bool settings_open(struct invocation *invocation)
{
    struct settings settings = { .url = URL_DEFAULT };
    struct scrip_options options = { .user_agent = "scrip-cli/" SCRIP_VERSION };

    read_settings(invocation, &settings);
    options.timeout_ms = 1000 * invocation_number(invocation, "timeout", 86400);
    options.attempts_max = (int)invocation_number(invocation, "attempts", 100);
    if (invocation->is_wrong)
        return false;
    if (settings.secret == NULL || settings.secret[0] == '\0') {
        invocation_blame(invocation, "no secret: set SCRIP_SECRET, or put \"secret = ...\" into "
                                     "~/.config/scrip/config, or give --secret-file");
        return false;
    }
    options.url = settings.url;
    options.bearer_token = settings.secret;
    if (settings.client_id != NULL) {
        options.kable_client_id = settings.client_id;
        options.kable_client_secret = settings.secret;
    }
    options.ca_file = settings.ca_file;
    if (invocation_is_on(invocation, "verbose"))
        options.hook = tell;
    if (scrip_client_open(&options, &invocation->client, &invocation->error) != SCRIP_OK) {
        invocation_blame(invocation, "%s", invocation->error.message);
        return false;
    }
    warn_of_plain(settings.url);
    return true;
}
