# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A second opinion on what we write: the openssl command."""

from __future__ import annotations

import subprocess


def openssl(*arguments: str, given: bytes = b"") -> str:
    """Run it with this input; its output in one text, lines stripped. It must succeed."""
    done = subprocess.run(["openssl", *arguments], input=given, capture_output=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return "\n".join(line.strip() for line in (done.stdout + done.stderr).decode(errors="replace").splitlines())
