# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
from datetime import datetime, timedelta, timezone

import pytest

from ansible_collections.certops.kubernetes.plugins.module_utils.spec import ownership, secret_formats, tls_secret
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.certificate import CertificateSpec
from ansible_collections.certops.kubernetes.plugins.module_utils.x509 import keys, signing
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.jks import JKS
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.keys import KeySpec
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.keystore import Content
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.leaf import X509Error, parse_chain
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.pkcs12 import PKCS12

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
KEY = keys.generate(KeySpec("ECDSA", 256))
BODY = {
    "secretName": "www-tls",
    "issuerRef": {"name": "shop-ca", "kind": "Issuer", "group": "cert-manager.io"},
    "dnsNames": ["www.example.test", "example.test"],
}
STORES = {
    "keystores": {
        "jks": {"create": True, "passwordSecretRef": {"name": "stores", "key": "java"}, "alias": "web"},
        "pkcs12": {"create": True, "password": "changeit", "profile": "Modern2023"},
    }
}
FORMATS = {"additionalOutputFormats": [{"type": "DER"}, {"type": "CombinedPEM"}]}


def certificate(**more):
    return CertificateSpec("www", "shop", {**BODY, **more})


def issue(spec, with_ca=True):
    issued = signing.self_signed(spec.body, KEY, timedelta(days=90), NOW)
    return issued if with_ca else signing.Issued(issued.chain)


def written(with_ca=True, live=None, issued=None, passwords=None, now=NOW, **more):
    spec = certificate(**more)
    return tls_secret.manifest(spec, issued or issue(spec, with_ca), KEY, now, passwords, live)


def data(manifest):
    return {key: base64.b64decode(value) for key, value in manifest["data"].items()}


def test_the_whole_secret_of_a_plain_certificate():
    spec = certificate()
    issued = issue(spec)
    assert tls_secret.manifest(spec, issued, KEY, NOW) == {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": "www-tls",
            "namespace": "shop",
            "annotations": {
                "cert-manager.io/alt-names": "www.example.test,example.test",
                "cert-manager.io/certificate-name": "www",
                "cert-manager.io/common-name": "",
                "cert-manager.io/ip-sans": "",
                "cert-manager.io/issuer-group": "cert-manager.io",
                "cert-manager.io/issuer-kind": "Issuer",
                "cert-manager.io/issuer-name": "shop-ca",
                "cert-manager.io/uri-sans": "",
            },
            "labels": {"controller.cert-manager.io/fao": "true"},
        },
        "type": "kubernetes.io/tls",
        "data": {
            "tls.crt": base64.b64encode(issued.chain).decode(),
            "tls.key": base64.b64encode(keys.encode(KEY, "PKCS1")).decode(),
            "ca.crt": base64.b64encode(issued.ca).decode(),
        },
    }


def test_annotations_tell_what_the_certificate_says_and_leave_out_what_is_empty():
    annotations = written(
        commonName="www",
        subject={"organizations": ["Shop, Inc.", 'The "Best"'], "countries": ["DE"], "serialNumber": "42"},
        ipAddresses=["2001:0db8::7"],
        uris=["spiffe://a/b"],
        emailAddresses=["ops@example.test"],
    )["metadata"]["annotations"]
    told = {key.removeprefix("cert-manager.io/"): value for key, value in annotations.items()}
    assert told == {
        "alt-names": "www.example.test,example.test",
        "certificate-name": "www",
        "common-name": "www",
        "email-sans": "ops@example.test",
        "ip-sans": "2001:db8::7",
        "issuer-group": "cert-manager.io",
        "issuer-kind": "Issuer",
        "issuer-name": "shop-ca",
        "subject-countries": "DE",
        "subject-organizations": '"The ""Best""","Shop, Inc."',  # a SET OF is in the order of its octets (X.690, 11.6)
        "subject-serialnumber": "42",
        "uri-sans": "spiffe://a/b",
    }


def test_a_template_adds_but_does_not_replace():
    template = {
        "annotations": {"team": "shop", "cert-manager.io/certificate-name": "other"},
        "labels": {"app": "www", "controller.cert-manager.io/fao": "false"},
    }
    described = written(secretTemplate=template)["metadata"]
    assert described["labels"] == {"app": "www", "controller.cert-manager.io/fao": "true"}
    assert described["annotations"]["team"] == "shop"
    assert described["annotations"]["cert-manager.io/certificate-name"] == "www"


@pytest.mark.parametrize("more", [{}, FORMATS, STORES, {**STORES, **FORMATS}])
@pytest.mark.parametrize("with_ca", [True, False])
def test_the_keys_of_the_data_are_known_before(more, with_ca):
    manifest = written(with_ca, passwords={"jks": "secret"}, **more)
    assert set(manifest["data"]) == tls_secret.data_keys(certificate(**more).body, with_ca)
    assert set(manifest["data"]) <= tls_secret.ALL_DATA_KEYS


@pytest.mark.parametrize("encoding", ["PKCS1", "PKCS8"])
def test_other_formats_are_of_the_same_key_and_chain(encoding):
    found = data(written(privateKey={"encoding": encoding, "algorithm": "ECDSA"}, **FORMATS))
    assert found["tls-combined.pem"] == found["tls.key"] + b"\n" + found["tls.crt"]
    body = b"".join(line for line in found["tls.key"].splitlines() if not line.startswith(b"-----"))
    assert found["key.der"] == base64.b64decode(body)


def test_keystores_open_with_their_passwords():
    found = data(written(passwords={"jks": "secret"}, **STORES))
    (leaf,) = parse_chain(found["tls.crt"])
    whole, trust = Content((leaf.der,), (leaf.der,), KEY), Content((leaf.der,))
    for store, ending in ((JKS(b"secret", NOW, "web"), "jks"), (PKCS12(b"changeit", "Modern2023"), "p12")):
        assert store.holds(found[f"keystore.{ending}"], whole)
        assert store.holds(found[f"truststore.{ending}"], trust)


def test_nothing_changes_where_nothing_is_to_change():
    live = written(passwords={"jks": "secret"}, **STORES, **FORMATS)
    issued = signing.Issued(data(live)["tls.crt"], data(live)["ca.crt"])
    again = written(
        live=live, issued=issued, passwords={"jks": "secret"}, now=NOW + timedelta(days=1), **STORES, **FORMATS
    )
    assert list(ownership.changes(live, again)) == []
    other = written(live=live, issued=issued, passwords={"jks": "other"}, **STORES, **FORMATS)
    assert [path for path, _old, _new in ownership.changes(live, other)] == [
        ("data", "keystore.jks"),
        ("data", "truststore.jks"),
    ]


def test_the_type_that_is_there_stays():
    assert written(live={"type": "Opaque"})["type"] == "Opaque"


def test_keystores_that_are_not_to_be_created_are_not():
    assert "keystore.jks" not in written(keystores={"jks": {"create": False, "password": "x"}})["data"]


def test_a_password_must_be_found():
    assert secret_formats.password_references(certificate(**STORES).body) == {"jks": ("stores", "java")}
    with pytest.raises(X509Error, match="keystores.jks: its password is empty"):
        written(**STORES)


def test_the_next_key_is_kept_as_cert_manager_keeps_it():
    assert tls_secret.next_key_manifest("www-next", "shop", "www", KEY) == {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": "www-next",
            "namespace": "shop",
            "annotations": {"cert-manager.io/certificate-name": "www"},
            "labels": {"cert-manager.io/next-private-key": "true", "controller.cert-manager.io/fao": "true"},
        },
        "type": "Opaque",
        "data": {"tls.key": base64.b64encode(keys.encode(KEY, "PKCS8")).decode()},
    }


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ((), ""),
        (("a",), "a"),
        (("a", ""), "a,"),
        (("a b", " a"), 'a b," a"'),
        (("a,b", 'say "a"', "two\nlines"), '"a,b","say ""a""","two\nlines"'),
        ((r"\.",), r'"\."'),
    ],
)
def test_csv_is_gos(values, line):
    assert tls_secret._csv(values) == line
