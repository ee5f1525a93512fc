"""Holds the page of worked cases to the tests that it names.

    cases.py PAGE CASE...       every CASE must be on the page
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def main():
    page = pathlib.Path(sys.argv[1]).read_text(encoding='utf-8')
    rows = re.findall(r'^\| (.*?) \|.*?`([^`|]+)` \| `([^`|]+)` \|$', page, re.M)
    names = {name for name, _, _ in rows}
    missing = [case for case in sys.argv[2:] if case not in names]
    print(f'1..{len(rows) + 1}')
    for number, (name, path, text) in enumerate(rows, 1):
        file = ROOT / path
        is_there = file.is_file() and re.search(re.escape(text) + r'(?![0-9])',
                                                file.read_text(encoding='utf-8'))
        print(f'{"ok" if is_there else "not ok"} {number} - {name}: {path}')
    print(f'{"not ok" if missing else "ok"} {len(rows) + 1} - none is missing {missing}')


if __name__ == '__main__':
    main()
