# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates that cert-manager has made for an Ingress, from its annotations, and would make again while they are there.

The annotations go, and are kept with the record, so that they can come back (pkg/controller/certificate-shim/sync.go).
"""

from __future__ import annotations

import json
import typing as t

from ...spec import ingress_record, kinds
from .look import Item

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .. import ports

# On the record: the name of the Ingress and its annotations, as JSON.
_KEPT = "certops.kubernetes/made-for-ingress"
_TLS_ACME = "kubernetes.io/tls-acme"


def remember(run: ports.Run, config_map: ports.Object, item: Item) -> ports.Object:
    """Keep with the record what the Ingress says to cert-manager: the record as it is then."""
    if item.ingress is None:
        return config_map
    namespace = item.wanted.namespace
    ingress = run.cluster.get(kinds.INGRESS, namespace, item.ingress)
    said = _said(ingress) if ingress else {}
    if not said:  # removed by the run that was cut off, which has kept them
        return config_map
    text = json.dumps({"name": item.ingress, "annotations": said}, sort_keys=True)
    patch = {"metadata": {"annotations": {_KEPT: text}}}
    return run.cluster.merge(kinds.CONFIG_MAP, namespace, config_map["metadata"]["name"], patch)


def strip(run: ports.Run, namespace: str, name: str) -> None:
    """Take cert-manager's annotations from an Ingress."""
    ingress = run.cluster.get(kinds.INGRESS, namespace, name)
    said = _said(ingress) if ingress else {}
    if said:
        patch = {"metadata": {"annotations": dict.fromkeys(said)}}
        run.cluster.merge(kinds.INGRESS, namespace, name, patch)


def owned(run: ports.Run, item: Item, manifest: dict[str, t.Any]) -> dict[str, t.Any]:
    """The Certificate as cert-manager would have made it for the Ingress, where that is still there."""
    name = _remembered(item).get("name")
    ingress = run.cluster.get(kinds.INGRESS, item.wanted.namespace, name) if name else None
    if ingress is None:
        return manifest
    owner = {
        "apiVersion": kinds.INGRESS.api_version,
        "kind": kinds.INGRESS.kind,
        "name": name,
        "uid": ingress["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }
    return {**manifest, "metadata": {**manifest["metadata"], "ownerReferences": [owner]}}


def restore(run: ports.Run, item: Item) -> None:
    """Give the Ingress its annotations back; on one of ingress_tls, that module's next run writes them as its own."""
    kept = _remembered(item)
    ingress = run.cluster.get(kinds.INGRESS, item.wanted.namespace, kept["name"]) if kept else None
    if ingress is not None and ingress_record.ANNOTATION not in (ingress["metadata"].get("annotations") or {}):
        patch = {"metadata": {"annotations": kept["annotations"]}}
        run.cluster.merge(kinds.INGRESS, item.wanted.namespace, kept["name"], patch)


def _remembered(item: Item) -> Mapping[str, t.Any]:
    annotations = ((item.config_map or {}).get("metadata") or {}).get("annotations") or {}
    found: Mapping[str, t.Any] = json.loads(annotations.get(_KEPT) or "{}")
    return found


def _said(ingress: Mapping[str, t.Any]) -> dict[str, str]:
    """What cert-manager reads."""
    annotations = ingress["metadata"].get("annotations") or {}
    return {key: value for key, value in annotations.items() if key.startswith("cert-manager.io/") or key == _TLS_ACME}
