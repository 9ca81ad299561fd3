# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Certificate in the middle of an ACME order, with all that is behind it, as an API server returns it."""

from __future__ import annotations

from datetime import timedelta

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.evidence import Evidence
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.fakes import START

ISSUED = live.CA.issue(live.HOST, not_before=START - timedelta(days=1), lifetime=timedelta(days=90))
NOT_THERE = "Issuing certificate as Secret does not exist"
ISSUING = (
    live.condition("Ready", False, "DoesNotExist", NOT_THERE),
    live.condition("Issuing", True, "DoesNotExist", NOT_THERE),
)
CERTIFICATE = live.certificate(*ISSUING)
ISSUER = live.issuer(
    live.condition("Ready", True, "ACMEAccountRegistered", "The ACME account was registered"),
    acme={"server": "https://acme.test/dir"},
)
ISSUER["status"]["acme"] = {"uri": "https://acme.test/account/1"}
REQUEST = live.owned(
    "CertificateRequest",
    "www-1",
    CERTIFICATE,
    {
        "conditions": [
            live.condition("Approved", True, "cert-manager.io", "approved"),
            live.condition("Ready", False, "Pending", 'Waiting on order www-1-2: "pending"'),
        ]
    },
)
REQUEST["metadata"]["annotations"] = {"cert-manager.io/certificate-revision": "1"}
ORDER = live.owned("Order", "www-1-2", REQUEST, {"state": "pending", "url": "https://acme.test/order/2"})
REASON = "Waiting for HTTP-01 challenge propagation: wrong status code '404', expected '200'"
CHALLENGE = live.owned(
    "Challenge",
    "www-1-2-3",
    ORDER,
    {"state": "pending", "presented": True, "processing": True, "reason": REASON},
    spec={"type": "HTTP-01", "dnsName": live.HOST, "wildcard": False},
)


def _solver(kind, version, spec, status):
    found = live.owned(kind, f"solver-{kind.lower()}", CHALLENGE, status, spec=spec)
    found["metadata"]["labels"] = {"acme.cert-manager.io/http01-solver": "true"}
    return found | {"apiVersion": version}


INGRESS = _solver(
    "Ingress",
    "networking.k8s.io/v1",
    {"ingressClassName": "nginx", "rules": [{"host": live.HOST}]},
    {"loadBalancer": {"ingress": [{"ip": "192.0.2.7"}]}},
)
SERVICE = _solver("Service", "v1", {"type": "NodePort"}, {"loadBalancer": {}})
POD = _solver(
    "Pod",
    "v1",
    {"nodeName": "node-1"},
    {
        "phase": "Running",
        "conditions": [{"type": "Ready", "status": "True"}, {"type": "PodScheduled", "status": "True"}],
    },
)


def event(about, reason, message, kind="Normal", last="2026-03-01T11:59:00Z", **more):
    metadata = about["metadata"]
    involved = {"kind": about["kind"], "namespace": "shop", "name": metadata["name"], "uid": metadata["uid"]}
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{metadata['name']}.{reason}", "namespace": "shop"},
        "involvedObject": involved,
        "type": kind,
        "reason": reason,
        "message": message,
        "count": 1,
        "firstTimestamp": "2026-03-01T11:58:00Z",
        "lastTimestamp": last,
        **more,
    }


PRESENTED = event(CHALLENGE, "Presented", "Presented challenge using HTTP-01 challenge mechanism")
OBJECTS = (CERTIFICATE, ISSUER, REQUEST, ORDER, CHALLENGE, INGRESS, SERVICE, POD, PRESENTED)
WHOLE = Evidence(
    certificate=CERTIFICATE,
    issuer=ISSUER,
    requests=(REQUEST,),
    orders=(ORDER,),
    challenges=(CHALLENGE,),
    solver_ingresses=(INGRESS,),
    solver_services=(SERVICE,),
    solver_pods=(POD,),
    events=(PRESENTED, event(live.certificate(name="other"), "Other", "not about this one")),
    now=START,
)
