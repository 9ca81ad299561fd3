# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Announcing hosts by external-dns, whose annotations changed their prefix without a fallback in v0.22.

Source: external-dns, docs/annotations/annotations.md; pull request 6424.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

from . import rules

LEGACY_PREFIX = "external-dns.alpha.kubernetes.io/"  # up to v0.21
PREFIX = "external-dns.kubernetes.io/"  # from v0.22 on


@dataclass(frozen=True)
class Announcement:
    """What external-dns is told.

    :param ttl: seconds
    :param target: the address or name to point at, instead of the Ingress's own
    """

    hostnames: tuple[str, ...]
    prefixes: tuple[str, ...]
    ttl: int | None = None
    target: str | None = None

    def annotations(self) -> dict[str, str]:
        """The annotations, once for each prefix."""
        values = {"hostname": ",".join(self.hostnames)}
        if self.ttl is not None:
            values["ttl"] = str(self.ttl)
        if self.target:
            values["target"] = self.target
        return {prefix + key: value for prefix in self.prefixes for key, value in values.items()}


def from_parameters(p: Mapping[str, t.Any], hosts: t.Sequence[str]) -> Announcement:
    """Build it from the option ``external_dns``."""
    return Announcement(
        hostnames=tuple(p.get("hostnames") or hosts),
        prefixes=tuple(p.get("annotation_prefixes") or (LEGACY_PREFIX, PREFIX)),
        ttl=p.get("ttl"),
        target=p.get("target"),
    )


def problems(p: Mapping[str, t.Any]) -> Iterator[str]:
    """The rules of the option ``external_dns``."""
    for name in p.get("hostnames") or ():
        yield from rules.dns_name("external_dns.hostnames", name)
    # external-dns accepts 1 second to the largest 32 bit number (source/annotations, TTLFromAnnotations).
    yield from rules.between("external_dns.ttl", p.get("ttl"), 1, 2147483647)


def unread(objects: Iterable[Mapping[str, t.Any]], prefixes: t.Collection[str]) -> list[dict[str, t.Any]]:
    """The objects with annotations for external-dns that one which reads these prefixes does not read.

    An annotation that is there with one of the prefixes too is read. Each as a dictionary: kind, namespace, name,
    annotations (the keys).
    """
    found = []
    for each in objects:
        metadata = each["metadata"]
        annotations = metadata.get("annotations") or {}
        keys = [key for key in annotations if not _is_read(key, annotations, prefixes)]
        if keys:
            place = {"kind": each["kind"], "namespace": metadata.get("namespace"), "name": metadata["name"]}
            found.append({**place, "annotations": sorted(keys)})
    return found


def _is_read(key: str, annotations: Mapping[str, str], prefixes: t.Collection[str]) -> bool:
    prefix, slash, what = key.partition("/")
    if prefix + slash not in (LEGACY_PREFIX, PREFIX):
        return True
    return any(own + what in annotations for own in prefixes)
