"""Is the binary built to resist?  Reads it with readelf; TAP.

    hardening.py BINARY
"""

import re
import subprocess
import sys


def readelf(*arguments):
    return subprocess.run(['readelf', '--wide', *arguments], check=True, capture_output=True,
                          text=True).stdout


def claims(binary):
    """What must be so: (claim, holds)."""
    head = readelf('--file-header', binary)
    segments = readelf('--program-headers', binary)
    dynamic = readelf('--dynamic', binary)
    symbols = readelf('--dyn-syms', binary)
    notes = readelf('--notes', binary)
    called = set(re.findall(r'UND (\w+)', symbols))

    yield 'its place is not known before it runs (PIE)', \
        re.search(r'Type:\s+DYN', head) and 'PIE' in dynamic
    yield 'what is looked up at the start cannot be written later (full RELRO)', \
        'GNU_RELRO' in segments and re.search(r'BIND_NOW|FLAGS.*NOW', dynamic)
    yield 'its stack is not run', re.search(r'GNU_STACK\s.*\sRW\s', segments)
    yield 'nothing is both written and run', \
        not re.search(r'^\s+LOAD\s.*\sRWE\s', segments, re.MULTILINE)
    yield 'a stack that was written over is seen (stack protector)', '__stack_chk_fail' in called
    yield 'copies beyond an object are seen (FORTIFY)', \
        sum(name.endswith('_chk') for name in called) >= 3
    if 'X86-64' in head:
        # The linker marks the whole only where the C library's own parts are marked, too.
        code = subprocess.run(['objdump', '--disassemble=main', binary], check=True,
                              capture_output=True, text=True).stdout
        yield 'it is branched to at marked places only (IBT)', \
            re.search(r'<main>:\s+\w+:\s[\s0-9a-f]*endbr64', code)


def main():
    results = list(claims(sys.argv[1]))
    print('1..%d' % len(results))
    for number, (claim, holds) in enumerate(results, 1):
        print('%s %d - %s' % ('ok' if holds else 'not ok', number, claim))
    return 0 if all(holds for _, holds in results) else 1


if __name__ == '__main__':
    sys.exit(main())
