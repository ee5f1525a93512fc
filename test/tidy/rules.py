"""The rules of the house.  Each is a function from a source to the (line, what) of its breaches.

The comment of a rule is its reason, and is shown with the breach.  An exception stands in the
rule, by path, never as a mark in the code.
"""

import re

RULES = []


def rule(check):
    RULES.append(check)
    return check


def call(*names):
    """A call of one of the names, but not of a member or of a longer name."""
    return re.compile(r'(?<![\w.>])(?:%s)\s*\(' % '|'.join(names))


# Who may include whom.

def read_layers(text):
    """The table of src/LAYERS: layer -> the layers that it may include."""
    layers = {}
    for line in text.split('\n'):
        if line.strip() and not line.startswith('#'):
            layer, _, below = line.partition(':')
            layers[layer.strip()] = set(below.split()) | {layer.strip()}
    return layers


@rule
def layers(source, context):
    """src/LAYERS says who may include whom, from the root of src/"""
    if source.layer is None:
        return
    if source.layer not in context.layers:
        yield 1, 'the layer %s is not in src/LAYERS' % source.layer
        return
    for line, is_ours, what in source.includes():
        layer = what.split('/')[0]
        if not is_ours and layer not in context.layers:
            continue
        # The command line is a client like any other, so it uses the public library.
        if what == 'scrip.h' and source.layer == 'cli':
            continue
        if layer not in context.layers or '/' not in what or '..' in what:
            yield line, '"%s" is not written from the root of src/' % what
        elif layer not in context.layers[source.layer]:
            yield line, '%s includes %s' % (source.layer, what)


# What the client library takes in of src/, compiled anew and hidden.
CLIENT_LAYERS = ('base', 'exact', 'json')


@rule
def client_room(source, context):
    """the client library is a room of its own: the server and it know each other's headers not"""
    if not source.starts_with('lib/', 'src/'):
        return
    for line, is_ours, what in source.includes():
        room = what.split('/')[0]
        if source.starts_with('lib/'):
            if is_ours and room not in ('lib', 'scrip.h') + CLIENT_LAYERS:
                yield line, what
        elif room == 'lib' or (what == 'scrip.h' and not source.starts_with('src/cli/')):
            yield line, what


@rule
def dialects(source, context):
    """a dialect knows no other dialect: what two need belongs lower"""
    parts = source.path.split('/')
    if source.layer != 'api' or len(parts) < 4:
        return
    for line, _, what in source.includes():
        other = what.split('/')
        if other[0] == 'api' and len(other) > 2 and other[1] != parts[2]:
            yield line, '%s includes %s' % (parts[2], what)


# A library's header, and the only places that may know it.  json-c is an oracle of the tests.
LIBRARIES = [
    (r'sqlite3\.h', ('src/store/embedded',)),
    (r'libpq-fe\.h|postgresql/.*', ('src/store/postgres',)),
    (r'uv\.h|uv/.*', ('src/net/',)),
    (r'http_parser\.h|llhttp\.h', ('src/http/',)),
    (r'json\.h|json-c/.*|json_.*', ()),
    (r'openssl/.*', ('src/base/digest.c', 'src/base/random.c', 'src/net/')),
    (r'curl/.*', ('lib/',)),
    (r'cmocka\.h', ()),
    (r'math\.h|tgmath\.h|float\.h', ()),
]


@rule
def libraries(source, context):
    """each library is known in one place only"""
    if not source.starts_with('src/', 'lib/'):
        return
    for line, is_ours, what in source.includes():
        for pattern, places in LIBRARIES:
            if not is_ours and re.fullmatch(pattern, what) and not source.starts_with(*places):
                yield line, '<%s>' % what


@rule
def own_assert(source, context):
    """assert comes from base/check.h and stays on; <assert.h> goes away with NDEBUG"""
    for line, _, what in source.includes():
        if what == 'assert.h':
            yield line, '<assert.h>'


# Calls that are not made.

ALLOCATION = call('malloc', 'calloc', 'realloc', 'reallocarray', 'free', 'strdup', 'strndup',
                  'asprintf', 'vasprintf', 'aligned_alloc', 'posix_memalign', 'alloca')
ALLOCATION_PLACES = ('src/base/arena.c', 'src/base/index.c', 'src/store/', 'src/net/',
                     'src/daemon/', 'lib/alloc.c')


@rule
def allocation(source, context):
    """request memory is the arena; others allocate at the start, and here is who"""
    if source.is_c and source.starts_with('src/', 'lib/') \
            and not source.starts_with(*ALLOCATION_PLACES):
        yield from source.find(ALLOCATION)


UNBOUNDED = call('strcpy', 'strcat', 'stpcpy', 'strncpy', 'strncat', 'sprintf', 'vsprintf',
                 'gets', 'strtok', 'strtok_r', 'atoi', 'atol', 'atoll', 'atof', 'strtod',
                 'strtof', 'strtold', 'sscanf', 'scanf', 'fscanf')


@rule
def unbounded(source, context):
    """it writes past the end, keeps hidden state, or cannot tell an error from 0"""
    if source.is_c:
        yield from source.find(UNBOUNDED)


FLOATING = re.compile(r'\b(?:double|float|_Float\w+|long\s+double)\b'
                      r'|(?<![\w.])\d+\.\d*(?:[eE][-+]?\d+)?[fFlL]?(?![\w.])')


@rule
def floating(source, context):
    """no binary floating point: numbers are decimal text or whole units (rule 1)"""
    if source.is_c and source.starts_with('src/', 'lib/'):
        yield from source.find(FLOATING)


CLOCK = call('time', 'gettimeofday', 'clock_gettime', 'clock', 'ftime', 'timespec_get')


@rule
def clock(source, context):
    """time is asked for in base/clock.c only, so that a test can say what time it is"""
    if source.is_c and source.starts_with('src/', 'lib/') and source.path != 'src/base/clock.c':
        yield from source.find(CLOCK)


RANDOM = call('rand', 'rand_r', 'srand', 'random', 'srandom', 'drand48', 'getrandom',
              'getentropy', 'arc4random', 'RAND_bytes', 'uv_random')
RANDOM_PLACES = ('src/base/random.c', 'lib/chance.c')


@rule
def random(source, context):
    """chance comes from one place only, base/random.c, so that a test can give a seed"""
    if source.is_c and source.starts_with('src/', 'lib/') and source.path not in RANDOM_PLACES:
        yield from source.find(RANDOM)
        yield from source.find(re.compile(r'/dev/u?random'), source.text)


PRINTING = call('printf', 'fprintf', 'vprintf', 'vfprintf', 'dprintf', 'perror', 'puts',
                'fputs', 'putchar', 'putc', 'fputc', 'syslog')
PRINTING_PLACES = ('src/base/check.c', 'src/base/log.c', 'src/cli/', 'src/daemon/')


@rule
def printing(source, context):
    """what is below returns its errors; they are told once, where they are handled"""
    if source.is_c and source.starts_with('src/', 'lib/') \
            and not source.starts_with(*PRINTING_PLACES):
        yield from source.find(PRINTING)


SLEEPING = {
    'c': call('sleep', 'usleep', 'nanosleep', 'clock_nanosleep', 'uv_sleep'),
    'sh': re.compile(r'(?:^|[;&|({]|\bdo\b|\bthen\b|\belse\b)\s*u?sleep\s', re.MULTILINE),
    'py': call(r'time\.sleep', 'sleep'),
    'js': re.compile(r'timers/promises|(?<![\w.])sleep\s*\('
                     r'|new\s+Promise\s*\([^;{]*\bsetTimeout\b'),
}
SUFFIXES = {'c': 'c', 'h': 'c', 'sh': 'sh', 'py': 'py', 'js': 'js', 'mjs': 'js', 'cjs': 'js'}


@rule
def sleeping(source, context):
    """a test waits for what it waits for; a sleep is too long here and too short there"""
    # What asks again until a deadline is in one place a language.
    if source.starts_with('test/node/support/', 'test/system/lib', 'test/tidy/'):
        return
    language = SUFFIXES.get(source.path.rsplit('.', 1)[-1])
    if language and source.starts_with('test/'):
        yield from source.find(SLEEPING[language])


# Shapes.

TYPEDEF = re.compile(r'\btypedef\s+(?:struct|enum|union)\b\s*\w*\s*(?:\{|\*?\s*\w+\s*;)')


@rule
def typedefs(source, context):
    """struct grant, enum reject: a reader sees what it is"""
    if source.is_c and source.starts_with('src/', 'lib/'):
        yield from source.find(TYPEDEF)


@rule
def macro_exits(source, context):
    """no macro leaves the function that uses it"""
    if source.is_c:
        for line, name, body in source.macros():
            # One that is undefined again only reads a list, such as domain/reject.def.
            reads_list = re.search(r'^#undef %s$' % name, source.code, re.MULTILINE)
            found = re.search(r'\b(?:return|goto)\b', body)
            if found and not reads_list:
                yield line, name


@rule
def openings(source, context):
    """a header opens with its path and what it is: it is the manual"""
    if source.starts_with('src/', 'lib/') and source.path.endswith('.h'):
        name = source.path.split('/', 1)[1]
        if not source.text.startswith('/* %s - ' % name):
            yield 1, 'no "/* %s - what it is."' % name


@rule
def naming(source, context):
    """a file is named after a noun of the ledger, not after nothing"""
    if source.starts_with('src/', 'lib/'):
        for part in source.path.split('/')[1:]:
            stem = part.split('.')[0]
            if re.fullmatch(r'(?:\w+_)?(?:utils?|commons?|helpers?|core|managers?|misc)', stem):
                yield 1, stem


@rule
def tabs(source, context):
    """four spaces"""
    if not source.path.endswith(('Makefile', '.md')):
        yield from ((line, 'a tab') for line, _ in source.find(re.compile(r'\t'), source.text))


@rule
def blanks(source, context):
    """no space at the end of a line, one newline at the end of the file"""
    for line, _ in source.find(re.compile(r'[ \r]+$', re.MULTILINE), source.text):
        yield line, 'a space at the end'
    if source.text and (not source.text.endswith('\n') or source.text.endswith('\n\n')):
        yield len(source.lines), 'the end of the file'


COLUMNS_MAX = 100


@rule
def columns(source, context):
    """100 columns, in what is C, Meson or Python"""
    if not source.is_c and not source.path.endswith(('meson.build', '.py')):
        return
    for number, line in enumerate(source.lines, 1):
        if len(line) > COLUMNS_MAX:
            yield number, '%d columns' % len(line)


FILE_LINES_MAX = 600
# One public header is promised, and it is the manual.
LONG_FILES = ('lib/scrip.h',)


@rule
def long_files(source, context):
    """a file over 600 lines is two files"""
    count = source.text.count('\n')
    if source.path in LONG_FILES:
        return
    if source.path.endswith(('.c', '.h', '.py', '.sh', '.mjs', '.js')) and count > FILE_LINES_MAX:
        yield FILE_LINES_MAX + 1, '%d lines' % count


FUNCTION_LINES_MAX = 70


@rule
def long_functions(source, context):
    """a function over 70 lines is two functions"""
    if source.is_c:
        for line, count, name in source.functions():
            if count > FUNCTION_LINES_MAX:
                yield line, '%s has %d lines' % (name, count)


# Words.

# XXX is a currency code too, but not in a comment.
LATER = re.compile(r'\b(?:TODO|FIXME)\b|(?://|/\*|#|^\s*\*)[^\n]*\bXXX\b', re.MULTILINE)


@rule
def left_for_later(source, context):
    """it is done or it does not land; LATER names the decision record or the issue"""
    if not source.starts_with('test/tidy/', 'test/tools/'):
        yield from source.find(LATER, source.text)


# Absolute paths of somebody's machine, and folders and pages that are not in the tree.
ELSEWHERE = re.compile(r'(?<![\w.:/-])/(?:home|root|work|workspace|Users|mnt)/[\w.]'
                       r'|(?<![\w./-])\.?shared/(?=[\w*])|(?<![\w/])\.library\b'
                       r'|(?<![\w/])\.mirror\b|\b(?:DESIGN|STYLE)(?:\.md\b| section)')


@rule
def elsewhere(source, context):
    """what is committed stands on its own: no path or page that a reader cannot open"""
    if not source.starts_with('test/tidy/'):
        yield from source.find(ELSEWHERE, source.text)
