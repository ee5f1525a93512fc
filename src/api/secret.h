/* api/secret.h - a new key: its secret, and what of it is kept.
 *
 * The shapes are those that Kable's clients know: "sk_test." with 8 letters or digits, a point and
 * 32 more, and "kci_" with 32 hex digits.  Any thread.
 */
#ifndef API_SECRET_H
#define API_SECRET_H

#include "base/random.h"
#include "domain/directory.h"

#define SECRET_TEXT_BYTES 49
#define KEY_ID_BYTES 36

/* Letters and digits, each equally likely; the environment shows in the first seven bytes. */
void secret_make(struct random *random, enum environment environment,
                 char ret_text[SECRET_TEXT_BYTES]);
void key_id_make(struct random *random, char ret_text[KEY_ID_BYTES]);

#endif
