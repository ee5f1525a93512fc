"""Runs suites and adds them up: what tools/test and tools/smoke have in common."""

import os
import pathlib
import signal
import subprocess
import sys
import time

import tap

ROOT = pathlib.Path(__file__).resolve().parent.parent
SUITE_SECONDS_MAX = 600
LOG_LINES_MAX = 100


class Report:
    """Adds up the suites and says how each went as it ends."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    def suite(self, name, tally, seconds, log):
        self.passed += tally.passed
        self.failed += tally.failed
        print('%-44s %5d passed %4d failed %8.2f s'
              % (name, tally.passed, tally.failed, seconds), flush=True)
        if not tally.failed:
            return
        lines = log.splitlines()
        if len(lines) > LOG_LINES_MAX:
            print('    [%d lines left out]' % (len(lines) - LOG_LINES_MAX))
        for line in lines[-LOG_LINES_MAX:]:
            print('    | ' + line)
        for failure in tally.failures:
            print('    FAILED: %s: %s' % (name, failure))
        sys.stdout.flush()

    def run(self, name, command, env, cwd=ROOT):
        status, output, seconds = run(command, cwd, env)
        self.suite(name, tap.judge(output, status), seconds, output)

    def end(self):
        """The last line, and the exit status."""
        if self.passed + self.failed == 0:
            self.broken('all', 'there is no suite')
        print('%d passed, %d failed' % (self.passed, self.failed), flush=True)
        return 1 if self.failed else 0

    def broken(self, name, why, log=''):
        tally = tap.Tally()
        tally.fail(why)
        self.suite(name, tally, 0, log)


def run(command, cwd, env, seconds_max=SUITE_SECONDS_MAX):
    """Runs a command in a process group of its own: (status, all that it printed, seconds)."""
    start = time.monotonic()
    process = subprocess.Popen(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               start_new_session=True)
    try:
        output, _ = process.communicate(timeout=seconds_max)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        output += b'\nnot done after %d seconds\n' % seconds_max
    return process.returncode, output.decode('utf-8', 'replace'), time.monotonic() - start


def environment(build):
    """What a suite finds in its environment."""
    return dict(os.environ, SCRIP_BIN=str(build / 'scrip'), SCRIP_BUILD=str(build),
                NO_COLOR='1', LC_ALL='C.UTF-8')
