# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass, field

import pytest

from tests.testbed import store
from tests.testbed.errors import TestbedError
from tests.testbed.progress import Progress


@dataclass
class Example:
    name: str = "example"
    version: str = "v1"
    inputs: str = "flags"
    programs: str = "bin"
    needs: tuple = ()
    fails: bool = False
    made: list = field(default_factory=list)

    def make(self, folder, report):
        self.made.append(sorted(folder.iterdir()))
        (folder / "part").write_text("content")
        if self.fails:
            raise TestbedError("no")


def test_made_once_for_the_same_inputs(capsys):
    example = Example()
    store.make(example, Progress())
    store.make(example, Progress())
    assert len(example.made) == 1
    assert (store.folder_of(example) / "part").read_text() == "content"
    assert capsys.readouterr().out.startswith("example v1: ")


def test_other_inputs_replace_it():
    store.make(Example(), Progress())
    changed = Example(inputs="other flags")
    assert not store.is_made(changed)
    store.make(changed, Progress())
    assert store.is_made(changed) and not store.is_made(Example())


def test_a_failed_build_leaves_nothing_that_counts(capsys):
    failing = Example(fails=True)
    with pytest.raises(TestbedError):
        store.make(failing, Progress())
    assert not store.is_made(failing) and not store.folder_of(failing).exists()
    assert capsys.readouterr().out.startswith("example v1: failed after ")
    again = Example()
    store.make(again, Progress())
    assert again.made == [[]], "it has to start from an empty folder"


def test_a_version_has_a_folder_of_its_own(cache):
    assert store.folder_of(Example(version="v2")) == cache / "bin" / "example-v2"
    assert store.programs_of(Example()) == cache / "bin" / "example-v1" / "bin"


def test_a_lock_that_is_held_is_waited_for_and_said(tmp_path):
    lock, said, order = tmp_path / "lock", queue.Queue(), []

    def second():
        with store.locked(lock, said.put):
            order.append("second")

    thread = threading.Thread(target=second)
    with store.locked(lock, said.put):
        thread.start()
        assert str(lock) in said.get(timeout=10)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]
