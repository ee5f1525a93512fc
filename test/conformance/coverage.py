"""Has every route, and every refusal that a dialect can give, its case among the .http files?

The lists are the routes.def and refusals.def of the code itself, so whoever adds a line there and
no case meets a failure here.  A refusal that a dialect cannot give stands below with the reason;
should a case turn up all the same, the reason is wrong, and that fails too.
"""

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SRC = HERE.parent.parent / 'src'

NO_HOLDS = 'has neither deductions nor holds'
NO_FIELDS = 'has no custom field keys'
EXACT = 'rounds instead'
CANNOT_GIVE = {
    'metronome': {
        'CREDIT_TYPE_NEEDED': 'takes USD (cents) unless another is named',
        'HOLD_UNKNOWN': NO_HOLDS,
        'DEDUCTION_UNKNOWN': NO_HOLDS,
        'HOLD_ENDED': NO_HOLDS,
        'REVERSAL_EXCEEDS': NO_HOLDS,
        'BALANCE_EXCEEDED': NO_HOLDS,
        'BATCH_REFUSED': 'has no batches',
        'KEY_UNKNOWN': 'has no keys',
        'ID_TAKEN': 'does not take ids',
        'NAME_TAKEN': 'makes neither credit types nor products',
        'AMOUNT_TOO_PRECISE': EXACT,
        'EXPIRES_IN_PAST': 'takes history that is moved in',
        'ACCOUNT_FULL': 'takes 100,000 grants first: a story has it',
        'NOT_TEST': 'has no test clock',
        'CLOCK_BACKWARDS': 'has no test clock',
    },
    'kable': {
        'CREDIT_TYPE_UNKNOWN': 'has one credit type',
        'CREDIT_TYPE_NEEDED': 'has one credit type',
        'PRODUCT_UNKNOWN': 'has no products',
        'GRANT_UNKNOWN': 'names no grants',
        'HOLD_UNKNOWN': NO_HOLDS,
        'DEDUCTION_UNKNOWN': NO_HOLDS,
        'HOLD_ENDED': NO_HOLDS,
        'REVERSAL_EXCEEDS': NO_HOLDS,
        'BALANCE_EXCEEDED': NO_HOLDS,
        'BATCH_REFUSED': 'has no batches',
        'CUSTOM_FIELD_KEY_UNKNOWN': NO_FIELDS,
        'CUSTOM_FIELD_KEY_TAKEN': NO_FIELDS,
        'CUSTOM_FIELD_VALUE_TAKEN': NO_FIELDS,
        'ID_TAKEN': 'does not take ids',
        'NAME_TAKEN': 'makes neither credit types nor products',
        'UNIQUENESS_KEY_TAKEN': 'has no uniqueness keys',
        'AMOUNT_TOO_PRECISE': EXACT,
        'AT_IN_FUTURE': 'asks for no instant',
        'GRANT_EXPIRED': 'edits no grants',
        'GRANT_VOIDED': 'edits no grants',
        'ACCOUNT_FULL': 'takes 100,000 grants first: a story has it',
        'NOT_TEST': 'has no test clock',
        'CLOCK_BACKWARDS': 'has no test clock',
    },
}


def defs(path, macro, fields):
    text = re.sub(r'/\*.*?\*/', '', path.read_text(), flags=re.S)
    pattern = macro + r'\(\s*' + r'\s*,\s*'.join(fields)
    return re.findall(pattern, text, flags=re.S)


def steps(dialect):
    """(method, path, status, all that is expected) of each step of the dialect's routes."""
    found = []
    for path in sorted(HERE.glob('*/*.http')):
        for text in re.split(r'^###', path.read_text(), flags=re.M)[1:]:
            request = re.search(r'^(GET|POST|PUT|PATCH|DELETE) (\S+)', text, flags=re.M)
            reply = re.search(r'^HTTP (\d+)$(.*)', text, flags=re.M | re.S)
            if request and reply:
                target = request[2].split('?')[0]
                found.append((request[1], target, int(reply[1]), reply[2]))
    prefixes = {'metronome': ('/v1', '/v2'), 'kable': ('/api',), 'native': ('/scrip',)}[dialect]
    return [step for step in found if step[1].startswith(prefixes)]


def matches(template, target):
    pattern = re.sub(r'\\\{\w+\\\}', '[^/]+', re.escape(template))
    return re.fullmatch(r'(/api/v1|/api)?' + pattern, target) is not None


def check_routes(dialect, report):
    played = steps(dialect)
    for method, template in defs(SRC / 'api' / dialect / 'routes.def', 'ROUTE',
                                 [r'(\w+)', r'"([^"]*)"']):
        has = any(step[0] == method and step[2] < 300 and matches(template, step[1])
                  for step in played)
        report(has, f'{dialect}: {method} {template} is played and succeeds')


def check_refusals(dialect, report):
    expected = [(status, body) for _, _, status, body in steps(dialect)]
    for name, status, text in defs(SRC / 'api' / dialect / 'refusals.def', 'REFUSAL',
                                   [r'(\w+)', r'(\d+)', r'"[^"]*"', r'"([^"]*)"']):
        has = any(got == int(status) and text + '"' in body for got, body in expected)
        why_not = CANNOT_GIVE[dialect].get(name)
        if why_not is None:
            report(has, f'{dialect}: {name} has its case')
        else:
            report(not has, f'{dialect}: {name} has no case: the dialect {why_not}')


NATIVE_CANNOT = {
    'CUSTOM_FIELD_KEY_UNKNOWN': NO_FIELDS,
    'CUSTOM_FIELD_KEY_TAKEN': NO_FIELDS,
    'EXPIRES_IN_PAST': 'takes only spans of a second and more',
    'ACCOUNT_FULL': 'takes 100,000 grants first: a story has it',
}


def check_native(report):
    expected = [(status, body) for _, _, status, body in steps('native')]
    for name, status in defs(SRC / 'domain' / 'reject.def', 'REJECT', [r'(\w+)', r'(\d+)']):
        slug = '/problems/' + name.lower().replace('_', '-') + '"'
        has = any(slug in body for got, body in expected)
        if name in NATIVE_CANNOT:
            report(not has, f'native: {name} has no case: the dialect {NATIVE_CANNOT[name]}')
        else:
            report(has, f'native: {name} has its case')


def main():
    failed = []

    def report(good, title):
        report.count += 1
        print(f'{"ok" if good else "not ok"} {report.count} - {title}')
        if not good:
            failed.append(title)

    report.count = 0
    for dialect in ('metronome', 'kable', 'native'):
        check_routes(dialect, report)
    for dialect in ('metronome', 'kable'):
        check_refusals(dialect, report)
    check_native(report)
    print(f'1..{report.count}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
