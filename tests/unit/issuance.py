# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Evidence of an issuance as cert-manager leaves it: Certificate → request → order → challenge → solver."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import causes
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.dns_answers import NOERROR, Answer, Dns
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.evidence import Evidence
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.finding import Finding
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.live import condition

Object = dict[str, Any]

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
SERVER = "https://acme.example.org/directory"
ADDRESS = "192.0.2.7"
SELF_CHECK = "Waiting for HTTP-01 challenge propagation: "
GET = f"failed to perform self check GET request 'http://{live.HOST}/t': Get \"http://{live.HOST}/t\": "


def ago(seconds: float) -> str:
    return f"{NOW - timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"


def aged(obj: Object, seconds: float | None) -> Object:
    if seconds is not None:
        obj["metadata"]["creationTimestamp"] = ago(seconds)
    return obj


ISSUING = (condition("Ready", False, "DoesNotExist", "Issuing certificate"), condition("Issuing", True, "DoesNotExist"))
CERTIFICATE = aged(live.certificate(*ISSUING), 120)
HTTP01: Object = {"http01": {"ingress": {"ingressClassName": "nginx"}}}


def acme_issuer(*conditions: Object, solvers: list[Object] | None = None, **acme: Any) -> Object:
    wanted = conditions or (condition("Ready", True, "ACMEAccountRegistered"),)
    given = [HTTP01] if solvers is None else solvers
    return live.issuer(*wanted, acme={"server": SERVER, "solvers": given, **acme})


def request(*conditions: Object, age: float | None = 120, certificate: Object | None = None, **metadata: Any) -> Object:
    """Approved and pending, if nothing else is said."""
    wanted = conditions or (
        condition("Approved", True, "cert-manager.io"),
        waits('Waiting on certificate issuance "w"'),
    )
    made = live.owned("CertificateRequest", "www-1", certificate or CERTIFICATE, {"conditions": list(wanted)})
    made["metadata"].update(metadata)
    return aged(made, age)


def waits(message: str) -> Object:
    return condition("Ready", False, "Pending", message)


REQUEST = request()


def secret() -> Object:
    """Valid at this time."""
    return live.secret(live.CA.issue(live.HOST, not_before=NOW - timedelta(hours=1)))


def authorization(
    name: str = live.HOST, wildcard: bool = False, types: tuple[str, ...] = ("http-01", "dns-01")
) -> Object:
    return {"identifier": name, "wildcard": wildcard, "challenges": [{"type": kind} for kind in types]}


def order(state: str = "pending", reason: str = "", age: float | None = 120, **status: Any) -> Object:
    told = {"url": f"{SERVER}/order/1", "authorizations": [authorization()], **status}
    told |= {key: value for key, value in (("state", state), ("reason", reason)) if value}
    return aged(live.owned("Order", "www-1-2", REQUEST, told, spec={"dnsNames": [live.HOST]}), age)


ORDER = order()


def challenge(
    reason: str = "",
    state: str = "pending",
    kind: str = "HTTP-01",
    age: float | None = 120,
    solver: Any = None,
    **more: Any,
) -> Object:
    default = HTTP01 if kind == "HTTP-01" else {"dns01": {"route53": {}}}
    status = {"state": state, "reason": reason, "processing": True, "presented": True, **more}
    spec = {"type": kind, "dnsName": live.HOST, "solver": default if solver is None else solver}
    made = live.owned("Challenge", "www-1-2-3", ORDER, {k: v for k, v in status.items() if v != ""}, spec=spec)
    return aged(made, age)


def solver_ingress(
    owner: Object, age: float | None = 120, address: str | None = ADDRESS, name: str = "nginx"
) -> Object:
    made = live.owned("Ingress", "cm-acme-http-solver-x", owner, {}, spec={"ingressClassName": name})
    if address:
        made["status"] = {"loadBalancer": {"ingress": [{"ip": address}]}}
    return aged(made, age)


def solver_pod(owner: Object, age: float | None = 120, **status: Any) -> Object:
    ready = {"phase": "Running", "conditions": [condition("PodScheduled", True), condition("Ready", True)]}
    return aged(live.owned("Pod", "cm-acme-http-solver-y", owner, ready | status), age)


def event(obj: Object, reason: str, message: str, kind: str = "Warning", age: float = 5) -> Object:
    about = {"uid": obj["metadata"]["uid"]}
    return {"involvedObject": about, "type": kind, "reason": reason, "message": message, "lastTimestamp": ago(age)}


def dns(*addresses: str, host: str = live.HOST, status: str = NOERROR) -> Dns:
    """What a resolver says of a host's addresses."""
    by_type = {"A": [each for each in addresses if "." in each], "AAAA": [each for each in addresses if ":" in each]}
    return Dns(tuple(Answer(host, rdtype, status, tuple(values)) for rdtype, values in by_type.items()))


def evidence(**parts: Any) -> Evidence:
    """A Certificate that is being issued by a ready ACME issuer."""
    return Evidence(**{"certificate": CERTIFICATE, "issuer": acme_issuer(), "now": NOW, **parts})


def ordering(item: Object, **parts: Any) -> Evidence:
    """As far as an order."""
    return evidence(**{"requests": (REQUEST,), "orders": (item,), **parts})


def challenging(item: Object, **parts: Any) -> Evidence:
    """As far as a challenge; an HTTP-01 one with a solver that runs and is served."""
    served = item["spec"]["type"] == "HTTP-01"
    solver = {
        "ingress_classes": (live.ingress_class(),),
        "solver_ingresses": (solver_ingress(item),),
        "solver_pods": (solver_pod(item),),
    }
    return evidence(
        **{"requests": (REQUEST,), "orders": (ORDER,), "challenges": (item,), **(solver if served else {}), **parts}
    )


def said(evidence: Evidence) -> list[tuple[str, str, str]]:
    """Code, severity and object of all that is found."""
    return [(found.code, found.severity, found.object) for found in causes.run_all(evidence)]


def only(evidence: Evidence) -> Finding:
    """The one finding there is."""
    found = causes.run_all(evidence)
    assert len(found) == 1, found
    return found[0]
