# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.testbed.errors import TestbedError
from tests.testbed.layout import CHECKOUT
from tests.testbed.processes import run


def test_output_is_returned_and_input_passed():
    assert run(["cat"], stdin="words") == "words"


def test_lines_of_standard_error_are_followed():
    lines = []
    assert run(["sh", "-c", "echo one >&2; echo two >&2; echo out"], on_line=lines.append) == "out\n"
    assert lines == ["one", "two"]


def test_failure_names_the_command_and_shows_its_last_lines():
    with pytest.raises(TestbedError, match="sh -c .* failed with exit code 3:\nwhy"):
        run(["sh", "-c", "echo why >&2; exit 3"])


def test_a_missing_program_is_named():
    with pytest.raises(TestbedError, match="no-such-program"):
        run(["no-such-program"])


def test_too_long_is_a_failure():
    with pytest.raises(TestbedError, match="sleep 30 took longer than 0.1 s"):
        run(["sleep", "30"], timeout=0.1)


def test_a_child_ends_with_a_killed_parent(tmp_path):
    mark = tmp_path / "child"
    code = f"from tests.testbed.processes import run; run(['sh', '-c', 'echo $$ > {mark}; exec sleep 60'])"
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=CHECKOUT)
    _await(lambda: mark.exists() and mark.read_text().strip())
    child = int(mark.read_text())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    _await(lambda: not _alive(child))


def _alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # Nobody may have reaped it yet.
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0] != "Z"


def _await(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
