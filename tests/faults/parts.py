# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Taking cert-manager's own parts away, and bringing them back."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime, timedelta, timezone
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ansible_collections.certops.kubernetes.plugins.module_utils.errors import ApiError
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds

from .objects import certificate
from .place import ROLE, Place

_NAMESPACE = "cert-manager"
# Case → the ClusterRole that has lost rules, and all that it had.
_taken: dict[str, tuple[str, list[dict[str, Any]]]] = {}


def scale(place: Place, name: str, replicas: int) -> None:
    """And waits until as many pods are there, or none."""
    place.cluster.merge(kinds.DEPLOYMENT, _NAMESPACE, name, {"spec": {"replicas": replicas}})

    def done() -> bool:
        status = (place.cluster.get(kinds.DEPLOYMENT, _NAMESPACE, name) or {}).get("status", {})
        return [status.get("availableReplicas", 0), status.get("replicas", 0)] == [replicas, replicas]

    place.await_true(f"{name} with {replicas} replicas", done)


def await_webhook(place: Place) -> None:
    """The API server gets its answer again."""
    spec = certificate("probe")
    spec["metadata"]["namespace"] = place.namespace

    def answers() -> bool:
        try:
            place.cluster.create(kinds.CERTIFICATE, spec, dry_run=True)
        except ApiError:
            return False
        return True

    place.await_true("the webhook", answers)


def other_ca() -> str:
    """A CA's certificate that signed nothing, as a webhook configuration holds it."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(timezone.utc)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "another CA")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return b64encode(made.public_bytes(serialization.Encoding.PEM)).decode()


def take_rights(place: Place, role: str, resource: str) -> None:
    """A ClusterRole loses its rules about a resource."""
    live = place.get(ROLE, role)
    assert live, f"there is no ClusterRole {role}"
    _taken[place.name] = (role, live["rules"])
    place.patch(ROLE, role, {"rules": [rule for rule in live["rules"] if resource not in rule.get("resources", ())]})


def give_rights_back(place: Place) -> None:
    """Does nothing if they are there."""
    if place.name in _taken:
        role, rules = _taken.pop(place.name)
        place.patch(ROLE, role, {"rules": rules})
