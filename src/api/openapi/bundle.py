"""Makes the document of GET /openapi.json from the parts beside this file.

    bundle.py VERSION SRC DOCUMENT.json DOCUMENT.c PART.json...

A part is {"dialect", "paths", "components"} in OpenAPI 3.1, but for what would be the same sixty
times over.  A schema may be written as

    "Uuid"                        a reference to components/schemas/Uuid
    "[Uuid]", "Uuid|null"         a list of these; one of these, or null
    {"fields": {"id": ..., "name?": ...}}
                                  an object of these members, and with "open": true also of others;
                                  all are required but those with a question mark
    {"with": "Uuid", "fields": {...}}
                                  the same, after the members of another such object
    {"enum": ["a", "b"]}          strings, without saying so

and an operation has, instead of security, requestBody and responses,

    "access"     what the key must allow: read, write or admin; none: no key is asked for
    "body"       the schema of the request's body
    "reply"      the schema of what a success says, null for no body; or whole responses by status
    "refusals"   names of domain/reject.def: the ledger's, that it can answer with
    "keyed"      false: it changes something, and takes no Idempotency-Key

From these follow the refusals of api/trouble.def, and the status and body of each, as the dialect
has them in its refusals.def.  Parameters may be names of components/parameters.  A part with
"below": ["/a", "/b"] has its paths below both.

What is twice in a file or in two parts, a reference to nothing, and a component that nobody refers
to, are errors.
"""

import hashlib
import json
import re
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import quote

TROUBLES = {
    None: [],
    'read': ['MALFORMED', 'UNAUTHORIZED', 'RATE_EXCEEDED', 'BROKEN', 'BUSY', 'UNAVAILABLE'],
}
TROUBLES['write'] = TROUBLES['read'] + ['FORBIDDEN', 'UNSURE', 'DISK_FULL']
TROUBLES['admin'] = TROUBLES['read'] + ['NOT_ADMIN', 'UNSURE', 'DISK_FULL']
JSON_TYPES = {str: 'string', bool: 'boolean'}  # of enums and constants
REPLY_HEADERS = {409: 'ShouldRetry', 429: 'RetryAfter', 503: 'RetryAfter'}
HEADER_NAMES = {'ShouldRetry': 'x-should-retry', 'RetryAfter': 'Retry-After'}
MESSAGE_CONTENT = {'application/json': {'schema': {'$ref': '#/components/schemas/Message'}}}
FAULTS_SAY = "The network's own refusals: %s; a message where the path was not read." \
    ' The connection is closed.'


class Wrong(Exception):
    pass


# --- reading ---

def once(pairs):
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise Wrong('%s is there twice' % name)
    return dict(pairs)


def read_def(path, macro, fields):
    text = re.sub(r'/\*.*?\*/', '', path.read_text(encoding='utf-8'), flags=re.S)
    pattern = macro + r'\(\s*' + r'\s*,\s*'.join(fields) + r'\s*\)'
    return {match[0]: (int(match[1]), match[-1]) for match in re.findall(pattern, text)}


class Dialect:
    """The statuses and texts that a dialect has for refusals, and how it says them."""

    def __init__(self, name, src):
        self.name = name
        self.is_native = name == 'native'
        self.schemes = ['KableClientId', 'KableClientSecret'] if name == 'kable' else ['Bearer']
        self.answers = read_def(src / 'api/trouble.def', 'TROUBLE',
                                [r'(\w+)', r'(\d+)', r'"([^"]*)"'])
        if self.is_native:
            self.faults = read_def(src / 'http/fault.def', 'FAULT',
                                   [r'(\w+)', r'(\d+)', r'"([^"]*)"'])
            self.answers |= read_def(src / 'domain/reject.def', 'REJECT',
                                     [r'(\w+)', r'(\d+)', r'"([^"]*)"'])
        elif name != 'faces':
            self.answers |= read_def(src / 'api' / name / 'refusals.def', 'REFUSAL',
                                     [r'(\w+)', r'(\d+)', r'"[^"]*"', r'"([^"]*)"'])

    def answer(self, name):
        if name not in self.answers:
            raise Wrong('%s is no refusal of %s' % (name, self.name))
        return self.answers[name]

    def slug(self, name):
        return name.lower().replace('_', '-')

    def problem_content(self, names, status):
        """A problem of these names; in the words of the network, where it did not read the path."""
        types = ['/problems/' + self.slug(name) for name in names]
        members = {'type': {'enum': types}} | ({'status': {'const': status}} if status else {})
        return {'application/problem+json': {'schema': {
            'allOf': [reference('schemas', 'Problem')], 'properties': members}}}

    def faults_of(self, statuses):
        return [name for name, (status, _) in self.faults.items() if status in statuses]

    def error_content(self, status, names):
        if not self.is_native:
            return MESSAGE_CONTENT
        faults = self.faults_of([status])
        return self.problem_content(names + faults, status) | (MESSAGE_CONTENT if faults else {})

    def other_faults(self):
        """What the network refuses with a status that no operation tells of."""
        if not self.is_native:
            return reference('responses', 'Fault')
        statuses = {status for status, _ in self.faults.values()} - {400, 503}
        return {
            'x-name': 'native.faults',
            'description': FAULTS_SAY % ', '.join(str(status) for status in sorted(statuses)),
            'content': self.problem_content(self.faults_of(statuses), None) | MESSAGE_CONTENT,
        }

    def error(self, status, names):
        headers = {'X-Request-Id': reference('headers', 'RequestId')}
        if status in REPLY_HEADERS:
            name = REPLY_HEADERS[status]
            headers[HEADER_NAMES[name]] = reference('headers', name)
        if status == 401 and 'Bearer' in self.schemes:
            headers['WWW-Authenticate'] = reference('headers', 'Challenge')
        if status == 503 and 'UNSURE' in names:
            headers['x-should-retry'] = reference('headers', 'ShouldRetry')
        says = '%s: %s' if self.is_native else '%.0s%s'
        return {
            'x-name': '.'.join([self.name, str(status)] + [self.slug(name) for name in names]),
            'description': '\n'.join(says % (self.slug(name), self.answer(name)[1])
                                     for name in names),
            'headers': headers,
            'content': self.error_content(status, names),
        }


# --- what the parts leave out ---

def reference(kind, name):
    return {'$ref': '#/components/%s/%s' % (kind, name)}


def schema_of(short):
    """A schema in full."""
    if isinstance(short, str):
        if short.endswith('|null'):
            return {'anyOf': [schema_of(short[:-5]), {'type': 'null'}]}
        if short.startswith('['):
            return {'type': 'array', 'items': schema_of(short[1:-1])}
        return reference('schemas', short)
    full = {}
    for key, value in short.items():
        if key == 'fields':
            full['type'] = 'object'
            full['properties'] = {name.rstrip('?'): schema_of(of) for name, of in value.items()}
            full['required'] = [name for name in value if not name.endswith('?')]
            if not short.get('open'):
                full['additionalProperties'] = False
            if not full['required']:
                del full['required']
        elif key in ('items', 'additionalProperties', 'not', 'if', 'then', 'else') \
                and not isinstance(value, bool):
            full[key] = schema_of(value)
        elif key in ('anyOf', 'allOf', 'oneOf'):
            full[key] = [schema_of(one) for one in value]
        elif key == 'properties':
            full[key] = {name: of if isinstance(of, bool) else schema_of(of)
                         for name, of in value.items()}
        elif key == '$ref' and not value.startswith('#'):
            full |= reference('schemas', value)
        elif key != 'open':
            full[key] = value
    values = full.get('enum', [full['const']] if 'const' in full else [])
    if values and 'type' not in full:
        full = {'type': JSON_TYPES[type(values[0])]} | full
    return full


def take_members(parts):
    """Replaces "with" by the members that it stands for; returns the names of those named so."""
    shorts = {name: short for part in parts
              for name, short in part.get('components', {}).get('schemas', {}).items()}

    def members(name):
        short = shorts.get(name, {})
        above = members(short['with']) if 'with' in short else {}
        return above | short.get('fields', {})

    for name, short in shorts.items():
        if 'with' in short:
            short['fields'] = members(name)
            if short['with'] not in shorts:
                raise Wrong('%s: there is no %s' % (name, short['with']))
    return {short.pop('with') for short in shorts.values() if 'with' in short}


def success(reply):
    if reply is None:
        content = {}
    else:
        content = {'content': {'application/json': {'schema': schema_of(reply)}}}
    return {'description': 'It is done.',
            'headers': {'X-Request-Id': reference('headers', 'RequestId')}} | content


def successes(reply, dialect, access):
    """By status.  Of Kable's two contracts the later one says 201 where something is made."""
    if isinstance(reply, dict) and '200' in reply:
        return reply
    found = {'200': success(reply)}
    if dialect.name == 'kable' and access == 'write':
        found['201'] = found['200'] | {'description': 'As 200, with `--kable-contract b`.'}
    return found


def errors(operation, dialect, access, keyed):
    names = TROUBLES[access] + operation.pop('refusals', [])
    if keyed:
        names = names + ['KEY_REUSED']
    by_status = {}
    for name in names:
        by_status.setdefault(dialect.answer(name)[0], []).append(name)
    return {str(status): dialect.error(status, by_status[status]) for status in sorted(by_status)}


def operation_of(method, short, dialect):
    """An operation in full."""
    full = dict(short)
    access = full.pop('access', None)
    keyed = full.pop('keyed', True) and access in ('write', 'admin') and method == 'post'
    parameters = full.pop('parameters', []) + (['IdempotencyKey'] if keyed else [])
    replies = successes(full.pop('reply'), dialect, access)
    full.setdefault('tags', [dialect.name])
    full.setdefault('security', [] if access is None else [
        {scheme: [access] for scheme in dialect.schemes}])
    if parameters:
        full['parameters'] = [reference('parameters', one) if isinstance(one, str)
                              else one | {'schema': schema_of(one['schema'])}
                              for one in parameters]
    if 'body' in full:
        body = schema_of(full.pop('body'))
        full['requestBody'] = {'content': {'application/json': {'schema': body}}}
    full['responses'] = replies | errors(full, dialect, access, keyed)
    full['responses']['default'] = dialect.other_faults()
    return full


def path_of(short, dialect):
    return {key: operation_of(key, value, dialect) if key in ('get', 'post', 'head')
            else [reference('parameters', one) for one in value] if key == 'parameters' else value
            for key, value in short.items()}


# --- putting together ---

def put(into, name, value):
    if name in into:
        raise Wrong('%s is there twice' % name)
    into[name] = value


def add_part(document, part, src):
    dialect = Dialect(part.get('dialect', 'faces'), src)
    prefix, *others = part.get('below', [''])
    for path, short in part.get('paths', {}).items():
        put(document['paths'], prefix + path, path_of(short, dialect))
        pointer = quote((prefix + path).replace('~', '~0').replace('/', '~1'))
        for other in others:
            put(document['paths'], other + path, {'$ref': '#/paths/' + pointer})
    for kind, members in part.get('components', {}).items():
        for name, value in members.items():
            value = schema_of(value) if kind == 'schemas' else value
            if kind == 'parameters':
                value = value | {'schema': schema_of(value['schema'])}
            put(document['components'].setdefault(kind, {}), name, value)


def operations(document):
    for item in document['paths'].values():
        yield from (item[method] for method in ('get', 'head', 'post') if method in item)


def require_bodies(document):
    """A body may be left out when nothing in it is required."""
    for operation in operations(document):
        if 'requestBody' not in operation:
            continue
        schema = operation['requestBody']['content']['application/json']['schema']
        if '$ref' in schema:
            schema = document['components']['schemas'][schema['$ref'].rsplit('/', 1)[1]]
        operation['requestBody']['required'] = 'required' in schema or 'anyOf' in schema


def share_responses(document):
    """Refusals that several operations have become components, named by what they say."""
    count = Counter(response.get('x-name') for operation in operations(document)
                    for response in operation['responses'].values())
    shared = document['components']['responses']
    for operation in operations(document):
        for status, response in operation['responses'].items():
            name = response.pop('x-name', None)
            if name is not None and count[name] > 1:
                shared[name] = response
                operation['responses'][status] = reference('responses', name)


def references(node):
    if isinstance(node, dict):
        if isinstance(node.get('$ref'), str):
            yield node['$ref']
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def check(document, bases):
    """A schema that others only take members from is left out."""
    schemas = document['components']['schemas']
    for name in bases - {ref.rsplit('/', 1)[1] for ref in references(document)}:
        del schemas[name]
    found = set(references(document))
    there = {'#/components/%s/%s' % (kind, name)
             for kind, members in document['components'].items() if kind != 'securitySchemes'
             for name in members}
    for missing in sorted(ref for ref in found - there if not ref.startswith('#/paths/')):
        raise Wrong('%s is referred to and is not there' % missing)
    for idle in sorted(there - found):
        raise Wrong('nobody refers to %s' % idle)
    ids = [operation['operationId'] for operation in operations(document)]
    for repeated in sorted(one for one in set(ids) if ids.count(one) > 1):
        raise Wrong('the operationId %s is there twice' % repeated)


def read_part(path):
    try:
        return json.loads(Path(path).read_text(encoding='utf-8'), object_pairs_hook=once)
    except (Wrong, json.JSONDecodeError) as wrong:
        raise Wrong('%s: %s' % (path, wrong)) from wrong


def bundle(version, src, paths):
    parts = [read_part(path) for path in paths]
    document = {key: value for key, value in parts[0].items() if key != 'components'}
    document['info']['version'] = version
    document |= {'paths': {}, 'components': {
        'securitySchemes': parts[0]['components'].pop('securitySchemes')}}
    bases = take_members(parts)
    for path, part in zip(paths, parts):
        try:
            add_part(document, part, src)
        except Wrong as wrong:
            raise Wrong('%s: %s' % (path, wrong)) from wrong
    require_bodies(document)
    share_responses(document)
    check(document, bases)
    return document


def c_of(text):
    data = text.encode('ascii')
    lines = [','.join(str(byte) for byte in data[i:i + 24]) for i in range(0, len(data), 24)]
    return ('/* Made by api/openapi/bundle.py. */\n#include "api/openapi.h"\n\n'
            'static const char document[] = {\n%s\n};\n\n'
            'const struct str openapi_document = { .data = document, .len = sizeof document };\n'
            'const struct str openapi_etag = STR_INIT("\\"%s\\"");\n'
            % (',\n'.join(lines), hashlib.sha256(data).hexdigest()[:32]))


def main():
    version, src, json_path, c_path, *parts = sys.argv[1:]
    try:
        document = bundle(version, Path(src), parts)
    except Wrong as wrong:
        sys.exit(str(wrong))
    text = json.dumps(document, separators=(',', ':'))
    Path(json_path).write_text(text + '\n', encoding='ascii')
    Path(c_path).write_text(c_of(text), encoding='ascii')


if __name__ == '__main__':
    main()
