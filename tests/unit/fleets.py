# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ingresses, Certificates and Secrets of a small cluster, joined as engine/fleet.py does."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import tls_secret
from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose.fleet.data import Fleet, secret_of
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import endpoints
from ansible_collections.certops.kubernetes.tests.unit import live

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
DAY = timedelta(days=1)
DATES = {"not_before": NOW - DAY, "lifetime": 90 * DAY}
WWW = live.CA.issue("www.test", **DATES)
ISSUER = live.issuer(live.condition("Ready", True))
OLD, NEW = "2026-02-28T12:00:00Z", "2026-03-01T11:50:00Z"


def _condition(ready):
    """True: ready; False: no condition at all; else the condition itself."""
    if ready is True:
        return [live.READY]
    return [ready] if ready else []


def certificate(name="www", *names, ready=True, secret_name="www-tls", **status):
    spec = {"secretName": secret_name, "issuerRef": {"name": "shop-ca"}, "dnsNames": list(names or ("www.test",))}
    return live.certificate(*_condition(ready), name=name, spec=spec, **status)


def ingress(host="www.test", secret_name="www-tls", name="www", namespace="shop", annotations=None, **spec):
    tls = (
        [{"hosts": [host], **({"secretName": secret_name} if secret_name else {})}] if secret_name is not None else None
    )
    found = live.ingress(tls, annotations, rules=[{"host": host}], **spec)
    return found | {"metadata": found["metadata"] | {"name": name, "namespace": namespace}}


def secret(issued=WWW, name="www-tls", namespace="shop", kept_for="www"):
    found = live.secret(issued, name)
    found["metadata"] = {"name": name, "namespace": namespace, "annotations": {"cert-manager.io/certificate-name": kept_for} if kept_for else {}}  # fmt: skip
    return found


def gateway(*listeners):
    """Listeners by host, each with the names of its Secrets."""
    found = [
        {"name": f"l{number}", "protocol": "HTTPS", "hostname": host, "tls": {"certificateRefs": [{"name": name} for name in names]}}
        for number, (host, *names) in enumerate(listeners)
    ]  # fmt: skip
    return {"metadata": {"namespace": "shop", "name": "gw"}, "spec": {"gatewayClassName": "edge", "listeners": found}}


def read(ingresses=(), certificates=(), secrets=(), issuers=(ISSUER,), gateways=(), **more):
    """As engine/fleet.py joins it, where everything can be read."""
    found = [tls_secret.read(item) for item in secrets]
    served = tuple(each for item in ingresses for each in endpoints.of_ingress(item))
    served += tuple(each for item in gateways for each in endpoints.of_gateway(item))
    known = {(each.namespace, each.name): each for each in found}
    named = {each.secret for each in served if each.secret} | {secret_of(item) for item in certificates}
    absent = more.pop("absent", frozenset(named - set(known)))
    return Fleet(NOW, served, tuple(certificates), tuple(issuers), known, absent, **more)


ONE = {"ingresses": [ingress()], "certificates": [certificate()], "secrets": [secret()]}
