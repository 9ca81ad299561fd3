# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Child processes that never outlive the run, and whose output is shown only when they fail."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from .errors import TestbedError

# The kernel ends the child with us, even by kill -9.
TIED_TO_US = ["setpriv", "--pdeathsig", "KILL"]


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float | None = None,
    stdin: str = "",
    on_line: Callable[[str], None] | None = None,
) -> str:
    """Runs a command and returns what it printed on standard output.

    on_line is called with each line of standard error. timeout is in seconds.
    Raises TestbedError with the last lines of both if the command fails, is missing, or takes too long.
    """
    words = [str(word) for word in command]
    try:
        process = subprocess.Popen(
            [*TIED_TO_US, *words],
            cwd=cwd,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
    except OSError as error:
        raise TestbedError(f"{words[0]} can't be run: {error}") from error
    with process:
        try:
            if on_line is None:
                output, errors = process.communicate(stdin, timeout=timeout)
            else:
                output, errors = _follow(process, on_line)
        except BaseException as error:
            process.kill()
            if isinstance(error, subprocess.TimeoutExpired):
                raise TestbedError(f"{' '.join(words)} took longer than {timeout:g} s") from None
            raise
    if process.returncode:
        tail = "\n".join((output + errors).strip().splitlines()[-20:])
        raise TestbedError(f"{' '.join(words)} failed with exit code {process.returncode}:\n{tail}")
    return output


def _follow(process: subprocess.Popen[str], on_line: Callable[[str], None]) -> tuple[str, str]:
    """For commands that print nothing much on standard output, since that is read last."""
    assert process.stdin and process.stdout and process.stderr
    process.stdin.close()
    seen: list[str] = []
    for line in process.stderr:
        seen.append(line)
        on_line(line.rstrip())
    return process.stdout.read(), "".join(seen)
