# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Evidence of a certificate that is wanted, before its first order, and what the preflight says of it."""

from __future__ import annotations

from typing import Any

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import preflight
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.dns_answers import Answer, Dns
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.evidence import Evidence
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.finding import Finding
from ansible_collections.certops.kubernetes.tests.unit import issuance as made
from ansible_collections.certops.kubernetes.tests.unit import live

Object = dict[str, Any]

HOST, ADDRESS, ELSEWHERE = live.HOST, made.ADDRESS, "198.51.100.1"
TITLE = "Certificate shop/www"
LETS_ENCRYPT = "https://acme-v02.api.letsencrypt.org/directory"
DNS01: Object = {"dns01": {"route53": {}}}
NOT_FOUND: Object = {
    "status": 404,
    "location": None,
    "server": None,
    "content_type": "text/plain",
    "content_length": "19",
}
REFUSED: Object = {"reason": "connection_refused", "detail": "Connection refused"}


def wanted(**spec: Any) -> Object:
    found = live.certificate(spec=live.SPEC | spec)
    return made.aged({**found, "status": {}}, 0)


def peer(name: str = "shop", address: str | None = ADDRESS, age: float = 600, class_name: str = "nginx") -> Object:
    found = live.ingress()
    found["metadata"]["name"] = name
    found["spec"] = {"ingressClassName": class_name}
    found["status"] = {"loadBalancer": {"ingress": [{"ip": address}]}} if address else {}
    return made.aged(found, age)


def visited(answer: Object | None = None, address: str = ADDRESS, ingress: Object | None = None) -> Object:
    seen = {"address": address, "answer": answer or NOT_FOUND}
    return {HOST: {**seen, "ingress_answer": ingress} if ingress else seen}


def caa(owner: str, *records: str, status: str = "NOERROR") -> Dns:
    labels = HOST.split(".")
    names = [".".join(labels[cut:]) for cut in range(len(labels))]
    answers = (
        Answer(name, "CAA", status if name == owner else "NOERROR", records if name == owner else ()) for name in names
    )
    return Dns((*made.dns(ADDRESS).resolved, *answers))


def healthy(**parts: Any) -> Evidence:
    """Nothing speaks against it."""
    found = {
        "certificate": wanted(),
        "ingress_classes": (live.ingress_class(),),
        "peers": (peer(),),
        "dns": made.dns(ADDRESS),
        "paths": visited(),
    }
    return made.evidence(**{**found, **parts})


def found(**parts: Any) -> list[Finding]:
    return preflight.run_all(healthy(**parts))


def only(**parts: Any) -> Finding:
    findings = found(**parts)
    assert len(findings) == 1, findings
    return findings[0]
