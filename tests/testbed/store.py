# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cache of builds: one folder a component and version, which is there in whole or not at all."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from .layout import cache_folder
from .progress import Progress, Report


class Source(Protocol):
    """Where a component comes from and how it is made."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def inputs(self) -> str:
        """What the result follows from besides name and version; another text means to make it anew."""

    @property
    def needs(self) -> tuple[Source, ...]:
        """What has to be made before."""

    @property
    def programs(self) -> str:
        """The folder, in that of the component, where its programs lie."""

    def make(self, folder: Path, report: Report) -> None:
        """Puts the component into an empty folder. Raises TestbedError if it can't."""


def title(source: Source) -> str:
    return f"{source.name} {source.version}"


def folder_of(source: Source) -> Path:
    return cache_folder() / "bin" / f"{source.name}-{source.version}"


def programs_of(source: Source) -> Path:
    return folder_of(source) / source.programs


def is_made(source: Source) -> bool:
    stamp = folder_of(source) / ".inputs"
    return stamp.is_file() and stamp.read_text() == source.inputs


def make(source: Source, progress: Progress) -> None:
    """Makes what is not there yet. Safe against other runs doing the same, and against being ended at any moment."""
    folder = folder_of(source)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with locked(folder.with_name(f".{folder.name}.lock"), progress.say):
        if is_made(source):
            return
        unfinished = folder.with_name(f".{folder.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        with progress.step(title(source)) as report:
            source.make(unfinished, report)
        (unfinished / ".inputs").write_text(source.inputs)
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)


@contextmanager
def locked(path: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Waits for the lock, and says so; the kernel gives it back when its holder ends, however that happens."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another run, which has {path}")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
