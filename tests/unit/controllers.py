# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""cert-manager's controllers on the fake cluster: after a while, what is asked for is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.certops.kubernetes.plugins.module_utils.spec.kinds import (
    CERTIFICATE,
    INGRESS,
    ISSUER,
    Kind,
)
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster

Object = dict[str, Any]
_DATES = {"notBefore": "2026-03-01T12:00:00Z", "notAfter": "2026-05-30T12:00:00Z"}


def issuing(fake: FakeCluster, seconds: float = 2.0) -> None:
    """Every Certificate is issued by the CA of live.py, and again when it changes or Issuing is set."""

    def issue(obj: Object) -> None:
        name, generation = obj["metadata"]["name"], obj["metadata"]["generation"]
        issued = live.CA.issue(*obj["spec"]["dnsNames"])
        fake.put(live.secret(issued, obj["spec"]["secretName"], obj["spec"]["issuerRef"]["name"]))
        revision = obj.get("status", {}).get("revision", 0) + 1
        conditions = [live.condition("Ready", True, "Ready", generation=generation)]
        status = {"conditions": conditions, "revision": revision, **_DATES}
        fake.set_status(CERTIFICATE, obj["metadata"]["namespace"], name, status)

    def unsettled(obj: Object) -> bool:
        found = {item["type"]: item for item in obj.get("status", {}).get("conditions", ())}
        observed = found.get("Ready", {}).get("observedGeneration")
        return observed != obj["metadata"]["generation"] or found.get("Issuing", {}).get("status") == "True"

    fake.reactions.append(_later(fake, seconds, CERTIFICATE, unsettled, issue))


def shimming(fake: FakeCluster) -> None:
    """Every Ingress with an issuer's annotation gets its Certificate, as cert-manager's ingress-shim makes it."""

    def make(obj: Object) -> None:
        for entry in obj["spec"]["tls"]:
            present = fake.live(CERTIFICATE, obj["metadata"]["namespace"], entry["secretName"])
            if present and "ownerReferences" not in present["metadata"]:
                continue  # "refusing to update non-owned certificate resource"
            reference = {"name": obj["metadata"]["annotations"]["cert-manager.io/issuer"], "kind": "Issuer"}
            spec = {"secretName": entry["secretName"], "dnsNames": entry["hosts"], "issuerRef": reference}
            fake.put(
                {
                    "apiVersion": CERTIFICATE.api_version,
                    "kind": CERTIFICATE.kind,
                    "metadata": {
                        "name": entry["secretName"],
                        "namespace": obj["metadata"]["namespace"],
                        "ownerReferences": [{"kind": INGRESS.kind, "uid": obj["metadata"]["uid"]}],
                    },
                    "spec": spec,
                }
            )

    def asked(obj: Object) -> bool:
        return "cert-manager.io/issuer" in obj["metadata"].get("annotations", {}) and "tls" in obj["spec"]

    fake.reactions.append(_later(fake, 0.5, INGRESS, asked, make))


def answering(fake: FakeCluster, *conditions: Object, seconds: float = 2.0) -> None:
    """Every Issuer gets these conditions."""

    def answer(obj: Object) -> None:
        fake.set_status(ISSUER, "shop", obj["metadata"]["name"], {"conditions": list(conditions)})

    fake.reactions.append(_later(fake, seconds, ISSUER, lambda obj: "status" not in obj, answer))


def _later(
    fake: FakeCluster, seconds: float, kind: Kind, due: Callable[[Object], bool], act: Callable[[Object], None]
) -> Callable[[Object], None]:
    def reaction(obj: Object) -> None:
        if obj["kind"] == kind.kind and due(obj):
            fake.time.at(fake.time.seconds + seconds, lambda: act(obj))

    return reaction
