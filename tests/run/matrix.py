# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both ends of what the collection runs on: the unit tests, ansible-test sanity, and scenarios on a testbed, with each.

Lower bounds are those of requirements.txt, and of requires_ansible in meta/runtime.yml. At the oldest end each is taken at
its word, at the newest end nothing is held back.
"""

from __future__ import annotations

import dataclasses
import os
import pathlib
import re
import subprocess
from collections.abc import Iterable

import yaml

from . import pythons, sanity
from .counts import Counts
from .process import ROOT, SCRATCH, TOOLS, cache, environment
from .suites import run_pytest

# Signing by every kind of issuer, ACME by HTTP-01, and DNS-01 by Route 53 and RFC 2136: each library does its part.
SCENARIOS = "direct route53"
# Of tests/requirements.txt, what runs the tests. Their versions say nothing about the collection.
RUNNERS = ("flask", "flask-cors", "moto", "pytest", "supervisor")
# kubernetes.core is only had from Galaxy, or with this package, whose first release is of ansible-core 2.19.1.
BUNDLE = "ansible>=12.0.0"
# What the newest ansible-core of all runs on.
NEWEST_NEEDS = "3.12"


@dataclasses.dataclass(frozen=True)
class End:
    """One end of the matrix.

    :param pythons: versions, of which the first that there is is taken
    :param resolution: as uv calls it
    """

    name: str
    pythons: tuple[str, ...]
    resolution: str

    @property
    def folder(self) -> pathlib.Path:
        """Its Python environment."""
        return SCRATCH / "matrix" / self.name


OLDEST = End("oldest", ("3.11", "3.12", "3.13"), "lowest-direct")
NEWEST = End("newest", ("3.14", "3.13", "3.12", "3.11"), "highest")


def unit() -> Counts:
    """The unit tests at both ends."""
    return _at_both_ends("unit")


def sanity_tests() -> Counts:
    """`ansible-test sanity` of both ends, each on its Python."""
    return sum((sanity.run(end.folder / "bin", make(end)) for end in (OLDEST, NEWEST)), Counts())


def integration() -> Counts:
    """The scenarios at both ends, one after the other, on testbed 1 if no other is asked for."""
    chosen = {"TESTBED": os.environ.get("TESTBED", "1"), "TARGETS": os.environ.get("TARGETS") or SCENARIOS}
    return _at_both_ends("integration", **chosen)


def _at_both_ends(suite: str, **changes: str) -> Counts:
    total = Counts()
    for end in (OLDEST, NEWEST):
        make(end)
        programs = end.folder / "bin"
        path = f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        # Bytecode, or each play would compile ansible-core again.
        variables = os.environ | changes | {"PATH": path, "PYTHONDONTWRITEBYTECODE": ""}
        total += run_pytest([str(programs / "python")], suite, f"{suite}-{end.name}", variables)
    return total


def make(end: End) -> str:
    """Makes its environment, says what is in it, and returns its Python's version. FileNotFoundError if no Python fits."""
    found = pythons.find(*end.pythons)
    if found is None:
        raise FileNotFoundError(f"{end.name}: this machine has no Python {' or '.join(end.pythons)}")
    version, interpreter = found
    end.folder.mkdir(parents=True, exist_ok=True)
    chosen = end.folder / "requirements.txt"
    wanted = "\n".join([*bounds(), BUNDLE])
    _uv("pip", "compile", "-", "--quiet", "--no-header", "--no-annotate", f"--python={interpreter}",
        f"--resolution={end.resolution}", f"--output-file={chosen}", given=wanted)  # fmt: skip
    _uv("venv", "--quiet", "--allow-existing", f"--python={interpreter}", str(end.folder))
    _uv("pip", "install", "--quiet", "--exact", f"--python={end.folder}", "--requirements=-", f"--requirements={chosen}",
        f"--constraints={chosen}", given="\n".join(runners()))  # fmt: skip
    _link(end)
    print(f"matrix: {end.name}: Python {version}, {', '.join(_versions(chosen, wanted))}", flush=True)
    if end is NEWEST and _number(version) < _number(NEWEST_NEEDS):
        print(f"matrix: no newer ansible-core was tried: there is no Python {NEWEST_NEEDS} or newer here", flush=True)
    return version


def bounds() -> list[str]:
    """Each package that the collection needs, with its lower bound."""
    ansible = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())["requires_ansible"]
    return [f"ansible-core{ansible}", *_lines("requirements.txt")]


def runners() -> list[str]:
    """What runs the tests, with the bounds that the tests have."""
    return [line for line in _lines("tests/requirements.txt") if _name(line) in RUNNERS]


def _lines(file: str) -> list[str]:
    lines = (line.split("#")[0].strip() for line in (ROOT / file).read_text().splitlines())
    return [line for line in lines if line and not line.startswith("-")]


def _name(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0]


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _versions(chosen: pathlib.Path, wanted: str) -> Iterable[str]:
    names = {_name(line) for line in wanted.splitlines()}
    return [line.replace("==", " ") for line in chosen.read_text().splitlines() if _name(line) in names]


def _uv(*command: str, given: str | None = None) -> None:
    variables = environment(UV_CACHE_DIR=str(cache() / "uv"), UV_PYTHON_DOWNLOADS="never")
    subprocess.run([str(TOOLS / "uv"), *command], env=variables, input=given, text=True, check=True)


def _link(end: End) -> None:
    """The checkout as certops.kubernetes, as set-up links it into .venv."""
    (packages,) = end.folder.glob("lib/python*/site-packages")
    link = packages / "ansible_collections" / "certops" / "kubernetes"
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(ROOT)
