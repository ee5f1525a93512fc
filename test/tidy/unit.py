"""Is the unit for systemd tight, and does systemd read it?  TAP.

    unit.py UNIT BINARY

What its keys must say is read here, wherever the tests run; where systemd-analyze is installed, it
has to agree.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

EXPOSURE_MAX = 20  # of 100; systemd calls up to 20 "safe"

# Each narrows what a server that was taken over could do.  None of them keeps it from its work:
# that was tried under systemd 252, with TLS, a full disk, kill -9, and the tools beside it.
MUST_SAY = {
    'Type': 'notify',
    'Restart': 'on-failure',
    'RestartPreventExitStatus': '1 2',
    'DynamicUser': 'yes',
    'StateDirectory': 'scrip',
    'StateDirectoryMode': '0700',
    'UMask': '0077',
    'LimitCORE': '0',
    'NoNewPrivileges': 'yes',
    'CapabilityBoundingSet': '',
    'AmbientCapabilities': '',
    'ProtectSystem': 'strict',
    'ProtectHome': 'yes',
    'PrivateTmp': 'yes',
    'PrivateDevices': 'yes',
    'PrivateUsers': 'yes',
    'ProtectProc': 'invisible',
    'ProtectClock': 'yes',
    'ProtectControlGroups': 'yes',
    'ProtectKernelLogs': 'yes',
    'ProtectKernelModules': 'yes',
    'ProtectKernelTunables': 'yes',
    'RestrictAddressFamilies': 'AF_INET AF_INET6 AF_UNIX',
    'RestrictNamespaces': 'yes',
    'RestrictSUIDSGID': 'yes',
    'MemoryDenyWriteExecute': 'yes',
    'SystemCallArchitectures': 'native',
    'SystemCallFilter': '@system-service; ~@privileged @resources',
}


def keys(text):
    """What the unit says of each key; of one that stands twice, both."""
    said = {}
    for key, value in re.findall(r'^(\w+)=(.*)$', text, re.MULTILINE):
        said[key] = said[key] + '; ' + value if key in said else value
    return said


def analyze(*arguments):
    """Its status, and all that it says."""
    done = subprocess.run(['systemd-analyze', *arguments], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def systemd_version():
    """0: it is not here."""
    if shutil.which('systemd-analyze') is None:
        return 0
    return int(re.match(r'systemd (\d+)', analyze('--version')[1]).group(1))


def judged(unit, binary):
    """By systemd itself, with the program where it is now."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder) / unit.name
        here.write_text(re.sub(r'^ExecStart=\S+', 'ExecStart=' + str(binary.resolve()),
                               unit.read_text(), flags=re.MULTILINE))
        _, text = analyze('verify', '--man=no', str(here))
        # It speaks of the machine's other units, too, and calls all of it well.
        wrong = [line for line in text.splitlines() if unit.name in line]
        yield 'systemd knows every line of it', '\n'.join(wrong) or None
        status, text = analyze('security', '--offline=yes', '--no-pager',
                               '--threshold=%d' % EXPOSURE_MAX, str(here))
        yield 'systemd calls it safe', None if status == 0 else text


def claims(unit, binary):
    """What must be so: (claim, None or what speaks against it)."""
    text = unit.read_text()
    said = keys(text)
    for key, value in MUST_SAY.items():
        wrong = None if said.get(key) == value else 'it says %s' % said.get(key)
        yield '%s=%s' % (key, value), wrong
    secret = re.search(r'(?im)^Environment=.*(?:secret|password).*', text)
    yield 'no secret stands where all may read it', secret and secret.group()
    if systemd_version() >= 250:  # older ones do not judge a file that is not installed
        yield from judged(unit, binary)


def main():
    results = list(claims(Path(sys.argv[1]), Path(sys.argv[2])))
    print('1..%d' % len(results))
    for number, (claim, wrong) in enumerate(results, 1):
        print('%s %d - %s' % ('ok' if wrong is None else 'not ok', number, claim))
        if wrong is not None:
            print(re.sub('^', '# ', wrong.rstrip(), flags=re.MULTILINE))
    return 0 if all(wrong is None for _, wrong in results) else 1


if __name__ == '__main__':
    sys.exit(main())
