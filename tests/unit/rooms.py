# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rooms of plugins/ and what each may use. Dependencies point one way:

modules → glue → {engine, kube, probe, dns, acme, solver, aws} → {errors, diagnose, spec, x509}

An engine is handed its kube, probe, dns, acme, solver and aws parts, so it imports none of them. Clock, files and
network are arguments to the pure rooms and the engine. Some modules are imported as modules only.
"""

from __future__ import annotations

import ast
import dataclasses
import sys
from collections.abc import Iterator

COLLECTION = ("ansible_collections", "certops", "kubernetes", "plugins")

PURE = frozenset({"errors", "diagnose", "spec", "x509"})
PARTS = frozenset({"kube", "probe", "dns", "acme", "solver", "aws"})

_PROCESS = {"io", "multiprocessing", "os", "pathlib", "shutil", "signal", "subprocess", "sys", "tempfile"}
_NETWORK = {"asyncio", "http", "select", "socket", "ssl", "urllib.request"}
_CHANCE = {"random", "secrets", "time"}
_OUTSIDE_WORLD = frozenset(_PROCESS | _NETWORK | _CHANCE)
_THREADS = frozenset({"concurrent", "queue", "threading"})


@dataclasses.dataclass(frozen=True)
class Room:
    """What the files of a room may import: other rooms, installed packages, and the standard library but for `banned`."""

    rooms: frozenset[str]
    packages: frozenset[str] = frozenset()
    banned: frozenset[str] = frozenset()


# What most files need is named by its module, `errors.SpecError`: when Ansible packs a module, it looks on disk for every
# name that a file imports, and only once for a module.
BY_MODULE = frozenset(
    {
        ("errors",),
        ("spec", "kinds"),
        ("engine", "ports"),
        ("engine", "protocol"),
        ("engine", "direct", "ports"),
        ("solver", "ports"),
    }
)

_CRYPTOGRAPHY = frozenset({"cryptography"})

ROOMS = {
    "errors": Room(frozenset({"diagnose"}), banned=_OUTSIDE_WORLD | _THREADS),
    "x509": Room(frozenset(), _CRYPTOGRAPHY, _OUTSIDE_WORLD | _THREADS),
    "spec": Room(frozenset({"errors", "x509"}), _CRYPTOGRAPHY, _OUTSIDE_WORLD | _THREADS),
    "diagnose": Room(frozenset({"spec", "x509"}), _CRYPTOGRAPHY, _OUTSIDE_WORLD | _THREADS),
    "report": Room(frozenset({"spec"}), banned=_OUTSIDE_WORLD | _THREADS),
    "engine": Room(PURE, _CRYPTOGRAPHY, _OUTSIDE_WORLD),
    "kube": Room(PURE, frozenset({"kubernetes", "urllib3", "yaml"})),
    "probe": Room(PURE, _CRYPTOGRAPHY),
    "dns": Room(PURE, frozenset({"dns"})),
    "acme": Room(PURE, _CRYPTOGRAPHY | {"josepy", "urllib3"}),
    "solver": Room(PURE, _CRYPTOGRAPHY),
    "aws": Room(PURE, frozenset({"boto3", "botocore"})),
    "glue": Room(PURE | PARTS | {"engine"}, frozenset({"ansible", "kubernetes.core"})),
    "filter": Room(PURE | {"report"}, frozenset({"ansible", "jinja2"})),
    "modules": Room(PURE | PARTS | {"engine", "glue"}, frozenset({"ansible"})),
}


def room_of(parts: tuple[str, ...]) -> str:
    """The room of a path or import below plugins/, such as ("module_utils", "spec", "names"); "" for none."""
    if parts[:1] == ("module_utils",):
        parts = parts[1:]
    return parts[0].removesuffix(".py") if parts and parts[0] != "__init__.py" else ""


def broken_rules(path: tuple[str, ...], source: str) -> list[str]:
    """The rules that a file breaks, each with its line; `path` is the file's, below plugins/."""
    name = room_of(path)
    if name not in ROOMS:
        return [f"1: {'/'.join(path)} is in no room"]
    room, tree = ROOMS[name], ast.parse(source)
    imported = list(imports(tree, path[:-1]))
    broken = [
        f"{line}: {name} may not import {'.'.join(module)}"
        for line, module in imported
        if not _allowed(module, name, room)
    ]
    broken += [
        f"{line}: {module[-1]} is to be named by its module, {module[-2]}.{module[-1]}"
        for line, module in imported
        if module[: len(COLLECTION)] == COLLECTION and module[len(COLLECTION) + 1 : -1] in BY_MODULE
    ]
    if room.banned:
        broken += [f"{line}: {name} may not use {what}; it is an argument" for line, what in _ambient(tree)]
    return broken


def _allowed(module: tuple[str, ...], name: str, room: Room) -> bool:
    if module[: len(COLLECTION)] == COLLECTION:
        wanted = room_of(module[len(COLLECTION) :])
        return wanted == name or wanted in room.rooms
    if module[0] in sys.stdlib_module_names:
        return module[0] not in room.banned and ".".join(module[:2]) not in room.banned
    package = ".".join(module[1:3]) if module[0] == "ansible_collections" else module[0]
    return package in room.packages


def imports(tree: ast.AST, package: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The line and full name of all that is imported, inside functions and for annotations too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, tuple(alias.name.split("."))
        elif isinstance(node, ast.ImportFrom):
            base = (*COLLECTION, *package)
            start = base[: len(base) - node.level + 1] if node.level else ()
            module = tuple(node.module.split(".")) if node.module else ()
            for alias in node.names:
                yield node.lineno, (*start, *module, alias.name)


def _ambient(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Where the current time, a file or the terminal is reached without an import that tells."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}:
            owner = ast.unparse(node.value)
            if owner.rsplit(".", maxsplit=1)[-1] in {"date", "datetime"}:
                yield node.lineno, f"{owner}.{node.attr}"
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"input", "open", "print"}
        ):
            yield node.lineno, node.func.id
