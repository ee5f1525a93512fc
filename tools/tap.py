"""Counts the cases of a program that tells its results in TAP.

A case is an innermost "ok" or "not ok" line: a line whose children came before it (Node's test
runner nests them) only repeats what they said.  What was skipped, or announced and never run,
has failed: a suite that cannot run is not a suite that passes.
"""

import re

RESULT = re.compile(r'^(\s*)(not )?ok\b(?:\s+\d+)?(?:\s*-)?\s*(.*)$')
PLAN = re.compile(r'^(\s*)1\.\.(\d+)\s*(?:#\s*(.*))?$')
EXCUSE = re.compile(r'#\s*(?:skip|todo)', re.IGNORECASE)


def strip_details(lines):
    """The lines without the YAML blocks that follow a result."""
    closing = None
    for line in lines:
        if closing is not None:
            if line.rstrip() == closing:
                closing = None
        elif line.strip() == '---':
            closing = line.rstrip().replace('---', '...')
        else:
            yield line


class Tally:
    def __init__(self):
        self.passed = 0
        self.failed = 0
        self.failures = []

    def fail(self, name):
        self.failed += 1
        self.failures.append(name)


def read(text):
    """The tally of a TAP stream, or None if text is not one."""
    tally = Tally()
    seen = []  # (depth, failed) of results whose parent may still come
    planned = outermost = 0
    is_tap = False
    for line in strip_details(text.splitlines()):
        plan = PLAN.match(line)
        result = RESULT.match(line)
        if plan:
            is_tap = True
            if not plan.group(1):
                planned += int(plan.group(2))
            if int(plan.group(2)) == 0 and plan.group(3):
                tally.fail('skipped: ' + plan.group(3))
        elif line.startswith('Bail out!'):
            is_tap = True
            tally.fail(line.strip())
        elif result:
            is_tap = True
            depth, failed, name = len(result.group(1)), bool(result.group(2)), result.group(3)
            outermost += depth == 0
            children = [child for child in seen if child[0] > depth]
            seen = [other for other in seen if other[0] <= depth]
            seen.append((depth, failed or any(child[1] for child in children)))
            if children:
                if failed and not any(child[1] for child in children):
                    tally.fail(name)
            elif failed or EXCUSE.search(name):
                tally.fail(name)
            else:
                tally.passed += 1
    for number in range(outermost + 1, planned + 1):
        tally.fail('case %d was announced and never ran' % number)
    return tally if is_tap else None


def judge(text, status):
    """The tally of a program that printed text and ended with status."""
    tally = read(text)
    if tally is None:
        tally = Tally()
        if status == 0:
            tally.passed = 1
        else:
            tally.fail('ended with status %d' % status)
    elif status != 0 and tally.failed == 0:
        tally.fail('ended with status %d' % status)
    elif tally.passed + tally.failed == 0:
        tally.fail('no case ran')
    return tally
