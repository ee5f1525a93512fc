"""Plays a page of the documentation: its ```http blocks are steps (script.h), in one world.

    tour.py PLAYER PAGE
"""

import re
import subprocess
import sys
import tempfile


def steps_of(page):
    blocks = re.findall(r'^```http\n(.*?)^```$', page, re.S | re.M)
    return ''.join(f'### step {number} of the page\n{block}\n'
                   for number, block in enumerate(blocks, 1))


def main():
    player, path = sys.argv[1:]
    with open(path, encoding='utf-8') as page:
        steps = steps_of(page.read())
    if not steps:
        sys.exit(f'{path} has no steps')
    with tempfile.NamedTemporaryFile('w', suffix='.http', encoding='utf-8') as script:
        script.write(steps)
        script.flush()
        return subprocess.run([player, script.name], check=False).returncode


if __name__ == '__main__':
    sys.exit(main())
