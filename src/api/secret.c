#include "api/secret.h"

#include <string.h>

static void fill(struct random *random, char *ret, size_t len)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    for (size_t i = 0; i < len; i++)
        ret[i] = letters[random_below(random, sizeof(letters) - 1)];
}

void secret_make(struct random *random, enum environment environment,
                 char ret_text[SECRET_TEXT_BYTES])
{
    struct str prefix = environment == ENVIRONMENT_LIVE ? STR("sk_live.") : STR("sk_test.");

    memcpy(ret_text, prefix.data, prefix.len);
    fill(random, ret_text + 8, 8);
    ret_text[16] = '.';
    fill(random, ret_text + 17, SECRET_TEXT_BYTES - 17);
}

void key_id_make(struct random *random, char ret_text[KEY_ID_BYTES])
{
    uint8_t bytes[16];

    random_bytes(random, bytes, sizeof bytes);
    uuid_format_prefixed(uuid_from_random(bytes), STR("kci_"), ret_text);
}
