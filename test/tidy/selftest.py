#!/usr/bin/env python3
"""Every rule fires on what it is against, and leaves alone what only looks like it."""

import sys

import rules
from source import Source
from tidy import Context

LAYERS = ('base:\nexact: base\nengine: base exact\nstore: base exact\nhttp: base\n'
          'api: base http\ncli: base\n')

# rule: [(path, a breach, what is fine in the same place)]
CASES = {
    'layers': [
        ('src/exact/a.c', '#include "engine/b.h"\n', '#include "base/b.h"\n'),
        ('src/exact/a.c', '#include "a.h"\n', '#include "exact/a.h"\n'),
        ('src/exact/a.c', '#include "../base/b.h"\n', '#include <base64.h>\n'),
        ('src/exact/a.c', '#include <engine/b.h>\n', '/* engine/b.h */\n'),
        ('src/cli/a.c', '#include "book.h"\n', '#include "scrip.h"\n'),
        ('src/net/a.c', '#include "scrip.h"\n', None),
        ('src/extra/a.c', '', None),
    ],
    'client_room': [
        ('lib/a.c', '#include "store/store.h"\n', '#include "json/read.h"\n'),
        ('lib/a.c', '#include "api/fields.h"\n', '#include "lib/a.h"\n#include "scrip.h"\n'),
        ('src/base/a.c', '#include "lib/alloc.h"\n', '#include "base/arena.h"\n'),
        ('src/daemon/a.c', '#include "scrip.h"\n', None),
        ('src/cli/a.c', '#include "lib/client.h"\n', '#include "scrip.h"\n'),
    ],
    'dialects': [
        ('src/api/kable/a.c', '#include "api/native/b.h"\n', '#include "api/router.h"\n'),
        ('src/api/kable/a.c', '#include "api/metronome/b.h"\n', '#include "api/kable/b.h"\n'),
    ],
    'libraries': [
        ('src/ledger/a.c', '#include <sqlite3.h>\n', '#include <string.h>\n'),
        ('src/store/store.c', '#include <libpq-fe.h>\n', '#include <stdint.h>\n'),
        ('src/http/a.c', '#include <uv.h>\n', '#include <http_parser.h>\n'),
        ('src/net/a.c', '#include <http_parser.h>\n', '#include <openssl/ssl.h>\n'),
        ('src/api/a.c', '#include <json-c/json.h>\n', '#include "json/read.h"\n'),
        ('src/base/str.c', '#include <openssl/sha.h>\n', '#include <ctype.h>\n'),
        ('src/base/str.c', '#include <math.h>\n', '// #include <math.h>\n'),
        ('src/base/str.c', '#include <cmocka.h>\n', None),
        ('src/net/a.c', '#include <curl/curl.h>\n', None),
    ],
    'own_assert': [('src/base/a.c', '#include <assert.h>\n', '#include "base/check.h"\n')],
    'allocation': [
        ('src/ledger/a.c', 'p = malloc(8);\n', 'p = arena_new(arena, struct p, 1);\n'),
        ('lib/list.c', 'p = malloc(8);\n', 'p = alloc_take(8);\n'),
        ('src/ledger/a.c', 'free (p);\n', 'EVP_MD_CTX_free(p); pool->free(p); /* free() */\n'),
        ('src/api/a.c', 'p = strdup(s);\n', 'puts("strdup(s)");\n'),
    ],
    'unbounded': [
        ('src/base/a.c', 'strcpy(a, b);\n', 'memcpy(a, b, n);\n'),
        ('src/base/a.c', 'sprintf(a, "x");\n', 'snprintf(a, n, "x");\n'),
        ('test/unit/a.c', 'n = atoi(s);\n', 'n = strtoll(s, &end, 10);\n'),
        ('src/base/a.c', 'x = strtod(s, 0);\n', 'x = decimal_parse(s);\n'),
    ],
    'floating': [
        ('src/base/a.c', 'double x;\n', '/* no double */\n'),
        ('src/base/a.c', 'x = (float)y;\n', 'text = "float";\n'),
        ('src/base/a.c', 'x = y * 0.5;\n', 'x = STR("0.5"); y = a.b; z = 12u;\n'),
    ],
    'clock': [
        ('src/ledger/a.c', 't = time(NULL);\n', 't = clock->now_us(clock);\n'),
        ('src/base/log.c', 'clock_gettime(CLOCK_REALTIME, &t);\n', 'runtime(t); now.time(t);\n'),
    ],
    'random': [
        ('src/engine/a.c', 'x = rand();\n', 'x = operand(y);\n'),
        ('src/base/a.c', 'getrandom(b, n, 0);\n', 'random_bytes(b, n);\n'),
        ('src/base/a.c', 'open("/dev/urandom", 0);\n', 'open("/dev/null", 0);\n'),
    ],
    'printing': [
        ('src/ledger/a.c', 'printf("x");\n', 'snprintf(a, n, "x");\n'),
        ('src/store/a.c', 'fprintf(stderr, "x");\n', '/* printf() */\n'),
    ],
    'sleeping': [
        ('test/unit/a.c', 'sleep(1);\n', 'manual_clock_advance(&clock, 1);\n'),
        ('test/unit/a.c', 'usleep(10);\n', '/* no sleep(1) */\n'),
        ('test/system/a.sh', 'start &\nsleep 1\n', 'echo "no sleep here"\n'),
        ('test/system/a.sh', 'while :; do sleep 1; done\n', 'read -r line <"$pipe"\n'),
        ('test/a.py', 'time.sleep(1)\n', 'process.wait()\n'),
        ('test/node/a.mjs', 'await new Promise((done) => setTimeout(done, 5));\n',
         'const timer = setTimeout(() => reject(late), 5000);\n'),
        ('test/node/a.mjs', 'import { setTimeout } from "node:timers/promises";\n',
         'import { once } from "node:events";\n'),
    ],
    'typedefs': [
        ('src/base/a.h', 'typedef struct a a;\n', 'typedef void (*done)(struct a *a);\n'),
        ('src/base/a.h', 'typedef struct a *a;\n', 'typedef enum err (*done)(struct a *a);\n'),
        ('src/base/a.h', 'typedef enum { A } a;\n', 'enum a { A };\n'),
    ],
    'macro_exits': [
        ('src/base/a.h', '#define TRY(e) \\\n    if (e) \\\n        return e\n',
         '#define CASE(n) case n: return #n;\n#include "domain/reject.def"\n#undef CASE\n'),
        ('src/base/a.h', '#define FAIL goto out\n', '#define RETURNED 1 /* return */\n'),
    ],
    'openings': [
        ('src/base/a.h', '#ifndef BASE_A_H\n', '/* base/a.h - a thing. */\n'),
        ('src/base/a.h', '/* base/b.h - a thing. */\n', None),
    ],
    'naming': [
        ('src/base/utils.c', '', None),
        ('src/helper/a.c', '', None),
        ('src/ledger/batch_manager.h', '', None),
    ],
    'tabs': [('src/base/a.c', '\tx;\n', '    x;\n')],
    'blanks': [
        ('src/base/a.c', 'x; \n', 'x;\n'),
        ('src/base/a.c', 'x;', ''),
        ('src/base/a.c', 'x;\n\n', '\nx;\n'),
        ('src/base/a.c', 'x;\r\n', None),
    ],
    'columns': [('src/base/a.c', 'x' * 101 + '\n', 'é' * 100 + '\n')],
    'long_files': [('src/base/a.c', 'x;\n' * 601, 'x;\n' * 600)],
    'long_functions': [
        ('src/base/a.c', 'int f(int a,\n      int b)\n{\n' + '    x;\n' * 67 + '}\n',
         'int f(int a,\n      int b)\n{\n' + '    x;\n' * 66 + '}\n'),
        ('src/base/a.c', 'int f(void)\n{\n' + '    if (a) {\n    }\n' * 40 + '}\n',
         'static struct a a[] =\n{\n' + '    x,\n' * 100 + '};\n'),
    ],
    'left_for_later': [
        ('src/base/a.c', '/* TODO: more */\n', '/* LATER: docs/decisions/0009. */\n'),
        ('test/node/a.mjs', '// FIXME\n', '// fixed\n'),
        ('src/base/a.c', '/* XXX why? */\n', 'mkstemp("/tmp/a.XXXXXX"); c = "XXX";\n'),
    ],
    'elsewhere': [
        ('docs/a.md', 'see /work/main/a\n', 'see /usr/local/bin, a/work/b, /workers\n'),
        ('docs/a.md', 'see /home/me/a\n', 'GET https://example.com/home/page\n'),
        ('src/base/a.c', '/* shared/a.md */\n', '/* shared, not copied */\n'),
        ('src/base/a.c', '/* DESIGN section 5 */\n', '/* by design */\n'),
        ('tools/a', 'ls .library/x\n', 'ls a.library\n'),
    ],
}


def breaches(check, path, text, context):
    return list(check(Source(path, text), context))


def main():
    context = Context(rules.read_layers(LAYERS))
    checks = {check.__name__: check for check in rules.RULES}
    results = [('every rule has a case here', set(CASES) == set(checks))]
    for name, cases in CASES.items():
        for path, bad, good in cases:
            what = '%s, %s: %s' % (name, path, bad.replace('\n', '; ')[:40].replace('#', ''))
            results.append(('fires: ' + what, bool(breaches(checks[name], path, bad, context))))
            if good is not None:
                found = breaches(checks[name], path, good, context)
                results.append(('lets pass beside: ' + what, not found))
    print('1..%d' % len(results))
    for number, (what, is_good) in enumerate(results, 1):
        print('%sok %d - %s' % ('' if is_good else 'not ', number, what))
    return 0 if all(is_good for _, is_good in results) else 1


if __name__ == '__main__':
    sys.exit(main())
