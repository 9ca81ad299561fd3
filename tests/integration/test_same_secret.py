# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What cert-manager issues, requests and stores, against what we do for the same spec, key and moment: octet by octet."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography import x509

from ansible_collections.certops.kubernetes.plugins.module_utils.spec import duration, ownership, tls_secret
from ansible_collections.certops.kubernetes.plugins.module_utils.spec.certificate import CertificateSpec
from ansible_collections.certops.kubernetes.plugins.module_utils.x509 import keys, requests, signing
from ansible_collections.certops.kubernetes.plugins.module_utils.x509.leaf import parse_chain

NAMESPACE = "test-same-secret"
Object = dict[str, Any]

CRL, OCSP, CA_URL = "http://crl.example.test/1", "http://ocsp.example.test", "http://ca.example.test/1"
POINTERS = {"crlDistributionPoints": [CRL], "ocspServers": [OCSP], "issuingCertificateURLs": [CA_URL]}
ISSUERS: dict[str, Object] = {
    "self-signed": {"selfSigned": {"crlDistributionPoints": [CRL]}},
    "root": {"ca": {"secretName": "root-tls", **POINTERS}},
    "intermediate": {"ca": {"secretName": "intermediate-tls"}},
}
PASSWORD = "changeit"
KEYSTORES = {
    "jks": {"create": True, "passwordSecretRef": {"name": "password", "key": "value"}, "alias": "Web"},
    "pkcs12": {"create": True, "password": PASSWORD, "profile": "Modern2023"},
}
FORMATS = [{"type": "DER"}, {"type": "CombinedPEM"}]

# In the order of their issuers. Every option that leaves a trace in a certificate or a Secret is in one of them.
CERTIFICATES: dict[str, Object] = {
    "root": {
        "issuerRef": "self-signed",
        "isCA": True,
        "commonName": "Root CA",
        "subject": {"organizations": ["Shop & Co.", "Ops"], "countries": ["DE"], "localities": ["Köln"]},
        "duration": "87600h",
        "usages": ["cert sign", "crl sign", "digital signature"],
        "nameConstraints": {
            "critical": True,
            "permitted": {
                "dnsDomains": ["example.test"],
                "ipRanges": ["192.0.2.0/24", "2001:db8::/32"],
                "emailAddresses": ["example.test"],
                "uriDomains": [".example.test"],
            },
            "excluded": {"dnsDomains": ["secret.example.test"], "ipRanges": ["192.0.2.128/25"]},
        },
        "privateKey": {"algorithm": "ECDSA", "size": 384},
    },
    "intermediate": {
        "issuerRef": "root",
        "isCA": True,
        "commonName": "Intermediate CA",
        "duration": "43800h",
        "privateKey": {"algorithm": "RSA", "size": 3072, "encoding": "PKCS8"},
    },
    "plain": {"issuerRef": "self-signed", "dnsNames": ["www.example.test", "*.example.test"]},
    "addresses": {
        "issuerRef": "self-signed",
        "ipAddresses": ["192.0.2.7", "2001:0db8:0::7", "::ffff:192.0.2.8"],
        "privateKey": {"algorithm": "Ed25519"},
        "keystores": {"pkcs12": {"create": True, "password": PASSWORD}},
    },
    "everything": {
        "issuerRef": "intermediate",
        "commonName": "www.example.test",
        "dnsNames": ["www.example.test", "a_b.example.test"],
        "ipAddresses": ["192.0.2.9"],
        "uris": ["https://www.example.test/shop?a=b"],
        "emailAddresses": ["ops@example.test"],
        "otherNames": [{"oid": "1.3.6.1.4.1.311.20.2.3", "utf8Value": "öps@" + "example." * 20}],
        "subject": {
            "organizations": ["Shop, Inc.", 'The "Best"', "Shop"],
            "countries": ["DE", "FR"],
            "organizationalUnits": ["Web"],
            "localities": ["Köln"],
            "provinces": ["NRW"],
            "streetAddresses": ["Am Hof 1"],
            "postalCodes": ["50667"],
            "serialNumber": "42",
        },
        "usages": ["server auth", "signing", "client auth", "key agreement", "s/mime", "encipher only"],
        "duration": "1h30m",
        "renewBefore": "5m",
        "privateKey": {"algorithm": "ECDSA", "encoding": "PKCS8"},
        "keystores": KEYSTORES,
        "additionalOutputFormats": FORMATS,
        "secretTemplate": {"annotations": {"team": "shop"}, "labels": {"app": "www"}},
    },
    "literal": {
        "issuerRef": "root",
        "literalSubject": "CN=www\\, example+SERIALNUMBER=7,OU=Web,O=Shop,DC=example,DC=test,2.5.4.17=50667,UID=x",
        "usages": ["ipsec user", "ocsp signing", "any", "timestamping", "netscape sgc"],
        "encodeUsagesInRequest": False,
        "signatureAlgorithm": "ECDSAWithSHA256",
        "privateKey": {"algorithm": "ECDSA", "size": 521},
        "keystores": {"pkcs12": {"create": True, "password": PASSWORD, "profile": "LegacyDES"}},
        "additionalOutputFormats": FORMATS,
    },
    "modern": {
        "issuerRef": "root",
        "dnsNames": ["modern.example.test"],
        "signatureAlgorithm": "SHA512WithRSA",
        "keystores": {"pkcs12": {"create": True, "password": PASSWORD, "profile": "Modern2026"}},
    },
}


def body(name: str) -> Object:
    issuer = {"name": CERTIFICATES[name]["issuerRef"], "kind": "Issuer", "group": "cert-manager.io"}
    return {**CERTIFICATES[name], "issuerRef": issuer, "secretName": f"{name}-tls"}


def manifest(api_version: str, kind: str, name: str, **parts: Any) -> Object:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "namespace": NAMESPACE}, **parts}


def objects() -> Iterator[Object]:
    yield manifest("v1", "Secret", "password", stringData={"value": PASSWORD})
    for name, spec in ISSUERS.items():
        yield manifest("cert-manager.io/v1", "Issuer", name, spec=spec)
    for name in CERTIFICATES:
        yield manifest("cert-manager.io/v1", "Certificate", name, spec=body(name))


@pytest.fixture(scope="module")
def issued(cluster: dict[str, str]) -> Iterator[dict[str, tuple[Object, bytes]]]:
    """By Certificate, its Secret and the request that cert-manager made for it (DER)."""

    def kubectl(*arguments: str, **options: Any) -> str:
        command = ["kubectl", "--namespace", NAMESPACE, *arguments]
        return subprocess.run(
            command, env=cluster, check=True, text=True, timeout=180, stdout=subprocess.PIPE, **options
        ).stdout

    kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found")
    kubectl("create", "namespace", NAMESPACE)
    kubectl("create", "-f", "-", input=json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects())}))
    kubectl("wait", "--for=condition=Ready", "--timeout=120s", *(f"certificate/{name}" for name in CERTIFICATES))
    found = json.loads(kubectl("get", "secrets,certificaterequests", "-o", "json"))["items"]
    secrets = {each["metadata"]["name"]: each for each in found if each["kind"] == "Secret"}
    wanted = {
        each["metadata"]["annotations"]["cert-manager.io/certificate-name"]: x509.load_pem_x509_csr(
            base64.b64decode(each["spec"]["request"])
        )
        for each in found
        if each["kind"] == "CertificateRequest"
    }
    yield {name: (secrets[f"{name}-tls"], wanted[name].tbs_certrequest_bytes) for name in CERTIFICATES}
    kubectl("delete", "namespace", NAMESPACE, "--wait=false")


def data(secret: Object) -> dict[str, bytes]:
    return {key: base64.b64decode(value) for key, value in secret["data"].items()}


def ours(name: str, issued: dict[str, tuple[Object, bytes]], now: datetime) -> signing.Issued:
    """What we issue for the key in the Secret."""
    spec, key = body(name), keys.load(data(issued[name][0])["tls.key"])
    lifetime = duration.parse(spec.get("duration") or "2160h")
    if spec["issuerRef"]["name"] == "self-signed":
        return signing.self_signed(spec, key, lifetime, now, signing.Pointers((CRL,)))
    signer = data(issued[spec["issuerRef"]["name"]][0])
    authority = signing.authority(signer["tls.crt"], signer["tls.key"], signer["ca.crt"])
    pointers = (
        signing.Pointers((CRL,), (OCSP,), (CA_URL,)) if "root" in spec["issuerRef"]["name"] else signing.Pointers()
    )
    return signing.by_authority(spec, key.public_key(), lifetime, now, authority, pointers)


def above(chain: bytes) -> list[bytes]:
    """The certificates above the leaf."""
    return [each.der for each in parse_chain(chain)[1:]]


def said(pem: bytes) -> Object:
    """All that a certificate says but its serial number."""
    found = x509.load_pem_x509_certificate(pem)
    return {
        "version": found.version,
        "algorithm": found.signature_algorithm_oid,
        "subject": found.subject.public_bytes().hex(),
        "issuer": found.issuer.public_bytes().hex(),
        "validity": (found.not_valid_before_utc, found.not_valid_after_utc),
        "key": found.public_key(),
        "extensions": [(each.oid, each.critical, each.value.public_bytes().hex()) for each in found.extensions],
    }


@pytest.mark.parametrize("name", CERTIFICATES)
class TestSame:
    def test_certificate(self, name: str, issued: dict[str, tuple[Object, bytes]]) -> None:
        theirs = data(issued[name][0])
        made = ours(name, issued, parse_chain(theirs["tls.crt"])[0].not_before)
        assert said(made.chain) == said(theirs["tls.crt"])

    def test_chain(self, name: str, issued: dict[str, tuple[Object, bytes]]) -> None:
        theirs = data(issued[name][0])
        made = ours(name, issued, parse_chain(theirs["tls.crt"])[0].not_before)
        assert above(made.chain) == above(theirs["tls.crt"])
        # A self-signed certificate is its own CA, so ours is another than theirs.
        alone = body(name)["issuerRef"]["name"] == "self-signed"
        assert (made.ca, theirs["ca.crt"]) == ((made.chain, theirs["tls.crt"]) if alone else (theirs["ca.crt"],) * 2)

    def test_request(self, name: str, issued: dict[str, tuple[Object, bytes]]) -> None:
        secret, request = issued[name]
        made = requests.certificate_request(body(name), keys.load(data(secret)["tls.key"]))
        assert x509.load_der_x509_csr(made).tbs_certrequest_bytes.hex() == request.hex()

    def test_secret(self, name: str, issued: dict[str, tuple[Object, bytes]]) -> None:
        """With their certificate and key, we would write what is there."""
        live = issued[name][0]
        theirs = data(live)
        made = tls_secret.manifest(
            CertificateSpec(name, NAMESPACE, body(name)),
            signing.Issued(theirs["tls.crt"], theirs["ca.crt"]),
            keys.load(theirs["tls.key"]),
            parse_chain(theirs["tls.crt"])[0].not_before + timedelta(hours=1),
            {"jks": PASSWORD},
            live,
        )
        assert {".".join(path): (there, wanted) for path, there, wanted in ownership.changes(live, made)} == {}
