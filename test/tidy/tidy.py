#!/usr/bin/env python3
"""Holds the tree to the rules in rules.py.

    test/tidy/tidy.py [--tap] [ROOT]

One TAP case a rule with --tap, else one line a breach.  Ends with 1 if there is any.
"""

import argparse
import os
import pathlib
import sys

import rules
from source import Source

FOLDERS = ('src', 'lib', 'test', 'tools', 'bench', 'fuzz', 'docs', '.ci', 'examples', 'deploy')
TOP = ('Makefile', 'meson.build', 'meson_options.txt', 'README.md', 'HACKING.md')
SUFFIXES = ('.c', '.h', '.def', '.py', '.sh', '.js', '.mjs', '.cjs', '.md', '.build', '.sql',
            '.story', '')
LEFT_OUT = ('node_modules', '__pycache__', 'corpus')


class Context:
    def __init__(self, layers):
        self.layers = layers


def paths(root):
    for name in TOP:
        if (root / name).is_file():
            yield root / name
    for folder in FOLDERS:
        for at, folders, files in os.walk(root / folder):
            folders[:] = sorted(f for f in folders if f not in LEFT_OUT)
            for name in sorted(files):
                if pathlib.Path(name).suffix in SUFFIXES:
                    yield pathlib.Path(at) / name


def sources(root):
    for path in paths(root):
        try:
            text = path.read_text(encoding='utf-8')
        except (UnicodeDecodeError, FileNotFoundError):
            continue
        yield Source(path.relative_to(root).as_posix(), text)


def breaches_of(check, tree, context):
    return [(source.path, line, what)
            for source in tree for line, what in check(source, context)]


def main():
    parser = argparse.ArgumentParser(prog='tidy')
    parser.add_argument('--tap', action='store_true')
    parser.add_argument('root', nargs='?',
                        default=pathlib.Path(__file__).resolve().parents[2], type=pathlib.Path)
    options = parser.parse_args()

    context = Context(rules.read_layers((options.root / 'src' / 'LAYERS').read_text()))
    tree = list(sources(options.root))
    failed = 0
    if options.tap:
        print('1..%d' % len(rules.RULES))
    for number, check in enumerate(rules.RULES, 1):
        name = check.__name__.replace('_', ' ')
        found = breaches_of(check, tree, context)
        failed += bool(found)
        if options.tap:
            print('%sok %d - %s: %s' % ('not ' if found else '', number, name, check.__doc__))
        for path, line, what in found:
            print('%s%s:%d: %s: %s (%s)'
                  % ('# ' if options.tap else '', path, line, name, what, check.__doc__))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
