"""A file of the tree as the rules look at it."""

import re

# One comment, string or character constant of C.
C_TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.MULTILINE)


def blank(match):
    """Spaces in place of a comment or a text, so that lines and columns stay."""
    text = match.group(0)
    if text[0] in '"\'':
        return text[0] + re.sub(r'[^\n]', ' ', text[1:-1]) + text[-1]
    return re.sub(r'[^\n]', ' ', text)


class Source:
    def __init__(self, path, text):
        self.path = path  # from the root of the tree, with /
        self.text = text
        self.lines = text.split('\n')
        self.is_c = path.endswith(('.c', '.h', '.def'))
        self.layer = path.split('/')[1] if path.startswith('src/') and path.count('/') > 1 else None
        self.code = C_TOKEN.sub(blank, text) if self.is_c else text

    def starts_with(self, *prefixes):
        return self.path.startswith(prefixes)

    def includes(self):
        """(line, is_ours, what) of every include."""
        for match in INCLUDE.finditer(self.text):
            yield self.line_of(match.start(2)), match.group(1) == '"', match.group(2)

    def line_of(self, offset):
        return self.text.count('\n', 0, offset) + 1

    def find(self, pattern, text=None):
        """(line, what) of every match of pattern in the code, or in the given text."""
        for match in pattern.finditer(self.code if text is None else text):
            yield self.line_of(match.start()), match.group(0).strip()

    def functions(self):
        """(first line, count of lines, name) of each function, in the house's layout.

        A body opens with a brace on a line of its own at the left edge, below a line that
        ends the parameters, and closes with one at the left edge.
        """
        lines = self.code.split('\n')
        for number, line in enumerate(lines):
            if line.rstrip() != '{' or number == 0 or not lines[number - 1].rstrip().endswith(')'):
                continue
            first = number - 1
            while first > 0 and lines[first][:1] in (' ', '\t'):
                first -= 1
            last = number
            while last + 1 < len(lines) and lines[last].rstrip() != '}':
                last += 1
            name = re.search(r'(\w+)\s*\(', lines[first])
            yield first + 1, last - first + 1, name.group(1) if name else '?'

    def macros(self):
        """(line, name, body) of each #define, with its continued lines."""
        for match in re.finditer(r'^[ \t]*#[ \t]*define[ \t]+(\w+)((?:[^\n]*\\\n)*[^\n]*)',
                                 self.code, re.MULTILINE):
            yield self.line_of(match.start()), match.group(1), match.group(2)
