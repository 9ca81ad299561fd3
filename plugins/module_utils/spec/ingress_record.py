# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is ours on an Ingress that others write to as well: a note we leave on it, and the tls list put together.

``spec.tls`` is one atomic list for server-side apply, so that ownership can't tell whose entry is whose.
"""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Object = t.Mapping[str, t.Any]
Entry = t.Mapping[str, t.Any]

ANNOTATION = "certops.kubernetes/ingress-tls"


@dataclass(frozen=True)
class Record:
    """Our own part of one Ingress.

    :param created: the Ingress itself is ours
    :param secrets: ``secretName`` of our tls entries
    :param certificates: names of the Certificates that were made explicitly
    :param objects: what annotations refer to, "ConfigMap/www-headers"
    :param hosts: those of our tls entry that names no Secret, in their order: a load balancer has the certificate
    """

    created: bool = False
    secrets: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()

    def annotation(self) -> dict[str, str]:
        """The note; what is empty is left out."""
        said = {key: value for key, value in sorted(vars(self).items()) if value}
        return {ANNOTATION: json.dumps(said, sort_keys=True)}


def read(ingress: Object | None) -> Record:
    """The note on an Ingress; an empty one where there is none, or none that can be read."""
    text = ((ingress or {}).get("metadata", {}).get("annotations") or {}).get(ANNOTATION)
    try:
        said = json.loads(text) if text else {}
    except ValueError:
        said = {}
    if not isinstance(said, dict):
        return Record()
    lists = {key: said.get(key) for key in ("secrets", "certificates", "objects", "hosts")}
    kept = {key: tuple(map(str, value)) if isinstance(value, list) else () for key, value in lists.items()}
    return Record(created=bool(said.get("created")), **kept)


def entries(ingress: Object | None) -> list[Entry]:
    """spec.tls."""
    return list(((ingress or {}).get("spec") or {}).get("tls") or ())


def merged(present: Sequence[Entry], ours: Sequence[str], hosts: Sequence[str], secret_name: str) -> list[Entry]:
    """The tls list with our entry in it and everybody else's untouched.

    Our older entries for these hosts give way. An entry for the same Secret that is somebody else's gets the hosts
    it lacks.
    """
    result: list[Entry] = []
    placed = False
    for entry in present:
        name, listed = entry.get("secretName"), list(entry.get("hosts") or ())
        if name == secret_name:
            wanted = list(hosts) if name in ours else list(dict.fromkeys([*listed, *hosts]))
            result.append({**entry, "hosts": wanted})
            placed = True
        elif not (name in ours and set(listed) & set(hosts)):
            result.append(entry)
    return result if placed else [*result, {"hosts": list(hosts), "secretName": secret_name}]


def clashes(present: Sequence[Entry], ours: Sequence[str], hosts: Sequence[str], secret_name: str) -> Iterator[str]:
    """Hosts that somebody else's entry serves from another Secret."""
    for entry in present:
        name = entry.get("secretName")
        if name == secret_name or name in ours:
            continue
        for host in sorted(set(entry.get("hosts") or ()) & set(hosts)):
            yield f"hosts: {host!r} is already served from Secret {name!r} by a tls entry that is not ours"


def balanced(present: Sequence[Entry], record: Record, hosts: Sequence[str]) -> list[Entry]:
    """The tls list with one entry for the hosts that names no Secret, and everybody else's untouched."""
    result: list[Entry] = []
    for entry in present:
        if not _is_ours(entry, record):
            result.append(entry)
        elif not entry.get("secretName"):
            result.append({**entry, "hosts": list(hosts)})
    return result if len(result) > len(others(present, record)) else [*result, {"hosts": list(hosts)}]


def without_hosts(present: Sequence[Entry], record: Record) -> list[Entry]:
    """The tls list without our entry that names no Secret."""
    return [entry for entry in present if entry.get("secretName") or not _is_ours(entry, record)]


def others(present: Sequence[Entry], record: Record) -> list[Entry]:
    """The tls list without our entries."""
    return [entry for entry in present if not _is_ours(entry, record)]


def _is_ours(entry: Entry, record: Record) -> bool:
    name = entry.get("secretName")
    if name:
        return name in record.secrets
    return bool(record.hosts) and tuple(entry.get("hosts") or ()) == record.hosts
