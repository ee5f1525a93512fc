#!/usr/bin/env python3
"""Proves that exact, domain and engine are pure: no I/O, no clock, no malloc, no locale.

    test/tidy/purity.py ARCHIVE...             the archives of the pure layers
    test/tidy/purity.py --selftest CC          shows that an impure object is found out

What their objects need from outside may only be memory that is copied, compared and filled, the
one function that stops a broken process, and the compiler's own.  Prints TAP.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

ALLOWED = re.compile('|'.join([
    r'mem(?:cpy|move|set|cmp)', r'__mem(?:cpy|move|set)_chk', # the last three: _FORTIFY_SOURCE
    r'bcmp',                                                  # what clang makes of a memcmp
    r'check_failed',
    r'__stack_chk_fail', r'_GLOBAL_OFFSET_TABLE_',
    r'__(?:u?div|u?mod|u?divmod|mul|mulo|ash[lr]|lshr|neg|addv|subv|mulv|clz|ctz|popcount|u?cmp)'
    r'[sdt]i[234]?',                                          # wide integers
    r'__gcov_\w+',                                            # make coverage
]))
# What base offers that neither asks anybody nor keeps anything: texts, and the caller's arena.
FROM_BASE = re.compile(r'(?:str|arena|err|blame)_\w+')


def symbols(archive, *flags):
    """(object, symbol) of nm's report on an archive or object."""
    output = subprocess.run(['nm', '-A', '-P', *flags, archive], check=True,
                            stdout=subprocess.PIPE, text=True).stdout
    for line in output.splitlines():
        place, symbol = line.rsplit(': ', 1)
        yield place, symbol.split()[0]


def strangers(archives):
    """(archive, object, symbol) of all that comes neither from the archives nor from ALLOWED."""
    own = {symbol for archive in archives for _, symbol in symbols(archive, '--defined-only', '-g')}
    for archive in archives:
        for place, symbol in symbols(archive, '-u'):
            if symbol not in own and not ALLOWED.fullmatch(symbol) \
                    and not FROM_BASE.fullmatch(symbol):
                yield archive, place, symbol


def check(archives):
    found = list(strangers(archives))
    print('1..%d' % len(archives))
    for number, archive in enumerate(archives, 1):
        impure = [(place, symbol) for where, place, symbol in found if where == archive]
        print('%sok %d - %s is pure' % ('not ' if impure else '', number,
                                        pathlib.Path(archive).stem))
        for place, symbol in impure:
            print('# %s needs %s' % (place, symbol))
    return 1 if found else 0


def selftest(compiler):
    cases = [
        ('sum', 'int sum(int a); int sum(int a) { return a + 1; }', True),
        ('copy', '#include <string.h>\nvoid f(char *a, char *b, size_t n) { memcpy(a, b, n); }',
         True),
        ('wide', '__int128 f(__int128 a, __int128 b) { return a / b; }', True),
        ('malloc', '#include <stdlib.h>\nvoid *f(void) { return malloc(8); }', False),
        ('clock', '#include <time.h>\nlong f(void) { return time(NULL); }', False),
        ('print', '#include <stdio.h>\nvoid f(int a) { printf("%d", a); }', False),
        ('static state of libc', '#include <string.h>\nchar *f(char *a) { return strtok(a, " "); }',
         False),
    ]
    failed = 0
    print('1..%d' % len(cases))
    with tempfile.TemporaryDirectory() as folder:
        for number, (what, text, is_pure) in enumerate(cases, 1):
            built = pathlib.Path(folder) / ('case%d.o' % number)
            subprocess.run([*compiler, '-O1', '-w', '-x', 'c', '-', '-c', '-o', built],
                           input=text.encode(), check=True)
            is_good = (not list(strangers([str(built)]))) == is_pure
            failed += not is_good
            print('%sok %d - %s is %s' % ('' if is_good else 'not ', number, what,
                                          'pure' if is_pure else 'found out'))
    return 1 if failed else 0


if __name__ == '__main__':
    if sys.argv[1] == '--selftest':
        sys.exit(selftest(sys.argv[2:]))
    sys.exit(check(sys.argv[1:]))
