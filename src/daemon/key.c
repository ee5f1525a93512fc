/* daemon/key.c - scrip key create|list|revoke.
 *
 * A secret is shown once, when it is created; the directory keeps an HMAC of it under its own
 * pepper.  Works while a server runs on the directory: the server sees it within a second.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "api/secret.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/random.h"
#include "daemon/commands.h"
#include "daemon/options.h"
#include "domain/directory.h"
#include "store/embedded/embedded.h"

#define SECRET_TEXT_SIZE (SECRET_BYTES_MAX + 1)
#define KEY_ARENA_BYTES_MAX (256u << 20) /* a million keys */

static struct instant now(void)
{
    struct clock *clock = clock_system();
    return (struct instant){ .us = clock->now_us(clock) };
}

static bool secret_is_usable(const char *secret)
{
    size_t len = strlen(secret);

    if (len < SECRET_BYTES_MIN || len > SECRET_BYTES_MAX)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (secret[i] < ' ' || secret[i] > '~')
            return false;
    }
    return secret[0] != ' ' && secret[len - 1] != ' '; /* a header loses outer spaces */
}

/* One line of standard input, where no `ps` shows it.  "" when there is none, or too much. */
static const char *read_secret(char buffer[SECRET_TEXT_SIZE + 1])
{
    size_t len;

    if (fgets(buffer, SECRET_TEXT_SIZE + 1, stdin) == NULL)
        return "";
    len = strcspn(buffer, "\r\n");
    if (buffer[len] == '\0' && len == SECRET_TEXT_SIZE)
        return "";
    buffer[len] = '\0';
    return buffer;
}

static bool read_environment_name(const char *text, enum environment *ret)
{
    if (strcmp(text, "live") == 0)
        *ret = ENVIRONMENT_LIVE;
    else if (strcmp(text, "test") == 0)
        *ret = ENVIRONMENT_TEST;
    else
        return false;
    return true;
}

static bool read_scope(const char *text, enum key_scope *ret)
{
    if (strcmp(text, "write") == 0)
        *ret = KEY_SCOPE_WRITE;
    else if (strcmp(text, "read") == 0)
        *ret = KEY_SCOPE_READ;
    else if (strcmp(text, "admin") == 0)
        *ret = KEY_SCOPE_ADMIN;
    else
        return false;
    return true;
}

static const char *scope_name(enum key_scope scope)
{
    switch (scope) {
    case KEY_SCOPE_WRITE:
        return "write";
    case KEY_SCOPE_READ:
        return "read";
    case KEY_SCOPE_ADMIN:
        return "admin";
    }
    never("every scope is listed");
}

static void print_key(const struct key *key, const char *secret, bool json)
{
    struct str environment = environment_name(key->environment);

    if (json) {
        printf("{\"client_id\":\"%.*s\",\"secret\":\"", STR_PRINT(key->client_id));
        for (const char *c = secret; *c != '\0'; c++)
            printf(*c == '"' || *c == '\\' ? "\\%c" : "%c", *c);
        printf("\",\"environment\":\"%.*s\",\"scope\":\"%s\"}\n", STR_PRINT(environment),
               scope_name(key->scope));
        return;
    }
    printf("client id: %.*s\nsecret: %s\n", STR_PRINT(key->client_id), secret);
    fprintf(stderr, "The secret is shown this once; only a hash of it is stored.\n"
                    "A server that is running knows the key within half a second.\n");
}

static bool has_file(const char *directory)
{
    char path[PATH_MAX];

    return snprintf(path, sizeof path, "%s/" EMBEDDED_FILE, directory) < (int)sizeof path &&
           access(path, F_OK) == 0;
}

/* Adds the key; secret is hashed under the directory's pepper.  A key may come before the first
 * start; but a directory that was not meant is one that no server reads. */
static int add_key(const char *directory, const char *secret, struct key *key)
{
    char message[EMBEDDED_MESSAGE_BYTES] = "";
    bool is_new = !has_file(directory);
    uint8_t pepper[32];
    enum err e = embedded_pepper(directory, pepper, message);
    bool is_open = e == OK;

    if (is_open) {
        key->secret_hmac = digest_hmac_sha256(pepper, sizeof pepper, str_from_c(secret));
        e = embedded_key_add(directory, key, message);
    }
    if (e == OK && is_new)
        fprintf(stderr, "scrip: there was no book in %s; a new one was made\n", directory);
    if (e == OK)
        return EXIT_WELL;
    fprintf(stderr, "scrip: cannot add a key: %s\n", message);
    return is_open && e == ERR_BUSY ? EXIT_NO : EXIT_WORLD;
}

static int key_create(int count, char **arguments)
{
    const char *data = DATA_DIRECTORY_DEFAULT, *env = NULL, *name = "", *secret = NULL;
    const char *scope = "write", *rate = "0";
    bool json = false;
    const struct option list[] = {
        { "data", "DIR", "the data directory", &data, NULL },
        { "env", "live|test", "the environment that the key opens", &env, NULL },
        { "name", "NAME", "a name for people, e.g. \"billing service\"", &name, NULL },
        { "secret", "TEXT", "this one, of 8 to 200 characters; - reads it from stdin", &secret,
          NULL },
        { "scope", "read|write|admin", "what the key may do", &scope, NULL },
        { "rate", "N", "requests a second; 0 is no limit", &rate, NULL },
        { "json", NULL, "print an object", NULL, &json },
    };
    const struct options options = {
        .usage = "scrip key create --env live|test [--data DIR] [--name NAME] [--secret TEXT]",
        .about =
            "Creates a key and prints its client id and secret, once.  The same secret serves as\n"
            "Kable-Client-Secret and as Authorization: Bearer.  Works while a server runs.",
        .list = list,
        .count = array_count(list),
    };
    char made_secret[SECRET_TEXT_SIZE + 1], client_id[KEY_ID_BYTES]; /* made, or read */
    struct random random = random_system();
    struct key key = { .revoked_at = INSTANT_NEVER };
    int64_t requests_per_second;
    int words, code;
    enum options_outcome outcome = options_read(&options, count, arguments, 0, &words);

    if (outcome != OPTIONS_READ)
        return outcome == OPTIONS_HELPED ? EXIT_WELL : EXIT_USAGE;
    if (env == NULL || !read_environment_name(env, &key.environment)) {
        fprintf(stderr, "scrip: say which environment: --env live or --env test\n");
        return EXIT_USAGE;
    }
    if (!read_scope(scope, &key.scope)) {
        fprintf(stderr, "scrip: --scope is read, write or admin, not \"%s\"\n", scope);
        return EXIT_USAGE;
    }
    if (!option_number("rate", rate, 0, 1000000, &requests_per_second))
        return EXIT_USAGE;
    if (strlen(name) > NAME_BYTES_MAX || !str_is_utf8(str_from_c(name))) {
        fprintf(stderr, "scrip: --name takes UTF-8 text of up to %u bytes\n", NAME_BYTES_MAX);
        return EXIT_USAGE;
    }
    if (secret != NULL && strcmp(secret, "-") == 0)
        secret = read_secret(made_secret);
    if (secret != NULL && !secret_is_usable(secret)) {
        fprintf(stderr,
                "scrip: --secret takes %u to %u printable ASCII characters, with no space "
                "at either end\n",
                SECRET_BYTES_MIN, SECRET_BYTES_MAX);
        return EXIT_USAGE;
    }
    if (secret == NULL) {
        secret_make(&random, key.environment, made_secret);
        made_secret[SECRET_TEXT_BYTES] = '\0';
        secret = made_secret;
    }
    key_id_make(&random, client_id);
    key.client_id = (struct str){ .data = client_id, .len = sizeof client_id };
    key.name = str_from_c(name);
    key.created_at = now();
    key.requests_per_second = (uint32_t)requests_per_second;
    code = add_key(data, secret, &key);
    if (code == EXIT_WELL)
        print_key(&key, secret, json);
    return code;
}

static void print_row(const struct key *key)
{
    char created[INSTANT_TEXT_MAX];
    struct str environment = environment_name(key->environment);
    struct str when = instant_format_ms(key->created_at, created);
    bool revoked = key->revoked_at.us != INSTANT_NEVER.us;

    printf("%.*s  %-4.*s  %-5s  %.*s  %-7s  %.*s\n", STR_PRINT(key->client_id),
           STR_PRINT(environment), scope_name(key->scope), STR_PRINT(when),
           revoked ? "revoked" : "valid", STR_PRINT(key->name));
}

static int key_list(int count, char **arguments)
{
    const char *data = DATA_DIRECTORY_DEFAULT;
    const struct option list[] = { { "data", "DIR", "the data directory", &data, NULL } };
    const struct options options = {
        .usage = "scrip key list [--data DIR]",
        .about = "Lists all keys: client id, environment, scope, creation, state, name.",
        .list = list,
        .count = array_count(list),
    };
    char message[EMBEDDED_MESSAGE_BYTES] = "";
    struct arena arena;
    struct key *keys;
    size_t key_count;
    int words, code = EXIT_WELL;
    enum options_outcome outcome = options_read(&options, count, arguments, 0, &words);

    if (outcome != OPTIONS_READ)
        return outcome == OPTIONS_HELPED ? EXIT_WELL : EXIT_USAGE;
    arena_init(&arena, KEY_ARENA_BYTES_MAX);
    if (embedded_keys(data, &arena, &keys, &key_count, message) == OK) {
        for (size_t i = 0; i < key_count; i++)
            print_row(&keys[i]);
    } else {
        fprintf(stderr, "scrip: cannot list the keys: %s\n", message);
        code = EXIT_WORLD;
    }
    arena_finish(&arena);
    return code;
}

static int key_revoke(int count, char **arguments)
{
    const char *data = DATA_DIRECTORY_DEFAULT;
    const struct option list[] = { { "data", "DIR", "the data directory", &data, NULL } };
    const struct options options = {
        .usage = "scrip key revoke [--data DIR] CLIENT_ID",
        .about =
            "Revokes the key with that client id, for good.  A running server refuses it within a\n"
            "second.",
        .list = list,
        .count = array_count(list),
    };
    char message[EMBEDDED_MESSAGE_BYTES] = "";
    int words;
    enum options_outcome outcome = options_read(&options, count, arguments, 1, &words);
    enum err e;

    if (outcome != OPTIONS_READ)
        return outcome == OPTIONS_HELPED ? EXIT_WELL : EXIT_USAGE;
    if (words != 1) {
        fprintf(stderr, "scrip: which key?  usage: %s\n", options.usage);
        return EXIT_USAGE;
    }
    e = embedded_key_revoke(data, str_from_c(arguments[0]), now(), message);
    if (e == ERR_NOT_FOUND) {
        fprintf(stderr, "scrip: there is no key %s; \"scrip key list\" shows them\n", arguments[0]);
        return EXIT_NO;
    }
    if (e != OK) {
        fprintf(stderr, "scrip: cannot revoke the key: %s\n", message);
        return EXIT_WORLD;
    }
    printf("revoked %s\n", arguments[0]);
    return EXIT_WELL;
}

int command_key(int count, char **arguments)
{
    static const char usage[] =
        "Usage: scrip key create|list|revoke [flags]\n\n\"scrip key create --help\" tells more.\n";
    const char *verb = count > 0 ? arguments[0] : "";

    if (strcmp(verb, "create") == 0)
        return key_create(count - 1, arguments + 1);
    if (strcmp(verb, "list") == 0)
        return key_list(count - 1, arguments + 1);
    if (strcmp(verb, "revoke") == 0)
        return key_revoke(count - 1, arguments + 1);
    if (strcmp(verb, "--help") == 0 || strcmp(verb, "-h") == 0) {
        printf("%s", usage);
        return EXIT_WELL;
    }
    fprintf(stderr, "%s", usage);
    return EXIT_USAGE;
}
