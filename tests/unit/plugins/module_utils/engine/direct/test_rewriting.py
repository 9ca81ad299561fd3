# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What changes around a certificate that stays."""

from __future__ import annotations

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.diagnose import readiness
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.direct import certificates, issuers
from ansible_collections.certops.kubernetes.plugins.module_utils.engine.direct.ports import Parts
from ansible_collections.certops.kubernetes.plugins.module_utils.errors import NotReady
from ansible_collections.certops.kubernetes.plugins.module_utils.spec import kinds, solvers
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.certificate import CertificateSpec
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.issuer import IssuerSpec
from ansible_collections.certops.kubernetes.tests.unit import live
from ansible_collections.certops.kubernetes.tests.unit.fakes import FakeCluster, Time


def nobody(*_arguments, **_more):
    raise AssertionError("a self-signed certificate needs no CA and no solver")


PARTS = Parts(nobody, nobody, nobody)
REF = {"name": "self", "kind": "Issuer", "group": "cert-manager.io"}
PASSWORD = {"name": "password", "key": "value"}
JAVA = {"jks": {"create": True, "passwordSecretRef": PASSWORD}}
STORES = JAVA | {"pkcs12": {"create": True, "passwordSecretRef": PASSWORD, "profile": "Modern2023"}}
ECDSA = {"algorithm": "ECDSA", "encoding": "PKCS8"}


def wanted(**spec):
    return CertificateSpec(
        "www", "shop", live.SPEC | {"secretName": "www-tls", "issuerRef": REF, "privateKey": ECDSA} | spec
    )


def set_password(fake, text):
    fake.put(
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "password", "namespace": "shop"},
            "data": {"value": solvers.base64_text(text)},
        }
    )


@pytest.fixture
def fake():
    """A certificate with keystores is there."""
    cluster = FakeCluster(Time())
    cluster.missing_kinds |= {"Certificate", "Issuer", "ClusterIssuer"}
    issuers.ensure(cluster.run(), PARTS, IssuerSpec(kinds.ISSUER, "self", "shop", {"selfSigned": {}}, {}, "shop"))
    set_password(cluster, "changeit")
    certificates.ensure(cluster.run(), PARTS, [wanted(keystores=STORES)])
    return cluster


def secret(fake):
    return fake.live(kinds.SECRET, "shop", "www-tls")


def changed(fake, spec):
    """The keys of the data that a run changes, which must be those that it says before."""
    before = secret(fake)
    planned = certificates.ensure(fake.run(check_mode=True), PARTS, [spec])
    done = certificates.ensure(fake.run(), PARTS, [spec])
    after = secret(fake)
    assert planned.changed == done.changed
    assert after["data"]["tls.crt"] == before["data"]["tls.crt"]
    said = {key for part in done.diff for side in ("before", "after") for key in part[side].get("data", {})}
    keys = {key for key in before["data"] | after["data"] if before["data"].get(key) != after["data"].get(key)}
    assert said == keys
    return keys


def test_keystores_that_open_to_the_same_stay(fake):
    outcome = certificates.ensure(fake.run(), PARTS, [wanted(keystores=STORES)])
    assert (outcome.changed, list(outcome.diff)) == (False, [])


def test_another_password_is_written_with_it(fake):
    set_password(fake, "other")
    stores = {"keystore.jks", "truststore.jks", "keystore.p12", "truststore.p12"}
    assert changed(fake, wanted(keystores=STORES)) == stores
    assert not certificates.ensure(fake.run(), PARTS, [wanted(keystores=STORES)]).changed


@pytest.mark.parametrize(
    ("store", "option", "keys"),
    [
        ("jks", {"alias": "web"}, {"keystore.jks"}),
        ("pkcs12", {"profile": "LegacyDES"}, {"keystore.p12", "truststore.p12"}),
        ("pkcs12", {"create": False}, {"keystore.p12", "truststore.p12"}),
    ],
)
def test_another_setting_is_written_alone(fake, store, option, keys):
    assert changed(fake, wanted(keystores=STORES | {store: STORES[store] | option})) == keys


@pytest.mark.parametrize("stores", [{}, {"keystores": STORES}])
def test_another_encoding_is_the_same_key(fake, stores):
    certificates.ensure(fake.run(), PARTS, [wanted(**stores)])
    assert changed(fake, wanted(privateKey=ECDSA | {"encoding": "PKCS1"}, **stores)) == {"tls.key"}
    assert readiness.value(secret(fake), "tls.key").startswith(b"-----BEGIN EC PRIVATE KEY-----")


def test_a_password_that_is_gone_is_told_and_nothing_is_touched(fake):
    before = secret(fake)
    fake.delete(kinds.SECRET, "shop", "password")
    with pytest.raises(NotReady, match=r"\[certificate.keystore_password_missing\]"):
        certificates.ensure(fake.run(), PARTS, [wanted(keystores=STORES)])
    assert secret(fake) == before
