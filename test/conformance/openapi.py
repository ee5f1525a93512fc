"""Is every route in the document of /openapi.json, and everything in the document a route?

    openapi.py DOCUMENT PART...

The routes are the routes.def of the dialects and the table in api/faces.c; with each goes what the
key must allow.  Every refusal that a dialect can give (coverage.py) is with some operation of its
parts, and the lists that come from elsewhere are whole.
"""

import json
import re
import sys
from pathlib import Path
from urllib.parse import unquote

from coverage import CANNOT_GIVE, NATIVE_CANNOT, SRC, defs

PREFIXES = {'native': [''], 'metronome': [''], 'kable': ['/api/v1', '/api']}
# What no operation answers with: it comes elsewhere.
ELSEWHERE = {
    'native': {'BATCH_REFUSED': 'in the results of a batch'},
    'metronome': {},
    'kable': {'EXPIRES_IN_PAST': 'never: of holds, with the text of EXPIRY_NOT_AFTER_EFFECTIVE'},
}
AUTOMATIC = {'KEY_REUSED'}  # with every operation that takes an Idempotency-Key


def routes():
    for dialect, prefixes in PREFIXES.items():
        found = defs(SRC / 'api' / dialect / 'routes.def', 'ROUTE',
                     [r'(\w+)', r'"([^"]*)"', r'(\w+)'])
        for method, template, access in found:
            for prefix in prefixes:
                yield method, prefix + template, access.lower()
    text = (SRC / 'api' / 'faces.c').read_text()
    for path in re.findall(r'\{ STR_INIT\("(/[^"]*)"\), \w+ \}', text):
        yield 'GET', path, None


def documented(document):
    for path, item in document['paths'].items():
        if '$ref' in item:
            name = unquote(item['$ref'].removeprefix('#/paths/'))
            item = document['paths'][name.replace('~1', '/').replace('~0', '~')]
        for method in ('get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'):
            if method in item:
                security = item[method]['security']
                roles = {role for one in security for of in one.values() for role in of}
                yield method.upper(), path, roles.pop() if len(roles) == 1 else None


def refusals(parts, dialect):
    found = set(AUTOMATIC)
    for part in parts:
        if part.get('dialect') == dialect:
            for item in part.get('paths', {}).values():
                for operation in item.values():
                    if isinstance(operation, dict):
                        found.update(operation.get('refusals', []))
    return found


def check_refusals(parts, report):
    rejects = {name for name, _ in defs(SRC / 'domain' / 'reject.def', 'REJECT',
                                        [r'(\w+)', r'(\d+)'])}
    for dialect in PREFIXES:
        cannot = NATIVE_CANNOT if dialect == 'native' else CANNOT_GIVE[dialect]
        there = refusals(parts, dialect)
        for name in sorted(rejects - set(cannot) - set(ELSEWHERE[dialect])):
            report(name in there, '%s: an operation answers with %s' % (dialect, name))
        report(there <= rejects, '%s: only with what there is' % dialect)


def check_lists(document, report):
    schemas = document['components']['schemas']
    kinds = [text for _, text in defs(SRC / 'domain' / 'entry.def', 'ENTRY',
                                      [r'(\w+)', r'\d+', r'"([^"]*)"'])]
    report(schemas['EntryKind']['enum'] == kinds, 'the kinds of entries are those of entry.def')
    reasons = re.findall(r'case BECAUSE_\w+:\s*return STR\("([^"]*)"\)',
                         (SRC / 'domain' / 'entry.c').read_text())
    report(sorted(schemas['Because']['enum']) == sorted(reasons),
           'the reasons of draws are those of entry.c')


def main():
    failed = []

    def report(good, title):
        report.count += 1
        print('%s %d - %s' % ('ok' if good else 'not ok', report.count, title))
        if not good:
            failed.append(title)

    report.count = 0
    document, *parts = (json.loads(Path(path).read_text()) for path in sys.argv[1:])
    served, written = set(routes()), set(documented(document))
    report(len(served) > 70, 'there are routes')
    for method, path, access in sorted(served - written, key=str):
        report(False, '%s %s (%s) is in the document' % (method, path, access))
    for method, path, access in sorted(written - served, key=str):
        report(False, '%s %s (%s) is a route' % (method, path, access))
    report(served == written, 'the document has the routes, and only those')
    check_refusals(parts, report)
    check_lists(document, report)
    print('1..%d' % report.count)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
