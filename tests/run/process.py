# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things are, and how the tools in .venv are called."""

from __future__ import annotations

import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRATCH = ROOT / ".cache"
TOOLS = pathlib.Path(sys.executable).parent


def cache() -> pathlib.Path:
    """The folder of downloads and builds, outside the checkout."""
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(os.environ.get("CERTOPS_CACHE") or pathlib.Path(base) / "certops-testbed")


def environment(**changes: str) -> dict[str, str]:
    """This process's environment with .venv's tools first."""
    return {**os.environ, "PATH": f"{TOOLS}{os.pathsep}{os.environ.get('PATH', os.defpath)}", **changes}


def followed(command: Sequence[str], folder: pathlib.Path, variables: Mapping[str, str]) -> subprocess.Popen[str]:
    """A command that was started in the folder; the lines of both its outputs come by `stdout`, it is asked nothing."""
    return subprocess.Popen(
        command,
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def project_files(*patterns: str) -> list[str]:
    """The project's files by git, those not committed yet among them, as paths from the root."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "-z", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [name for name in listed.split("\0") if name and (ROOT / name).exists()]


def copy_project_files(folder: pathlib.Path) -> None:
    """Copies the project's files, and nothing else that lies about in the checkout."""
    for name in project_files():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target, follow_symlinks=False)


def kubernetes_core() -> pathlib.Path:
    """The folder of kubernetes.core in this Python environment. FileNotFoundError if it isn't there."""
    found = importlib.util.find_spec("ansible_collections.kubernetes.core")
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("kubernetes.core is not in this Python environment")
    return pathlib.Path(next(iter(found.submodule_search_locations)))
