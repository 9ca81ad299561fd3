# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An Ingress, a cluster with ingress-nginx where cert-manager works, and what the tests of ingresses ask for."""

from __future__ import annotations

from ansible_collections.certops.kubernetes.plugins.module_utils.engine import ingresses
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.cert_manager import CertManager
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import ingress, ingress_record
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.kinds import INGRESS
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.controllers import issuing, shimming
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time

HOST = live.HOST
RULE = {"path": "/", "path_type": "Prefix", "service": "web", "port": "80", "host": None}
OPTIONS = {
    "name": "www",
    "namespace": "shop",
    "hosts": [HOST],
    "secret_name": "www-tls",
    "issuer_ref": {"name": "shop-ca", "kind": "Issuer", "group": "cert-manager.io"},
    "certificate": {"private_key": {"algorithm": "ECDSA"}},
    "controller": "auto",
}
EXPLICIT = {"certificate": {"private_key": {"algorithm": "ECDSA"}, "signature_algorithm": "ECDSAWithSHA256"}}
AS_IT_IS = {"issuer_ref": None, "certificate": None}
HSTS = {"max_age": 60, "include_subdomains": False, "preload": False}
OURS = {"hosts": [HOST], "secretName": "www-tls"}
THEIRS = {"hosts": ["shop.test"], "secretName": "theirs"}
DRY, APPLY = "dry-run apply Ingress shop/www", "apply Ingress shop/www"


def working(*objects):
    """A cluster with ingress-nginx, where cert-manager works."""
    fake = FakeCluster(Time(), live.ingress_class(), *objects)
    issuing(fake)
    shimming(fake)
    return fake


def ensure(fake, how=None, **options):
    return ingresses.ensure(fake.run(**(how or {})), CertManager(), ingress.from_parameters(OPTIONS | options))


def found(fake):
    return fake.live(INGRESS, "shop", "www")


def note(fake):
    return ingress_record.read(found(fake))
