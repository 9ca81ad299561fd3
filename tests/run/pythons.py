# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Pythons of this machine. None is downloaded: an interpreter is the user's to choose."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
from collections.abc import Iterator

_ASK = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"


def find(*versions: str) -> tuple[str, pathlib.Path] | None:
    """The first of these versions ("3.13") that there is, with its interpreter; in PATH, of pyenv, or of uv."""
    for version in versions:
        for candidate in _candidates(version):
            if _is(candidate, version):
                return version, candidate
    return None


def _candidates(version: str) -> Iterator[pathlib.Path]:
    name, home = f"python{version}", pathlib.Path.home()
    in_path = shutil.which(name)
    if in_path:
        yield pathlib.Path(in_path)
    pyenv = pathlib.Path(os.environ.get("PYENV_ROOT") or home / ".pyenv")
    yield from sorted(pyenv.glob(f"versions/{version}.*/bin/{name}"), reverse=True)
    uv = pathlib.Path(os.environ.get("UV_PYTHON_INSTALL_DIR") or home / ".local/share/uv/python")
    yield from sorted(uv.glob(f"cpython-{version}.*/bin/{name}"), reverse=True)


def _is(interpreter: pathlib.Path, version: str) -> bool:
    """Whether it runs, which a shim may not, and is what its name says."""
    asked = subprocess.run([interpreter, "-c", _ASK], capture_output=True, text=True, check=False)
    return asked.returncode == 0 and asked.stdout.strip() == version
