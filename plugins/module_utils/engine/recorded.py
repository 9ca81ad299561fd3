# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cluster seen with both engines: what the direct one keeps in ConfigMaps is read as the Certificates and issuers it is.

It only reads. Each certificate or issuer of the direct engine says so: ``engine: direct`` (spec/direct/record.py).
"""

from __future__ import annotations

import typing as t
from dataclasses import replace

from .. import errors
from ..spec import kinds
from ..spec.direct import record

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from . import ports

Objects = list["ports.Object"]
Listed = tuple[Objects, str]

_LABELS = {kinds.CERTIFICATE: record.CERTIFICATES, kinds.ISSUER: record.ISSUERS, kinds.CLUSTER_ISSUER: record.ISSUERS}


class Recorded:
    """The reading verbs of engine/ports.py.

    :param cluster_resource_namespace: where ClusterIssuers of the direct engine are kept
    ``refused``: what could not be listed of cert-manager's, plural of the kind → the server's answer
    """

    def __init__(self, cluster: ports.Cluster, cluster_resource_namespace: str) -> None:
        self._cluster, self._cluster_resource_namespace = cluster, cluster_resource_namespace
        self.refused: dict[str, str] = {}

    def get(self, kind: kinds.Kind, namespace: str | None, name: str) -> ports.Object | None:
        """As the cluster's; a Certificate that cert-manager doesn't have may be one of the direct engine.

        :raises ApiError: neither can be read
        """
        if kind is not kinds.CERTIFICATE:
            return self._cluster.get(kind, namespace, name)
        try:
            found = self._cluster.get(kind, namespace, name)
        except errors.Forbidden:
            kept = self._kept(namespace, name)
            if kept is None:
                raise
            return kept
        return found or self._kept(namespace, name)

    def _kept(self, namespace: str | None, name: str) -> ports.Object | None:
        try:
            found = self._cluster.get(kinds.CONFIG_MAP, namespace, record.config_map_name(kinds.CERTIFICATE, name))
        except errors.Forbidden:  # who may not read records has no use for that engine
            return None
        return record.as_object(found) if found else None

    def list(
        self, kind: kinds.Kind, namespace: str | None = None, fields: str | None = None, labels: str | None = None
    ) -> Listed:
        """As the cluster's, with the records behind; they have no labels of the user's.

        :raises ApiError: cert-manager's can't be read, and there are no records
        """
        if kind not in _LABELS or fields or labels:
            return self._cluster.list(kind, namespace, fields, labels)
        records = self._records(kind, namespace)
        try:
            items, version = self._cluster.list(kind, namespace)
        except (errors.Forbidden, errors.NotFound) as error:
            if not records:
                raise
            if isinstance(error, errors.Forbidden):
                self.refused[kind.plural] = error.detail
            return records, ""
        taken = {_key(item) for item in items} if kind is kinds.CERTIFICATE else set()
        return [*items, *(item for item in records if _key(item) not in taken)], version

    def _records(self, kind: kinds.Kind, namespace: str | None) -> Objects:
        where = self._cluster_resource_namespace if kind is kinds.CLUSTER_ISSUER else namespace
        try:
            listed, _version = self._cluster.list(kinds.CONFIG_MAP, where, labels=_LABELS[kind])
        except errors.ApiError:  # as above
            return []
        return [item for item in _objects(listed) if item["kind"] == kind.kind]


def _objects(listed: Objects) -> Iterator[ports.Object]:
    for item in listed:
        try:
            yield record.as_object(item)
        except (errors.CertopsError, KeyError):
            continue  # somebody has broken it; who works on it is told


def _key(item: ports.Object) -> tuple[str | None, str]:
    return item["metadata"].get("namespace"), item["metadata"]["name"]


def of(run: ports.Run) -> tuple[ports.Run, Recorded]:
    """The same run on its cluster as both engines see it, which has no verb that writes."""
    seen = Recorded(run.cluster, run.cluster_resource_namespace)
    return replace(run, cluster=t.cast("ports.Cluster", seen)), seen
