# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source without a cluster: its arguments, what it tells when the cluster changes, and when it does not answer."""

from __future__ import annotations

import asyncio
import importlib.util
import pathlib
import sys
from typing import Any

import pytest
import yaml

from ansible_collections.certops.kubernetes.plugins.module_utils.engine.ports import Outcome

PACKAGE = importlib.util.find_spec("ansible_collections.certops.kubernetes")
assert PACKAGE is not None and PACKAGE.submodule_search_locations
FOLDER = pathlib.Path(next(iter(PACKAGE.submodule_search_locations))) / "extensions" / "eda"
FILE = FOLDER / "plugins" / "event_source" / "certificates.py"
# As ansible-rulebook loads it: by its path, as a module of no package.
SPEC = importlib.util.spec_from_file_location("event_source_certificates", FILE)
assert SPEC is not None and SPEC.loader is not None
MODULE = sys.modules[SPEC.name] = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(MODULE)
SOURCE = vars(MODULE)


def told(arguments: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """The first events."""

    async def first() -> list[dict[str, Any]]:
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        task = asyncio.create_task(SOURCE["main"](queue, arguments))
        try:
            return [await asyncio.wait_for(queue.get(), 30) for _number in range(count)]
        finally:
            task.cancel()

    return asyncio.run(first())


def test_a_cluster_that_does_not_answer_is_told() -> None:
    (event,) = told({"host": "http://127.0.0.1:1", "api_key": "none", "cluster": "east"}, 1)
    assert event["certificate"]["state"] == "unreachable"
    assert event["certificate"]["cluster"] == "east"
    assert "127.0.0.1:1 does not answer" in event["certificate"]["message"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"kubeconfg": "x"}, "kubeconfg: no argument of certops.kubernetes.certificates; there are kubeconfig"),
        ({"within": "soon"}, "within"),
        ({"namespaces": ["Shop"]}, "namespaces"),
    ],
)
def test_wrong_arguments_are_named(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(Exception, match=said):
        SOURCE["settings"](arguments)


def test_empty_arguments_are_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("K8S_AUTH_CONTEXT", "production")
    settings = SOURCE["settings"]({"kubeconfig": "", "context": "", "within": ""})
    assert settings.auth == {"context": "production"}
    assert settings.within.days == 14


def test_each_namespace_is_watched() -> None:
    everything = SOURCE["watches"](SOURCE["settings"]({}).scope)
    assert {watch.namespace for watch in everything} == {None}
    some = SOURCE["watches"](SOURCE["settings"]({"namespaces": ["shop", "api"]}).scope)
    assert sorted({watch.namespace for watch in some}) == ["api", "shop"]
    assert len(some) == 2 * len(everything)


class Looks:
    """Looks at a cluster that fails once the bell has rung, and is right again after the next."""

    def __init__(self, loop: asyncio.AbstractEventLoop, bell: asyncio.Event) -> None:
        self.loop, self.bell = loop, bell
        self.finding = {"code": "renewal.failing", "severity": "error", "object": "Certificate shop/www"}
        self.finding |= {"message": "It fails.", "remedy": "Mend it.", "evidence": {}}
        self.times = 0

    def __call__(self, run: Any, scope: Any) -> Outcome:
        self.times += 1
        findings = [self.finding] if self.times == 2 else []
        row = dict.fromkeys(("secret_name", "dns_names", "issuer_ref", "not_after", "renewal_time"))
        row |= {"namespace": "shop", "name": "www", "findings": [each["code"] for each in findings]}
        self.loop.call_soon_threadsafe(self.bell.set)
        return Outcome(False, {"certificates": [row], "findings": findings})


def test_a_change_is_told_once_and_its_end_too(monkeypatch: pytest.MonkeyPatch) -> None:
    async def first(count: int) -> list[str]:
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        bell = asyncio.Event()
        looks = Looks(asyncio.get_running_loop(), bell)
        monkeypatch.setattr(SOURCE["fleet"], "look", looks)
        monkeypatch.setitem(SOURCE["tell"].__globals__, "SETTLE_SECONDS", 0.0)
        task = asyncio.create_task(SOURCE["tell"](queue, SOURCE["settings"]({}), None, bell, lambda: lambda: None))
        states = [(await asyncio.wait_for(queue.get(), 30))["certificate"]["state"] for _number in range(count)]
        while looks.times < 5:
            await asyncio.sleep(0)
        task.cancel()
        assert queue.empty()
        return states

    assert asyncio.run(first(2)) == ["failing", "well"]


@pytest.mark.parametrize("path", sorted((FOLDER / "rulebooks").glob("*.yml")), ids=lambda path: path.stem)
def test_rulebooks_give_arguments_that_there_are(path: pathlib.Path) -> None:
    documented = yaml.safe_load(SOURCE["DOCUMENTATION"])["options"]
    assert set(documented) == {*SOURCE["AUTH"], *SOURCE["OTHERS"]}
    for rules in yaml.safe_load(path.read_text()):
        for source in rules["sources"]:
            assert set(source["certops.kubernetes.certificates"]) <= set(documented)
