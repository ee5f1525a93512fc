#!/usr/bin/env python3
"""The counter of test cases counts what failed, crashed, was skipped or never ran."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'tools'))
import tap  # noqa: E402

NODE = '''TAP version 13
# Subtest: file.test.mjs
    # Subtest: grants
        # Subtest: creates
        ok 1 - creates
          ---
          duration_ms: 1
          ...
        # Subtest: voids
        not ok 2 - voids
          ---
          error: |-
            ok 7 - this is only a text
          ...
        1..2
    not ok 1 - grants
    1..1
not ok 1 - file.test.mjs
1..1
'''

# what, the stream, the exit status, how many passed and failed
CASES = [
    ('all pass', '1..2\nok 1 - a\nok 2 - b\n', 0, 2, 0),
    ('one fails', '1..2\nok 1 - a\nnot ok 2 - b\n', 1, 1, 1),
    ('a crash after the first of three', '1..3\nok 1 - a\n', -6, 1, 2),
    ('a skipped case is a failure', '1..2\nok 1 - a\nok 2 # SKIP no server\n', 0, 1, 1),
    ('a skipped suite is a failure', '1..0 # SKIP no server\n', 0, 0, 1),
    ('a case left for later is a failure', '1..1\nnot ok 1 - a # TODO later\n', 0, 0, 1),
    ('bail out', '1..1\nok 1 - a\nBail out! no disk\n', 0, 1, 1),
    ('a leak told after the last case', '1..1\nok 1 - a\n', 1, 1, 1),
    ('an empty plan', '1..0\n', 0, 0, 1),
    ('two groups in one program', '1..1\nok 1 - a\n1..1\nok 1 - b\n', 0, 2, 0),
    ('the plan at the end', 'ok 1 - a\n1..1\n', 0, 1, 0),
    ('only innermost cases count', NODE, 1, 1, 1),
    ('a hook of a parent fails', '    ok 1 - a\n    1..1\nnot ok 1 - all\n1..1\n', 1, 1, 1),
    ('no TAP, status 0', 'fine\n', 0, 1, 0),
    ('no TAP, status 3', 'oh\n', 3, 0, 1),
]

failures = 0
print('1..%d' % len(CASES))
for number, (what, text, status, passed, failed) in enumerate(CASES, 1):
    tally = tap.judge(text, status)
    good = (tally.passed, tally.failed) == (passed, failed)
    failures += not good
    print('%sok %d - %s' % ('' if good else 'not ', number, what))
    if not good:
        print('# expected %d and %d, got %d and %d: %s'
              % (passed, failed, tally.passed, tally.failed, tally.failures))
sys.exit(1 if failures else 0)
